//! What it costs to let somebody in: by a key that is remembered, by one that the store is asked for, by tokens; as a part of the 50 µs
//! that a check may take, and as a ratio to the hash of a key alone.

#![expect(clippy::unwrap_used, reason = "a bench fails loudly")]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use pasarela::access::Bearer;
use pasarela::clients::puentes;
use pasarela::ids::Tenant;
use pasarela::scope::Scopes;
use sha2::{Digest, Sha256};
use testing::in_process::TestGateway;
use testing::lab::{Stopwatch, head, median, row};

/// Checks in one measurement, and measurements of which the middle counts.
const CHECKS: u32 = 2_000;
const ROUNDS: usize = 11;
/// What a check may take, in microseconds.
const AIM: f64 = 50.0;
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Microseconds of one `work`, in the middle.
fn microseconds(mut work: impl FnMut()) -> f64 {
    let mut round = || {
        let watch = Stopwatch::start();
        (0..CHECKS).for_each(|_| work());
        watch.seconds() * 1e6 / f64::from(CHECKS)
    };
    median((0..ROUNDS).map(|_| round()).collect())
}

fn main() {
    let gateway = TestGateway::start();
    let keys: Vec<String> = (0..200).map(|_| gateway.api_key(Tenant::proven(puentes::ID), Scopes::all())).collect();
    let (key, access) = (keys.first().unwrap().clone(), &gateway.engine().app.access);
    let hash = microseconds(|| {
        black_box(Sha256::digest(black_box(key.as_bytes())));
    });
    access.admit(&Bearer::read(&key).unwrap(), HERE).unwrap();
    let remembered = microseconds(|| {
        let bearer = Bearer::read(black_box(&key)).unwrap();
        access.admit_again(&bearer, HERE).unwrap().unwrap();
    });
    let mut next = keys.iter().cycle();
    let looked_up = microseconds(|| {
        let bearer = Bearer::read(next.next().unwrap()).unwrap();
        access.admit(&bearer, HERE).unwrap();
    });
    let figure = |micros: f64| format!("{micros:.1} µs = {:.2} of the aim, {:.0} hashes", micros / AIM, micros / hash);
    head("Keys");
    row("a key that is remembered", &figure(remembered), "≤ 50 µs");
    row("a key that the store is asked for", &figure(looked_up), "≤ 50 µs");
    row("the hash of a key alone", &format!("{hash:.2} µs"), "-");
}
