//! Random histories with faults and crashes end with wanted = remote, and a second reconcile does nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use fastrand::Rng;
use pasarela::clock::Clock;
use pasarela::happened::Revoked;
use pasarela::providers::RemoteError;
use testing::bench_top::BenchTop;
use testing::cases::seeds;
use testing::engine::Engine;
use testing::memory::{Call, Fault, Faults, MemoryServer};

use super::shore::Shore;
use super::world::{HOLLOW, World};

/// Faults that hit about every fifth call.
pub(super) fn faults(seed: u64) -> Faults {
    let mut rng = Rng::with_seed(seed);
    let why = || "as the dice fell".to_owned();
    Box::new(move |call| match rng.u8(0..50) {
        0..3 => Fault::CrashBefore,
        3..6 => Fault::CrashAfter,
        6..8 => Fault::Before(RemoteError::Unsure { retry_after: None, why: why() }),
        8..12 if call != Call::List => Fault::After(RemoteError::Unsure { retry_after: None, why: why() }),
        12 => Fault::Before(RemoteError::Throttled { retry_after: Some(Duration::from_secs(1)), why: why() }),
        13 if call != Call::Delete => {
            Fault::Before(RemoteError::AuthRevoked { why: why(), cause: Revoked::ByProvider })
        }
        _ => Fault::None,
    })
}

/// One history: what it has come to, and its end.
pub(crate) fn play<S: Shore>(mut world: World<'_, S>, seed: u64) {
    lives(&mut world, seed);
    ends_without_a_trace(&mut world);
}

/// A random number of random acts, under faults, until all is as promised.
pub(crate) fn lives<S: Shore>(world: &mut World<'_, S>, seed: u64) {
    world.make_link();
    world.server.rage(seed ^ 0xfa17);
    let acts = world.rng.u32(10..60);
    for _ in 0..acts {
        world.act();
    }
    settles_into_what_was_promised(world);
}

fn settles_into_what_was_promised<S: Shore>(world: &mut World<'_, S>) {
    if world.storms {
        world.comes_to_rest();
    }
    world.settle();
    if world.link().is_none() {
        // An unlink that was shut out by the provider leaves objects and says so; a new link clears them.
        world.make_link();
        world.settle();
    }
    if world.forgot {
        world.confirm();
    }
    let promised = world.promised.clone();
    world.assert_calendar_is(&promised);

    world.server.forbid();
    world.gateway.clock.advance(Duration::from_secs(7200));
    world.reconcile();
    assert_eq!(world.server.forbidden(), 0, "a second reconcile does nothing");
}

/// Under faults once more, if there were storms: whatever is lost, each object is counted once.
fn ends_without_a_trace<S: Shore>(world: &mut World<'_, S>) {
    let standing = world.ours().len() as u64;
    world.unlink();
    if world.storms {
        let seed = world.rng.u64(..);
        world.server.rage(seed);
        for _ in 0..30 {
            world.gateway.clock.advance(Duration::from_secs(60));
            world.reconcile();
        }
        world.server.calm();
    }
    world.settle();
    let receipt = world.gateway.app.linking.last_receipt(&world.holder).unwrap().unwrap();
    if receipt.reason.is_none() {
        assert_eq!((receipt.deleted, receipt.left), (standing, 0), "the receipt counts what went");
    } else {
        // Shut out for good: what it says is left may be gone already, and what it does not say is gone.
        assert!(receipt.deleted + receipt.left >= standing, "{receipt:?} of {standing}");
        world.make_link();
        world.settle();
        world.unlink();
        world.settle();
    }
    assert!(world.link().is_none(), "the link has ended");
    world.assert_calendar_is(&BTreeMap::new());
}

/// Two holders in one calendar, in turns: each ends with their own, and neither touches the other's.
fn play_together(gateway: &Engine, seed: u64) {
    let server = MemoryServer::default();
    let mut worlds = [0, 1].map(|nth| World::on(gateway, seed * 2 + nth, server.clone()));
    let marks = worlds.each_ref().map(|world| gateway.mark(&world.holder));
    for (world, neighbour) in worlds.iter_mut().zip(marks.into_iter().rev()) {
        world.storms = true;
        world.content = HOLLOW;
        world.neighbours.push(neighbour);
        world.make_link();
    }
    server.rage(seed ^ 0xfa17);
    let mut rng = Rng::with_seed(seed);
    for _ in 0..rng.u32(20..80) {
        worlds[rng.usize(0..2)].act();
    }
    let [first, second] = &mut worlds;
    settles_into_what_was_promised(first);
    settles_into_what_was_promised(second);
    ends_without_a_trace(first);
    let promised = second.promised.clone();
    second.assert_calendar_is(&promised);
    ends_without_a_trace(second);
}

/// Worlds in which storms come; a few strays are many there.
fn play_storms(usual: std::ops::Range<u64>, lanes: usize, play_one: impl Fn(&Engine, u64)) {
    let bench_top = BenchTop::new();
    let clock = Clock::standing("2026-01-01T00:00:00Z".parse().unwrap());
    let gateway = bench_top.gateway_with(clock, lanes, "sync.brake_events = 3");
    for seed in seeds(usual) {
        let played = catch_unwind(AssertUnwindSafe(|| play_one(&gateway, seed)));
        assert!(played.is_ok(), "seed {seed} failed: PASARELA_SEEDS={seed}..{} plays it again", seed + 1);
    }
}

fn play_all(usual: std::ops::Range<u64>, lanes: usize) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), lanes);
    for seed in seeds(usual) {
        let played = catch_unwind(AssertUnwindSafe(|| play(World::new(&gateway, seed), seed)));
        assert!(played.is_ok(), "seed {seed} failed: PASARELA_SEEDS={seed}..{} plays it again", seed + 1);
    }
}

#[test]
fn random_histories_with_faults_and_crashes_end_with_what_was_promised() {
    play_all(0..2000, 1);
}

/// With several lanes the threads take part in the dice, so a seed does not play the same history again.
#[test]
fn random_histories_over_several_lanes_end_with_what_was_promised() {
    play_all(2000..2300, 4);
}

#[test]
fn random_histories_with_storms_end_with_what_was_promised() {
    play_storms(0..2000, 1, |gateway, seed| {
        let mut world = World::new(gateway, seed);
        world.storms = true;
        world.content = HOLLOW;
        play(world, seed);
    });
}

#[test]
fn random_histories_of_two_holders_in_one_calendar_end_with_what_was_promised_to_each() {
    play_storms(0..1000, 1, play_together);
}
