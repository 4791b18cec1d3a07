//! What a person is told who can't be linked: each trouble, as it really comes, has its own name.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;

use pasarela::clients;
use pasarela::ids::Holder;
use pasarela::link::{CalendarChoice, Obstacle, ProviderKind};
use pasarela::linking::{LinkError, LinkRequest, NotMade};
use serde_json::json;
use simulators::caldav::Quirks;
use simulators::wire::{Lost, Rule};
use testing::in_process::{PHONE, TestGateway};
use testing::stage::Stage;

use super::throttled::standing;

fn tried(gateway: &TestGateway, address: &str, password: &str) -> NotMade {
    let request = LinkRequest {
        provider: ProviderKind::Caldav,
        address: address.to_owned(),
        username: "alice".to_owned(),
        password: password.to_owned().into(),
        calendar: None,
    };
    match gateway.engine().app.linking.link(&Holder::of(clients::puentes::ID, PHONE), &request).unwrap_err() {
        LinkError::NotMade(not) => not,
        LinkError::Store(error) => panic!("{error}"),
    }
}

fn expect(not: &NotMade, obstacle: Obstacle, what: &str) {
    assert_eq!(not.obstacle, obstacle, "{what}: {not:?}");
    assert!(not.instead.as_ref().is_none_or(Vec::is_empty), "{what}: {not:?}");
}

fn status(pattern: &str, status: u16) -> Rule {
    Rule { pattern: pattern.to_owned(), status: Some(status), ..Rule::default() }
}

fn lost(pattern: &str) -> Rule {
    Rule { pattern: pattern.to_owned(), lost: Some(Lost::Request), ..Rule::default() }
}

/// With a `Retry-After`.
fn later(rule: Rule) -> Rule {
    Rule { headers: [("Retry-After".to_owned(), "120".to_owned())].into(), ..rule }
}

#[test]
fn what_a_server_answers_to_the_search_says_whether_it_is_one_and_whether_it_is_well() {
    let page = Rule { body: "<html>Iniciar sesión</html>".to_owned(), ..status(".", 200) };
    let table = [
        ("no such page", status(".", 404), Obstacle::DiscoveryFailed),
        ("a web page", page, Obstacle::DiscoveryFailed),
        ("no such method", status(".", 405), Obstacle::DiscoveryFailed),
        ("knows no PROPFIND", status(".", 501), Obstacle::DiscoveryFailed),
        ("fails", status(".", 500), Obstacle::ProviderDown),
        ("a proxy without its server", status(".", 502), Obstacle::ProviderDown),
        ("in maintenance", status(".", 503), Obstacle::ProviderDown),
        ("only the root fails", status("PROPFIND /$", 500), Obstacle::ProviderDown),
        ("hangs up", lost("."), Obstacle::ProviderDown),
        ("too many requests", status(".", 429), Obstacle::RateLimited),
        ("come back later", later(status(".", 503)), Obstacle::RateLimited),
        ("the home fails", status("PROPFIND /dav/calendars/alice/", 503), Obstacle::ProviderDown),
        ("the home wants us later", status("PROPFIND /dav/calendars/alice/", 429), Obstacle::RateLimited),
    ];
    for (what, rule, obstacle) in table {
        let stage = standing();
        let mut rules = vec![rule];
        if what == "only the root fails" {
            rules.push(status(".", 404));
        }
        stage.faults(rules);
        expect(&tried(&stage.gateway, &stage.caldav().url, "secret"), obstacle, what);
        assert_eq!(stage.link().code(), "calendar_unreachable", "{what}");
    }
}

#[test]
fn a_server_that_wants_us_later_is_asked_for_one_thing_alone() {
    let stage = standing();
    stage.faults(vec![status(".", 429)]);
    expect(&tried(&stage.gateway, &stage.caldav().url, "secret"), Obstacle::RateLimited, "429");
    let counts = stage.caldav().counts();
    assert!(counts.lines.iter().all(|line| Some(line) == counts.lines.front()), "{:?}", counts.lines);
    assert_eq!(counts.total, 4, "and again after a second, after two and after four");
}

#[test]
fn what_a_server_does_with_the_test_event_says_what_to_do_next() {
    let table = [
        ("is full", status("^PUT", 507), Obstacle::AccountFull),
        ("has no room for a calendar", status("^MKCALENDAR", 507), Obstacle::AccountFull),
        ("likes no event", status("^PUT", 400), Obstacle::NoWritableCalendar),
        ("fails", status("^PUT", 500), Obstacle::ProviderDown),
        ("hangs up", lost("^PUT"), Obstacle::ProviderDown),
        ("too many requests", status("^PUT", 429), Obstacle::RateLimited),
        ("come back later", later(status("^PUT", 503)), Obstacle::RateLimited),
        ("has forgotten the password", status("^PUT", 401), Obstacle::LoginFailed),
    ];
    for (what, rule, obstacle) in table {
        let stage = standing();
        stage.faults(vec![rule]);
        expect(&tried(&stage.gateway, &stage.caldav().url, "secret"), obstacle, what);
    }
}

#[test]
fn what_was_typed_wrongly_is_told_from_a_server_in_trouble() {
    let stage = Stage::start("");
    let gateway = &stage.gateway;
    expect(&tried(gateway, &stage.caldav().url, "wrong"), Obstacle::LoginFailed, "the password");
    for address in ["", "ftp://example.org/", "exa mple.org", "ana@", "https://no-such-host.invalid/"] {
        expect(&tried(gateway, address, "secret"), Obstacle::DiscoveryFailed, address);
    }
    for address in ["https://10.0.0.1/", "http://dav.example.org/"] {
        expect(&tried(gateway, address, "secret"), Obstacle::AddressNotAllowed, address);
    }
}

#[test]
fn a_person_chooses_where_that_helps_and_is_told_where_it_does_not() {
    let stage = Stage::start("");
    stage.caldav().set_quirks(Quirks { no_mkcalendar: true, ..Quirks::default() }).unwrap();
    let not = tried(&stage.gateway, &stage.caldav().url, "secret");
    let id = stage.caldav().calendar_url("alice", "personal");
    assert_eq!(not.instead, Some(vec![CalendarChoice { id: id.clone(), name: "Personal".to_owned() }]));
    let read_only = vec!["personal".to_owned()];
    stage.caldav().set_quirks(Quirks { no_mkcalendar: true, read_only, ..Quirks::default() }).unwrap();
    expect(&tried(&stage.gateway, &stage.caldav().url, "secret"), Obstacle::NoWritableCalendar, "nothing to choose");
    // What was offered can be chosen as it stands.
    stage.caldav().set_quirks(Quirks { no_mkcalendar: true, ..Quirks::default() }).unwrap();
    let mut account = stage.account();
    account["calendar"] = id.into();
    assert_eq!(stage.link_with(account).json["calendar"], json!("Personal"));
    expect(&tried(&stage.gateway, &stage.caldav().url, "secret"), Obstacle::AlreadyLinked, "a second time");
}

#[test]
fn nobody_at_the_address_and_a_certificate_that_cannot_be_trusted_are_two_things() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let strange = TcpListener::bind("127.0.0.1:0").unwrap();
    let hosts = [&nobody, &plain, &strange].map(|listener| listener.local_addr().unwrap().to_string());
    drop(nobody);
    std::thread::spawn(move || answer_in_plain(&plain));
    std::thread::spawn(move || shake_hands_with_a_certificate_of_its_own(&strange));
    let gateway = TestGateway::with(&format!("caldav.allowed_hosts = {hosts:?}"));
    let told = hosts.map(|host| tried(&gateway, &format!("https://{host}/"), "secret"));
    let [nobody, plain, strange] = &told;
    expect(nobody, Obstacle::DiscoveryFailed, "nobody listens");
    expect(plain, Obstacle::DiscoveryFailed, "no TLS is spoken");
    expect(strange, Obstacle::TlsUntrusted, "its own certificate");
}

fn answer_in_plain(listener: &TcpListener) {
    for mut stream in listener.incoming().flatten() {
        let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.read(&mut [0; 4096]);
    }
}

fn shake_hands_with_a_certificate_of_its_own(listener: &TcpListener) {
    let signed = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    for mut stream in listener.incoming().flatten() {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let _ = rustls::Stream::new(&mut tls, &mut stream).read(&mut [0; 4096]);
    }
}
