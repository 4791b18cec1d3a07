//! Bodies: read once, within a limit and a time.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use poem::Body;
use poem::http::{HeaderMap, header};

use super::problem::{Code, Problem};
use super::unproven::Held;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of an unwanted body is read and thrown away, and for how long: who hangs up while a client still writes takes the
/// answer away with it (RFC 9112 §9.6).
const THROWN_AWAY: usize = 16 << 20;
const THROWING_AWAY: Duration = Duration::from_secs(5);

/// The smallest buffer for a body; it doubles from there.
const SMALLEST: usize = 4 << 10;
/// When a body for which there was no memory may be sent again.
const AGAIN_IN: Duration = Duration::from_secs(1);

type Incoming = BoxBody<Bytes, io::Error>;

/// Why a body could not be read whole.
enum Unread {
    TooLarge,
    BrokeOff,
    TakenAway,
}

/// Reads a body whole that may have `limit` bytes. Nobody vouches yet for one that is `held`: others may take its memory away.
///
/// # Errors
/// `body_too_large`, `request_timeout`, `busy`, or `invalid_json` when the sender broke off.
pub(crate) async fn read_within(
    limit: usize,
    headers: &HeaderMap,
    body: Body,
    held: Option<&Held>,
) -> Result<Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        throw_away(headers, body).await;
        return Err(too_large(limit));
    }
    let mut body: Incoming = body.into();
    match tokio::time::timeout(PATIENCE, copy(&mut body, limit, held)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(Unread::TooLarge)) => {
            throw_away(headers, body.into()).await;
            Err(too_large(limit))
        }
        Ok(Err(Unread::BrokeOff)) => Err(Problem::new(Code::InvalidJson, "The body broke off.")),
        Ok(Err(Unread::TakenAway)) => Err(busy()),
        Err(_) => {
            Err(Problem::new(Code::RequestTimeout, "The body did not arrive within 30 s. Send the request again."))
        }
    }
}

/// Copies into one buffer: what comes in pieces of a byte would else occupy a hundred times its length.
async fn copy(body: &mut Incoming, limit: usize, held: Option<&Held>) -> Result<Bytes, Unread> {
    let mut whole = Vec::new();
    loop {
        let frame = tokio::select! {
            biased;
            () = taken_away(held) => return Err(Unread::TakenAway),
            frame = body.frame() => frame,
        };
        let Some(frame) = frame else { return Ok(whole.into()) };
        let frame = frame.map_err(|_| Unread::BrokeOff)?;
        let Some(data) = frame.data_ref() else { continue };
        let length = whole.len() + data.len();
        if length > limit {
            return Err(Unread::TooLarge);
        }
        if length > whole.capacity() {
            let capacity = length.max(2 * whole.capacity()).max(SMALLEST).min(limit);
            if let Some(held) = held {
                held.grow(capacity);
            }
            whole.reserve_exact(capacity - whole.len());
        }
        whole.extend_from_slice(data);
    }
}

async fn taken_away(held: Option<&Held>) {
    match held {
        Some(held) => held.taken_away().await,
        None => std::future::pending().await,
    }
}

/// Lets a client finish writing a body that nobody wants, within bounds, so that it gets to read the answer. One that asked
/// first (`Expect: 100-continue`) has not begun to write.
pub(crate) async fn throw_away(headers: &HeaderMap, body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let mut body: Incoming = body.into();
    let reading = async {
        let mut read = 0;
        while read < THROWN_AWAY {
            match body.frame().await {
                Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) | None => return,
            }
        }
    };
    // Late or not: the answer goes out now.
    let _ = tokio::time::timeout(THROWING_AWAY, reading).await;
}

fn busy() -> Problem {
    let detail = "So many bodies arrive at once that there was no memory for this one. Nothing was done: send it again. \
                  Requests that bring their key in the headers X-Phone-Number and X-Secure-Key are not affected.";
    Problem::new(Code::Busy, detail).header(header::RETRY_AFTER, &AGAIN_IN.as_secs().to_string())
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body is larger than {limit} bytes."))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;
    use tokio::io::AsyncWriteExt;

    use super::*;

    const LIMIT: usize = 2 << 20;

    async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
        read_within(LIMIT, headers, body, None).await
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_announced_or_not() {
        let mut headers = HeaderMap::new();
        let exact = read(&headers, Body::from(vec![b' '; LIMIT])).await.unwrap();
        assert_eq!(exact.len(), LIMIT);
        assert_eq!(read(&headers, Body::from(vec![b' '; LIMIT + 1])).await.unwrap_err().code(), Code::BodyTooLarge);
        headers.insert(header::CONTENT_LENGTH, (LIMIT + 1).into());
        assert_eq!(read(&headers, Body::empty()).await.unwrap_err().code(), Code::BodyTooLarge);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unwanted_body_is_read_to_its_end_within_bounds() {
        let (sender, receiver) = tokio::io::duplex(64);
        let mut headers = HeaderMap::new();
        let writing = tokio::spawn(async move {
            let mut sender = sender;
            sender.write_all(&vec![b'x'; 4 * LIMIT]).await
        });
        throw_away(&headers, Body::from_async_read(receiver)).await;
        assert!(writing.await.unwrap().is_ok(), "the client could write all");
        let (_silent, receiver) = tokio::io::duplex(64);
        throw_away(&headers, Body::from_async_read(receiver)).await;
        headers.insert(header::EXPECT, HeaderValue::from_static("100-continue"));
        let (sender, receiver) = tokio::io::duplex(64);
        throw_away(&headers, Body::from_async_read(receiver)).await;
        assert!({ sender }.write_all(b"x").await.is_err(), "who asks first is not waited for");
    }
}
