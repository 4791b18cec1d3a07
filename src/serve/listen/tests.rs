use poem::endpoint::make;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
    /// Lets one answer go.
    go: Arc<Notify>,
    /// Rung when a request was reached.
    reached: Arc<Notify>,
}

async fn server(certificate: Option<Certificate>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let (go, reached) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (waits, rings) = (Arc::clone(&go), Arc::clone(&reached));
    let endpoint = make(move |_| {
        let (waits, rings) = (Arc::clone(&waits), Arc::clone(&rings));
        async move {
            rings.notify_one();
            waits.notified().await;
            Ok::<_, poem::Error>(Response::builder().body("done"))
        }
    });
    let ended = tokio::spawn(run(listener, certificate, Arc::new(endpoint), stopping));
    Server { address, stop, ended, go, reached }
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_takes_nothing_new() {
    let server = server(None).await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(GET).await.unwrap();
    server.reached.notified().await;
    server.stop.send_replace(true);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty(), "an idle connection is closed without a word");
    assert!(!server.ended.is_finished(), "a request is in flight");
    assert!(TcpStream::connect(server.address).await.is_err());
    server.go.notify_one();
    busy.read_to_end(&mut rest).await.unwrap();
    let answer = String::from_utf8(rest).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_never_ends_does_not_keep_the_server() {
    let server = server(None).await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(GET).await.unwrap();
    server.reached.notified().await;
    server.stop.send_replace(true);
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_head_that_trickles_is_cut_off() {
    let server = server(None).await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost").await.unwrap();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).await.unwrap();
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn tls_is_spoken_where_there_is_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = server(Some(Certificate::read(&chain, &key).unwrap())).await;
    server.go.notify_one();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
}
