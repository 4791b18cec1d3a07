//! Single rules of the engine, each tried with the calls counted.

use std::collections::BTreeMap;
use std::time::Duration;

use pasarela::agenda;
use pasarela::clients::{Telling, Told};
use pasarela::clock::Clock;
use pasarela::happened::ResyncFailure;
use pasarela::link::ResyncMode;
use pasarela::placement::RemoteKey;
use pasarela::providers::RemoteError;
use pasarela::sync::resync::{self, RunState};
use testing::bench_top::BenchTop;
use testing::engine::Engine;
use testing::memory::{Call, Fault};

use super::world::{World, text};

fn linked_world(gateway: &Engine) -> World<'_> {
    let world = World::new(gateway, 1);
    world.make_link();
    world
}

fn accept_many(world: &mut World<'_>, count: u64) {
    for n in 0..count {
        let id = format!("many-{n}");
        world.gateway.app.intake.accept(&world.holder, None, &text(&id, n)).unwrap();
        world.promised.insert(id, n);
    }
}

fn resync_with(world: &World<'_>, truth: &BTreeMap<String, u64>, confirm: bool) -> resync::ResyncView {
    let id = world.gateway.app.sync.resync(&world.holder, ResyncMode::Repair, confirm).unwrap();
    let asked_at = world.gateway.clock.now();
    let told = truth.iter().map(|(id, content)| Told { event_id: id.clone(), event_data: text(id, *content) });
    let link = world.link().unwrap().id;
    resync::answered(world.gateway, link, Ok(Telling { events: told.collect(), skipped: vec![] }), asked_at).unwrap();
    world.reconcile();
    world.gateway.app.sync.resync_run(&world.holder, &id).unwrap().unwrap()
}

fn with_world(test: impl FnOnce(&mut World<'_>)) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 4);
    let mut world = linked_world(&gateway);
    test(&mut world);
}

#[test]
fn a_sudden_shrink_is_held_until_it_is_confirmed_and_a_small_one_goes_through() {
    with_world(|world| {
        accept_many(world, 30);
        world.reconcile();
        world.gateway.clock.advance(Duration::from_secs(1));
        let held = resync_with(world, &BTreeMap::new(), false);
        assert_eq!(held.state, RunState::Failed);
        assert_eq!(held.error.as_ref().map(ResyncFailure::code), Some("confirmation_needed"));
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);

        let confirmed = resync_with(world, &BTreeMap::new(), true);
        assert_eq!((confirmed.state, confirmed.counts.deleted), (RunState::Succeeded, 30));
        world.assert_calendar_is(&BTreeMap::new());

        world.promised.clear();
        accept_many(world, 20);
        world.reconcile();
        world.gateway.clock.advance(Duration::from_secs(1));
        let small = resync_with(world, &BTreeMap::new(), false);
        assert_eq!((small.state, small.counts.deleted), (RunState::Succeeded, 20));
    });
}

#[test]
fn a_resync_without_differences_is_one_listing_and_no_write() {
    with_world(|world| {
        accept_many(world, 50);
        world.reconcile();
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        let run = resync_with(world, &truth, false);
        assert_eq!((run.state, run.done, run.total), (RunState::Succeeded, 50, Some(50)));
        assert_eq!(world.server.take_calls(), [Call::List]);
    });
}

#[test]
fn a_resync_writes_only_what_drifted() {
    with_world(|world| {
        accept_many(world, 50);
        world.reconcile();
        let ours: Vec<_> = world.server.objects().into_keys().filter(|key| *key != world.foreign).collect();
        for key in &ours[..10] {
            world.server.put_by_hand(key);
        }
        for key in &ours[10..15] {
            world.server.delete_by_hand(key);
        }
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        let run = resync_with(world, &truth, false);
        assert_eq!((run.counts.changed, run.counts.created, run.counts.deleted), (10, 5, 0));
        let calls = world.server.take_calls();
        assert_eq!(calls.iter().filter(|call| **call == Call::Update).count(), 10);
        assert_eq!(calls.iter().filter(|call| **call == Call::Insert).count(), 5);
        assert_eq!(calls.len(), 16);
        world.assert_calendar_is(&truth);
    });
}

#[test]
fn a_rebuild_deletes_every_event_of_ours_before_it_creates_one() {
    with_world(|world| {
        accept_many(world, 5);
        world.reconcile();
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let id = world.gateway.app.sync.resync(&world.holder, ResyncMode::Rebuild, false).unwrap();
        let told = world.promised.iter().map(|(id, n)| Told { event_id: id.clone(), event_data: text(id, *n) });
        let link = world.link().unwrap().id;
        resync::answered(
            world.gateway,
            link,
            Ok(Telling { events: told.collect(), skipped: vec![] }),
            world.gateway.clock.now(),
        )
        .unwrap();
        world.reconcile();
        let calls = world.server.take_calls();
        let last_delete = calls.iter().rposition(|call| *call == Call::Delete);
        let first_insert = calls.iter().position(|call| *call == Call::Insert);
        assert!(last_delete < first_insert, "{calls:?}");
        let run = world.gateway.app.sync.resync_run(&world.holder, &id).unwrap().unwrap();
        assert_eq!((run.counts.deleted, run.counts.created), (5, 5));
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
    });
}

#[test]
fn an_empty_listing_does_not_delete() {
    with_world(|world| {
        accept_many(world, 30);
        world.reconcile();
        let before = world.server.objects();
        // The server forgets to list what it holds: everything looks gone, and is created again under the same names.
        world.server.set_faults(Some(Box::new(|call| match call {
            Call::List => Fault::After(RemoteError::Unsure { retry_after: None, why: "empty".into() }),
            _ => Fault::None,
        })));
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        resync_with(world, &truth, false);
        assert_eq!(world.server.objects(), before);
        assert!(!world.server.take_calls().contains(&Call::Delete));
    });
}

#[test]
fn an_object_that_is_not_ours_is_never_touched() {
    with_world(|world| {
        accept_many(world, 3);
        let other_mark = RemoteKey::from_text(format!("psr{}", "0".repeat(52)));
        world.server.put_by_hand(&other_mark);
        world.reconcile();
        world.unlink();
        world.reconcile();
        let left: Vec<_> = world.server.objects().into_keys().collect();
        assert_eq!(left, [other_mark, world.foreign.clone()]);
    });
}

#[test]
fn a_refused_event_is_tried_once_and_its_neighbours_go_on() {
    with_world(|world| {
        accept_many(world, 3);
        let mut first = true;
        world.server.set_faults(Some(Box::new(move |call| {
            if call == Call::Insert && std::mem::take(&mut first) {
                let refusal = pasarela::providers::Refusal {
                    code: "valid-calendar-data".into(),
                    why: "no".into(),
                    name_taken: false,
                };
                return Fault::Before(RemoteError::Refused(refusal));
            }
            Fault::None
        })));
        for _ in 0..3 {
            world.reconcile();
            world.gateway.clock.advance(Duration::from_secs(7200));
        }
        let inserts = world.server.take_calls();
        assert_eq!(inserts.len(), 1 + 3, "a listing and one try each: {inserts:?}");
        let agenda = &world.gateway.app.agenda;
        let mut listing = agenda.list(&world.holder, &agenda::Page::default()).unwrap();
        let states: Vec<_> = agenda.some_of(&mut listing).unwrap().into_iter().map(|held| held.state).collect();
        // Over several lanes any of them may have been the first.
        let how_many = |state| states.iter().filter(|one| **one == state).count();
        assert_eq!((how_many(agenda::SyncState::Failed), how_many(agenda::SyncState::Synced)), (1, 2), "{states:?}");
    });
}

#[test]
fn a_name_that_is_taken_is_passed_over_however_often_the_calendar_was_rebuilt() {
    with_world(|world| {
        accept_many(world, 3);
        world.reconcile();
        for _ in 0..7 {
            world.gateway.clock.advance(Duration::from_secs(1));
            world.told(ResyncMode::Rebuild, false, &world.promised);
            world.drive(2);
        }
        // A trash bin keeps the next four names of each event.
        let taken =
            || pasarela::providers::Refusal { code: "no-uid-conflict".into(), why: "no".into(), name_taken: true };
        let mut left = 3 * 4;
        world.server.set_faults(Some(Box::new(move |call| {
            if call == Call::Insert && left > 0 {
                left -= 1;
                return Fault::Before(RemoteError::Refused(taken()));
            }
            Fault::None
        })));
        world.told(ResyncMode::Rebuild, false, &world.promised);
        world.drive(5);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);

        // One that takes no name at all ends it.
        world.server.set_faults(Some(Box::new(move |call| match call {
            Call::Insert => Fault::Before(RemoteError::Refused(taken())),
            _ => Fault::None,
        })));
        world.server.take_calls();
        let run = world.told(ResyncMode::Rebuild, false, &world.promised);
        world.drive(5);
        let inserts = world.server.take_calls().iter().filter(|call| **call == Call::Insert).count();
        assert_eq!(inserts, 3 * 6, "each under its own name and five more");
        assert_eq!(world.run(&run).error.as_ref().map(ResyncFailure::code), Some("events_left"));
    });
}
