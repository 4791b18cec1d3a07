//! One step from a URL to a connection: resolve, check, connect to a checked address, TLS.
//!
//! ureq would resolve for every call, also where a kept connection is waiting; its resolver is therefore
//! [`NoResolver`], and the name is asked here, only when a connection is really made.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, Either, NextTimeout, RustlsConnector, TcpConnector, Transport,
};
use url::Host;

use super::guard::{self, AllowedHosts, HostPort};
use super::kept::{Closers, Kept};
use super::lookup::Lookup;
use super::trust::{Distrust, Own, Trust, distrust};
use super::{OutboundError, Rules};

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
