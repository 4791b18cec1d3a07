//! Series whose occurrences are called off, through the API and into a calendar.

use serde_json::{Value, json};
use simulators::puentes::EventView;
use testing::in_process::{Answer, PHONE, TestGateway};
use testing::stage::{Stage, ical, writes};

/// What is said of an event with nothing to show.
const NOTHING: &str = "every occurrence of the series is excluded or called off: nothing is shown";

/// A series of `count` days, of which the first two are excluded.
pub(crate) fn two_off(count: u32) -> String {
    let rule = format!("RRULE:FREQ=DAILY;COUNT={count}\r\nEXDATE:20261203T143000Z,20261204T143000Z\r\nSUMMARY");
    ical("s", "Clase").replacen("SUMMARY", &rule, 1)
}

fn text(text: &str) -> Option<Value> {
    Some(json!({"event_data": text}))
}

/// That an event is settled, and nothing of it is shown.
#[track_caller]
pub(crate) fn shows_nothing(answer: &Answer, status: u16) {
    assert_eq!((answer.status, &answer.json["sync"]["state"]), (status, &json!("synced")), "{answer:?}");
    assert_eq!(answer.json["sync"]["degradations"], json!([NOTHING]), "{answer:?}");
}

/// Lets the last occurrences of an event go and come back. `shown` tells how many objects stand in the calendar.
pub(crate) fn goes_and_comes_back(gateway: &TestGateway, shown: &dyn Fn() -> usize) {
    shows_nothing(&gateway.ask("POST", "/events", text(&two_off(2))), 201);
    assert_eq!(shown(), 0, "nothing is left of it");
    shows_nothing(&gateway.ask("GET", "/events/s", None), 200);
    assert_eq!((gateway.ask("PUT", "/events/s", text(&two_off(3))).status, shown()), (200, 1), "one day is left");
    shows_nothing(&gateway.ask("PUT", "/events/s", text(&two_off(2))), 200);
    assert_eq!(shown(), 0, "and gone");
}

#[test]
fn a_series_of_which_nothing_is_left_is_in_no_calendar() {
    let stage = Stage::start("sync.answer_within = \"60s\"");
    assert_eq!(stage.link_personal().status, 201);
    goes_and_comes_back(&stage.gateway, &|| stage.ours().len());
    stage.caldav().clear_counts();
    // Other content that shows nothing either costs no call.
    let other = two_off(2).replace("SUMMARY:Clase", "SUMMARY:Otra");
    shows_nothing(&stage.gateway.ask("PUT", "/events/s", text(&other)), 200);
    assert_eq!(writes(&stage.caldav().counts()), 0);
    let told = EventView { event_id: "s".to_owned(), event_data: other };
    stage.puentes().put(PHONE, told);
    for mode in ["repair", "rebuild"] {
        let run = stage.resync(json!({"mode": mode}));
        assert_eq!((run.status, &run.json["state"]), (200, &json!("succeeded")), "{run:?}");
        shows_nothing(&stage.gateway.ask("GET", "/events/s", None), 200);
        assert_eq!((stage.ours().len(), writes(&stage.caldav().counts())), (0, 0), "{mode}");
    }
    let ended = stage.gateway.ask("DELETE", "/link", None);
    assert_eq!((ended.status, &ended.json["deleted"]), (200, &json!(0)), "{ended:?}");
}

#[test]
fn an_event_of_which_nothing_was_left_is_deleted_like_any_other() {
    let stage = Stage::start("sync.answer_within = \"60s\"");
    assert_eq!(stage.link_personal().status, 201);
    shows_nothing(&stage.gateway.ask("POST", "/events", text(&two_off(2))), 201);
    assert_eq!(stage.gateway.ask("DELETE", "/events/s", None).status, 204);
    assert_eq!(stage.gateway.ask("GET", "/events/s", None).status, 404);
}

#[test]
fn what_can_not_be_read_to_its_end_is_refused_where_it_stands() {
    let gateway = TestGateway::start();
    let whole = two_off(9);
    let line = |name: &str| whole.lines().position(|line| line.starts_with(name)).unwrap() + 1;
    for (good, slip, name) in [
        ("DTSTART:20261203T143000Z", "DTSTART:20261203TI43000Z", "DTSTART"),
        ("EXDATE:20261203T143000Z", "EXDATE:20261203T143000%Z", "EXDATE"),
        ("COUNT=9", "UNTIL=2026-1204", "RRULE"),
        ("FREQ=DAILY;COUNT=9", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "RRULE"),
    ] {
        let refused = gateway.ask("POST", "/events", text(&whole.replacen(good, slip, 1)));
        assert_eq!((refused.status, refused.code()), (422, "invalid_ical"), "{slip}: {refused:?}");
        assert_eq!((&refused.json["property"], &refused.json["line"]), (&json!(name), &json!(line(name))), "{slip}");
    }
    let other = "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID:20261205T120000Z\r\nDTSTART:20261205T160000Z\r\nEND:VEVENT";
    let refused = gateway.ask("POST", "/events", text(&whole.replacen("END:VEVENT", other, 1)));
    assert_eq!((refused.status, &refused.json["property"]), (422, &json!("RECURRENCE-ID")), "{refused:?}");
    // What has one meaning is taken, and said.
    let seconds = whole.replacen("DTSTART:20261203T143000Z", "DTSTART:20261203T1430Z", 1);
    let taken = gateway.ask("POST", "/events", text(&seconds));
    assert_eq!(taken.status, 202, "{taken:?}");
}
