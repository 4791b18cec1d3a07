//! What the gateway costs on the way to Google: requests and bytes of 1,000 events created, changed and unchanged, and
//! the time against a Google that takes 100 ms for every answer.
//!
//! The yardstick of the time is the same listing and the same number of batches of fifty, sent raw over as many
//! connections as the gateway uses for one calendar, to the same simulator in the same run. The gateway's clock runs
//! from `POST /resync` to its answer, so asking Puentes and everything that is stored is in it.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench fails loudly")]

mod raw;

use serde_json::json;
use simulators::google::{Google, Options, USER, start};
use simulators::wire::Rule;
use tokio::runtime::Runtime;

use crate::raw::TOKEN;
use testing::faults::{Exchange, FaultProxy};
use testing::gateway::{Gateway, Phone, appointment};
use testing::lab::{Stopwatch, cpu_seconds, head, median, row};
use testing::person;
use testing::told::Told;

const EVENTS: u32 = 1_000;
const ROUNDS: u32 = 3;
const LATENCY: u64 = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    counted(&runtime);
    timed(&runtime);
}

fn google(runtime: &Runtime) -> Google {
    let options = Options { tokens: vec![(USER.to_owned(), TOKEN.to_owned())], ..Options::default() };
    runtime.block_on(start("127.0.0.1:0".parse().unwrap(), options)).unwrap()
}

/// A linked gateway that reaches Google at `url`, and the Puentes that it asks.
fn linked(google: &Google, url: &str, puentes: &Told) -> (Gateway, Phone) {
    let lines = google.settings().replace(&google.url, url);
    let more = format!("[google]\n{lines}user_requests_per_minute = 1000000\nproject_requests_per_minute = 1000000\n");
    let mut gateway = Gateway::on_disk(&[&puentes.host()], &more);
    gateway.environment.push(("PASARELA_PUENTES__EVENTS_URL", puentes.url()));
    gateway.run();
    let phone = Phone::nth(1);
    person::consents(&gateway, &phone, &google.url);
    resync(&gateway, &phone);
    (gateway, phone)
}

/// The seconds until `POST /resync` is answered as finished.
fn resync(gateway: &Gateway, phone: &Phone) -> f64 {
    let headers = [("Content-Type", "application/json"), ("Prefer", "wait=60")];
    let watch = Stopwatch::start();
    let answer = gateway.client().send("POST", "/resync", &headers, &phone.body(json!({}))).unwrap();
    assert_eq!((answer.status, answer.json()["state"].clone()), (200, json!("succeeded")), "{}", answer.text());
    watch.seconds()
}

fn events(title: &str) -> Vec<(String, String)> {
    let event = |n| (format!("bench-{n}"), appointment(&format!("bench-{n}@example.org"), &format!("{title} {n}"), n));
    (0..EVENTS).map(event).collect()
}

fn counted(runtime: &Runtime) {
    head(&format!("Google, counted: {EVENTS} events, resyncs"));
    let google = google(runtime);
    let proxy = FaultProxy::start(google.url.trim_start_matches("http://"), &[]);
    let puentes = Told::start();
    let (gateway, phone) = linked(&google, proxy.url().trim_end_matches('/'), &puentes);
    for (what, title, aim) in [
        ("created", "Created", "20 batches"),
        ("changed", "Changed", "20 batches"),
        ("unchanged", "Changed", "0 writes"),
    ] {
        puentes.events(&events(title));
        proxy.take_log();
        let begin = cpu_seconds(gateway.child.as_ref().unwrap());
        resync(&gateway, &phone);
        let cpu = cpu_seconds(gateway.child.as_ref().unwrap()) - begin;
        tell(what, &proxy.take_log(), cpu, aim);
    }
}

fn tell(what: &str, log: &[Exchange], cpu: f64, aim: &str) {
    let batches = log.iter().filter(|exchange| exchange.path.starts_with("/batch")).count();
    let bytes: usize = log.iter().map(|exchange| exchange.sent).sum();
    let cost = format!("{batches} + {} others", log.len() - batches);
    row(&format!("{what}: batches and other requests"), &cost, aim);
    row("  KB sent", &format!("{}", bytes / 1000), "-");
    row("  CPU seconds of the gateway, with the resync", &format!("{cpu:.2}"), "-");
}

fn timed(runtime: &Runtime) {
    head(&format!("Google with {LATENCY} ms for every answer: {EVENTS} events changed, median of {ROUNDS} rounds"));
    let google = google(runtime);
    let puentes = Told::start();
    puentes.events(&events("Begin"));
    let (gateway, phone) = linked(&google, &google.url, &puentes);
    let slow = Rule { pattern: "/calendar/v3".to_owned(), delay: LATENCY, ..Rule::default() };
    google.set_faults(vec![slow]).unwrap();
    let (mut ours, mut bare, mut ratios) = (vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let raw = raw::seconds(&google, EVENTS);
        puentes.events(&events(&format!("Round {round}")));
        let seconds = resync(&gateway, &phone);
        ratios.push(seconds / raw);
        ours.push(seconds);
        bare.push(raw);
    }
    row("resync that changes all, as a ratio to raw batches", &format!("{:.2}", median(ratios)), "<= 1.10");
    row("  through the gateway", &format!("{:.2} s", median(ours)), "-");
    row("  raw", &format!("{:.2} s", median(bare)), "-");
}
