//! Clients and the worker at the same time: every answer that was given while the other was at work holds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;
use pasarela::clock::Clock;
use testing::bench_top::BenchTop;

use super::world::{World, text};

const CLIENTS: u64 = 4;
const CALLS: u64 = 300;

/// One client creates, changes and deletes events of its own; answers what it was promised.
fn client(world: &World<'_>, client: u64) -> BTreeMap<String, u64> {
    let mut rng = Rng::with_seed(client);
    let mut promised = BTreeMap::new();
    for content in 0..CALLS {
        let id = format!("client-{client}-{}", rng.u8(0..5));
        let data = text(&id, content);
        let (gateway, holder) = (world.gateway, &world.holder);
        match promised.contains_key(&id) {
            false => {
                gateway.app.intake.accept(holder, None, &data).unwrap();
                promised.insert(id, content);
            }
            true if rng.bool() => {
                gateway.app.intake.change(holder, &id, &data).unwrap();
                promised.insert(id, content);
            }
            true => {
                gateway.app.intake.remove(holder, &id).unwrap();
                promised.remove(&id);
            }
        }
    }
    promised
}

#[test]
fn what_clients_say_while_the_worker_writes_is_not_lost_and_leaves_nothing_behind() {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 2);
    let mut world = World::new(&gateway, 1);
    world.make_link();
    let over = AtomicBool::new(false);
    let promised = std::thread::scope(|scope| {
        let (world, over) = (&world, &over);
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                world.reconcile();
            }
        });
        let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(move || client(world, n))).collect();
        let promised: BTreeMap<String, u64> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        over.store(true, Ordering::Relaxed);
        promised
    });
    gateway.clock.advance(Duration::from_secs(1));
    world.settle();
    world.assert_calendar_is(&promised);
}
