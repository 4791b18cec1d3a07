//! What is said of events by the names that answers use: on a condition, and once.

use std::time::Duration;

use jiff::Timestamp;
use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::ids::Holder;
use pasarela::intake::{
    Accepted, Condition, Created, IntakeError, Once, Proposal, REQUESTS_KEPT, States, Unmet, Verdict,
};
use pasarela::placement::Revision;
use pasarela::vault;
use testing::engine::Engine;
use testing::settings::Settings;

fn gateway() -> (tempfile::TempDir, Clock, Engine) {
    let folder = testing::folder();
    let clock = Clock::standing("2026-11-01T12:00:00Z".parse::<Timestamp>().unwrap());
    vault::create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
    let gateway = Settings::in_folder(folder.path()).engine(clock.clone());
    (folder, clock, gateway)
}

fn ana() -> Holder {
    Holder::of(clients::puentes::ID, "+593991234567")
}

fn luis() -> Holder {
    Holder::of(clients::puentes::ID, "+593991234568")
}

/// An event with this title; without a UID where `uid` is empty.
fn said(uid: &str, title: &str) -> Proposal {
    let uid = if uid.is_empty() { String::new() } else { format!("UID:{uid}\n") };
    Proposal::ical(format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n{uid}SUMMARY:{title}\nDTSTART:20261105T100000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    ))
    .unwrap()
}

fn accepted(created: Created) -> Accepted {
    let Created::Accepted(accepted) = created else { panic!("{created:?}") };
    accepted
}

fn only(revision: u64) -> Condition {
    Condition { only: Some(States::Of(vec![Revision(revision)])), not: None }
}

const ALWAYS: Condition = Condition { only: None, not: None };

#[test]
fn an_event_without_a_name_of_its_client_s_goes_by_ours() {
    let (_folder, _clock, gateway) = gateway();
    let intake = &gateway.app.intake;
    let [one, two] = [(); 2].map(|()| accepted(intake.create(&ana(), said("", "x"), None).unwrap()));
    assert_eq!((one.verdict, two.verdict), (Verdict::New, Verdict::New), "nothing says that they are the same");
    assert_eq!(one.event_id.as_str(), one.public_id.as_str());
    let named = accepted(intake.create(&ana(), said("uid", "x"), None).unwrap());
    assert_eq!(named.event_id.as_str(), "uid");
    let again = accepted(intake.create(&ana(), said("uid", "x"), None).unwrap());
    assert_eq!((again.verdict, &again.public_id), (Verdict::Same, &named.public_id));
    let other = intake.create(&ana(), said("uid", "y"), None).unwrap_err();
    assert!(matches!(other, IntakeError::Exists(_)), "{other:?}");
    let borrowed = intake.create(&ana(), said(one.public_id.as_str(), "y"), None);
    assert!(matches!(borrowed, Err(IntakeError::OurName)));
    assert!(matches!(intake.put(&ana(), one.public_id.as_str(), said("", "y"), &ALWAYS), Err(IntakeError::OurName)));
}

#[test]
fn a_put_makes_what_is_not_held_and_changes_what_is() {
    let (_folder, _clock, gateway) = gateway();
    let intake = &gateway.app.intake;
    let put = |title: &str, condition: &Condition| intake.put(&ana(), "cita 1", said("", title), condition);
    let held_only = Condition { only: Some(States::Any), not: None };
    let new_only = Condition { only: None, not: Some(States::Any) };
    assert!(matches!(put("a", &held_only), Err(IntakeError::Unmet(Unmet::Gone))));
    let made = put("a", &new_only).unwrap();
    assert!(matches!(put("b", &new_only), Err(IntakeError::Unmet(Unmet::Held))));
    assert!(matches!(put("b", &only(2)), Err(IntakeError::Unmet(Unmet::Changed))));
    assert_eq!(put("a", &ALWAYS).unwrap().verdict, Verdict::Same);
    let changed = put("b", &only(1)).unwrap();
    assert_eq!((made.verdict, changed.verdict), (Verdict::New, Verdict::Changed));
    assert_eq!((&changed.public_id, changed.revision), (&made.public_id, Revision(2)));
    let erased = intake.erase(&ana(), made.public_id.as_str(), &only(2)).unwrap();
    assert_eq!(erased.verdict, Verdict::Removed);
    let made_again = put("b", &new_only).unwrap();
    assert_eq!(made_again.verdict, Verdict::New);
    assert_ne!(made_again.public_id, made.public_id);
}

#[test]
fn a_name_of_ours_is_known_to_its_holder_alone() {
    let (_folder, _clock, gateway) = gateway();
    let intake = &gateway.app.intake;
    let made = accepted(intake.create(&ana(), said("uid", "x"), None).unwrap());
    let _other = intake.create(&luis(), said("uid", "x"), None).unwrap();
    let id = made.public_id.as_str();
    for (holder, id) in [(luis(), id), (ana(), "ev_00000000000070008000000000000000"), (ana(), "uid"), (ana(), "")] {
        assert!(matches!(intake.replace(&holder, id, said("", "y"), &ALWAYS), Err(IntakeError::Unknown)), "{id}");
        assert!(matches!(intake.erase(&holder, id, &ALWAYS), Err(IntakeError::Unknown)), "{id}");
    }
    assert!(matches!(intake.replace(&ana(), id, said("", "y"), &only(7)), Err(IntakeError::Unmet(Unmet::Changed))));
    assert!(matches!(intake.erase(&ana(), id, &only(7)), Err(IntakeError::Unmet(Unmet::Changed))));
    assert_eq!(intake.replace(&ana(), id, said("another", "y"), &only(1)).unwrap().event_id.as_str(), "uid");
    assert_eq!(intake.erase(&ana(), id, &only(2)).unwrap().verdict, Verdict::Removed);
    assert!(matches!(intake.erase(&ana(), id, &ALWAYS), Err(IntakeError::Unknown)));
}

#[test]
fn a_request_with_a_key_is_carried_out_once() {
    let (_folder, clock, gateway) = gateway();
    let intake = &gateway.app.intake;
    let once = Once { key: [1; 32], digest: [2; 32] };
    let create = |once: Once| intake.create(&ana(), said("", "x"), Some(once));
    let made = accepted(create(once).unwrap());
    let unanswered = accepted(create(once).unwrap());
    assert_eq!((&unanswered.public_id, unanswered.revision), (&made.public_id, Revision(1)), "as after a crash");
    assert!(matches!(create(Once { digest: [3; 32], ..once }), Err(IntakeError::KeyReused)));
    intake.answered(&ana(), once, 202, "{}").unwrap();
    assert_eq!(create(once).unwrap(), Created::Answered(202, "{}".to_owned()));
    let other = accepted(create(Once { key: [4; 32], ..once }).unwrap());
    assert_ne!(other.public_id, made.public_id);
    let kept = Duration::from_secs(u64::try_from(REQUESTS_KEPT.as_secs()).unwrap());
    clock.advance(kept - Duration::from_secs(1));
    assert_eq!(create(once).unwrap(), Created::Answered(202, "{}".to_owned()));
    clock.advance(Duration::from_secs(1));
    assert_ne!(accepted(create(once).unwrap()).public_id, made.public_id, "after a day it is forgotten");
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let (_folder, _clock, gateway) = gateway();
    let intake = &gateway.app.intake;
    accepted(intake.create(&ana(), said("uid", "x"), None).unwrap());
    let once = Once { key: [1; 32], digest: [2; 32] };
    assert!(matches!(intake.create(&ana(), said("uid", "y"), Some(once)), Err(IntakeError::Exists(_))));
    let mended = Once { digest: [3; 32], ..once };
    assert_eq!(accepted(intake.create(&ana(), said("uid2", "y"), Some(mended)).unwrap()).verdict, Verdict::New);
}
