//! A port for a server that has to be told it.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// A free port of loopback that stays free. It is bound and nobody listens, so nobody else is given it; a server that
/// listens with SO_REUSEADDR, as all of ours do, can still have it, again and again.
#[derive(Debug)]
pub struct Port {
    /// `127.0.0.1:port`.
    pub address: SocketAddr,
    _socket: TcpSocket,
}

impl Port {
    /// Any port that is free.
    pub fn free() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { address: socket.local_addr().unwrap(), _socket: socket }
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.address.port()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_port_is_kept_for_the_server_that_was_told_it() {
        let port = Port::free();
        assert!(TcpStream::connect(port.address).is_err(), "nobody listens yet");
        for _ in 0..3 {
            let server = TcpListener::bind(port.address).unwrap();
            assert!(TcpStream::connect(port.address).is_ok());
            assert!(TcpListener::bind(port.address).is_err(), "one at a time");
            drop(server);
        }
    }

    #[test]
    fn nobody_else_is_given_it() {
        let ports: Vec<Port> = (0..200).map(|_| Port::free()).collect();
        let kept: HashSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(kept.len(), ports.len());
        for _ in 0..200 {
            let other = TcpListener::bind("127.0.0.1:0").unwrap();
            assert!(!kept.contains(&other.local_addr().unwrap().port()));
        }
    }
}
