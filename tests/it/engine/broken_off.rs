//! What was begun goes on through outages and lost answers: nothing stands twice, nothing stays behind, and who asks is
//! told how it went.

use std::collections::BTreeMap;

use pasarela::clock::Clock;
use pasarela::happened::{ResyncFailure, Revoked};
use pasarela::link::ResyncMode;
use pasarela::providers::RemoteError;
use pasarela::store::receipts;
use pasarela::sync::resync::RunState;
use testing::bench_top::BenchTop;
use testing::memory::{Call, Fault, Faults};

use super::world::World;

fn with_world(events: u64, test: impl FnOnce(&mut World<'_>)) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 4);
    let mut world = World::new(&gateway, 1);
    world.make_link();
    world.holds(events);
    test(&mut world);
}

fn down() -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: "connection refused".to_owned() }
}

/// After so many deletions nobody reaches the server any more.
fn away_after(deletions: u32) -> Option<Faults> {
    let mut left = deletions;
    Some(Box::new(move |call| match call {
        Call::Delete if left > 0 => {
            left -= 1;
            Fault::None
        }
        _ => Fault::Before(down()),
    }))
}

/// Of the answers to `of`, every third is lost.
fn every_third_lost(of: Call) -> Option<Faults> {
    let mut nth = 0;
    Some(Box::new(move |call| {
        nth += u32::from(call == of);
        if call == of && nth % 3 == 0 { Fault::After(down()) } else { Fault::None }
    }))
}

#[test]
fn a_rebuild_that_a_server_leaves_for_a_while_succeeds_and_doubles_nothing() {
    with_world(40, |world| {
        let before = world.ours();
        world.server.set_faults(away_after(6));
        // The survey is the first call; it and five deletions get through.
        let mut first = away_after(5).unwrap();
        world.server.set_faults(Some(Box::new(move |call| if call == Call::List { Fault::None } else { first(call) })));
        let run = world.told(ResyncMode::Rebuild, false, &world.promised);
        world.drive(5);
        world.server.set_faults(away_after(0));
        world.drive(40);
        assert_eq!(world.ours().len(), 35, "five were deleted, and nothing was written");
        assert_eq!(world.run(&run).state, RunState::InProgress, "45 seconds are no reason to give up");

        world.server.set_faults(None);
        world.drive(120);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
        assert!(world.ours().iter().all(|key| !before.contains(key)), "each under a name of its own");
        let shown = world.run(&run);
        assert_eq!((shown.state, shown.counts.deleted, shown.counts.created), (RunState::Succeeded, 40, 40));
        assert_eq!(world.gateway.app.linking.view(&world.holder).unwrap().unwrap().reason, None);
    });
}

#[test]
fn the_wish_of_a_rebuild_outlives_its_run() {
    with_world(40, |world| {
        let mut first = away_after(5).unwrap();
        world.server.set_faults(Some(Box::new(move |call| if call == Call::List { Fault::None } else { first(call) })));
        let run = world.told(ResyncMode::Rebuild, false, &world.promised);
        world.drive(5);
        world.server.set_faults(away_after(0));
        world.drive(1200);
        let shown = world.run(&run);
        assert_eq!(shown.error.as_ref().map(ResyncFailure::code), Some("calendar_unreachable"), "{shown:?}");
        assert_eq!(shown.counts.left, 40);

        world.server.set_faults(None);
        world.drive(3600);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
        // Nobody who looks again finds anything to do.
        world.server.take_calls();
        let again = world.told(ResyncMode::Repair, false, &world.promised);
        world.drive(5);
        assert_eq!((world.run(&again).state, world.server.take_calls()), (RunState::Succeeded, vec![Call::List]));
    });
}

#[test]
fn a_run_that_gets_on_between_two_failures_does_not_end_by_them() {
    with_world(40, |world| {
        // Every sixth call goes through, and five are lost: each round gets one step on and is broken off.
        let mut nth = 0_u32;
        world.server.set_faults(Some(Box::new(move |call| {
            nth += 1;
            if call == Call::List || nth.is_multiple_of(6) { Fault::None } else { Fault::Before(down()) }
        })));
        let run = world.told(ResyncMode::Rebuild, false, &world.promised);
        world.drive(200);
        let shown = world.run(&run);
        assert!(shown.error.is_none(), "{shown:?}");
        assert!(shown.counts.deleted > 5, "{:?}", shown.counts);
        world.server.set_faults(None);
        world.drive(300);
        assert_eq!(world.run(&run).state, RunState::Succeeded);
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
    });
}

#[test]
fn an_event_is_never_written_under_its_new_name_beside_its_old_one() {
    with_world(20, |world| {
        // The first deletion has no sure answer, whatever is tried; the others go through.
        let mut doubts = 0;
        world.server.set_faults(Some(Box::new(move |call| {
            doubts += u32::from(call == Call::Delete);
            if call == Call::Delete && doubts <= 2 { Fault::Before(down()) } else { Fault::None }
        })));
        world.told(ResyncMode::Rebuild, false, &world.promised);
        world.reconcile();
        assert_eq!(world.ours().len(), 20, "one waits under its old name, the others are back under new ones");
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
        world.drive(10);
        world.assert_calendar_is(&promised);
    });
}

#[test]
fn an_object_that_a_server_does_not_let_go_stays_under_its_name_with_what_is_wanted() {
    with_world(3, |world| {
        let refusal = pasarela::providers::Refusal { code: "locked".into(), why: "no".into(), name_taken: false };
        world.server.set_faults(Some(Box::new(move |call| {
            if call == Call::Delete { Fault::Before(RemoteError::Refused(refusal.clone())) } else { Fault::None }
        })));
        let before = world.ours();
        let run = world.told(ResyncMode::Rebuild, false, &world.promised);
        world.reconcile();
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
        assert_eq!(world.ours(), before);
        let shown = world.run(&run);
        assert_eq!((shown.state, shown.counts.changed, shown.counts.deleted), (RunState::Succeeded, 3, 0));
    });
}

#[test]
fn an_unlink_through_lost_answers_and_an_outage_counts_what_went() {
    with_world(40, |world| {
        let mut first = away_after(5).unwrap();
        world.server.set_faults(Some(Box::new(move |call| if call == Call::List { Fault::None } else { first(call) })));
        world.unlink();
        world.drive(300);
        world.server.set_faults(every_third_lost(Call::Delete));
        world.drive(300);
        assert!(world.link().is_none());
        world.assert_calendar_is(&BTreeMap::new());
        let receipt = world.gateway.app.linking.last_receipt(&world.holder).unwrap().unwrap();
        assert_eq!((receipt.deleted, receipt.left, receipt.reason), (40, 0, None));
    });
}

#[test]
fn who_is_shut_out_is_told_how_much_may_stand_there_still() {
    with_world(3, |world| {
        world.server.set_faults(Some(Box::new(|_| {
            Fault::Before(RemoteError::AuthRevoked { why: "401".to_owned(), cause: Revoked::ByProvider })
        })));
        // One that was never written is not left there.
        world.gateway.app.intake.accept(&world.holder, None, &super::world::text("never", 1)).unwrap();
        world.unlink();
        world.drive(5);
        let link = world.gateway.store.read(|tx| {
            let holder = pasarela::store::holders::find(tx, &world.holder)?.unwrap();
            receipts::newest(tx, holder)
        });
        assert_eq!(link.unwrap().map(|receipt| (receipt.deleted, receipt.left)), Some((0, 3)));
    });
}
