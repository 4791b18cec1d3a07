//! Connections: accepted, bounded in number and in patience, served, and ended in order.
//!
//! The loop is our own because poem's has no deadline for a request's head nor for a TLS handshake, and turns in circles when
//! the system is out of file descriptors.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::PATIENCE;
use super::tls::Certificate;

/// Connections at a time. Those beyond wait in the system's queue.
const MOST_CONNECTIONS: usize = 4096;
/// From the connection to the end of the handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// From the end of one answer to the end of the next request's head: also how long an idle connection is kept.
const HEAD: Duration = Duration::from_secs(60);
/// How long to rest when the system has no descriptor left for another connection.
const REST: Duration = Duration::from_millis(100);

/// Serves until `stop` turns true; then finishes what is in flight, within [`PATIENCE`].
pub(super) async fn run<E>(
    listener: TcpListener,
    certificate: Option<Certificate>,
    endpoint: Arc<E>,
    mut stop: watch::Receiver<bool>,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await.ok()?;
            Some((accept(&listener).await, permit))
        };
        let (stream, address, permit) = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            next = next => match next {
                Some(((stream, address), permit)) => (stream, address, permit),
                None => break,
            },
        };
        let connection = Connection { address, endpoint: Arc::clone(&endpoint), watcher: graceful.watcher() };
        tokio::spawn(connection.serve(stream, certificate.clone(), permit));
    }
    drop(listener);
    if tokio::time::timeout(PATIENCE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if belongs_to_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "can't accept connections");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn belongs_to_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connection<E> {
    address: SocketAddr,
    endpoint: Arc<E>,
    watcher: Watcher,
}

impl<E: Endpoint<Output = Response> + 'static> Connection<E> {
    async fn serve(self, stream: TcpStream, certificate: Option<Certificate>, _permit: OwnedSemaphorePermit) {
        let address = self.address;
        // Answers are written whole; waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let ended = match certificate {
            None => self.speak(stream, Scheme::HTTP).await,
            Some(certificate) => match tokio::time::timeout(HANDSHAKE, certificate.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream, Scheme::HTTPS).await,
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err("the TLS handshake took too long".into()),
            },
        };
        if let Err(error) = ended {
            tracing::debug!(%address, error, "a connection broke");
        }
    }

    async fn speak<S>(self, stream: S, scheme: Scheme) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { address, endpoint, watcher } = self;
        let remote = RemoteAddr(Addr::SocketAddr(address));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let endpoint = Arc::clone(&endpoint);
            let request = Request::from((request, LocalAddr::default(), remote.clone(), scheme.clone()));
            async move {
                let response = endpoint.call(request).await.unwrap_or_else(|error| error.into_response());
                Ok::<_, Infallible>(hyper::Response::from(response))
            }
        });
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(64);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(HEAD)
            .max_header_list_size(16 << 10)
            .max_concurrent_streams(128);
        watcher.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned()).await
    }
}

#[cfg(test)]
mod tests;
