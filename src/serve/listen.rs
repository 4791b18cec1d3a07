//! Connections: accepted, bounded in number and in patience, served, and ended in order.
//!
//! Rule: whatever a client can hold here has a bound, and whatever it can delay has a deadline that runs from the accept on.
//! [`room`] bounds how many there are and says who goes for a newcomer; [`guest`] knows since when one is idle; [`stream`] and
//! the socket's own clock know who takes nothing of its answer; [`connection`] ends what is overdue. The loop is our own because
//! poem's has none of these, and turns in circles when the system is out of file descriptors.

mod answer;
mod arriving;
mod connection;
mod counted;
mod guest;
mod room;
mod stream;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::{Endpoint, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::connection::Connection;
use self::room::{Crowded, Place};
use super::PATIENCE;
use super::tls::Certificate;

pub(super) use self::counted::Counted;
pub(super) use self::room::{Limits, Room};

/// How long to rest when the system has no descriptor left for another connection.
const REST: Duration = Duration::from_millis(100);

/// Serves until `stop` turns true; then finishes what is in flight, within [`PATIENCE`].
pub(super) async fn run<E>(
    listener: TcpListener,
    certificate: Option<Certificate>,
    room: Arc<Room>,
    endpoint: Arc<E>,
    mut stop: watch::Receiver<bool>,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let (stream, address, place) = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            next = next(&listener, &room) => next,
        };
        // Answers are written whole; waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let connection = Connection { address, endpoint: Arc::clone(&endpoint), place, stop: stop.clone() };
        connections.spawn(connection.serve(stream, certificate.clone()));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(PATIENCE, ended).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

/// The next connection that there is room for.
async fn next(listener: &TcpListener, room: &Arc<Room>) -> (TcpStream, SocketAddr, Place) {
    loop {
        let (stream, address) = accept(listener, room).await;
        loop {
            match room.enter(address.ip()) {
                Ok(place) => return (stream, address, place),
                Err(Crowded::Share) => {
                    room.counted.refused.inc();
                    if room.counted.is_worth_saying() {
                        tracing::warn!(%address, "refused: all of server.connections_per_address wait for us");
                    }
                    break;
                }
                Err(Crowded::Room) => {
                    if room.counted.is_worth_saying() {
                        tracing::warn!(%address, "waits: all of server.connections wait for us");
                    }
                    room.one_less().await;
                }
            }
        }
    }
}

async fn accept(listener: &TcpListener, room: &Room) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if belongs_to_one_connection(&error) => {}
            Err(error) => {
                if room.counted.is_worth_saying() {
                    tracing::error!(%error, "can't accept connections");
                }
                room.make_place();
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn belongs_to_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
