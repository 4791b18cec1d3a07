//! What the page tells of events.

use std::time::Duration;

use jiff::Timestamp;
use pasarela::agenda::{self, SyncState};
use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::happened::{Happened, ResyncFailure, Shrink};
use pasarela::ids::Holder;
use pasarela::link::LinkState;
use pasarela::placement::{Revision, Wanted};
use pasarela::store::placements::known::{self, PutOff};
use pasarela::store::{WriteTx, activity, holders, links, placements};
use pasarela::trail::Actor;
use pasarela::vault;
use testing::engine::Engine;
use testing::memory::MemoryServer;
use testing::settings::Settings;

use crate::engine::world::World;

const QUITO: &str = "America/Guayaquil";

fn gateway(now: &str) -> (tempfile::TempDir, Engine) {
    let folder = testing::folder();
    let clock = Clock::standing(now.parse::<Timestamp>().unwrap());
    vault::create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
    let settings = Settings::in_folder(folder.path()).set("calendar", "time_zone", QUITO);
    let gateway = settings.engine(clock);
    (folder, gateway)
}

fn ana() -> Holder {
    Holder::of(clients::puentes::ID, "+593991234567")
}

/// Does to the database what only damage or another version does.
#[expect(clippy::disallowed_methods, reason = "no way of the product leads there")]
fn damage(folder: &tempfile::TempDir, sql: &str) {
    let database = rusqlite::Connection::open(folder.path().join("pasarela.db")).unwrap();
    assert_eq!(database.execute(sql, []).unwrap(), 1);
}

/// A text; `lines` are those of its VEVENT, `more` further components.
fn text(id: &str, lines: &str, more: &str) -> String {
    let event = format!("BEGIN:VEVENT\nUID:{id}\nSUMMARY:{id}\n{lines}\nEND:VEVENT\n");
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\n{event}{more}END:VCALENDAR\n")
}

fn changed(id: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{id}\nSUMMARY:other\n{lines}\nEND:VEVENT\n")
}

/// The upcoming events as lines: title, start, and what else there is to say.
fn told(gateway: &Engine) -> Vec<String> {
    let agenda = gateway.app.agenda.upcoming(&ana(), 100).unwrap();
    assert_eq!(agenda.total, agenda.events.len());
    let line = |event: &agenda::AgendaEvent| {
        let mut line = format!("{} {}", event.title.as_deref().unwrap_or("-"), event.start);
        for (is, word) in [(event.all_day, "day"), (event.repeats, "series"), (event.cancelled, "off")] {
            if is {
                line = format!("{line} {word}");
            }
        }
        line
    };
    agenda.events.iter().map(line).collect()
}

/// What is told of one event at this time, in the zone of the settings or the one that the event names.
fn next(now: &str, lines: &str, more: &str) -> String {
    let (_folder, gateway) = gateway(now);
    gateway.app.intake.accept(&ana(), None, &text("e", lines, more)).unwrap();
    told(&gateway).join(" | ")
}

#[test]
fn the_next_of_an_event_is_this_table() {
    let off = changed("e", "RECURRENCE-ID:20261102T100000Z\nDTSTART:20261102T100000Z\nSTATUS:CANCELLED");
    let moved = changed("e", "RECURRENCE-ID:20261102T100000Z\nDTSTART:20261104T150000Z");
    let later = changed("e", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261102T100000Z\nDTSTART:20261102T120000Z");
    let long_ago = changed("e", "RECURRENCE-ID:20200106T100000Z\nDTSTART:20261101T180000Z");
    let weekly = "DTSTART:20200106T100000Z\nDTEND:20200106T110000Z\nRRULE:FREQ=WEEKLY";
    let counted = "DTSTART:20261026T100000Z\nDTEND:20261026T110000Z\nRRULE:FREQ=WEEKLY;COUNT=2";
    let zoned = "DTSTART;TZID=Europe/Madrid:20261018T100000\nDTEND;TZID=Europe/Madrid:20261018T110000\n\
                 RRULE:FREQ=WEEKLY";
    let fixed = "DTSTART:20261101T150000Z\nDTEND:20261101T160000Z";
    let day = "DTSTART;VALUE=DATE:20261101";
    let days = "DTSTART;VALUE=DATE:20261030\nRRULE:FREQ=DAILY";
    let float = "DTSTART:20261101T093000\nDTEND:20261101T100000";
    let with = |lines: &str, more: &str| format!("{lines}\n{more}");
    let table: &[(&str, &str, &str, &str)] = &[
        // An event: before, going on, over to the second; one without length.
        ("2026-11-01T14:00:00Z", fixed, "", "e 2026-11-01T10:00:00"),
        ("2026-11-01T15:59:59Z", fixed, "", "e 2026-11-01T10:00:00"),
        ("2026-11-01T16:00:00Z", fixed, "", ""),
        ("2026-11-01T15:00:00Z", "DTSTART:20261101T150000Z", "", "e 2026-11-01T10:00:00"),
        ("2026-11-01T15:00:01Z", "DTSTART:20261101T150000Z", "", ""),
        ("2026-11-01T14:00:00Z", &with(fixed, "STATUS:CANCELLED"), "", "e 2026-11-01T10:00:00 off"),
        // A whole day, and a floating time, by the clock of the zone (five hours behind).
        ("2026-11-02T04:59:59Z", day, "", "e 2026-11-01T00:00:00 day"),
        ("2026-11-02T05:00:00Z", day, "", ""),
        ("2026-11-02T04:59:59Z", days, "", "e 2026-11-01T00:00:00 day series"),
        ("2026-11-02T05:00:00Z", days, "", "e 2026-11-02T00:00:00 day series"),
        ("2026-11-01T14:59:59Z", float, "", "e 2026-11-01T09:30:00"),
        ("2026-11-01T15:00:00Z", float, "", ""),
        // Clocks in Madrid go back on 25 October: ten o'clock is ten o'clock.
        ("2026-10-18T09:00:01Z", zoned, "", "e 2026-10-25T10:00:00 series"),
        ("2026-10-25T09:59:59Z", zoned, "", "e 2026-10-25T10:00:00 series"),
        ("2026-10-25T10:00:00Z", zoned, "", "e 2026-11-01T10:00:00 series"),
        // A series that began years ago; excluded, called off, moved, moved for good, moved from long ago.
        ("2026-11-01T12:00:00Z", weekly, "", "e 2026-11-02T05:00:00 series"),
        ("2026-11-01T12:00:00Z", &with(weekly, "EXDATE:20261102T100000Z"), "", "e 2026-11-09T05:00:00 series"),
        ("2026-11-01T12:00:00Z", weekly, &off, "e 2026-11-09T05:00:00 series"),
        ("2026-11-01T12:00:00Z", weekly, &moved, "other 2026-11-04T10:00:00 series"),
        ("2026-11-05T12:00:00Z", weekly, &later, "other 2026-11-09T07:00:00 series"),
        ("2026-11-01T12:00:00Z", weekly, &long_ago, "other 2026-11-01T13:00:00 series"),
        ("2026-11-01T12:00:00Z", &with(weekly, "STATUS:CANCELLED"), "", "e 2026-11-02T05:00:00 series off"),
        ("2026-11-01T12:00:00Z", &with(weekly, "RDATE:20261101T130000Z"), "", "e 2026-11-01T08:00:00 series"),
        // A series that ends: going on for the last time, then over; and the last one called off.
        ("2026-11-02T10:59:59Z", counted, "", "e 2026-11-02T05:00:00 series"),
        ("2026-11-02T11:00:00Z", counted, "", ""),
        ("2026-11-01T12:00:00Z", counted, &off, ""),
    ];
    for (now, lines, more, expected) in table {
        assert_eq!(next(now, lines, more), *expected, "{now}\n{lines}\n{more}");
    }
}

#[test]
fn a_series_goes_on_as_time_goes_by_and_as_its_text_changes() {
    let (_folder, gateway) = gateway("2026-11-01T12:00:00Z");
    let daily = "DTSTART:20261001T100000Z\nDTEND:20261001T110000Z\nRRULE:FREQ=DAILY";
    gateway.app.intake.accept(&ana(), None, &text("e", daily, "")).unwrap();
    let single = "DTSTART:20261102T090000Z\nDTEND:20261102T093000Z";
    gateway.app.intake.accept(&ana(), None, &text("soon", single, "")).unwrap();
    assert_eq!(told(&gateway), ["soon 2026-11-02T04:00:00", "e 2026-11-02T05:00:00 series"]);
    gateway.clock.advance(Duration::from_secs(86_400));
    assert_eq!(told(&gateway), ["e 2026-11-03T05:00:00 series"]);
    gateway.app.intake.change(&ana(), "e", &text("e", &format!("{daily}\nEXDATE:20261103T100000Z"), "")).unwrap();
    assert_eq!(told(&gateway), ["e 2026-11-04T05:00:00 series"]);
    gateway.app.intake.remove(&ana(), "e").unwrap();
    // The same row number, another event.
    gateway.app.intake.accept(&ana(), None, &text("new", "DTSTART:20261105T100000Z", "")).unwrap();
    assert_eq!(told(&gateway), ["new 2026-11-05T05:00:00"]);
}

#[test]
fn a_few_are_told_and_all_are_counted_and_the_history_has_pages() {
    let (_folder, gateway) = gateway("2026-11-01T12:00:00Z");
    assert_eq!(gateway.app.agenda.upcoming(&ana(), 3).unwrap().total, 0);
    for n in 0..60 {
        let day = 1 + n % 28;
        let lines = format!("DTSTART:202{}{:02}{day:02}T100000Z", 5 + n % 2, 11 + n % 2);
        gateway.app.intake.accept(&ana(), None, &text(&format!("e{n}"), &lines, "")).unwrap();
    }
    let few = gateway.app.agenda.upcoming(&ana(), 3).unwrap();
    assert_eq!((few.events.len(), few.total), (3, 30));
    assert!(few.events.is_sorted_by_key(|event| event.start));
    let pages = [0, 1, 2].map(|page| gateway.app.agenda.history(&ana(), page).unwrap());
    assert_eq!(pages.each_ref().map(|page| (page.events.len(), page.total)), [(50, 60), (10, 60), (0, 60)]);
    let starts: Vec<_> = pages.iter().flat_map(|page| &page.events).map(|event| event.start).collect();
    assert!(starts.is_sorted_by(|a, b| a >= b), "{starts:?}");
    assert!(pages[0].events.iter().all(|event| event.state == SyncState::NotLinked));
}

#[test]
fn a_text_that_can_not_be_read_breaks_no_page() {
    let (folder, gateway) = gateway("2026-11-01T12:00:00Z");
    for id in ["good", "bad"] {
        gateway.app.intake.accept(&ana(), None, &text(id, "DTSTART:20261105T100000Z", "")).unwrap();
    }
    damage(&folder, "UPDATE events SET text = 'damaged' WHERE event_id = 'bad'");
    assert_eq!(told(&gateway), ["good 2026-11-05T05:00:00"]);
    let history = gateway.app.agenda.history(&ana(), 0).unwrap();
    let bad = &history.events[1];
    assert_eq!(
        (bad.event_id.as_str(), &bad.title, bad.start.to_string().as_str()),
        ("bad", &None, "2026-11-01T07:00:00")
    );
    assert_eq!(gateway.app.agenda.story(&ana(), "bad").unwrap().event, *bad);
}

#[test]
fn a_story_tells_what_became_of_an_event() {
    let (_folder, gateway) = gateway("2026-11-01T12:00:00Z");
    let world: World<'_, MemoryServer> = World { holder: ana(), ..World::new(&gateway, 1) };
    let story = || gateway.app.agenda.story(&ana(), "e").unwrap();
    gateway.app.intake.accept(&ana(), None, &text("e", "DTSTART:20261105T100000Z", "")).unwrap();
    let received = gateway.clock.now();
    let alone = story();
    assert_eq!((alone.event.state, alone.received_at, alone.changed_at), (SyncState::NotLinked, received, None));
    assert_eq!((alone.written_at, alone.next_attempt_at), (None, None));
    assert!(matches!(gateway.app.agenda.story(&ana(), "f"), Err(agenda::NotHeld::Event(_))));

    world.make_link();
    let waiting = story();
    assert_eq!((waiting.event.state, waiting.written_at), (SyncState::Pending, None));
    assert_eq!(waiting.next_attempt_at, Some(received), "at once");
    gateway.clock.advance(Duration::from_secs(60));
    let tried = gateway.clock.now();
    assert_eq!(story().next_attempt_at, Some(tried), "what is overdue is tried now");
    world.reconcile();
    let synced = story();
    assert_eq!((synced.event.state, synced.next_attempt_at), (SyncState::Synced, None));
    assert_eq!(
        (synced.written_at, synced.confirmed_at, synced.last_attempt_at),
        (Some(tried), Some(tried), Some(tried))
    );

    // The whole link pauses, then waits for its person, then ends.
    gateway.clock.advance(Duration::from_secs(60));
    gateway.app.intake.change(&ana(), "e", &text("e", "DTSTART:20261106T100000Z", "")).unwrap();
    let (id, now) = (world.link().unwrap().id, gateway.clock.now());
    let until = now.checked_add(Duration::from_secs(600)).unwrap();
    gateway.store.write(move |tx| links::pause(tx, id, until, "503")).unwrap();
    let paused = story();
    assert_eq!(
        (paused.event.state, paused.changed_at, paused.next_attempt_at),
        (SyncState::Pending, Some(now), Some(until))
    );
    assert_eq!((paused.reason.as_deref(), paused.written_at), (Some("503"), Some(tried)));
    gateway
        .store
        .write(move |tx| links::park(tx, id, LinkState::CalendarLost, "it is gone", Timestamp::UNIX_EPOCH))
        .unwrap();
    assert_eq!((story().next_attempt_at, story().reason.as_deref()), (None, Some("it is gone")));
    gateway.app.linking.begin_unlink(&ana(), None, &Actor::server()).unwrap();
    assert_eq!((story().event.state, story().next_attempt_at), (SyncState::NotLinked, None));
    let told: Vec<_> = gateway.app.agenda.happened(&ana(), 9).unwrap().into_iter().map(|one| one.what).collect();
    assert_eq!(told, [Happened::Unlinking { calendar: "Puentes".to_owned() }]);
}

#[test]
fn a_refusal_and_a_failure_are_told_with_their_reason_and_the_next_try() {
    let (_folder, gateway) = gateway("2026-11-01T12:00:00Z");
    let world: World<'_, MemoryServer> = World { holder: ana(), ..World::new(&gateway, 1) };
    gateway.app.intake.accept(&ana(), None, &text("e", "DTSTART:20261105T100000Z", "")).unwrap();
    world.make_link();
    let (link, now) = (world.link().unwrap().id, gateway.clock.now());
    let placement = gateway.store.read(|tx| placements::all_of(tx, link)).unwrap()[0].id;
    let again = now.checked_add(Duration::from_secs(600)).unwrap();
    let planned = Wanted::Present(Revision(1));
    let fails = move |tx: &WriteTx<'_>| known::put_off(tx, placement, PutOff { planned, again, reason: "503" }, now);
    gateway.store.write(move |tx| fails(tx).and_then(|()| links::rest(tx, link, now))).unwrap();
    let story = || gateway.app.agenda.story(&ana(), "e").unwrap();
    let failing = story();
    assert_eq!((failing.event.state, failing.reason.as_deref()), (SyncState::Pending, Some("503")));
    assert_eq!((failing.next_attempt_at, failing.last_attempt_at, failing.written_at), (Some(again), Some(now), None));
    let later = again.checked_add(Duration::from_secs(600)).unwrap();
    gateway.store.write(move |tx| links::wait(tx, link, later)).unwrap();
    assert_eq!(story().next_attempt_at, Some(later), "its link is tried no sooner");
    gateway.clock.advance(Duration::from_secs(86_400));
    assert_eq!((story().event.state, story().next_attempt_at), (SyncState::Failed, Some(gateway.clock.now())));
    gateway.store.write(move |tx| known::refused(tx, placement, Revision(1), "400: no", now)).unwrap();
    let refused = story();
    assert_eq!((refused.event.state, refused.reason.as_deref()), (SyncState::Failed, Some("400: no")));
    assert_eq!((refused.next_attempt_at, refused.written_at), (None, None));
}

#[test]
fn what_only_another_version_knows_happened_all_the_same() {
    let (folder, gateway) = gateway("2026-11-01T12:00:00Z");
    assert_eq!(gateway.app.agenda.happened(&ana(), 9).unwrap(), []);
    let now = gateway.clock.now();
    let all = [
        Happened::CalendarMadeAgain,
        Happened::Unlinked { removed: 3, left: 1 },
        Happened::Held(Shrink { standing: 31, going: 30 }),
        Happened::ResyncFailed(ResyncFailure::EventsLeft { refused: 1, trying: 2 }),
    ];
    let written = all.clone();
    gateway
        .store
        .write(move |tx| {
            let holder = holders::ensure(tx, &ana())?;
            written.iter().try_for_each(|what| activity::log(tx, holder, now, what))
        })
        .unwrap();
    let happened = |most| gateway.app.agenda.happened(&ana(), most).unwrap().into_iter().map(|one| one.what);
    assert!(happened(99).eq(all.iter().rev().cloned()), "each comes back as what it was, newest first");
    damage(&folder, "UPDATE activity SET kind = 'of tomorrow' WHERE kind = 'held'");
    let later = Happened::Other { kind: "of tomorrow".to_owned(), words: None };
    assert_eq!(happened(99).nth(1), Some(later));
    damage(&folder, "UPDATE activity SET detail = '{\"was\": \"30 of 31\"}' WHERE kind = 'of tomorrow'");
    let words = Some("30 of 31".to_owned());
    assert_eq!(happened(99).nth(1), Some(Happened::Other { kind: "of tomorrow".to_owned(), words }));
    assert_eq!(happened(2).count(), 2);
}
