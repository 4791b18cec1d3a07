//! Whose certificates are trusted, and what is said of those that aren't.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::permit::Permit;

/// An authority of one's own.
struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// What a server shows.
struct Shown {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    Authority { certificate, issuer: Issuer::new(params, key) }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

fn signed(params: &CertificateParams, by: &Authority) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &by.issuer).unwrap().der().clone();
    Shown { certificate, key: key.serialize_der() }
}

fn self_signed(params: &CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    Shown { certificate, key: key.serialize_der() }
}

/// A server that shows this and answers 204; and what it was sent.
fn serve(shown: &Shown) -> (String, mpsc::Receiver<Vec<u8>>) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::try_from(shown.key.clone()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.certificate.clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (heard, hears) = mpsc::channel();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::Stream::new(&mut tls, &mut stream);
            let mut sent = vec![0; 4096];
            let read = tls.read(&mut sent).unwrap_or(0);
            sent.truncate(read);
            let _ = tls.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            heard.send(sent).unwrap();
        }
    });
    (host, hears)
}

fn ask(host: &str, roots: &[(&str, &CertificateDer<'static>)]) -> Result<u16, OutboundError> {
    let extra_roots = roots.iter().map(|(host, root)| ((*host).to_owned(), vec![(*root).clone()])).collect();
    let rules = Rules { allowed_hosts: vec![host.to_owned()], extra_roots, ..Rules::default() };
    Outbound::new(rules)
        .under(&Permit::of_operator())
        .send(get(&format!("https://{host}/")))
        .map(|answer| answer.status().as_u16())
}

#[test]
fn a_server_without_a_good_certificate_is_refused_before_anything_is_sent() {
    let (host, hears) = serve(&self_signed(&params("127.0.0.1")));
    let outcome = ask(&host, &[]);
    assert!(matches!(outcome, Err(OutboundError::Untrusted(_))), "{outcome:?}");
    assert_eq!(hears.recv().unwrap(), b"");
}

#[test]
fn an_authority_is_trusted_for_the_host_that_it_is_named_for() {
    let (ours, other) = (authority(), authority());
    let (host, _hears) = serve(&signed(&params("127.0.0.1"), &ours));
    assert_eq!(ask(&host, &[("127.0.0.1", &ours.certificate)]), Ok(204));
    assert_eq!(ask(&host, &[("127.0.0.1", &other.certificate), ("127.0.0.1", &ours.certificate)]), Ok(204));
    for roots in [&[][..], &[("localhost", &ours.certificate)], &[("127.0.0.1", &other.certificate)]] {
        assert!(matches!(ask(&host, roots), Err(OutboundError::Untrusted(_))), "{}", roots.len());
    }
    // A server that signs for itself is named by its own certificate.
    let lone = self_signed(&params("127.0.0.1"));
    let (host, _hears) = serve(&lone);
    assert_eq!(ask(&host, &[("127.0.0.1", &lone.certificate)]), Ok(204));
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_with_what_to_do_about_it() {
    let ours = authority();
    let mut over = params("127.0.0.1");
    over.not_before = rcgen::date_time_ymd(2019, 1, 1);
    over.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let mut early = params("127.0.0.1");
    early.not_before = rcgen::date_time_ymd(3000, 1, 1);
    let named = Some(&ours.certificate);
    let table = [
        (signed(&params("127.0.0.1"), &ours), None, "can name that one for this host in caldav.extra_roots"),
        (signed(&params("127.0.0.1"), &authority()), named, "nor one of those in caldav.extra_roots has signed it"),
        (signed(&over, &ours), named, "it ended at 2020-01-01T00:00:00Z; whoever runs the server has to renew it"),
        (signed(&early, &ours), named, "it is not valid yet"),
        (signed(&params("calendar.example.org"), &ours), named, "it is for another name"),
    ];
    for (shown, root, words) in table {
        let (host, _hears) = serve(&shown);
        let roots: Vec<_> = root.into_iter().map(|root| ("127.0.0.1", root)).collect();
        let error = ask(&host, &roots).unwrap_err().to_string();
        assert!(error.starts_with(&format!("the certificate of {host} isn't trusted: ")), "{error}");
        assert!(error.contains(words), "{error}");
    }
}
