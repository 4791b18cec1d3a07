//! What happens when: lists of a range, of all, and of what changed.

mod busy;
mod changes;
mod paging;

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::ids::{EventId, EventRowId, Holder, PublicEventId};
use pasarela::instances::{Name, Range};
use pasarela::json::Document;
use pasarela::ranges::{Asked, Expand, Item, List, ListedEvent, NotTold};
use pasarela::reading::{self, Text};
use pasarela::store::events::{self, Content, Record, Traits};
use pasarela::store::holders;
use pasarela::vault;
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::engine::Engine;
use testing::settings::Settings;

const QUITO: &str = "America/Guayaquil";

fn holder(key: &str) -> Holder {
    Holder::of(clients::puentes::ID, key)
}

fn ana() -> Holder {
    holder("+593991234567")
}

fn luis() -> Holder {
    holder("+593991234568")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn range(from: &str, to: &str) -> Range {
    Range::new(at(&format!("{from}T00:00:00Z")), at(&format!("{to}T00:00:00Z"))).unwrap()
}

/// The events of a range.
fn asked(from: &str, to: &str) -> Asked {
    Asked { range: Some(range(from, to)), ..Asked::default() }
}

/// A gateway of whose events something is asked.
struct Desk {
    _folder: TempDir,
    engine: Engine,
    serial: AtomicU64,
}

impl Desk {
    fn new() -> Self {
        let folder = testing::folder();
        let clock = Clock::standing(at("2026-11-28T12:00:00Z"));
        vault::create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
        let engine = Settings::in_folder(folder.path()).set("calendar", "time_zone", QUITO).engine(clock);
        Self { _folder: folder, engine, serial: AtomicU64::new(0) }
    }

    /// Holds an event of these lines, called `id`; further components may follow behind a line `--`.
    fn ical(&self, id: &str, lines: &str) -> PublicEventId {
        let accepted = self.engine.app.intake.accept(&ana(), Some(id), &ical(id, lines)).unwrap();
        accepted.public_id
    }

    /// The same as one from before there was an index.
    fn ical_from_before(&self, id: &str, lines: &str) -> PublicEventId {
        self.hold(&ana(), id, Text::ical(ical(id, lines)), |_| None)
    }

    /// Holds an event of a holder that came as JSON.
    fn json(&self, holder: &Holder, id: &str, body: Value) -> PublicEventId {
        let document = Document::parse(&body.to_string()).unwrap();
        let text = Text::json(document.text());
        self.hold(holder, id, text, |event| Some(Traits::of_document(&document, event)))
    }

    fn hold(
        &self,
        holder: &Holder,
        id: &str,
        text: Text,
        traits: impl FnOnce(&pasarela::calendar::Event) -> Option<Traits>,
    ) -> PublicEventId {
        let draft = reading::read(text.form, &text.body).unwrap();
        let now = self.engine.clock.now();
        let (event_id, public_id) = (EventId::new(id).unwrap(), PublicEventId::new(now));
        let traits = traits(&draft.event);
        let content = Content { event_id, public_id, text, fingerprint: draft.fingerprint, traits };
        let holder = holder.clone();
        let hold = move |tx: &pasarela::store::WriteTx<'_>| {
            let holder = holders::ensure(tx, &holder)?;
            match events::find(tx, holder, &content.event_id)? {
                Some(event) => events::replace(tx, &event, &content, now).map(|_| event.public_id),
                None => events::insert(tx, holder, &content, now).map(|_| content.public_id.clone()),
            }
        };
        self.engine.store.write(hold).unwrap()
    }

    fn remove(&self, id: &str) {
        self.engine.app.intake.remove(&ana(), id).unwrap();
    }

    fn size_all(&self) -> usize {
        let (mut rounds, mut after) = (0, EventRowId(0));
        while let Some(last) = self.engine.app.ranges.size(after).unwrap() {
            (rounds, after) = (rounds + 1, last);
        }
        rounds
    }

    fn list(&self, asked: &Asked) -> Result<List, NotTold> {
        self.engine.app.ranges.list(&ana(), asked)
    }

    /// What is told, by name and start.
    fn told(&self, asked: &Asked) -> Vec<String> {
        self.list(asked).unwrap().items.iter().map(line).collect()
    }

    fn next_name(&self, word: &str) -> String {
        format!("{word}{}", self.serial.fetch_add(1, Ordering::Relaxed))
    }
}

fn ical(id: &str, lines: &str) -> String {
    let lines = lines.replace("--", &format!("END:VEVENT\nBEGIN:VEVENT\nUID:{id}"));
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nUID:{id}\nSUMMARY:{id}\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

fn line(item: &Item) -> String {
    match item {
        Item::Event(told) => called(told),
        Item::Gone { client_reference, .. } => format!("gone {}", client_reference.as_ref().unwrap()),
    }
}

fn called(told: &ListedEvent) -> String {
    let name = told.instance().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name}{}", told.event.event_id, if told.own { "" } else { " of another" })
}

fn same<T: std::fmt::Debug>(told: Result<T, NotTold>, expected: &NotTold) {
    match told {
        Err(error) => assert_eq!(error.to_string(), expected.to_string()),
        Ok(told) => panic!("{told:?} instead of {expected}"),
    }
}

const HOUR: &str = "DTSTART:20270105T150000Z\nDTEND:20270105T160000Z";
const SERIES: &str = "DTSTART;TZID=America/Guayaquil:20270104T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4";

#[test]
fn what_overlaps_a_range_is_told_in_order_and_series_by_their_instances() {
    let desk = Desk::new();
    desk.ical("later", "DTSTART:20270106T150000Z\nDTEND:20270106T160000Z");
    desk.ical("series", SERIES);
    desk.ical("hour", HOUR);
    desk.ical("long", "DTSTART:20261001T000000Z\nDTEND:20270301T000000Z");
    desk.ical("day", "DTSTART;VALUE=DATE:20270105");
    desk.ical("elsewhere", "DTSTART:20270205T150000Z");
    let told = desk.told(&asked("2027-01-05", "2027-01-07"));
    assert_eq!(
        told,
        ["long", "day", "series 20270105T140000Z", "hour", "series 20270106T140000Z", "later"],
        "the day begins at five o'clock in UTC"
    );
    let series = Asked { expand: Some(Expand::Series), ..asked("2027-01-05", "2027-01-07") };
    assert_eq!(desk.told(&series), ["long", "series", "day", "hour", "later"]);
    let around = Asked { expand: Some(Expand::Series), ..asked("2027-01-08", "2027-01-09") };
    assert_eq!(desk.told(&around), ["long"], "a series that happens before and after a range is not in it");
    assert_eq!(desk.told(&Asked::default()), ["later", "series", "hour", "long", "day", "elsewhere"]);
}

#[test]
fn an_instance_that_moved_is_where_it_is_now() {
    let desk = Desk::new();
    let moved =
        "--\nRECURRENCE-ID;TZID=America/Guayaquil:20270105T090000\nDTSTART;TZID=America/Guayaquil:20270220T090000";
    let off = "--\nRECURRENCE-ID;TZID=America/Guayaquil:20270106T090000\nDTSTART;TZID=America/Guayaquil:20270106T090000\nSTATUS:CANCELLED";
    let id = desk.ical("series", &format!("{SERIES}\nEXDATE;TZID=America/Guayaquil:20270104T090000\n{moved}\n{off}"));
    assert_eq!(desk.told(&asked("2027-01-01", "2027-02-01")), ["series 20270107T140000Z"]);
    assert_eq!(desk.told(&asked("2027-02-01", "2027-03-01")), ["series 20270105T140000Z"]);
    let one = |name: &str| desk.engine.app.ranges.one(&ana(), &id, Some(&Name::read(name).unwrap()));
    assert_eq!(called(&one("20270105T140000Z").unwrap()), "series 20270105T140000Z");
    for none in ["20270104T140000Z", "20270108T140000Z", "20270105"] {
        same(one(none), &NotTold::NoEvent(id.clone()));
    }
    let of_one = |from, to| desk.engine.app.ranges.instances(&ana(), &id, &asked(from, to));
    let lines = |list: List| list.items.iter().map(line).collect::<Vec<_>>();
    assert_eq!(
        lines(of_one("2027-01-01", "2027-03-01").unwrap()),
        ["series 20270107T140000Z", "series 20270105T140000Z"]
    );
    assert_eq!(lines(of_one("2027-03-01", "2027-04-01").unwrap()), Vec::<String>::new());
}

#[test]
fn what_was_not_sized_yet_is_told_all_the_same_and_sized_behind() {
    let desk = Desk::new();
    for n in 0..40 {
        desk.ical_from_before(&format!("old{n:02}"), &HOUR.replace("0105T", &format!("01{:02}T", 1 + n % 28)));
    }
    desk.ical_from_before("series", SERIES);
    let before = desk.told(&asked("2027-01-05", "2027-01-06"));
    assert_eq!(before, ["series 20270105T140000Z", "old04", "old32"]);
    assert_eq!(desk.size_all(), 2, "some at a time");
    assert_eq!(desk.told(&asked("2027-01-05", "2027-01-06")), before);
    assert_eq!(desk.size_all(), 0, "nothing is left");
}

#[test]
fn confidential_events_are_told_to_whoever_may_see_them() {
    let desk = Desk::new();
    desk.ical("open", HOUR);
    desk.ical("secret", &format!("{HOUR}\nCLASS:CONFIDENTIAL"));
    desk.ical_from_before("old", &format!("{HOUR}\nCLASS:CONFIDENTIAL"));
    let one = "--\nRECURRENCE-ID;TZID=America/Guayaquil:20270105T090000\nDTSTART;TZID=America/Guayaquil:20270105T090000\nCLASS:CONFIDENTIAL";
    desk.ical("series", &format!("{SERIES}\n{one}"));
    let week = asked("2027-01-05", "2027-01-06");
    assert_eq!(desk.told(&week), ["open"]);
    assert_eq!(desk.told(&Asked::default()), ["open", "series"]);
    let all = |asked: Asked| desk.told(&Asked { with_confidential: true, ..asked });
    assert_eq!(all(week), ["series 20270105T140000Z", "open", "secret", "old"]);
    assert_eq!(all(Asked::default()), ["open", "secret", "old", "series"]);
}

#[test]
fn events_are_found_by_what_they_hang_on_and_by_when_they_changed() {
    let desk = Desk::new();
    let body = |res_id: &str| {
        json!({"name": "a", "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
               "timezone": QUITO, "res_model": "crm.lead", "res_id": res_id})
    };
    desk.json(&ana(), "seven", body("7"));
    desk.json(&ana(), "eight", body("8"));
    desk.json(&luis(), "his", body("7"));
    desk.ical("none", HOUR);
    let of = |id: Option<&str>, asked: Asked| {
        let record = Record { model: "crm.lead".to_owned(), id: id.map(str::to_owned) };
        desk.told(&Asked { record: Some(record), ..asked })
    };
    assert_eq!(of(Some("7"), Asked::default()), ["seven"]);
    assert_eq!(of(None, Asked::default()), ["seven", "eight"]);
    assert_eq!(of(Some("8"), asked("2027-01-05", "2027-01-06")), ["eight"]);
    assert_eq!(of(Some("8"), asked("2027-02-05", "2027-02-06")), Vec::<String>::new());
    let since = |text: &str, asked: Asked| desk.told(&Asked { updated_since: Some(at(text)), ..asked });
    assert_eq!(since("2026-11-28T12:00:00Z", asked("2027-01-05", "2027-01-06")), ["seven", "eight", "none"]);
    assert_eq!(since("2026-11-28T12:00:01Z", asked("2027-01-05", "2027-01-06")), Vec::<String>::new());
    assert_eq!(since("2026-11-28T12:00:01Z", Asked::default()), Vec::<String>::new());
}

#[test]
fn who_is_named_in_an_event_of_another_is_told_of_it() {
    let desk = Desk::new();
    let body = |people: Value| {
        json!({"name": "a", "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
               "timezone": QUITO, "attendees": people})
    };
    let named = json!([{"user_id": "+593991234567", "name": "Ana"}]);
    let id = desk.json(&luis(), "meeting", body(named));
    desk.ical("own", HOUR);
    let day = asked("2027-01-05", "2027-01-06");
    assert_eq!(desk.told(&day), ["meeting of another", "own"]);
    assert_eq!(called(&desk.engine.app.ranges.one(&ana(), &id, None).unwrap()), "meeting of another");
    let stranger = holder("+593991234569");
    same(desk.engine.app.ranges.one(&stranger, &id, None), &NotTold::NoEvent(id.clone()));
    assert_eq!(desk.engine.app.ranges.list(&stranger, &day).unwrap().items.len(), 0);
    desk.json(&luis(), "meeting", body(json!([])));
    assert_eq!(desk.told(&day), ["own"]);
    same(desk.engine.app.ranges.one(&ana(), &id, None), &NotTold::NoEvent(id));
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let desk = Desk::new();
    desk.ical("often", "DTSTART:20270101T000000Z\nRRULE:FREQ=HOURLY");
    same(desk.list(&asked("2026-01-01", "2027-02-06")), &NotTold::TooLong { days: 401 });
    assert_eq!(desk.list(&asked("2026-01-01", "2026-12-01")).unwrap().items.len(), 0);
    let too_many = pasarela::instances::TooMany { most: 5_000 };
    same(desk.list(&asked("2027-01-01", "2028-01-01")), &NotTold::TooMany(too_many));
    for limit in [0, 501] {
        same(desk.list(&Asked { limit: Some(limit), ..asked("2027-01-01", "2027-01-02") }), &NotTold::Limit);
    }
    same(desk.list(&Asked { expand: Some(Expand::Instances), ..Asked::default() }), &NotTold::NoRange);
    for token in ["", "nonsense", "00000000"] {
        let page = Asked { page_token: Some(token.to_owned()), ..Asked::default() };
        same(desk.list(&page), &NotTold::PageToken);
        let sync = Asked { sync_token: Some(token.to_owned()), ..Asked::default() };
        same(desk.list(&sync), &NotTold::SyncToken);
    }
}
