//! How fast the gateway takes in events that are on disk when it answers, as a share of what its HTTP server does with a
//! handler that only reads the body.
//!
//! Both servers are processes of their own on the same machine, asked in turn by the same 32 kept-alive connections.
//! The people have no link: nothing but the intake is measured.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench fails loudly")]

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use poem::endpoint::make_sync;
use poem::http::StatusCode;
use poem::listener::TcpListener;
use poem::{EndpointExt, Route, Server, post};
use serde_json::json;

use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::lab::{Stopwatch, head, median, row};
use testing::port::Port;
use testing::wire::Client;

const CONNECTIONS: u32 = 32;
const ROUND: Duration = Duration::from_secs(5);
const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_secs(1);
/// The word that makes this program the bare server.
const BARE: &str = "bare-server";

/// What one round against one server gave.
struct Round {
    per_second: f64,
    p99_ms: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, host] = arguments.as_slice()
        && word == BARE
    {
        serve_bare(host.clone());
        return;
    }
    let gateway = Gateway::on_disk(&[], "").started();
    let bare = Bare::start();
    let serial = AtomicU32::new(0);
    load(&gateway.client(), &serial, WARM_UP);
    load(&bare.client(), &serial, WARM_UP);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(load(&bare.client(), &serial, ROUND));
        ours.push(load(&gateway.client(), &serial, ROUND));
    }
    report(&ours, &theirs);
}

fn report(ours: &[Round], theirs: &[Round]) {
    let shares = ours.iter().zip(theirs).map(|(us, bare)| us.per_second / bare.per_second).collect();
    let rate = |rounds: &[Round]| format!("{:.0}", median(rounds.iter().map(|round| round.per_second).collect()));
    let p99 = |rounds: &[Round]| format!("{:.1} ms", median(rounds.iter().map(|round| round.p99_ms).collect()));
    head(&format!("Intake: durable POST /events, {CONNECTIONS} connections, {ROUNDS} rounds of {ROUND:?} in turn"));
    row("share of the bare server's rate", &format!("{:.2}", median(shares)), ">= 0.5");
    row("POST /events per second", &rate(ours), "-");
    row("POST /events p99", &p99(ours), "-");
    row("bare server, requests per second", &rate(theirs), "-");
    row("bare server p99", &p99(theirs), "-");
}

/// Asks with all connections for `time`; every request is a new event, and must be answered with a 2xx.
fn load(server: &Client, serial: &AtomicU32, time: Duration) -> Round {
    let watch = Stopwatch::start();
    let mut latencies: Vec<f64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|n| {
                let mut client = server.another();
                scope.spawn(move || visit(&mut client, &Phone::nth(n), serial, time))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let seconds = watch.seconds();
    latencies.sort_by(f64::total_cmp);
    let p99_ms = latencies[latencies.len() * 99 / 100] * 1000.0;
    Round { per_second: latencies.len() as f64 / seconds, p99_ms }
}

/// The seconds that each answer took.
fn visit(client: &mut Client, phone: &Phone, serial: &AtomicU32, time: Duration) -> Vec<f64> {
    let watch = Stopwatch::start();
    let mut latencies = Vec::new();
    while watch.elapsed() < time {
        let n = serial.fetch_add(1, Ordering::Relaxed);
        let data = appointment(&format!("bench-{n}@example.org"), "An appointment of some length", n);
        let body = phone.body(json!({ "event_data": data }));
        let asked = Stopwatch::start();
        let answer = client.send("POST", "/events", &phone.headers(), &body).unwrap();
        latencies.push(asked.seconds());
        assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
    }
    latencies
}

/// This program again, as the bare server; killed when dropped.
struct Bare {
    process: Child,
    port: Port,
}

impl Bare {
    fn start() -> Self {
        let port = Port::free();
        let process = Command::new(std::env::current_exe().unwrap())
            .args([BARE, &port.address.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let bare = Self { process, port };
        eventually("the bare server", Duration::from_secs(10), || {
            bare.client().send("POST", "/events", &[], b"x").ok()
        });
        bare
    }

    fn client(&self) -> Client {
        Client::new(&self.port.address.to_string())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn serve_bare(host: String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let read = post(poem::endpoint::make(|request: poem::Request| async move {
        request.into_body().into_vec().await.map(|_| StatusCode::ACCEPTED).map_err(poem::Error::from)
    }));
    let routes = Route::new().at("/events", read).at("/", make_sync(|_| StatusCode::OK)).boxed();
    runtime.block_on(Server::new(TcpListener::bind(host)).run(routes)).unwrap();
}
