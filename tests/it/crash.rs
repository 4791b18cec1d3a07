//! `kill -9` at random moments: what was promised with a 2xx is in the calendar, once, and nothing else is.
//!
//! Twenty rounds. In each, client threads create, change and delete events (500 in all) while the gateway writes them
//! into a real Radicale; the gateway is killed, started again, and the clients repeat what got no answer until it has
//! one. Then the calendar, read past the gateway, must equal the promises. `PASARELA_CRASH_SEED` repeats a run: the
//! work and the moments of the kills, counted in answers, are the same again (how far the writing has come is not).

mod calendar;
pub(crate) mod clients;
mod promises;

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use calendar::Calendar;
use clients::{Reachable, Work};
use promises::Promises;
use testing::gateway::{Gateway, Phone};
use testing::servers::CaldavServer;
use testing::{deadline, is_past};

const ROUNDS: u32 = 20;
const THREADS: u32 = 5;
/// Each thread, each round: 20 × 5 × 5 events are created.
const CREATED: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(60);

/// Small, seeded, and the same on every machine (xorshift64*; Vigna 2016).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        u32::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

pub(crate) fn seed() -> u64 {
    match std::env::var("PASARELA_CRASH_SEED") {
        Ok(text) => text.parse().expect("PASARELA_CRASH_SEED is a number"),
        Err(_) => u64::from(std::process::id()),
    }
}

#[test]
fn nothing_is_lost_or_doubled_when_the_process_is_killed() {
    let seed = seed();
    println!("PASARELA_CRASH_SEED={seed}");
    let server = CaldavServer::radicale();
    let mut calendar = Calendar::create(&server, &format!("crash-{seed}-{}", std::process::id()));
    calendar.add_foreign_events();
    let mut gateway = Gateway::on_disk(&[server.host()], "").started();
    let phone = Phone::nth(1);
    phone.link(&gateway, &server, Some(calendar.url()));
    let reachable = Reachable::new(gateway.client());
    let mut promises = Promises::default();
    let mut dice = Dice::new(seed);
    for round in 0..ROUNDS {
        let work: Vec<Work> = (0..THREADS).map(|n| Work::plan(&mut dice, &promises, round, n)).collect();
        let after = dice.roll(work.iter().map(Work::len).sum::<u32>() + 1);
        let and = Duration::from_millis(u64::from(dice.roll(400)));
        thread::scope(|scope| {
            let (done, answers) = std::sync::mpsc::channel();
            for part in &work {
                let (done, reachable, phone) = (done.clone(), &reachable, &phone);
                scope.spawn(move || part.carry_out(reachable, phone, &done));
            }
            drop(done);
            wait_for_the_moment(&answers, after, and);
            gateway.kill();
            reachable.gone();
            gateway.run();
            reachable.back();
        });
        work.iter().for_each(|part| promises.keep(part));
        settle(&gateway, &phone, &mut calendar, &promises);
        println!("round {round}: killed {and:?} after {after} answers; {} events stand", promises.live());
    }
}

/// Until `after` answers have come, and then for `and` more.
fn wait_for_the_moment(answers: &Receiver<()>, after: u32, and: Duration) {
    for _ in 0..after {
        // The clients wait for nothing but the gateway: an answer that doesn't come is the gateway's fault.
        answers.recv_timeout(PATIENCE).expect("an answer of the gateway");
    }
    let end = deadline(and);
    while !is_past(end) {
        match answers.recv_timeout(Duration::from_millis(1)) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::park_timeout(Duration::from_millis(1)),
        }
    }
}

/// Waits until the gateway says that all is written, then until the last deletion shows, and compares.
fn settle(gateway: &Gateway, phone: &Phone, calendar: &mut Calendar, promises: &Promises) {
    phone.wait_until_synced(gateway, PATIENCE);
    let events = phone.states(&mut gateway.client()).unwrap();
    assert_eq!(events.synced, promises.live(), "events that the gateway holds");
    eventually_equal(gateway, calendar, promises);
    assert_eq!(calendar.foreign_changes(), Vec::<String>::new(), "other events of the person were touched");
}

/// `GET /events` no longer shows events whose deletion is on its way, so the calendar itself is watched.
fn eventually_equal(gateway: &Gateway, calendar: &mut Calendar, promises: &Promises) {
    let mut differences = Vec::new();
    let end = deadline(PATIENCE);
    while !is_past(end) {
        differences = promises.differences(&calendar.objects());
        // What was created may not be missing or stale now that all is said to be written; only deletions may lag.
        let wrong: Vec<_> = differences.iter().filter(|difference| !difference.may_pass()).collect();
        assert!(wrong.is_empty(), "the calendar is not as promised: {wrong:?}\n{}", gateway.log());
        if differences.is_empty() {
            return;
        }
        thread::park_timeout(Duration::from_millis(50));
    }
    panic!("leftovers in the calendar: {differences:?}\n{}", gateway.log());
}

#[test]
fn the_dice_repeat_by_seed_and_reach_all_sides() {
    let rolls = |seed| (0..200).map(|_| Dice::new(seed).roll(6)).collect::<Vec<_>>();
    assert_eq!(rolls(7), rolls(7));
    let mut dice = Dice::new(7);
    let mut seen: Vec<u32> = (0..200).map(|_| dice.roll(6)).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
}
