//! The only socket to the outside, and the only user of `ureq`.
//!
//! Rule: people and client systems type addresses, so nothing is trusted. Every call is HTTPS, and every connection
//! is made in one step (`connect.rs`): resolve, check each address, connect to a checked one. There is no second
//! resolution between the check and the connection that a hostile name server could answer differently. Only
//! `host:port` pairs that the operator lists may be private or plain HTTP.
//!
//! Nothing is sent without a [permit](crate::permit), which is asked anew for each request.
//!
//! A call always ends: connecting, the first byte and the whole call have deadlines, and an answer has a largest
//! size, also unpacked. Redirects are answers like any other; who follows one comes back here and is checked again. Nothing
//! is repeated, but what a server put off, where the caller has [`Patience`] for that; who makes a link ends all calls for it within
//! a time, too. Traces carry method, host, path, status
//! and time; never a header, a body, a query or a user name.

mod coding;
mod connect;
mod guard;
mod json;
mod kept;
mod lookup;
mod patience;
mod retry_after;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
mod trouble;
mod trust;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::CONNECTION;
use http::{HeaderValue, Uri};
use rustls::pki_types::CertificateDer;
use ureq::AsSendBody;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use crate::config::Config;
use crate::permit::{Off, Permit, UnderWay};
use connect::{GuardedConnector, NoResolver};
use guard::{AllowedHosts, HostPort};
use kept::Closers;
use lookup::{Lookup, SystemLookup};

pub(crate) use json::values as json_values;
pub use patience::Patience;
pub(crate) use retry_after::retry_after;

/// What the guard lets through and how long it waits.
#[derive(Clone, Debug)]
pub struct Rules {
    /// `host:port` that may be private or plain HTTP.
    pub allowed_hosts: Vec<String>,
    /// Hosts with certificate authorities that are trusted for them, beside the public ones.
    pub extra_roots: Vec<(String, Vec<CertificateDer<'static>>)>,
    /// Time to connect, TLS included.
    pub connect: Duration,
    /// Time until the first byte of the answer.
    pub first_byte: Duration,
    /// Time for the whole call.
    pub whole: Duration,
    /// The largest answer taken, in bytes, unpacked or not.
    pub max_body: u64,
    /// Idle connections kept per host.
    pub keep_per_host: usize,
}

impl Rules {
    /// The same, with what the operator says about calendar servers.
    pub fn with_hosts_of(self, config: &Config) -> Self {
        let roots = config.extra_roots.iter().map(|roots| (roots.host.clone(), roots.certificates.clone()));
        Self { allowed_hosts: config.allowed_hosts.clone(), extra_roots: roots.collect(), ..self }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            extra_roots: Vec::new(),
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            whole: Duration::from_secs(60),
            max_body: 16 << 20,
            keep_per_host: 8,
        }
    }
}

/// The guarded HTTP client. Cheap to clone; clones share connections. It sends nothing before somebody has a [`Permit`] for it.
#[derive(Clone)]
pub struct Outbound {
    inner: Arc<Inner>,
    patience: Patience,
    permit: Option<Permit>,
}

struct Inner {
    agent: ureq::Agent,
    rules: Rules,
    allowed: AllowedHosts,
    closers: Closers,
}

/// Why no answer came, named for what the caller may do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Whoever it is for is switched off; nothing was sent.
    #[error(transparent)]
    Off(#[from] Off),
    /// The guard refused the address; nothing was sent. The text names the rule.
    #[error("{0}")]
    NotAllowed(String),
    /// The name does not resolve, or nobody accepts the connection; nothing was sent.
    #[error("{0}")]
    NoConnection(String),
    /// Names can't be looked up at the moment, which says nothing about this one; nothing was sent.
    #[error("{0}")]
    NoLookup(String),
    /// The server shows a certificate that can't be trusted; nothing was sent.
    #[error("{0}")]
    Untrusted(String),
    /// The handshake failed otherwise, e.g. because what answers speaks no TLS; nothing was sent.
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
    /// The answer came in a coding that nobody asked for and that can't be undone; the request was perhaps carried out.
    #[error("{0}")]
    Unreadable(String),
}

impl Outbound {
    /// A client under these rules.
    pub fn new(rules: Rules) -> Self {
        Self::with_lookup(rules, Arc::new(SystemLookup))
    }

    /// The same with another way to resolve names, for tests of the guard.
    fn with_lookup(rules: Rules, lookup: Arc<dyn Lookup>) -> Self {
        let allowed = AllowedHosts::new(&rules.allowed_hosts);
        let closers = Closers::default();
        let connector = GuardedConnector::new(&rules, allowed.clone(), lookup, closers.clone());
        let agent = ureq::Agent::with_parts(settings(&rules, RootCerts::WebPki), connector, NoResolver);
        Self { inner: Arc::new(Inner { agent, rules, allowed, closers }), patience: Patience::none(), permit: None }
    }

    /// The same way, for somebody who waits where a server puts a request off.
    #[must_use]
    pub fn patient(&self, patience: &Patience) -> Self {
        Self { patience: patience.clone(), ..self.clone() }
    }

    /// The same way, for what `permit` is for.
    #[must_use]
    pub fn under(&self, permit: &Permit) -> Self {
        Self { permit: Some(permit.clone()), ..self.clone() }
    }

    /// Sends one request; follows no redirect. It is repeated only where the server says that it was put off and the caller
    /// has patience. Any status is an answer.
    ///
    /// # Errors
    /// See [`OutboundError`].
    pub fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        let mut repeated = 0;
        loop {
            let answer = self.traced(request.clone())?;
            let put_off = patience::put_off(&answer);
            if !put_off.is_some_and(|retry_after| self.patience.waits(retry_after, repeated)) {
                return Ok(answer);
            }
            repeated += 1;
        }
    }

    fn traced(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        #[expect(clippy::disallowed_methods, reason = "measures a duration for the trace")]
        let started = Instant::now();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let outcome = match self.permit.as_ref().map_or(Err(Off), Permit::begin) {
            Ok(under_way) => self.exchange(request, &under_way),
            Err(off) => Err(off.into()),
        };
        trace(method.as_str(), &uri, started.elapsed(), &outcome);
        outcome
    }

    fn exchange(
        &self,
        request: http::Request<Vec<u8>>,
        _permitted: &UnderWay,
    ) -> Result<http::Response<Vec<u8>>, OutboundError> {
        let inner = &self.inner;
        inner.allowed.check_scheme(request.uri())?;
        let host = request.uri().host().unwrap_or_default().to_owned();
        let left = self.patience.left();
        if left.is_some_and(|left| left.is_zero()) {
            return Err(trouble::too_long(&host));
        }
        let explain = |error| match trouble::name(error, &host, &inner.rules) {
            OutboundError::Timeout(_) if self.patience.left().is_some_and(|left| left.is_zero()) => {
                trouble::too_long(&host)
            }
            named => named,
        };
        let (mut head, body) = request.into_parts();
        if HostPort::of(&head.uri).is_ok_and(|host| inner.closers.hold(&host)) {
            head.headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let answer = if body.is_empty() {
            inner.agent.run(inner.within(left, http::Request::from_parts(head, ())))
        } else {
            inner.agent.run(inner.within(left, http::Request::from_parts(head, body.as_slice())))
        };
        let (mut head, mut body) = answer.map_err(explain)?.into_parts();
        if body.content_length().is_some_and(|length| length > inner.rules.max_body) {
            return Err(trouble::too_large(&host, &inner.rules));
        }
        let bytes = body.with_config().limit(inner.rules.max_body).read_to_vec().map_err(explain)?;
        let plain = coding::plain(&mut head.headers, bytes, inner.rules.max_body);
        let plain = plain.map_err(|packed| trouble::packed(packed, &host, &inner.rules))?;
        Ok(http::Response::from_parts(head, plain))
    }
}

impl Inner {
    /// A request that ends within what is left for all, where that is less than it may take by itself.
    fn within<S: AsSendBody>(&self, left: Option<Duration>, request: http::Request<S>) -> http::Request<S> {
        match left.filter(|left| *left < self.rules.whole) {
            Some(left) => self.agent.configure_request(request).timeout_global(Some(left)).build(),
            None => request,
        }
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("rules", &self.inner.rules).finish_non_exhaustive()
    }
}

/// Connections kept over all hosts. Each idle one costs a descriptor and its buffers.
const KEEP_IN_ALL: usize = 256;
/// Large enough for the headers of any sane answer, small enough for hundreds of connections.
const BUFFER: usize = 32 << 10;

fn settings(rules: &Rules, roots: RootCerts) -> ureq::config::Config {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(crypto)
        .build();
    ureq::config::Config::builder()
        .tls_config(tls)
        // From the environment by default: a proxy would connect where the guard can't look.
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // PROPFIND, MKCALENDAR and the like.
        .allow_non_standard_methods(true)
        .user_agent(concat!("Pasarela/", env!("CARGO_PKG_VERSION")))
        // Where nothing is said, any coding may come (RFC 9110, section 12.5.3).
        .accept_encoding("identity")
        .timeout_connect(Some(rules.connect))
        .timeout_recv_response(Some(rules.first_byte))
        .timeout_global(Some(rules.whole))
        .max_idle_connections(KEEP_IN_ALL.max(rules.keep_per_host))
        .max_idle_connections_per_host(rules.keep_per_host)
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .max_response_header_size(BUFFER)
        .build()
}

fn trace(method: &str, uri: &Uri, took: Duration, outcome: &Result<http::Response<Vec<u8>>, OutboundError>) {
    let (host, path, ms) = (uri.host().unwrap_or_default(), uri.path(), took.as_millis());
    match outcome {
        Ok(answer) => tracing::debug!(method, host, path, status = answer.status().as_u16(), ms, "call"),
        Err(error) => tracing::debug!(method, host, path, %error, ms, "call without an answer"),
    }
}
