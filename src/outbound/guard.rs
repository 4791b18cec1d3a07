//! Which addresses may be reached. Pure: addresses and names in, a verdict out.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, Scheme};
use ipnet::{Ipv4Net, Ipv6Net};
use url::Host;

use super::OutboundError;

/// A host and a port in one spelling: names in lower case and ASCII, numbers as addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct HostPort {
    /// The host as browsers read it: `2130706433` and `0x7f.1` are 127.0.0.1.
    pub(super) host: Host,
    /// The port, the scheme's own where none is written.
    pub(super) port: u16,
}

impl HostPort {
    /// Reads the authority of a URL.
    pub(super) fn of(uri: &Uri) -> Result<Self, OutboundError> {
        let authority = authority_of(uri)?;
        let port = match (authority.port_u16(), uri.scheme()) {
            (Some(port), _) => port,
            (None, Some(scheme)) if *scheme == Scheme::HTTPS => 443,
            (None, Some(scheme)) if *scheme == Scheme::HTTP => 80,
            _ => return Err(bad("is neither https nor http")),
        };
        let host = Host::parse(authority.host()).map_err(|_| bad("names a host that can't exist"))?;
        Ok(Self { host: without_final_dot(host), port })
    }

    /// Reads an entry of the operator's list.
    fn from_entry(entry: &str) -> Option<Self> {
        let (host, port) = entry.trim().rsplit_once(':')?;
        Some(Self { host: without_final_dot(Host::parse(host).ok()?), port: port.parse().ok()? })
    }
}

/// Host and port as written. A user name in front of them would be sent, and shown in errors.
fn authority_of(uri: &Uri) -> Result<&Authority, OutboundError> {
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => {
            Err(bad("holds a user name, which belongs in its own field"))
        }
        Some(authority) => Ok(authority),
        None => Err(bad("names no host")),
    }
}

fn bad(what: &str) -> OutboundError {
    OutboundError::NotAllowed(format!("the address {what}"))
}

/// `localhost.` and `localhost` are one host.
fn without_final_dot(host: Host) -> Host {
    match host {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
        address => address,
    }
}

/// The operator's exceptions.
#[derive(Clone, Debug)]
pub(super) struct AllowedHosts(Arc<HashSet<HostPort>>);

impl AllowedHosts {
    /// Entries that are no `host:port` allow nothing; the configuration has refused them before.
    pub(super) fn new(entries: &[String]) -> Self {
        Self(Arc::new(entries.iter().filter_map(|entry| HostPort::from_entry(entry)).collect()))
    }

    /// Whether this host may be private or plain HTTP.
    pub(super) fn allows(&self, target: &HostPort) -> bool {
        self.0.contains(target)
    }

    /// Refuses everything but HTTPS, unless the operator allows the host. Where an HTTPS call leads is checked when a
    /// connection is made for it.
    pub(super) fn check_scheme(&self, uri: &Uri) -> Result<(), OutboundError> {
        let authority = authority_of(uri)?;
        if uri.scheme() == Some(&Scheme::HTTPS) {
            return Ok(());
        }
        let target = HostPort::of(uri)?;
        if self.allows(&target) {
            return Ok(());
        }
        Err(OutboundError::NotAllowed(format!(
            "only https is allowed; the operator can allow {authority} for plain http"
        )))
    }
}

/// Keeps the addresses that may be reached. An allowed host may be anywhere.
pub(super) fn reachable(
    allowed: &AllowedHosts,
    target: &HostPort,
    found: impl IntoIterator<Item = IpAddr>,
) -> Result<Vec<IpAddr>, OutboundError> {
    let exempt = allowed.allows(target);
    let mut refused = None;
    let mut passed = Vec::new();
    for address in found {
        match rule_against(address) {
            Some(rule) if !exempt => refused = Some(rule),
            _ => passed.push(address),
        }
    }
    match refused {
        Some(rule) if passed.is_empty() => Err(OutboundError::NotAllowed(format!(
            "{} is {rule}, which is not reached from here; the operator can allow {}:{}",
            target.host, target.host, target.port
        ))),
        _ => Ok(passed),
    }
}

/// The rule that forbids `address`, in words; none where it is a public one.
pub(super) fn rule_against(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => V4.iter().find(|(net, _)| net.contains(&address)).map(|(_, rule)| *rule),
        IpAddr::V6(address) => V6
            .iter()
            .find(|(net, _)| net.contains(&address))
            .map(|(_, rule)| *rule)
            .or_else(|| (!PUBLIC_V6.contains(&address)).then_some("not a public address")),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// IANA's registry of special IPv4 blocks (RFC 6890), and the metadata addresses of clouds that lie outside of them.
const V4: [(Ipv4Net, &str); 17] = [
    (v4(0, 0, 0, 0, 8), "an unspecified address"),
    (v4(10, 0, 0, 0, 8), "a private address"),
    (v4(100, 64, 0, 0, 10), "a carrier's shared address"),
    (v4(127, 0, 0, 0, 8), "a loopback address"),
    (v4(169, 254, 0, 0, 16), "a link-local or metadata address"),
    (v4(172, 16, 0, 0, 12), "a private address"),
    (v4(192, 0, 0, 0, 24), "a reserved address"),
    (v4(192, 0, 2, 0, 24), "a documentation address"),
    (v4(192, 88, 99, 0, 24), "a 6to4 relay"),
    (v4(192, 168, 0, 0, 16), "a private address"),
    (v4(198, 18, 0, 0, 15), "a benchmarking address"),
    (v4(198, 51, 100, 0, 24), "a documentation address"),
    (v4(203, 0, 113, 0, 24), "a documentation address"),
    (v4(224, 0, 0, 0, 4), "a multicast address"),
    (v4(255, 255, 255, 255, 32), "a broadcast address"),
    (v4(240, 0, 0, 0, 4), "a reserved address"),
    // Azure's metadata and DNS service stands on a public address.
    (v4(168, 63, 129, 16, 32), "a cloud's metadata address"),
];

/// The only block from which public IPv6 addresses are given (RFC 4291, section 2.4).
const PUBLIC_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// IPv6 forms with a name of their own. Those that carry an IPv4 address are refused whole, whatever it is: no server
/// of the outside needs to be written so, and each of them is a way around the table above.
const V6: [(Ipv6Net, &str); 14] = [
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "an unspecified address"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "a loopback address"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), "an IPv4 address in IPv6 form"),
    (v6(0, 0, 0, 96), "an IPv4 address in IPv6 form"),
    (v6(0x64, 0xff9b, 0, 96), "an IPv4 address behind NAT64"),
    (v6(0x64, 0xff9b, 1, 48), "an IPv4 address behind NAT64"),
    (v6(0x2002, 0, 0, 16), "a 6to4 address"),
    (v6(0x2001, 0, 0, 23), "a reserved address (Teredo and others)"),
    (v6(0x2001, 0xdb8, 0, 32), "a documentation address"),
    (v6(0x3fff, 0, 0, 20), "a documentation address"),
    (v6(0xfc00, 0, 0, 7), "a private address"),
    (v6(0xfe80, 0, 0, 10), "a link-local address"),
    (v6(0xfec0, 0, 0, 10), "a site-local address"),
    (v6(0xff00, 0, 0, 8), "a multicast address"),
];
