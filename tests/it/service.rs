//! The program as a service: HTTPS in, no plain HTTP to the network, an orderly end.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use serde_json::json;
use simulators::caldav;
use simulators::wire::Rule;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::in_process::{PHONE, TestGateway, key};
use testing::port::Port;
use testing::settings::host;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

const PATIENCE: Duration = Duration::from_secs(30);

/// A client that trusts this certificate alone.
fn trusting(certificate: &CertificateDer<'_>) -> ureq::Agent {
    let roots = RootCerts::new_with_certs(&[Certificate::from_der(certificate).to_owned()]);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).build().new_agent()
}

#[test]
fn https_is_spoken_with_the_certificate_of_the_configuration() {
    let folder = testing::folder();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, private_key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&private_key, made.signing_key.serialize_pem()).unwrap();
    let kept = Port::free();
    let port = kept.number();
    let mut gateway = Gateway::configured(&[], "");
    gateway.environment = vec![
        ("PASARELA_SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("PASARELA_SERVER__PUBLIC_URL", format!("https://localhost:{port}")),
        ("PASARELA_SERVER__TLS__CERTIFICATE", chain.display().to_string()),
        ("PASARELA_SERVER__TLS__PRIVATE_KEY", private_key.display().to_string()),
    ];
    gateway.spawn();
    let url = format!("https://localhost:{port}");
    let agent = trusting(made.cert.der());
    eventually("HTTPS", PATIENCE, || {
        let answer = agent.get(format!("{url}/readyz")).call().ok()?;
        (answer.status() == 200).then_some(())
    });
    let phone = Phone::nth(1);
    let ask = |agent: &ureq::Agent| {
        let asked = agent.get(format!("{url}/events")).header("X-Phone-Number", &phone.number);
        asked.header("X-Secure-Key", &phone.key).call()
    };
    assert_eq!(ask(&agent).unwrap().status(), 200);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    assert!(ask(&trusting(other.cert.der())).is_err(), "another certificate is not it");
    let plain = ureq::Agent::new_with_defaults()
        .get(format!("http://localhost:{port}/events"))
        .header("X-Secure-Key", &phone.key)
        .call();
    assert!(plain.is_err(), "plain HTTP is not answered there: {plain:?}");
}

#[test]
fn plain_http_is_not_offered_to_the_network() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let mut gateway = Gateway::configured(&[], "");
        gateway.environment = vec![("PASARELA_SERVER__LISTEN", address.to_owned())];
        gateway.spawn();
        assert!(gateway.ended().is_some_and(|code| code != 0), "{address}");
        let log = gateway.whole_log();
        assert!(log.contains("server.listen") && log.contains("server.tls"), "{address}: {log}");
    }
}

#[test]
fn sigterm_answers_who_waits_and_the_next_start_goes_on() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let caldav = runtime.block_on(caldav::start("127.0.0.1:0".parse().unwrap(), caldav::Options::default())).unwrap();
    let mut gateway = Gateway::start(&[host(&caldav.url)], "");
    let phone = Phone::nth(1);
    let json = [("Content-Type", "application/json")];
    let account = json!({"url": caldav.url, "username": "alice", "password": "secret", "calendar": "Personal"});
    let body = phone.body(json!({"provider": "caldav", "caldav": account}));
    assert_eq!(gateway.client().send("POST", "/link", &json, &body).unwrap().status, 201);
    caldav.clear_counts();
    let slow = Rule { pattern: "^PUT".to_owned(), delay: 2_000, ..Rule::default() };
    caldav.set_faults(vec![slow]).unwrap();
    let mut client = gateway.client();
    let waiting = std::thread::spawn({
        let body = phone.body(json!({"event_data": appointment("a", "Cita", 1)}));
        move || client.send("POST", "/events", &[("Content-Type", "application/json"), ("Prefer", "wait=60")], &body)
    });
    eventually("the write to be under way", PATIENCE, || (caldav.counts().of("PUT") > 0).then_some(()));
    gateway.terminate();
    let answer = waiting.join().unwrap().expect("who waited is answered");
    assert!([201, 202].contains(&answer.status), "{}", answer.text());
    assert_eq!(gateway.ended(), Some(0), "{}", gateway.log());
    assert!(gateway.client().send("GET", "/readyz", &[], b"").is_err(), "nobody listens any more");
    caldav.set_faults(Vec::new()).unwrap();
    gateway.run();
    phone.wait_until_synced(&gateway, PATIENCE);
    let objects = caldav.objects("alice", "personal");
    assert_eq!((objects.len(), caldav.counts().of("PUT")), (1, 1), "written once: {:?}", caldav.counts().lines);
    let body = phone.body(json!({"event_data": appointment("b", "Otra", 2)}));
    gateway.client().send("POST", "/events", &json, &body).unwrap();
    phone.wait_until_synced(&gateway, PATIENCE);
    assert_eq!(caldav.objects("alice", "personal").len(), 2);
}

#[test]
fn a_second_sigterm_waits_for_nobody() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let caldav = runtime.block_on(caldav::start("127.0.0.1:0".parse().unwrap(), caldav::Options::default())).unwrap();
    let mut gateway = Gateway::start(&[host(&caldav.url)], "");
    let silent = Rule { pattern: "^PROPFIND".to_owned(), delay: 60_000, ..Rule::default() };
    caldav.set_faults(vec![silent]).unwrap();
    let mut client = gateway.client();
    let account = json!({"url": caldav.url, "username": "alice", "password": "secret"});
    let body = Phone::nth(1).body(json!({"provider": "caldav", "caldav": account}));
    let waiting =
        std::thread::spawn(move || client.send("POST", "/link", &[("Content-Type", "application/json")], &body));
    eventually("the look for the account", PATIENCE, || (caldav.counts().of("PROPFIND") > 0).then_some(()));
    gateway.terminate();
    eventually("the stop to begin", PATIENCE, || gateway.whole_log().contains("stopping").then_some(()));
    gateway.terminate();
    assert_eq!(gateway.ended(), Some(0), "{}", gateway.log());
    assert!(gateway.whole_log().contains("stopped at once"), "{}", gateway.log());
    assert!(waiting.join().unwrap().is_err(), "nobody was left to answer");
}

#[test]
fn a_restart_loses_no_event_and_brings_none_back() {
    let mut gateway = TestGateway::start();
    for n in 0..5 {
        let (id, title) = testing::stage::nth(n);
        assert_eq!(gateway.ask("POST", "/events", testing::stage::event(&id, &title)).status, 202);
    }
    let before = gateway.ask("GET", "/events", None).json;
    gateway.restart();
    assert_eq!(gateway.ask("GET", "/events", None).json, before);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE))];
    assert_eq!(gateway.send("DELETE", "/events/e000", &headers, None).status, 204);
    gateway.restart();
    assert_eq!(gateway.ask("GET", "/events/e000", None).code(), "event_not_found");
}
