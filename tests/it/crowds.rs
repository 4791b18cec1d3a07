//! Strangers on the wire: however many they are and whatever they hold back, who behaves is answered, and memory has an end.
//!
//! They come from 127.0.1.1 and up, sixteen addresses with a share each; who behaves comes from 127.0.0.1.

mod bodies;
mod connections;

use std::net::SocketAddr;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpSocket, TcpStream};

/// As many connections as there may be by default.
const ALL: usize = 4096;
const ADDRESSES: usize = 16;

/// Raises the limit of descriptors of this process, of which each connection takes one, as far as it may.
fn many_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

/// The nth stranger's connection.
async fn stranger(nth: usize, gateway: SocketAddr) -> TcpStream {
    let from = SocketAddr::from(([127, 0, 1, u8::try_from(nth % ADDRESSES).unwrap() + 1], 0));
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(from).unwrap();
    socket.connect(gateway).await.unwrap()
}
