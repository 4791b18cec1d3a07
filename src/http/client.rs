//! Where a request really comes from, and whether it came over HTTPS, as far as those in between can be trusted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use poem::Request;
use poem::http::{HeaderMap, HeaderValue};

use super::problem::{Code, Problem};
use crate::config::Transport;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    /// Where they are.
    pub(crate) address: IpAddr,
    /// What for.
    pub(crate) loads: Loads,
}

/// What a request is for, as far as a browser says so. Programs don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loads {
    /// Itself: a person opens it, or a program asks.
    Itself,
    /// A page of another site shows it in a frame.
    Frame,
    /// A page of another site has it loaded as an image, a script, data, or as what may be wanted later. Nobody who is there
    /// chose that, and nobody sees the answer.
    Part,
}

impl Asker {
    /// Who really sent a request, as far as those in between can be trusted.
    pub(super) fn of(request: &Request, transport: &Transport) -> Self {
        let headers = request.headers();
        Self { address: address(peer(request), headers, transport), loads: Loads::said(headers) }
    }

    /// Where they are, as all who share a network with them have it: what their share of something is counted by.
    pub(crate) fn household(self) -> IpAddr {
        household(self.address)
    }
}

impl Loads {
    /// Fetch Metadata Request Headers §2; `Sec-Purpose` stands in the Fetch standard.
    fn said(headers: &HeaderMap) -> Self {
        let said = |name| headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
        if !matches!(said("sec-fetch-site"), b"cross-site" | b"same-site") {
            return Self::Itself;
        }
        match said("sec-fetch-dest") {
            _ if said("sec-purpose").starts_with(b"prefetch") => Self::Part,
            b"document" => Self::Itself,
            b"iframe" | b"frame" => Self::Frame,
            _ => Self::Part,
        }
    }
}

/// One who has an IPv6 network has 2^64 addresses in it; they count as one.
pub(crate) fn household(caller: IpAddr) -> IpAddr {
    match caller.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// Who is at the other end of the connection.
pub(super) fn peer(request: &Request) -> IpAddr {
    request.remote_addr().as_socket_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), SocketAddr::ip).to_canonical()
}

/// The address of who really asks: the peer, or behind trusted proxies the right-most address of `X-Forwarded-For`
/// that isn't a proxy of ours (what stands further left was written by whoever asks).
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, transport: &Transport) -> IpAddr {
    match transport {
        Transport::TrustedProxies(networks) if trusted(networks, peer) => forwarded_for(headers, networks, peer),
        _ => peer,
    }
}

/// Refuses what did not come over HTTPS. On loopback there is no wire.
///
/// # Errors
/// `https_required`.
pub(super) fn require_https(peer: IpAddr, headers: &HeaderMap, transport: &Transport) -> Result<(), Problem> {
    let Transport::TrustedProxies(networks) = transport else { return Ok(()) };
    if trusted(networks, peer) && said_https(headers) {
        return Ok(());
    }
    Err(Problem::new(
        Code::HttpsRequired,
        "This request did not come over HTTPS through a proxy that is trusted here. If a key was in it, others may have read it.",
    ))
}

fn trusted(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// Every proxy on the way must have been reached over HTTPS; with a single one it is a single word.
fn said_https(headers: &HeaderMap) -> bool {
    let mut words = list(headers, "x-forwarded-proto").peekable();
    words.peek().is_some() && words.all(|word| word.eq_ignore_ascii_case("https"))
}

fn forwarded_for(headers: &HeaderMap, networks: &[IpNet], peer: IpAddr) -> IpAddr {
    let hops: Vec<&str> = list(headers, "x-forwarded-for").collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = read(hop) else { break };
        nearest = address;
        if !trusted(networks, address) {
            break;
        }
    }
    nearest
}

fn list<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().flat_map(|value| value.to_str().unwrap_or("?").split(',')).map(str::trim)
}

/// An address, with or without a port: some proxies write one.
fn read(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| hop.parse().ok().map(|address: SocketAddr| address.ip()))
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn proxies() -> Transport {
        Transport::TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()])
    }

    fn seen(peer: &str, forwarded: &str) -> String {
        address(ip(peer), &headers(&[("x-forwarded-for", forwarded)]), &proxies()).to_string()
    }

    #[test]
    fn the_right_most_untrusted_address_is_the_client() {
        assert_eq!(seen("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.9"), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", "198.51.100.7:5555"), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", "[2001:db8::1]:443"), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", "2001:db8::1"), "2001:db8::1");
    }

    #[test]
    fn who_is_no_proxy_of_ours_can_not_borrow_an_address() {
        assert_eq!(seen("198.51.100.9", "1.1.1.1"), "198.51.100.9");
        let borrowed = headers(&[("x-forwarded-for", "1.1.1.1")]);
        assert_eq!(address(ip("127.0.0.1"), &borrowed, &Transport::Loopback), ip("127.0.0.1"));
        assert_eq!(seen("10.0.0.1", "1.1.1.1, unknown"), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", ""), "10.0.0.1");
    }

    #[test]
    fn what_a_page_of_another_site_loads_is_told_from_what_a_person_opens() {
        use Loads::{Frame, Itself, Part};
        let table = [
            ("", "", "", Itself),
            ("none", "document", "", Itself),
            ("cross-site", "document", "", Itself),
            ("same-origin", "empty", "", Itself),
            ("same-origin", "image", "", Itself),
            ("none", "document", "prefetch", Itself),
            ("cross-site", "iframe", "", Frame),
            ("same-site", "frame", "", Frame),
            ("cross-site", "image", "", Part),
            ("same-site", "script", "", Part),
            ("cross-site", "empty", "", Part),
            ("cross-site", "object", "", Part),
            ("cross-site", "", "", Part),
            ("cross-site", "document", "prefetch;anonymous-client-ip", Part),
        ];
        for (site, dest, purpose, expected) in table {
            let said = [("sec-fetch-site", site), ("sec-fetch-dest", dest), ("sec-purpose", purpose)];
            let said: Vec<_> = said.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            assert_eq!(Loads::said(&headers(&said)), expected, "{said:?}");
        }
    }

    #[test]
    fn behind_proxies_only_https_is_taken() {
        type Lines = [(&'static str, &'static str)];
        let table: [(&str, &Lines, bool); 6] = [
            ("10.0.0.1", &[("x-forwarded-proto", "https")], true),
            ("10.0.0.1", &[("x-forwarded-proto", "http")], false),
            ("10.0.0.1", &[("x-forwarded-proto", "https, http")], false),
            ("10.0.0.1", &[], false),
            ("198.51.100.9", &[("x-forwarded-proto", "https")], false),
            ("10.0.0.1", &[("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")], false),
        ];
        for (peer, lines, passes) in table {
            assert_eq!(require_https(ip(peer), &headers(lines), &proxies()).is_ok(), passes, "{peer} {lines:?}");
        }
        assert!(require_https(ip("127.0.0.1"), &headers(&[]), &Transport::Loopback).is_ok());
    }
}
