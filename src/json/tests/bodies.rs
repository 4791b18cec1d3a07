//! Single happenings.

use super::*;
use crate::calendar::{Span, When, Zone};
use crate::reading::Form;

fn zoned(reading: &str, zone: &str) -> When {
    When::Zoned { local: reading.parse().unwrap(), zone: Zone::named(zone).unwrap() }
}

#[test]
fn a_simple_body_is_kept_with_its_zone_settled_and_shown_whole() {
    let body = with(json!({ "description": "Traer análisis", "location": "Av. Amazonas", "privacy": "private" }));
    assert_eq!(
        kept(&body),
        json!({
            "name": "Cita", "description": "Traer análisis", "location": "Av. Amazonas", "privacy": "private",
            "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
            "timezone": "America/Guayaquil",
        })
    );
    let document = document(&body);
    let draft = reading::read(Form::Json, &document.text()).unwrap();
    let span = Span {
        start: zoned("2027-01-05T10:00:00", "America/Guayaquil"),
        end: zoned("2027-01-05T11:00:00", "America/Guayaquil"),
    };
    assert_eq!((draft.event.master.span.clone(), draft.event.master.summary.as_str()), (span, "Cita"));
    let beside = Beside { id: "ev_1".to_owned(), etag: "\"7\"".to_owned(), ..Beside::default() };
    let answer = Value::Object(document.answer(&beside));
    for (name, value) in [
        ("id", json!("ev_1")),
        ("etag", json!("\"7\"")),
        ("status", json!("confirmed")),
        ("show_as", json!("busy")),
        ("all_day", json!(false)),
        ("start_date", Value::Null),
        ("attendees", json!([])),
        ("recurring", json!(false)),
        ("recurrence", Value::Null),
        ("timezone", json!("America/Guayaquil")),
    ] {
        assert_eq!(answer[name], value, "{name}");
    }
    // An answer that is sent back says what it says.
    assert_eq!(Body::read(&answer.to_string(), &Defaults::default()).unwrap().document, document);
    let camel = spelled(answer, Spelling::Camel);
    assert_eq!(camel["startDatetime"], "2027-01-05T10:00:00-05:00");
    assert_eq!(Body::read(&camel.to_string(), &Defaults::default()).unwrap().document, document);
}

#[test]
fn the_requirements_own_spelling_is_taken() {
    let body = json!({
        "displayName": "Cita", "startDatetime": "2027-01-05T15:00:00.000Z", "endDatetime": "2027-01-05T16:00:00.000Z",
        "allDay": false, "showAs": "FREE", "resModel": "crm.lead", "resId": 42, "organizerId": 7,
        "organizer_email": "ana@example.com", "alarms": [{ "type": "email", "intervalValue": 1, "intervalUnit": "days" }, {}],
        "attendees": [{ "displayName": "Luis", "userId": 9, "role": "opt_participant", "state": "needsAction" }],
        "recurring": false, "recurrenceConfig": { "rruleType": "daily" }, "active": true, "companyId": 3,
    });
    assert_eq!(
        kept(&body),
        json!({
            "name": "Cita", "start_datetime": "2027-01-05T10:00:00-05:00", "end_datetime": "2027-01-05T11:00:00-05:00",
            "timezone": "America/Guayaquil", "show_as": "free", "res_model": "crm.lead", "res_id": "42",
            "organizer": { "user_id": "7", "email": "ana@example.com" },
            "reminders": [
                { "method": "email", "interval_value": 1, "interval_unit": "days", "to": "organizer" },
                { "method": "notification", "interval_value": 30, "interval_unit": "minutes", "to": "organizer" },
            ],
            "attendees": [{ "name": "Luis", "user_id": "9", "role": "opt_participant" }], "active": true, "company_id": 3,
        })
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_time_with_an_offset_is_an_instant_shown_in_the_zone_and_one_without_is_that_of_the_zone() {
    let shown = |start: &str, end: &str, zone: Value| {
        let kept = kept(&json!({ "start_datetime": start, "end_datetime": end, "timezone": zone }));
        (kept["start_datetime"].as_str().unwrap().to_owned(), kept["end_datetime"].as_str().unwrap().to_owned())
    };
    let new_york = || json!("America/New_York");
    for (start, end, zone, from, to) in [
        (
            "2027-01-05T10:00:00",
            "2027-01-05T11:00:00",
            json!(null),
            "2027-01-05T10:00:00-05:00",
            "2027-01-05T11:00:00-05:00",
        ),
        (
            "2027-01-05T10:00:00Z",
            "2027-01-05T11:00:00+01:00",
            json!("Europe/Madrid"),
            "2027-01-05T11:00:00+01:00",
            "2027-01-05T11:00:00+01:00",
        ),
        ("2027-01-05T10:00", "2027-01-05T10:00", json!("utc"), "2027-01-05T10:00:00Z", "2027-01-05T10:00:00Z"),
        (
            "2027-01-05T10:00:00",
            "2027-01-05T11:00:00",
            json!("Romance Standard Time"),
            "2027-01-05T10:00:00+01:00",
            "2027-01-05T11:00:00+01:00",
        ),
        // The hour that comes twice: without an offset the first, with one the one that it says.
        (
            "2027-11-07T01:30:00",
            "2027-11-07T01:45:00",
            new_york(),
            "2027-11-07T01:30:00-04:00",
            "2027-11-07T01:45:00-04:00",
        ),
        (
            "2027-11-07T01:30:00-04:00",
            "2027-11-07T01:15:00-05:00",
            new_york(),
            "2027-11-07T01:30:00-04:00",
            "2027-11-07T01:15:00-05:00",
        ),
        (
            "2027-11-07T01:30:00-05:00",
            "2027-11-07T03:00:00",
            new_york(),
            "2027-11-07T01:30:00-05:00",
            "2027-11-07T03:00:00-05:00",
        ),
        // The hour that is skipped.
        (
            "2027-03-14T02:30:00",
            "2027-03-14T02:45:00",
            new_york(),
            "2027-03-14T02:30:00-05:00",
            "2027-03-14T02:45:00-05:00",
        ),
        (
            "2027-03-14T02:30:00",
            "2027-03-14T03:00:00",
            new_york(),
            "2027-03-14T03:30:00-04:00",
            "2027-03-14T04:00:00-04:00",
        ),
        (
            "2027-03-14T07:30:00Z",
            "2027-03-14T08:00:00Z",
            new_york(),
            "2027-03-14T03:30:00-04:00",
            "2027-03-14T04:00:00-04:00",
        ),
    ] {
        assert_eq!(shown(start, end, zone), (from.to_owned(), to.to_owned()), "{start} {end}");
    }
    let twice = document(&json!({
        "start_datetime": "2027-11-07T01:30:00-05:00", "end_datetime": "2027-11-07T03:00:00", "timezone": "America/New_York",
    }));
    assert_eq!(twice.event().master.span.start.instant().unwrap().to_string(), "2027-11-07T06:30:00Z");
}

#[test]
fn a_flight_ends_on_another_clock() {
    let kept = kept(&json!({
        "start_datetime": "2027-01-05T20:00:00", "timezone": "America/Guayaquil",
        "end_datetime": "2027-01-06T14:00:00", "end_timezone": "Europe/Madrid",
    }));
    assert_eq!(kept["end_datetime"], "2027-01-06T14:00:00+01:00");
    assert_eq!(kept["end_timezone"], "Europe/Madrid");
}

#[test]
fn without_any_zone_an_instant_is_one() {
    let body = with(json!({ "start_datetime": "2027-01-05T10:00:00-05:00" })).to_string();
    let kept = Body::read(&body, &Defaults::default()).unwrap().document.text();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!((&kept["start_datetime"], &kept["timezone"]), (&json!("2027-01-05T15:00:00Z"), &json!("UTC")));
}

#[test]
fn whole_days_are_dates_however_they_are_sent() {
    for (body, from, to) in [
        (json!({ "start_date": "2027-01-05" }), "2027-01-05", "2027-01-06"),
        (json!({ "start_date": "2027-01-05", "end_date": "2027-01-05" }), "2027-01-05", "2027-01-06"),
        (json!({ "all_day": true, "start_date": "2027-01-05", "end_date": "2027-01-08" }), "2027-01-05", "2027-01-08"),
        (
            json!({ "allDay": true, "startDatetime": "2027-01-05", "endDatetime": "2027-01-07" }),
            "2027-01-05",
            "2027-01-07",
        ),
        // Midnights are dates as they are written, in whatever zone; other times are dates on the clock of the event.
        (
            json!({ "allDay": true, "startDatetime": "2027-01-05T00:00:00Z", "endDatetime": "2027-01-06T00:00:00Z" }),
            "2027-01-05",
            "2027-01-06",
        ),
        (
            json!({ "allDay": true, "startDatetime": "2027-01-05T05:00:00.000Z", "endDatetime": "2027-01-06T05:00:00.000Z" }),
            "2027-01-05",
            "2027-01-06",
        ),
        (
            json!({ "allDay": true, "startDatetime": "2027-01-04T23:00:00Z", "endDatetime": "2027-01-05T23:00:00Z", "timezone": "Europe/Madrid" }),
            "2027-01-05",
            "2027-01-06",
        ),
        (
            json!({ "allDay": true, "startDatetime": "2027-01-05T00:00:00", "endDatetime": "2027-01-07T23:59:59" }),
            "2027-01-05",
            "2027-01-08",
        ),
        (
            json!({ "allDay": true, "startDatetime": "2027-01-05T09:00:00", "endDatetime": "2027-01-05T10:00:00" }),
            "2027-01-05",
            "2027-01-06",
        ),
    ] {
        assert_eq!(kept(&body), json!({ "all_day": true, "start_date": from, "end_date": to }), "{body}");
    }
}
