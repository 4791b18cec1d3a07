//! The body of a request on its way in: while it comes, the client has the turn.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};
use poem::Request;

use super::guest::Asked;

/// A body that tells when it has come whole.
#[derive(Debug)]
struct Arriving {
    body: BoxBody<Bytes, io::Error>,
    asked: Arc<Asked>,
}

/// Lets `asked` know when all of this request has come.
pub(super) fn watch(request: &mut Request, asked: &Arc<Asked>) {
    let body: BoxBody<Bytes, io::Error> = request.take_body().into();
    if body.is_end_stream() {
        asked.has_arrived();
        request.set_body(body);
    } else {
        request.set_body(BoxBody::new(Arriving { body, asked: Arc::clone(asked) }));
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = ready!(Pin::new(&mut self.body).poll_frame(context));
        if next.is_none() || self.body.is_end_stream() {
            self.asked.has_arrived();
        }
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // Nobody waits for the rest of it any more.
        self.asked.has_arrived();
    }
}
