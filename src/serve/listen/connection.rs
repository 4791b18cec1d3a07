//! One connection, from the handshake to its end.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, Version, header};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;

use super::answer::Answer;
use super::arriving;
use super::guest::IDLE;
use super::room::Place;
use super::stream::{STALL, Streams};
use crate::serve::tls::Certificate;

/// The longest head of a request of HTTP/1, and as much of its body as is read before somebody asks for it.
const READ_AHEAD: usize = 64 << 10;
/// The same of HTTP/2, per stream and per connection: its windows.
const WINDOW: u32 = 64 << 10;
const WINDOW_OF_ALL: u32 = 256 << 10;
/// Lines of a head of HTTP/1.
const HEADER_LINES: usize = 64;
/// The longest head of HTTP/2.
const HEADER_LIST: u32 = 16 << 10;
/// Requests at a time on one connection of HTTP/2.
const STREAMS: u32 = 128;
/// What is kept of an answer for a client that does not take it, beside the piece that is its turn.
const WRITE_AHEAD: usize = 16 << 10;

/// Why a connection ended before its client wanted it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Leave {
    /// No whole head came in time.
    #[error("no request came in time")]
    Overdue,
    /// It has its answers, and so many are here that none is kept.
    #[error("it has its answers, and nobody is kept in a crowd")]
    Crowded,
    /// Its place was needed.
    #[error("it was idle, and its place was needed")]
    SentAway,
    /// The gateway stops.
    #[error("the gateway stops")]
    Stopping,
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

/// A connection that has a place.
#[derive(Debug)]
pub(super) struct Connection<E> {
    /// Who is at the other end.
    pub(super) address: SocketAddr,
    /// Who answers.
    pub(super) endpoint: Arc<E>,
    /// Kept as long as the connection.
    pub(super) place: Place,
    /// Turns true when the gateway stops.
    pub(super) stop: watch::Receiver<bool>,
}

impl<E: Endpoint<Output = Response> + 'static> Connection<E> {
    /// Answers whatever is asked on it, to its end.
    pub(super) async fn serve<S>(mut self, stream: S, certificate: Option<Certificate>)
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let address = self.address;
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(STALL));
        let stream = Box::pin(stream);
        let ended = match certificate {
            None => self.speak(stream, Scheme::HTTP).await,
            Some(certificate) => {
                // On the heap only while it lasts: a connection would else keep room for its handshake to the end.
                let handshake = Box::pin(certificate.acceptor().accept(stream));
                let shaken = tokio::select! {
                    shaken = handshake => shaken.map_err(Broken::from),
                    why = self.must_leave() => Err(why.into()),
                };
                match shaken {
                    // On the heap: every place that it passes through would else have room for it.
                    Ok(stream) => self.speak(Box::new(stream), Scheme::HTTPS).await,
                    Err(error) => Err(error),
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%address, error, "a connection broke");
        }
    }

    async fn speak<S>(&mut self, stream: S, scheme: Scheme) -> Result<(), Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let endpoint = Arc::clone(&self.endpoint);
        let (guest, room) = (Arc::clone(&self.place.guest), Arc::clone(&self.place.room));
        let remote = RemoteAddr(Addr::SocketAddr(self.address));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let (endpoint, room) = (Arc::clone(&endpoint), Arc::clone(&room));
            let (asked, version) = (guest.request(), request.version());
            let mut request = Request::from((request, LocalAddr::default(), remote.clone(), scheme.clone()));
            async move {
                let asked = asked.ok_or(Leave::SentAway)?;
                arriving::watch(&mut request, &asked);
                // On the heap only while it is answered: hyper keeps room for this future as long as the connection.
                let response = Box::pin(endpoint.call(request)).await.unwrap_or_else(|error| error.into_response());
                let mut response = hyper::Response::from(response);
                if room.is_more_than_half_full() {
                    if version < Version::HTTP_2 {
                        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                    } else {
                        asked.is_the_last();
                    }
                }
                Ok::<_, Leave>(response.map(|body| Answer::new(body, asked)))
            }
        });
        let builder = builder();
        let mut connection = Box::pin(builder.serve_connection(TokioIo::new(stream), service));
        let why = tokio::select! {
            ended = connection.as_mut() => return ended,
            why = self.must_leave() => why,
        };
        if matches!(why, Leave::SentAway) {
            return Err(why.into());
        }
        // What was asked is still answered; HTTP/2 is told that nothing more will be.
        connection.as_mut().graceful_shutdown();
        tokio::select! {
            ended = connection => ended,
            () = self.place.guest.has_said_farewell() => Err(why.into()),
        }
    }

    /// Waits until it must end, however its client sees it.
    async fn must_leave(&mut self) -> Leave {
        let guest = &self.place.guest;
        tokio::select! {
            () = guest.is_overdue() => Leave::Overdue,
            () = guest.is_sent_away() => Leave::SentAway,
            () = guest.has_its_answers() => Leave::Crowded,
            _ = self.stop.wait_for(|stop| *stop) => Leave::Stopping,
        }
    }
}

fn builder() -> Builder<Streams> {
    let mut builder = Builder::new(Streams);
    builder.http1().max_headers(HEADER_LINES).max_buf_size(READ_AHEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(IDLE)
        .max_header_list_size(HEADER_LIST)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW_OF_ALL)
        .max_send_buf_size(WRITE_AHEAD);
    builder
}
