//! What the gateway costs on the way into a calendar: pushing 1,000 events, and resyncs with nothing and a little to do.
//!
//! Measured against two servers: the simulator, which answers in well under a millisecond and so shows the gateway's own
//! cost, and Cyrus (when `PASARELA_TEST_CYRUS` is set: `tests/run bench --bench push`). The yardstick is the same number
//! of PUTs sent raw over 8 kept-alive connections in the same run, into another calendar of the same server. The clock
//! starts when `POST /link` is answered (the events are held already), and stops when nothing is pending.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench fails loudly"
)]

mod remote;

use std::time::Duration;

use serde_json::json;

use crate::remote::Remote;
use testing::faults::{FaultProxy, Requests};
use testing::gateway::{Gateway, Phone, appointment};
use testing::lab::{Stopwatch, cpu_seconds, head, median, row};
use testing::servers::SimulatedCaldav;
use testing::told::Told;
use testing::wire::Client;
use testing::{deadline, is_past};

const EVENTS: u32 = 1_000;
const DRIFTED: usize = 30;
const ROUNDS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    let simulator = SimulatedCaldav::start();
    measure(&Remote { server: simulator.server.clone() });
    match Remote::cyrus() {
        Some(cyrus) => measure(&cyrus),
        None => println!("\nCyrus: not measured, PASARELA_TEST_CYRUS is not set (`tests/run bench`)"),
    }
}

fn measure(remote: &Remote) {
    head(&format!("Push and resync: {} ({EVENTS} events, median of {ROUNDS} rounds)", remote.server.name));
    pushes(remote);
    resyncs(remote);
}

/// Raw and through the gateway in turn.
fn pushes(remote: &Remote) {
    let (mut raw, mut ours, mut ratios, mut cpu_push, mut cpu_all) = (vec![], vec![], vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let bare = remote.put_raw(&format!("raw-{round}"), EVENTS);
        let push = push(remote, &format!("push-{round}"));
        ratios.push(push.seconds / bare);
        raw.push(bare);
        ours.push(push.seconds);
        cpu_push.push(push.cpu_push);
        cpu_all.push(push.cpu_push + push.cpu_intake);
    }
    row("push, as a ratio to raw PUTs", &format!("{:.2}", median(ratios)), "<= 1.10");
    row("CPU seconds of the gateway per 1,000 events, push", &format!("{:.2}", median(cpu_push)), "< 0.5");
    row("  with their intake over HTTP", &format!("{:.2}", median(cpu_all)), "-");
    row("push through the gateway", &format!("{:.2} s", median(ours)), "-");
    row("raw PUTs over 8 connections", &format!("{:.2} s", median(raw)), "-");
}

struct Push {
    seconds: f64,
    cpu_push: f64,
    cpu_intake: f64,
}

fn push(remote: &Remote, name: &str) -> Push {
    let url = remote.make_calendar(name);
    let gateway = Gateway::on_disk(&[remote.server.host()], "").started();
    let phone = Phone::nth(1);
    let begin = used(&gateway);
    send_events(&gateway, &phone);
    let held = used(&gateway);
    phone.link(&gateway, &remote.server, Some(&url));
    let watch = Stopwatch::start();
    wait_until_written(&gateway, &phone);
    let push = Push { seconds: watch.seconds(), cpu_push: used(&gateway) - held, cpu_intake: held - begin };
    assert_eq!(remote.objects(name).len(), EVENTS as usize, "objects in the calendar");
    drop(gateway);
    remote.remove_calendar(name);
    push
}

fn used(gateway: &Gateway) -> f64 {
    cpu_seconds(gateway.child.as_ref().unwrap())
}

fn send_events(gateway: &Gateway, phone: &Phone) {
    let mut client = gateway.client();
    for n in 0..EVENTS {
        let body = phone.body(json!({ "event_id": event_id(n), "event_data": event_data(n) }));
        let answer = client.send("POST", "/events", &phone.headers(), &body).unwrap();
        assert_eq!(answer.status, 202, "{}", answer.text());
    }
}

/// `GET /link` counts for us; the list of all events would cost the gateway more than the push.
fn wait_until_written(gateway: &Gateway, phone: &Phone) {
    let mut client = gateway.client();
    let end = deadline(PATIENCE);
    while !is_past(end) {
        let link = client.send("GET", "/link", &phone.headers(), b"").unwrap().json();
        assert_eq!(link["failed"], 0, "{link}\n{}", gateway.log());
        if link["pending"] == 0 {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    panic!("not all was written within {PATIENCE:?}\n{}", gateway.log());
}

/// Nothing to do, then 30 objects changed behind the gateway's back: once directly for the time, once through a
/// proxy for the number of requests.
fn resyncs(remote: &Remote) {
    let direct = resync(remote, "resync");
    let proxy = FaultProxy::start(remote.server.host(), &[]);
    let counted = resync_counted(remote, &proxy);
    row("resync with nothing to do, requests", &counted.idle.all.to_string(), "<= 2");
    row("  writes", &counted.idle.writes.to_string(), "0");
    row("  seconds", &format!("{:.3}", direct.idle), "< 0.3");
    row(&format!("resync with {DRIFTED} drifted events, writes"), &counted.drifted.writes.to_string(), "30");
    row("  requests", &counted.drifted.all.to_string(), "-");
    row("  seconds", &format!("{:.3}", direct.drifted), "-");
}

struct Resync {
    idle: f64,
    drifted: f64,
}

fn resync(remote: &Remote, name: &str) -> Resync {
    let (gateway, phone, _puentes) = synced(remote, remote.server.host(), name);
    let mut client = gateway.client();
    let idle = median((0..ROUNDS).map(|_| resync_once(&mut client, &phone)).collect());
    remote.drift(name, DRIFTED);
    let drifted = resync_once(&mut client, &phone);
    drop(gateway);
    remote.remove_calendar(name);
    Resync { idle, drifted }
}

#[derive(Default)]
struct Passed {
    all: usize,
    writes: usize,
}

struct Counted {
    idle: Passed,
    drifted: Passed,
}

fn resync_counted(remote: &Remote, proxy: &FaultProxy) -> Counted {
    let name = "resync-counted";
    let (gateway, phone, _puentes) = synced(remote, &proxy.host(), name);
    let mut client = gateway.client();
    proxy.take_log();
    resync_once(&mut client, &phone);
    let idle = passed(proxy);
    remote.drift(name, DRIFTED);
    proxy.take_log();
    resync_once(&mut client, &phone);
    drop(gateway);
    remote.remove_calendar(name);
    Counted { idle, drifted: passed(proxy) }
}

fn passed(proxy: &FaultProxy) -> Passed {
    let log = proxy.take_log();
    let writes = log.iter().filter(|exchange| Requests::Writes.hold(&exchange.method)).count();
    Passed { all: log.len(), writes }
}

/// A gateway whose person has all events in the calendar `name`, reached at `host`, and a Puentes that says the same.
fn synced(remote: &Remote, host: &str, name: &str) -> (Gateway, Phone, Told) {
    let made = remote.make_calendar(name);
    let url = made.replace(remote.server.host(), host);
    let puentes = Told::start();
    puentes.events(&(0..EVENTS).map(|n| (event_id(n), event_data(n))).collect::<Vec<_>>());
    let mut gateway = Gateway::on_disk(&[host, &puentes.host()], "");
    gateway.environment.push(("PASARELA_PUENTES__EVENTS_URL", puentes.url()));
    gateway.run();
    let phone = Phone::nth(1);
    send_events(&gateway, &phone);
    phone.link(&gateway, &remote.server.behind(&format!("http://{host}/")), Some(&url));
    wait_until_written(&gateway, &phone);
    // The first resync may still be going on; asking for one joins it.
    resync_once(&mut gateway.client(), &phone);
    (gateway, phone, puentes)
}

/// The seconds until `POST /resync` is answered as finished.
fn resync_once(client: &mut Client, phone: &Phone) -> f64 {
    let headers = [("Content-Type", "application/json"), ("Prefer", "wait=60")];
    let watch = Stopwatch::start();
    let answer = client.send("POST", "/resync", &headers, &phone.body(json!({}))).unwrap();
    assert_eq!(answer.status, 200, "POST /resync: {}", answer.text());
    watch.seconds()
}

fn event_id(n: u32) -> String {
    format!("bench-{n}")
}

fn event_data(n: u32) -> String {
    appointment(&format!("bench-{n}@example.org"), &format!("Appointment {n}"), n)
}
