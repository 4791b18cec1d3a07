//! How long somebody who behaves waits for an answer while strangers hold all that they can, as a ratio to the same without
//! them.
//!
//! The strangers: more silent connections than there is room for, opened again as fast as they are ended; bodies that never
//! end; and readers of large pages who take nothing. They come from sixteen addresses, who behaves from another.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench fails loudly")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use testing::gateway::{Gateway, Phone, appointment};
use testing::lab::{Stopwatch, head, median, resident_megabytes, row};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 10;
const SILENT: usize = 4500;
const UNENDED: usize = 200;
const READERS: usize = 200;
/// How fast strangers come back, in all.
const AGAIN: Duration = Duration::from_millis(2);

/// What one round gave, in milliseconds.
struct Round {
    median: f64,
    p99: f64,
}

fn main() {
    let gateway = Gateway::on_disk(&[], "").started();
    let behaving = AtomicUsize::new(0);
    visit(&gateway, &behaving);
    let (mut alone, mut among) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(visit(&gateway, &behaving));
        let strangers = Strangers::of(&gateway);
        among.push(visit(&gateway, &behaving));
        drop(strangers);
    }
    let ratios = among.iter().zip(&alone).map(|(among, alone)| among.median / alone.median).collect();
    let p99 = |rounds: &[Round]| format!("{:.1} ms", median(rounds.iter().map(|round| round.p99).collect()));
    head(&format!(
        "Strangers: POST /events of one who behaves, {ROUNDS} rounds of {ROUND:?} in turn without and with them"
    ));
    row("median answer among strangers, as a multiple", &format!("{:.2}", median(ratios)), "< 3");
    row("p99 among strangers", &p99(&among), "<= 100 ms");
    row("p99 alone", &p99(&alone), "-");
    row("memory at the end, MB", &format!("{:.1}", resident_megabytes(gateway.child.as_ref().unwrap())), "< 300");
}

/// Asks on a new connection each time, so that whoever shuts the door is felt.
fn visit(gateway: &Gateway, serial: &AtomicUsize) -> Round {
    let (watch, phone) = (Stopwatch::start(), Phone::nth(1));
    let mut latencies = Vec::new();
    while watch.elapsed() < ROUND {
        let n = serial.fetch_add(1, Ordering::Relaxed);
        let data = appointment(&format!("bench-{n}@example.org"), "An appointment of some length", 1);
        let body = phone.body(json!({ "event_data": data }));
        let asked = Stopwatch::start();
        let answer = gateway.client().send("POST", "/events", &phone.headers(), &body).unwrap();
        latencies.push(asked.seconds() * 1000.0);
        assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
    }
    latencies.sort_by(f64::total_cmp);
    Round { median: latencies[latencies.len() / 2], p99: latencies[latencies.len() * 99 / 100] }
}

/// All strangers, until they are dropped.
struct Strangers {
    enough: Arc<AtomicBool>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Strangers {
    /// Comes back when all of them are there.
    fn of(gateway: &Gateway) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (enough, address) = (Arc::new(AtomicBool::new(false)), gateway.address().parse().unwrap());
        runtime.block_on(async {
            for nth in 0..UNENDED {
                tokio::spawn(never_ends(stranger(nth, address).await));
            }
            for nth in 0..READERS {
                tokio::spawn(never_reads(stranger(nth, address).await));
            }
            let mut silent = Vec::new();
            for nth in 0..SILENT {
                silent.push(stranger(nth, address).await);
            }
            let enough = Arc::clone(&enough);
            tokio::spawn(async move {
                for nth in (0..SILENT).cycle() {
                    if enough.load(Ordering::Relaxed) {
                        return;
                    }
                    silent[nth] = stranger(nth, address).await;
                    tokio::time::sleep(AGAIN).await;
                }
            });
        });
        Self { enough, runtime: Some(runtime) }
    }
}

impl Drop for Strangers {
    fn drop(&mut self) {
        self.enough.store(true, Ordering::Relaxed);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
        // The gateway notices that they are gone.
        thread::park_timeout(Duration::from_secs(1));
    }
}

async fn stranger(nth: usize, gateway: SocketAddr) -> TcpStream {
    let from = SocketAddr::from(([127, 0, 1, u8::try_from(nth % 16).unwrap() + 1], 0));
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(from).unwrap();
    socket.connect(gateway).await.unwrap()
}

async fn never_ends(mut stream: TcpStream) {
    let head = "POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n";
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&vec![b' '; 1_999_999]).await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn never_reads(mut stream: TcpStream) {
    let request = "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    let _ = stream.write_all(request.as_bytes()).await;
    std::future::pending::<()>().await;
}
