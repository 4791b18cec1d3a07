//! What a site answers, and the bodies that break on purpose.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use hyper::{Response, StatusCode};
use serde::Serialize;

/// What becomes of a request.
#[derive(Debug)]
pub enum Answer {
    /// An ordinary answer.
    Reply(Response<Body>),
    /// The connection is cut without a byte of answer.
    Cut,
    /// Nothing is answered while the client waits.
    Silence,
}

/// A body, perhaps one that announces more than it delivers.
#[derive(Debug, Default)]
pub struct Body {
    left: Option<Bytes>,
    announced: u64,
    /// A torn body has waited once, so that hyper sends what it has before it hears of the end.
    waited: bool,
}

/// Why a torn body ends: shows only in hyper's own error.
#[derive(Debug, thiserror::Error)]
#[error("the simulator tears the body here")]
pub struct Torn;

impl Body {
    /// The whole of `bytes`.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { announced: bytes.len() as u64, left: Some(bytes), waited: false }
    }

    /// What it will deliver.
    #[cfg(test)]
    pub(crate) fn delivered(&self) -> Bytes {
        self.left.clone().unwrap_or_default()
    }

    /// The same body, whose whole length is announced, half of which is delivered, and then the connection is cut.
    #[must_use]
    pub fn tear(self) -> Self {
        let bytes = self.left.unwrap_or_default();
        Self { announced: (bytes.len() as u64).max(1), left: Some(bytes.slice(..bytes.len() / 2)), waited: false }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Torn;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Torn>>> {
        match self.left.take() {
            Some(bytes) => {
                self.announced = self.announced.saturating_sub(bytes.len() as u64);
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            None if self.announced > 0 && !self.waited => {
                self.waited = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.announced > 0 => Poll::Ready(Some(Err(Torn))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.announced == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// An answer with this status, type and body. An impossible header (they are all our own) becomes an empty 500.
pub fn reply(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("Content-Type", content_type)
        .body(Body::whole(body))
        .unwrap_or_else(|_| broken())
}

fn broken() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// Plain text.
pub fn text(status: u16, body: impl Into<Bytes>) -> Response<Body> {
    reply(status, "text/plain; charset=utf-8", body)
}

/// JSON.
pub fn json(status: u16, body: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(body) {
        Ok(bytes) => reply(status, "application/json", bytes),
        Err(why) => text(500, why.to_string()),
    }
}

/// A JSON error of the control interface: `{"error": "…"}`.
pub fn problem(status: u16, why: impl std::fmt::Display) -> Response<Body> {
    json(status, &serde_json::json!({ "error": why.to_string() }))
}

/// A redirect to `location`.
pub fn redirect(status: u16, location: &str) -> Response<Body> {
    Response::builder().status(status).header("Location", location).body(Body::default()).unwrap_or_else(|_| broken())
}
