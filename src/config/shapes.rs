//! The shapes of single values, told from text.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use jiff::SignedDuration;
use url::Host;

pub(super) use crate::address::{is_loopback, origin, web_address};

/// `5s`, `24h`, `1h 30m`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    text.parse::<SignedDuration>().ok().and_then(|signed| Duration::try_from(signed).ok())
}

/// The widest networks that somebody can vouch for: 10.0.0.0/8 (RFC 1918) ...
const WIDEST_V4: u8 = 8;
/// ... fc00::/7 (RFC 4193) ...
const WIDEST_LOCAL_V6: u8 = 7;
/// ... and, of public addresses, what is far wider than any provider's own (a registry gives out /32 and some /20).
const WIDEST_V6: u8 = 19;

/// `10.0.0.0/8`, or one address. A network as wide as the world, or a good part of it, is none: those in it are strangers.
/// IPv4 in the clothes of IPv6 (`::ffff:10.0.0.0/104`) is IPv4, as the addresses of peers are.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    let network = match network.trunc() {
        IpNet::V6(v6) => match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
            (Some(v4), Some(length)) => Ipv4Net::new(v4, length).map(IpNet::V4).ok()?,
            _ => IpNet::V6(v6),
        },
        v4 @ IpNet::V4(_) => v4,
    };
    let widest = match network {
        IpNet::V4(_) => WIDEST_V4,
        IpNet::V6(v6) if v6.addr().is_unique_local() || v6.addr().is_unicast_link_local() => WIDEST_LOCAL_V6,
        IpNet::V6(_) => WIDEST_V6,
    };
    (network.prefix_len() >= widest).then_some(network)
}

/// A host alone, in its canonical form: lower case, IPv6 in brackets.
pub(super) fn host(text: &str) -> Option<String> {
    Host::parse(text).ok().map(|host| host.to_string())
}

/// `host:port` in its canonical form: lower case, IPv6 in brackets.
pub(super) fn host_and_port(text: &str) -> Option<String> {
    let (host, port) = text.rsplit_once(':')?;
    let host = Host::parse(host).ok()?;
    let port = port.parse::<u16>().ok().filter(|port| *port > 0)?;
    Some(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_strangers_is_nobody_s_proxy() {
        let fine = [
            ("127.0.0.1", "127.0.0.1/32"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("104.16.0.0/13", "104.16.0.0/13"),
            ("::1", "::1/128"),
            ("fc00::/7", "fc00::/7"),
            ("fe80::/10", "fe80::/10"),
            ("2400:cb00::/32", "2400:cb00::/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ];
        for (text, expected) in fine {
            assert_eq!(network(text).map(|network| network.to_string()).as_deref(), Some(expected), "{text}");
        }
        let halves = ["0.0.0.0/1", "128.0.0.0/1", "8000::/1", "::/1", "2000::/3", "2000::/16"];
        let all = ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "::ffff:128.0.0.0/97", "10.0.0.0/7"];
        for text in halves.iter().chain(&all).chain(&["", "proxy", "10.0.0.0/33", "127.0.0.1:80"]) {
            assert_eq!(network(text), None, "{text}");
        }
    }
}
