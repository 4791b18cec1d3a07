//! Which addresses are reached, however they are spelled and whatever names answer.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Uri;

use super::{get, impatient};
use crate::outbound::guard::{self, AllowedHosts};
use crate::outbound::lookup::Lookup;
use crate::outbound::scripted::{Reply, Scripted};
use crate::outbound::{Outbound, OutboundError};
use crate::permit::Permit;

/// Answers each lookup with the next list, the last one for ever.
#[derive(Debug)]
struct Names {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Names {
    fn answering(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers.iter().map(|list| list.iter().map(|a| a.parse().unwrap()).collect()).collect();
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Names {
    fn addresses(&self, _: &str, _: Duration) -> Result<Vec<IpAddr>, OutboundError> {
        let n = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.answers.get(n).or(self.answers.last()).cloned().unwrap_or_default())
    }
}

#[test]
fn literal_addresses_that_are_not_public_are_refused_in_every_spelling() {
    let outbound = Outbound::new(impatient(&[])).under(&Permit::of_operator());
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "10.1.2.3",
        "192.168.0.1",
        "172.31.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.7",
        "[::]",
        "[::1]",
        "[::ffff:8.8.8.8]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "localhost",
        "LOCALHOST.",
    ];
    for host in hosts {
        for port in ["", ":8443"] {
            let outcome = outbound.send(get(&format!("https://{host}{port}/")));
            assert!(matches!(outcome, Err(OutboundError::NotAllowed(_))), "{host}{port}: {outcome:?}");
        }
    }
}

#[test]
fn plain_http_user_names_and_other_schemes_are_refused() {
    let outbound = Outbound::new(impatient(&[])).under(&Permit::of_operator());
    for url in ["http://example.org/", "https://ana:secret@example.org/", "ftp://example.org/", "/path"] {
        let error = outbound.send(get(url)).unwrap_err();
        assert!(matches!(error, OutboundError::NotAllowed(_)), "{url}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn the_operator_can_allow_a_host_and_port_in_any_spelling_and_only_that() {
    let server = Scripted::start(|_| Reply::status(204));
    let port = server.host().rsplit_once(':').unwrap().1.to_owned();
    for entry in [format!("127.0.0.1:{port}"), format!("2130706433:{port}"), format!(" 127.0.0.1:{port} ")] {
        let outbound = Outbound::new(impatient(&[&entry])).under(&Permit::of_operator());
        assert_eq!(outbound.send(get(&server.url("/"))).unwrap().status(), 204, "{entry}");
        let other = outbound.send(get(&format!("http://localhost:{port}/")));
        assert!(matches!(other, Err(OutboundError::NotAllowed(_))), "{entry}: {other:?}");
    }
    for entry in ["127.0.0.1".to_owned(), "127.0.0.1:1".to_owned(), String::new()] {
        let outcome = Outbound::new(impatient(&[&entry])).under(&Permit::of_operator()).send(get(&server.url("/")));
        assert!(matches!(outcome, Err(OutboundError::NotAllowed(_))), "{entry}: {outcome:?}");
    }
}

#[test]
fn a_name_that_leads_inside_is_refused_before_anything_is_sent() {
    let server = Scripted::start(|_| Reply::status(204));
    let port = server.host().rsplit_once(':').unwrap().1.to_owned();
    for addresses in [&["127.0.0.1"][..], &["::1", "10.0.0.1"], &["::ffff:127.0.0.1"]] {
        let outbound =
            Outbound::with_lookup(impatient(&[]), Names::answering(&[addresses])).under(&Permit::of_operator());
        let error = outbound.send(get(&format!("https://calendar.example:{port}/"))).unwrap_err();
        assert!(matches!(error, OutboundError::NotAllowed(_)), "{error}");
        assert!(error.to_string().contains(&format!("calendar.example:{port}")), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_address_that_was_checked_is_the_one_connected_to() {
    let server = Scripted::start(|_| Reply::status(204));
    let port = server.host().rsplit_once(':').unwrap().1.to_owned();
    // The name exists nowhere: only the lookup knows it, and it is asked once for a connection that is kept.
    let names = Names::answering(&[&["127.0.0.1"], &["192.0.2.1"]]);
    let host = format!("calendar.example:{port}");
    let outbound = Outbound::with_lookup(impatient(&[&host]), names.clone()).under(&Permit::of_operator());
    for _ in 0..3 {
        assert_eq!(outbound.send(get(&format!("http://{host}/"))).unwrap().status(), 204);
    }
    assert_eq!((names.asked.load(Ordering::SeqCst), server.connections()), (1, 1));
}

#[test]
fn of_several_addresses_only_those_that_pass_are_used() {
    let target = guard::HostPort::of(&Uri::from_static("https://calendar.example/")).unwrap();
    let public = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));
    let mixed = [IpAddr::V4(Ipv4Addr::LOCALHOST), public];
    assert_eq!(guard::reachable(&AllowedHosts::new(&[]), &target, mixed), Ok(vec![public]));
}

#[test]
fn public_addresses_pass() {
    for address in ["8.8.8.8", "1.1.1.1", "17.253.144.10", "100.128.0.1", "2606:4700::1111", "2a00:1450:4003::1"] {
        assert_eq!(guard::rule_against(address.parse().unwrap()), None, "{address}");
    }
    for address in ["4000::1", "100::1", "::2", "5f00::1"] {
        assert!(guard::rule_against(address.parse().unwrap()).is_some(), "{address}");
    }
}

#[test]
fn a_name_without_addresses_or_with_a_closed_port_is_no_connection() {
    let outbound = Outbound::with_lookup(impatient(&[]), Names::answering(&[&[]])).under(&Permit::of_operator());
    let outcome = outbound.send(get("https://calendar.example/"));
    assert!(matches!(outcome, Err(OutboundError::NoConnection(_))), "{outcome:?}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let outcome =
        Outbound::new(impatient(&[&host])).under(&Permit::of_operator()).send(get(&format!("http://{host}/")));
    assert!(matches!(outcome, Err(OutboundError::NoConnection(_))), "{outcome:?}");
    let outcome =
        Outbound::new(impatient(&[])).under(&Permit::of_operator()).send(get("https://does-not-exist.invalid/"));
    assert!(matches!(outcome, Err(OutboundError::NoConnection(_))), "{outcome:?}");
}
