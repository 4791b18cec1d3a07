//! Connections that are kept for the next request, and servers that let us keep what they close.
//!
//! HTTP/1.1 keeps a connection unless somebody says otherwise (RFC 9112, section 9.3). Some servers say nothing and close all
//! the same (`docs/providers.md#connections`): the next request then meets a connection that ends, and whether it was carried out
//! is not known. Nothing is repeated here; but a server that was seen to do so is asked on new connections for a while.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::OutboundError;
use super::guard::HostPort;
use crate::guarded::Guarded;

/// How long a server is asked on new connections after it closed a kept one. A server that is only idle now and then
/// loses little by it.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The servers that closed a connection which they had let us keep, each with when that was.
#[derive(Clone, Debug, Default)]
pub(super) struct Closers(Arc<Guarded<HashMap<HostPort, Instant>>>);

impl Closers {
    /// Whether `host` is asked on new connections.
    pub(super) fn hold(&self, host: &HostPort) -> bool {
        self.0.lock().get(host).is_some_and(|seen| seen.elapsed() < REMEMBERED)
    }

    fn add(&self, host: &HostPort) {
        #[expect(clippy::disallowed_methods, reason = "measures how long this is remembered")]
        let now = Instant::now();
        let mut seen = self.0.lock();
        seen.retain(|_, since| now.duration_since(*since) < REMEMBERED);
        seen.insert(host.clone(), now);
    }
}

/// A connection that knows whether it was used before.
#[derive(Debug)]
pub(super) struct Kept {
    inner: Box<dyn Transport>,
    host: HostPort,
    closers: Closers,
    /// An answer came over it.
    answered: bool,
    /// Something was sent, and nothing came back so far.
    waits: bool,
}

impl Kept {
    /// A new connection to `host`.
    pub(super) fn new(inner: Box<dyn Transport>, host: HostPort, closers: Closers) -> Self {
        Self { inner, host, closers, answered: false, waits: false }
    }

    /// It ended: was that because nobody kept it but us?
    fn ended(&self, otherwise: ureq::Error) -> ureq::Error {
        if !(self.answered && self.waits) {
            return otherwise;
        }
        self.closers.add(&self.host);
        ureq::Error::Other(Box::new(OutboundError::Broken(format!(
            "{} closed the connection that it had let us keep, and gave no answer",
            self.host.host
        ))))
    }
}

impl Transport for Kept {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.waits = true;
        self.inner.transmit_output(amount, timeout).map_err(|error| match is_end(&error) {
            true => self.ended(error),
            false => error,
        })
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        match self.inner.await_input(timeout) {
            Ok(true) => {
                (self.answered, self.waits) = (true, false);
                Ok(true)
            }
            // The end in place of an answer.
            Ok(false) if self.answered && self.waits => Err(self.ended(ureq::Error::ConnectionFailed)),
            Err(error) if is_end(&error) => Err(self.ended(error)),
            other => other,
        }
    }

    fn is_open(&mut self) -> bool {
        !self.closers.hold(&self.host) && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

fn is_end(error: &ureq::Error) -> bool {
    let kinds =
        [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof];
    matches!(error, ureq::Error::Io(error) if kinds.contains(&error.kind()))
}
