//! Objects of ours that no event goes by: they go as everything goes, unless there are suddenly many of them.

use std::time::Duration;

use pasarela::clock::Clock;
use pasarela::happened::{Happened, ResyncFailure};
use pasarela::ids::{EventId, LinkId};
use pasarela::link::ResyncMode;
use pasarela::placement::RemoteKey;
use pasarela::providers::RemoteError;
use pasarela::sync::resync::RunState;
use testing::bench_top::BenchTop;
use testing::memory::{Call, Fault};

use super::world::{World, text};

fn with_world(lanes: usize, test: impl FnOnce(&mut World<'_>)) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), lanes);
    test(&mut World::new(&gateway, 1));
}

fn lost() -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: "the answer was lost".to_owned() }
}

/// Under the names that an earlier link gave.
fn leaves(world: &World<'_>, count: usize) {
    let mark = world.gateway.mark(&world.holder);
    for n in 0..count {
        let event = EventId::new(format!("left-{n}")).unwrap();
        world.server.put_by_hand(&RemoteKey::derive(&mark, LinkId(1000), &event, 0));
    }
}

/// What stands there stands under other names, as after a backup from before a rebuild was restored.
fn forgets_the_names(world: &World<'_>) {
    let mark = world.gateway.mark(&world.holder);
    for (n, key) in world.ours().iter().enumerate() {
        world.server.delete_by_hand(key);
        let event = EventId::new(format!("other-{n}")).unwrap();
        world.server.put_by_hand(&RemoteKey::derive(&mark, LinkId(1000), &event, 7));
    }
}

#[test]
fn strays_go_through_lost_answers_as_fast_as_events_do() {
    for lanes in [1, 4] {
        with_world(lanes, |world| {
            leaves(world, 235);
            let mut nth = 0;
            world.server.set_faults(Some(Box::new(move |call| {
                nth += u32::from(call != Call::List);
                if call != Call::List && nth % 3 == 0 { Fault::After(lost()) } else { Fault::None }
            })));
            world.make_link();
            world.drive(3);
            assert_eq!(world.ours(), Vec::new(), "over {lanes} lanes");
            leaves(world, 235);
            world.unlink();
            world.drive(5);
            let receipt = world.gateway.app.linking.last_receipt(&world.holder).unwrap().unwrap();
            assert_eq!((receipt.deleted, receipt.left, receipt.reason), (235, 0, None), "over {lanes} lanes");
        });
    }
}

#[test]
fn one_doubt_does_not_stop_the_others_and_what_is_in_doubt_comes_again() {
    with_world(1, |world| {
        leaves(world, 20);
        let mut deletions = 0;
        world.server.set_faults(Some(Box::new(move |call| {
            deletions += u32::from(call == Call::Delete);
            if call == Call::Delete && deletions <= 2 { Fault::Before(lost()) } else { Fault::None }
        })));
        world.make_link();
        world.gateway.app.intake.accept(&world.holder, None, &text("new", 1)).unwrap();
        world.promised.insert("new".to_owned(), 1);
        world.reconcile();
        let calls = world.server.take_calls();
        let last_delete = calls.iter().rposition(|call| *call == Call::Delete);
        let insert = calls.iter().position(|call| *call == Call::Insert);
        assert!(last_delete < insert, "strays go first: {calls:?}");
        assert_eq!(world.ours().len(), 2, "the one in doubt, and the new one");
        world.drive(5);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
    });
}

#[test]
fn many_strays_at_once_are_asked_about_and_nothing_is_doubled_meanwhile() {
    with_world(4, |world| {
        world.make_link();
        world.holds(30);
        forgets_the_names(world);
        let there = world.ours();
        for mode in [ResyncMode::Repair, ResyncMode::Repair] {
            let run = world.told(mode, false, &world.promised);
            world.drive(30);
            let shown = world.run(&run);
            let Some(ResyncFailure::Held(shrink)) = shown.error else { panic!("{shown:?}") };
            assert_eq!((shrink.going, shrink.standing), (30, 30));
            assert_eq!(world.ours(), there, "nothing went, nothing came");
        }
        let link = world.gateway.app.linking.view(&world.holder).unwrap().unwrap();
        assert_eq!((link.held.map(|held| held.going), link.reason, link.pending), (Some(30), None, 30));
        let waits = world.gateway.app.agenda.held_one(&world.holder, "many-0").unwrap().provider_reason.unwrap();
        assert!(waits.contains("30 of 30 events") && waits.contains("confirm"), "each event says why: {waits}");
        let story = world.gateway.app.agenda.story(&world.holder, "many-0").unwrap();
        assert_eq!((story.asks, story.next_attempt_at), (true, None));
        let happened = world.gateway.app.agenda.happened(&world.holder, 50).unwrap();
        assert!(happened.iter().any(|one| matches!(one.what, Happened::Held(_))), "{happened:?}");

        // What comes after the question is new, and is written; a change of what waits waits with it.
        world.gateway.app.intake.accept(&world.holder, None, &text("later", 1)).unwrap();
        world.gateway.app.intake.change(&world.holder, "many-1", &text("many-1", 99)).unwrap();
        world.promised.extend([("later".to_owned(), 1), ("many-1".to_owned(), 99)]);
        world.drive(5);
        assert_eq!(world.ours().len(), 31);
        world.server.take_calls();
        world.drive(3600);
        assert_eq!(world.server.take_calls(), [], "nobody asks while the question stands");

        let run = world.told(ResyncMode::Repair, true, &world.promised);
        world.drive(5);
        let shown = world.run(&run);
        assert_eq!((shown.state, shown.counts.deleted, shown.counts.created), (RunState::Succeeded, 30, 30));
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
        assert_eq!(world.gateway.app.linking.view(&world.holder).unwrap().unwrap().held, None);
    });
}

#[test]
fn the_question_is_over_when_the_strays_are_gone_or_an_unlink_wants_it_all_gone() {
    for unlinks in [false, true] {
        with_world(4, |world| {
            world.make_link();
            world.holds(30);
            forgets_the_names(world);
            world.told(ResyncMode::Repair, false, &world.promised);
            world.drive(5);
            if unlinks {
                world.unlink();
                world.promised.clear();
            } else {
                world.ours().iter().for_each(|key| world.server.delete_by_hand(key));
                world.told(ResyncMode::Repair, false, &world.promised);
            }
            world.drive(5);
            let promised = world.promised.clone();
            world.assert_calendar_is(&promised);
            let receipt = world.gateway.app.linking.last_receipt(&world.holder).unwrap();
            assert_eq!(receipt.map(|receipt| (receipt.deleted, receipt.left)), unlinks.then_some((30, 0)));
        });
    }
}

#[test]
fn an_event_whose_name_is_a_strays_takes_it_over_in_place() {
    with_world(1, |world| {
        world.make_link();
        world.holds(1);
        let name = world.ours();
        // Renewed, and the deletion of its old object is in doubt; the event goes and comes again.
        world
            .server
            .set_faults(Some(Box::new(|call| if call == Call::Delete { Fault::Before(lost()) } else { Fault::None })));
        world.told(ResyncMode::Rebuild, false, &world.promised);
        world.reconcile();
        world.gateway.app.intake.remove(&world.holder, "many-0").unwrap();
        world.gateway.app.intake.accept(&world.holder, None, &text("many-0", 5)).unwrap();
        world.promised.insert("many-0".to_owned(), 5);
        assert_eq!(world.ours(), name);
        world.server.set_faults(None);
        world.gateway.clock.advance(Duration::from_secs(60));
        world.drive(60);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
    });
}
