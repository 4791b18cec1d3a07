//! Bodies that nobody vouches for: they may hold the key, so they are read before it is known whose they are.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::resident;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::stranger;

/// The largest body less a byte: it never ends.
const UNENDED: usize = (2 << 20) - 1;
/// What all bodies without a key together may hold.
const ROOM: u64 = 64 << 20;
/// So many times of it a process may grow: by buffers that double, sockets and threads, by what was given back and the
/// allocator keeps for some seconds, and by what a busy machine has not come to free yet.
const TIMES: u64 = 4;
/// The same on one connection, which has one buffer for reading.
const TIMES_ON_ONE: u64 = 3;
const PATIENCE: Duration = Duration::from_secs(30);
const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// What the gateway grows by while so many requests are sent by `send` and never end. Meanwhile somebody who behaves, with the
/// key in a body of their own, is served.
fn growth<F>(count: usize, send: impl Fn(TcpStream) -> F) -> u64
where
    F: Future<Output = TcpStream> + Send + 'static,
{
    let gateway = Gateway::start(&[], "");
    let address = gateway.address().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    resident::growth(gateway.child.as_ref().unwrap(), || {
        let held = runtime.block_on(async {
            let mut sending = JoinSet::new();
            for nth in 0..count {
                sending.spawn(send(stranger(nth, address).await));
            }
            sending.join_all().await
        });
        let body = Phone::nth(1).body(json!({"event_data": appointment("a", "Cita", 1)}));
        let answer = gateway.client().send("POST", "/events", &JSON, &body).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.text());
        drop(held);
    })
}

/// A request of HTTP/1.1 whose body is announced and comes but for its last byte.
async fn announced(mut stream: TcpStream) -> TcpStream {
    let head = format!(
        "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        UNENDED + 1
    );
    // Who loses the place is answered and cut off, which is as good.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&vec![b' '; UNENDED]).await;
    stream
}

/// The same, in chunks of one byte each.
async fn by_the_byte(mut stream: TcpStream) -> TcpStream {
    let head =
        "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let _ = stream.write_all(head.as_bytes()).await;
    let chunks = "1\r\n \r\n".repeat(1024);
    for _ in 0..UNENDED / 1024 {
        if stream.write_all(chunks.as_bytes()).await.is_err() {
            break;
        }
    }
    stream
}

#[test]
fn many_large_bodies_have_one_bound() {
    // 600 MB in all.
    let grown = growth(300, announced);
    println!("{:.0} MB", resident::megabytes(grown));
    assert!(grown < TIMES * ROOM, "{:.0} MB", resident::megabytes(grown));
}

#[test]
fn a_body_costs_what_it_is_long_however_it_is_cut() {
    let whole = growth(8, announced);
    let cut = growth(8, by_the_byte);
    let most = whole.max(8 << 20) * 5 / 2;
    assert!(cut <= most, "{:.0} MB, and whole {:.0} MB", resident::megabytes(cut), resident::megabytes(whole));
}

#[test]
fn streams_of_http2_share_the_same_bound() {
    let gateway = Gateway::start(&[], "");
    let address = gateway.address().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let grown = resident::growth(gateway.child.as_ref().unwrap(), || {
        runtime.block_on(async {
            let (requests, connection) = h2::client::handshake(stranger(0, address).await).await.unwrap();
            tokio::spawn(connection);
            let mut streams = JoinSet::new();
            for _ in 0..128 {
                let mut requests = requests.clone().ready().await.unwrap();
                let request = Request::post("http://x/events").header("content-type", "application/json").body(());
                let (answer, body) = requests.send_request(request.unwrap(), false).unwrap();
                streams.spawn(fill(answer, body));
            }
            streams.join_all().await;
        });
    });
    println!("{:.0} MB", resident::megabytes(grown));
    assert!(grown < TIMES_ON_ONE * ROOM, "{:.0} MB", resident::megabytes(grown));
    eventually("the next one to be served", PATIENCE, || {
        let answer = gateway.client().send("GET", "/readyz", &[], b"").ok()?;
        (answer.status == 200).then_some(())
    });
}

/// Sends a body that never ends, until it is whole but for a byte or refused.
async fn fill(answer: h2::client::ResponseFuture, mut body: h2::SendStream<Bytes>) {
    let piece = Bytes::from(vec![b' '; 16 << 10]);
    let mut sent = 0;
    while sent + piece.len() < UNENDED {
        body.reserve_capacity(piece.len());
        let Some(Ok(capacity)) = std::future::poll_fn(|context| body.poll_capacity(context)).await else { break };
        let part = piece.slice(..capacity.min(piece.len()));
        sent += part.len();
        if body.send_data(part, false).is_err() {
            break;
        }
    }
    drop(answer);
}
