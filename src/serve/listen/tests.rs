use std::net::Ipv4Addr;
use std::sync::Mutex;

use bytes::Bytes;
use poem::EndpointExt;
use poem::endpoint::{BoxEndpoint, make};
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::client::TlsStream;

use super::guest::{FIRST_HEAD, IDLE};
use super::stream::STALL;
use super::*;

mod http2;
mod listening;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const GET_NOW: &[u8] = b"GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const ROOM: Limits = Limits { connections: 8, per_address: None };
/// More than lies between two ends.
const LARGE: usize = 32 << 20;
/// A stop, or a goodbye, may take so much longer than nothing.
const AT_ONCE: Duration = Duration::from_secs(2);
/// What has not ended after so long of the time that stands still never does.
const NEVER: Duration = Duration::from_hours(1);

/// What answers, and how it is told to.
struct Answers {
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    /// Lets one answer go.
    go: Arc<Notify>,
    /// Rung when a request was reached.
    reached: Arc<Notify>,
}

/// Answers `/` when it is told to, `/echo` with the body, `/large` with [`LARGE`] bytes, and everything else at once.
fn answers() -> Answers {
    let (go, reached) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (waits, rings) = (Arc::clone(&go), Arc::clone(&reached));
    let large = Bytes::from(vec![b'x'; LARGE]);
    let endpoint = make(move |request| {
        let (waits, rings, large) = (Arc::clone(&waits), Arc::clone(&rings), large.clone());
        async move {
            match request.uri().path() {
                "/" => {
                    rings.notify_one();
                    waits.notified().await;
                    Ok::<_, poem::Error>(Response::builder().body("done"))
                }
                "/echo" => Ok(Response::builder().body(request.into_body().into_vec().await?)),
                "/large" => Ok(Response::builder().body(large)),
                _ => Ok(Response::builder().body("done")),
            }
        }
    });
    Answers { endpoint: Arc::new(endpoint.boxed()), go, reached }
}

/// Connections without a network between: a clock that stands moves on whenever nobody has anything to do, which a network
/// only seems to have.
struct Server {
    answers: Answers,
    room: Arc<Room>,
    certificate: Option<Certificate>,
    stop: watch::Sender<bool>,
    connections: Mutex<JoinSet<()>>,
}

fn server(certificate: Option<Certificate>) -> Server {
    let room = Room::new(ROOM, Counted::default());
    let (stop, connections) = (watch::Sender::new(false), Mutex::default());
    Server { answers: answers(), room, certificate, stop, connections }
}

impl Server {
    fn connect(&self) -> DuplexStream {
        let (ours, theirs) = duplex(64 << 10);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let place = self.room.enter(address.ip()).unwrap();
        let endpoint = Arc::clone(&self.answers.endpoint);
        let connection = Connection { address, endpoint, place, stop: self.stop.subscribe() };
        self.connections.lock().unwrap().spawn(connection.serve(theirs, self.certificate.clone()));
        ours
    }

    /// A connection on which so much was written.
    async fn told(&self, bytes: &[u8]) -> DuplexStream {
        let mut stream = self.connect();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// How long all connections take to end once the server is told to stop.
    async fn stops(self) -> Duration {
        let began = Instant::now();
        self.stop.send_replace(true);
        let ended = timeout(NEVER, self.connections.into_inner().unwrap().join_all()).await;
        assert!(ended.is_ok(), "a connection never ends");
        began.elapsed()
    }
}

struct Files {
    certificate: Certificate,
    der: CertificateDer<'static>,
}

fn files() -> Files {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    Files { certificate: Certificate::read(&chain, &key).unwrap(), der: made.cert.der().clone() }
}

async fn tls<S>(stream: S, trusted: CertificateDer<'static>) -> TlsStream<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

/// Reads until the server ends the connection, whichever way, and answers what came.
async fn rest(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut rest = Vec::new();
    let ended = timeout(NEVER, stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection never ends");
    rest
}

/// The connection ends after this time, and not later than it takes to say so.
async fn ends_after(time: Duration, stream: impl AsyncRead + Unpin, what: &str) {
    let began = Instant::now();
    rest(stream).await;
    let took = began.elapsed();
    assert!(took >= time && took < time + AT_ONCE, "{what}: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_nobody_who_asked_for_nothing() {
    let files = files();
    let server = server(Some(files.certificate));
    let silent = server.connect();
    let half_open = server.told(b"\x16\x03\x01\x02\x00").await;
    let shaken = tls(server.connect(), files.der.clone()).await;
    let mut half_head = tls(server.connect(), files.der.clone()).await;
    half_head.write_all(b"GET / HTTP/1.1\r\nHos").await.unwrap();
    half_head.flush().await.unwrap();
    let mut kept = tls(server.connect(), files.der).await;
    kept.write_all(b"GET /now HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    kept.read_exact(&mut [0; 64]).await.unwrap();
    assert!(server.stops().await < AT_ONCE);
    drop((silent, half_open, shaken, half_head, kept));
}

#[tokio::test(start_paused = true)]
async fn the_first_head_has_a_deadline_from_the_accept_on() {
    let server = server(None);
    for told in ["", "G", "GET / HTTP/1.1\r\nHost", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        ends_after(FIRST_HEAD, server.told(told.as_bytes()).await, told).await;
    }
    let mut trickling = server.connect();
    let began = Instant::now();
    while trickling.write_all(b"G").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(began.elapsed() < FIRST_HEAD + 2 * AT_ONCE, "each byte counts as nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_is_part_of_the_time_for_the_first_head() {
    let files = files();
    let server = server(Some(files.certificate));
    ends_after(FIRST_HEAD, server.connect(), "nothing").await;
    ends_after(FIRST_HEAD, server.told(b"\x16\x03\x01\x02\x00\x01").await, "the beginning of a handshake").await;
    let stream = server.connect();
    let began = Instant::now();
    tokio::time::sleep(FIRST_HEAD / 2).await;
    let shaken = tls(stream, files.der).await;
    rest(shaken).await;
    let took = began.elapsed();
    assert!(took >= FIRST_HEAD && took < FIRST_HEAD + AT_ONCE, "a late handshake wins no time: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_kept_connection_is_kept_for_a_minute_after_each_answer() {
    let server = server(None);
    let mut kept = server.connect();
    for _ in 0..3 {
        tokio::time::sleep(FIRST_HEAD.min(IDLE) - AT_ONCE).await;
        kept.write_all(b"GET /now HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"done") {
            kept.read_buf(&mut answer).await.unwrap();
        }
    }
    kept.write_all(b"GET /now HTTP/1.1\r\nHo").await.unwrap();
    ends_after(IDLE, kept, "half a head").await;
}

#[tokio::test(start_paused = true)]
async fn a_request_may_be_answered_late() {
    let server = server(None);
    let busy = server.told(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    server.answers.reached.notified().await;
    tokio::time::sleep(10 * IDLE).await;
    server.answers.go.notify_one();
    assert!(rest(busy).await.ends_with(b"done"));
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_of_an_answer_loses_it() {
    let server = server(None);
    let stuck = server.told(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::sleep(STALL + AT_ONCE).await;
    let came = rest(stuck).await.len();
    assert!(came < LARGE, "{came}");
}

#[tokio::test(start_paused = true)]
async fn who_reads_slowly_gets_all_of_it() {
    let server = server(None);
    let mut slow = server.told(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let (mut came, mut buffer) = (0, vec![0; 8 << 20]);
    loop {
        tokio::time::sleep(STALL / 2).await;
        let mut taken = 0;
        while taken < buffer.len() {
            match slow.read(&mut buffer[taken..]).await.unwrap() {
                0 => break,
                read => taken += read,
            }
        }
        came += taken;
        if taken < buffer.len() {
            break;
        }
    }
    assert!(came > LARGE, "the head and the whole body: {came}");
}

#[tokio::test(start_paused = true)]
async fn beyond_half_of_the_room_a_connection_ends_with_its_answer() {
    let server = server(None);
    let ask = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n".as_bytes();
    let mut silent: Vec<_> = (1..ROOM.connections / 2).map(|_| server.connect()).collect();
    let mut kept = server.told(ask).await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"done") {
        kept.read_buf(&mut answer).await.unwrap();
    }
    assert!(!String::from_utf8(answer).unwrap().contains("connection: close"));
    silent.push(server.connect());
    kept.write_all(ask).await.unwrap();
    let began = Instant::now();
    let last = String::from_utf8(rest(kept).await).unwrap();
    assert!(last.contains("connection: close") && last.ends_with("done"), "{last}");
    assert!(began.elapsed() < AT_ONCE);
}
