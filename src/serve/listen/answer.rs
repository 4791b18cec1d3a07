//! Answers on their way out, in pieces, so that what a client takes can be seen.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};

use super::guest::Asked;
use super::stream;

/// How much is handed over at a time: one frame of HTTP/2. More of it would lie in buffers where nobody sees whether it moves.
const PIECE: usize = 16 << 10;

/// The body of an answer. The request counts as in flight until the last piece was handed over.
#[derive(Debug)]
pub(super) struct Answer {
    body: BoxBody<Bytes, io::Error>,
    rest: Bytes,
    asked: Arc<Asked>,
}

impl Answer {
    /// The answer to `asked`.
    pub(super) fn new(body: BoxBody<Bytes, io::Error>, asked: Arc<Asked>) -> Self {
        asked.is_answered();
        stream::client_has_turn(true);
        Self { body, rest: Bytes::new(), asked }
    }

    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.next(context);
        stream::client_has_turn(next.is_ready());
        self.asked.is_taken();
        next
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}
