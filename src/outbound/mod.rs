//! The only socket to the outside, and the only user of `ureq`.

use std::time::Duration;

/// What the guard lets through and how long it waits.
#[derive(Clone, Debug)]
pub struct Rules {
    /// `host:port` that may be private or plain HTTP.
    pub allowed_hosts: Vec<String>,
    /// Time to connect, TLS included.
    pub connect: Duration,
    /// Time until the first byte of the answer.
    pub first_byte: Duration,
    /// Time for the whole call.
    pub whole: Duration,
    /// The largest answer taken, in bytes.
    pub max_body: u64,
    /// Idle connections kept per host.
    pub keep_per_host: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            whole: Duration::from_secs(60),
            max_body: 16 << 20,
            keep_per_host: 8,
        }
    }
}

/// The guarded HTTP client. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Outbound {}

/// Why no answer came, named for what the caller may do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The guard refused the address; nothing was sent. The text names the rule.
    #[error("{0}")]
    NotAllowed(String),
    /// The name does not resolve, or nobody accepts the connection; nothing was sent.
    #[error("{0}")]
    NoConnection(String),
    /// The certificate or the handshake failed; nothing was sent.
    #[error("{0}")]
    Tls(String),
    /// A deadline passed; the request was perhaps carried out.
    #[error("{0}")]
    Timeout(String),
    /// The connection broke; the request was perhaps carried out.
    #[error("{0}")]
    Broken(String),
    /// The answer is larger than allowed.
    #[error("{0}")]
    TooLarge(String),
}

impl Outbound {
    /// A client under these rules.
    pub fn new(_rules: Rules) -> Self {
        Self {}
    }

    /// Sends one request; follows no redirect, repeats nothing. Any status is an answer.
    ///
    /// # Errors
    /// See [`OutboundError`].
    pub fn send(&self, _request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        Err(OutboundError::NoConnection("not built yet".to_owned()))
    }
}
