//! One stream of HTTP/2, and the time that its client may take for each piece of its answer.
//!
//! A connection whose client reads nothing at all is seen at the socket. A client that only withholds the window of a stream
//! (RFC 9113, section 5.2) is seen here, and loses that stream alone: behind a proxy the others belong to other people.

use std::cell::Cell;
use std::time::Duration;

use hyper::rt::Executor;
use tokio::time::{Instant, sleep_until};

/// How long a client may take nothing of what is written for it.
pub(super) const STALL: Duration = Duration::from_secs(30);

tokio::task_local! {
    /// Since when the client has had the turn; none while it is ours.
    static CLIENT_HAS_TURN: Cell<Option<Instant>>;
}

/// Says whose turn it is on this stream; without meaning outside of one.
pub(super) fn client_has_turn(has: bool) {
    // HTTP/1 has no streams.
    let _ = CLIENT_HAS_TURN.try_with(|since| since.set(has.then(Instant::now)));
}

/// Runs the streams of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams;

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(CLIENT_HAS_TURN.scope(Cell::new(None), async {
            tokio::select! {
                () = stream => {}
                () = stalled() => tracing::debug!("a stream was given up: its client takes nothing"),
            }
        }));
    }
}

/// Waits until the client had the turn for too long.
async fn stalled() {
    loop {
        let now = Instant::now();
        let since = CLIENT_HAS_TURN.with(Cell::get);
        let next = since.unwrap_or(now) + STALL;
        if next <= now {
            return;
        }
        sleep_until(next).await;
    }
}
