//! Certificates change while requests are answered.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::port::Port;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use super::write_private;

const PATIENCE: Duration = Duration::from_secs(30);
/// How often the certificate changes; each fifth time there is none in the file.
const CHANGES: usize = 25;

/// A certificate and its key, in PEM, and the certificate as it is shown.
struct Pair(String, String, CertificateDer<'static>);

fn pair() -> Pair {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    Pair(made.cert.pem(), made.signing_key.serialize_pem(), made.cert.der().to_owned())
}

/// A client that trusts these certificates alone, and makes a connection for each request.
fn trusting(certificates: &[&Pair]) -> ureq::Agent {
    let certificates: Vec<_> = certificates.iter().map(|pair| Certificate::from_der(&pair.2).to_owned()).collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).max_idle_connections(0).build().into()
}

#[test]
fn a_certificate_that_changes_under_load_fails_no_request() {
    let folder = testing::folder();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let pairs = [pair(), pair()];
    let put = |pair: &Pair| {
        write_private(&chain, pair.0.as_bytes());
        write_private(&key, pair.1.as_bytes());
    };
    put(&pairs[0]);
    let port = Port::free();
    let url = format!("https://localhost:{}", port.number());
    let mut gateway = Gateway::configured(&[], "");
    gateway.environment = vec![
        ("PASARELA_SERVER__LISTEN", format!("127.0.0.1:{}", port.number())),
        ("PASARELA_SERVER__PUBLIC_URL", url.clone()),
        ("PASARELA_SERVER__TLS__CERTIFICATE", chain.display().to_string()),
        ("PASARELA_SERVER__TLS__PRIVATE_KEY", key.display().to_string()),
    ];
    gateway.spawn();
    let any = trusting(&[&pairs[0], &pairs[1]]);
    let shows = |agent: &ureq::Agent| agent.get(format!("{url}/healthz")).call().is_ok();
    eventually("HTTPS", PATIENCE, || shows(&any).then_some(()));
    let process = gateway.child.as_ref().unwrap().id().to_string();
    let reload = || assert!(Command::new("kill").args(["-HUP", &process]).status().unwrap().success());

    let (over, told) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for n in 0..2 {
            let (any, url, over, told) = (&any, &url, &over, &told);
            scope.spawn(move || {
                let phone = Phone::nth(n);
                while !over.load(Ordering::SeqCst) {
                    let name = format!("e{}", told.fetch_add(1, Ordering::SeqCst));
                    let body = phone.body(serde_json::json!({"event_data": appointment(&name, "x", 1)}));
                    let asked = any.post(format!("{url}/events")).content_type("application/json").send(&body);
                    assert_eq!(asked.unwrap().status(), 202, "{name}");
                }
            });
        }
        for change in 1..=CHANGES {
            let now = &pairs[change % 2];
            if change % 5 == 0 {
                fs::write(&chain, "no certificate").unwrap();
                reload();
                let complaints = change / 5;
                eventually("the complaint", PATIENCE, || {
                    (gateway.whole_log().matches("chain.pem: ").count() >= complaints).then_some(())
                });
                continue;
            }
            put(now);
            reload();
            let only = trusting(&[now]);
            eventually("the new certificate", PATIENCE, || shows(&only).then_some(()));
        }
        over.store(true, Ordering::SeqCst);
    });
    assert!(told.load(Ordering::SeqCst) > CHANGES, "requests were on their way all the time");
    let last = &pairs[(CHANGES - 1) % 2];
    assert!(shows(&trusting(&[last])), "a file without a certificate leaves the one before");
    assert!(!gateway.whole_log().contains("panicked"), "{}", gateway.log());
}
