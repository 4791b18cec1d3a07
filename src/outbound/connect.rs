//! One step from a URL to a connection: resolve, check, connect to a checked address, TLS.
//!
//! ureq would resolve for every call, also where a kept connection is waiting; its resolver is therefore
//! [`NoResolver`], and the name is asked here, only when a connection is really made.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, Either, NextTimeout, RustlsConnector, TcpConnector, Transport,
};
use url::Host;

use super::guard::{self, AllowedHosts, HostPort};
use super::kept::{Closers, Kept};
use super::trust::{Distrust, Own, Trust, distrust};
use super::{OutboundError, Rules};

/// How names become addresses.
pub(super) trait Lookup: fmt::Debug + Send + Sync {
    /// All addresses of `name`, within the time given.
    fn addresses(&self, name: &str, within: Duration) -> Result<Vec<IpAddr>, OutboundError>;
}

/// The system's resolver, in a thread of its own because it takes no deadline. One that is given up on ends by itself
/// when the system's own patience does.
#[derive(Debug)]
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: &str, within: Duration) -> Result<Vec<IpAddr>, OutboundError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let asked = (name.to_owned(), 0);
        let thread = std::thread::Builder::new().name("lookup".to_owned()).spawn(move || {
            // Nobody listens any more when the deadline has passed.
            let _ = sender.send(asked.to_socket_addrs().map(|found| found.map(|a| a.ip()).collect()));
        });
        thread.map_err(|error| OutboundError::NoLookup(format!("no thread to resolve {name}: {error}")))?;
        match receiver.recv_timeout(within) {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(not_found(name, &error)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(OutboundError::NoLookup(format!(
                "the name {name} was not found in time: no name server has answered"
            ))),
        }
    }
}

/// How glibc and musl say `EAI_AGAIN` (getaddrinfo(3)): no name server has answered. Rust hands on nothing but the words.
const ASK_AGAIN: [&str; 2] = ["Temporary failure in name resolution", "Try again"];

/// Why there are no addresses: there are none, or nobody could be asked.
fn not_found(name: &str, error: &std::io::Error) -> OutboundError {
    let said = error.to_string();
    if ASK_AGAIN.iter().any(|words| said.contains(words)) {
        return OutboundError::NoLookup(format!("the name {name} can't be looked up now: no name server has answered"));
    }
    OutboundError::NoConnection(format!("the name {name} can't be found"))
}

/// Resolves nothing: the connector does.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Makes connections under the guard. Its errors are [`OutboundError`]s inside [`ureq::Error::Other`]: whatever fails
/// here, nothing of the request was sent.
#[derive(Debug)]
pub(super) struct GuardedConnector {
    allowed: AllowedHosts,
    lookup: Arc<dyn Lookup>,
    tcp: TcpConnector,
    tls: RustlsConnector,
    trust: Trust,
    closers: Closers,
}

impl GuardedConnector {
    /// A connector under these rules, of which `allowed` are the exceptions.
    pub(super) fn new(rules: &Rules, allowed: AllowedHosts, lookup: Arc<dyn Lookup>, closers: Closers) -> Self {
        let (tcp, tls) = (TcpConnector::default(), RustlsConnector::default());
        Self { allowed, lookup, tcp, tls, trust: Trust::new(rules), closers }
    }

    fn checked(&self, target: &HostPort, within: Duration) -> Result<Vec<SocketAddr>, OutboundError> {
        let found = match &target.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.lookup.addresses(name, within)?,
        };
        let passed = guard::reachable(&self.allowed, target, found)?;
        if passed.is_empty() {
            return Err(OutboundError::NoConnection(format!("the name {} has no address", target.host)));
        }
        Ok(passed.into_iter().map(|address| SocketAddr::new(address, target.port)).collect())
    }
}

impl Connector<()> for GuardedConnector {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, ureq::Error> {
        #[expect(clippy::disallowed_methods, reason = "measures what each step leaves of the time to connect")]
        let started = Instant::now();
        let target = HostPort::of(details.uri).map_err(inside)?;
        let pinned = self.checked(&target, *details.timeout.after).map_err(inside)?;
        let open = |own: Option<&Own>| {
            let details = after_lookup(details, &pinned, started.elapsed());
            let tcp = self.tcp.connect(&details, None::<()>).map_err(|error| no_connection(&target, &error))?;
            match own {
                Some(own) => own.secure(&details, tcp),
                None => self.tls.connect(&details, tcp),
            }
        };
        let own = self.trust.of(&target.host);
        let secured = match own.map(|own| open(Some(own))) {
            // A host with authorities of its own may have gone over to a public one.
            Some(Err(error)) if distrust(&error) == Some(Distrust::Unsigned) => open(None),
            Some(outcome) => outcome,
            None => open(None),
        };
        let secured = secured.map_err(|error| no_handshake(&target, error, own.is_some()))?;
        Ok(secured.map(|transport| {
            let transport = match transport {
                Either::A(plain) => plain.boxed(),
                Either::B(encrypted) => encrypted.boxed(),
            };
            Kept::new(transport, target, self.closers.clone()).boxed()
        }))
    }
}

/// The same connection to be made, with the addresses that passed and the time that is left.
fn after_lookup<'a>(details: &ConnectionDetails<'a>, pinned: &[SocketAddr], took: Duration) -> ConnectionDetails<'a> {
    let mut addrs = details.resolver.empty();
    let most = 16;
    pinned.iter().take(most).for_each(|address| addrs.push(*address));
    let left = details.timeout.after.saturating_sub(took).max(Duration::from_millis(1));
    ConnectionDetails {
        uri: details.uri,
        addrs,
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: (details.current_time)(),
        timeout: NextTimeout { after: left.into(), ..details.timeout },
        current_time: details.current_time.clone(),
        run_connector: details.run_connector.clone(),
        register_shutdown: details.register_shutdown.clone(),
    }
}

fn inside(error: OutboundError) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}

fn no_connection(target: &HostPort, error: &ureq::Error) -> ureq::Error {
    let why = match error {
        ureq::Error::Timeout(_) => "nobody answered in time".to_owned(),
        ureq::Error::Io(error) => error.kind().to_string(),
        other => other.to_string(),
    };
    inside(OutboundError::NoConnection(format!("no connection to {}:{}: {why}", target.host, target.port)))
}

fn no_handshake(target: &HostPort, error: ureq::Error, own: bool) -> ureq::Error {
    let at = format!("{}:{}", target.host, target.port);
    if let Some(distrust) = distrust(&error) {
        return inside(OutboundError::Untrusted(format!(
            "the certificate of {at} isn't trusted: {}",
            distrust.words(own)
        )));
    }
    let why = match error {
        // It was no handshake that failed.
        ureq::Error::Other(_) => return error,
        ureq::Error::Timeout(_) => "the handshake took too long".to_owned(),
        other => other.to_string(),
    };
    inside(OutboundError::Tls(format!("no secure connection to {at}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_server_that_is_down_says_nothing_about_the_name() {
        let found = |words: &str| not_found("dav.example.org", &std::io::Error::other(words));
        for words in ["Temporary failure in name resolution", "Try again"] {
            let said = format!("failed to lookup address information: {words}");
            assert!(matches!(found(&said), OutboundError::NoLookup(_)), "{words}");
        }
        for words in ["Name or service not known", "Name does not resolve", "No address associated with hostname"] {
            let said = format!("failed to lookup address information: {words}");
            assert!(matches!(found(&said), OutboundError::NoConnection(_)), "{words}");
        }
    }
}
