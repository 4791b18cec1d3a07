//! What bad input gets: a code, and a pointer to its place.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_mistake_has_a_code_and_a_place() {
    let cases = [
        (json!([]), "invalid_value", ""),
        (json!({}), "missing_field", "/start_datetime"),
        (with(json!({ "title": "x" })), "unknown_field", "/title"),
        (with(json!({ "start_datetme": "x" })), "unknown_field", "/start_datetme"),
        (with(json!({ "startDatetime": "2027-01-05T09:00:00-05:00" })), "repeated_field", "/start_datetime"),
        (with(json!({ "name": 5 })), "invalid_value", "/name"),
        (with(json!({ "start_datetime": "mañana" })), "invalid_value", "/start_datetime"),
        (with(json!({ "start_datetime": "2027-01-05" })), "invalid_value", "/start_datetime"),
        (with(json!({ "start_datetime": "1027-01-05T10:00:00Z" })), "invalid_value", "/start_datetime"),
        (with(json!({ "end_datetime": "2027-01-05T09:00:00-05:00" })), "end_before_start", "/end_datetime"),
        (with(json!({ "end_datetime": "2047-01-05T09:00:00-05:00" })), "invalid_value", "/end_datetime"),
        (with(json!({ "end_datetime": null })), "missing_field", "/end_datetime"),
        (with(json!({ "start_date": "2027-01-05" })), "invalid_value", "/start_date"),
        (json!({ "start_date": "2027-01-05", "end_date": "2027-01-04" }), "end_before_start", "/end_date"),
        (with(json!({ "timezone": "Marte/Norte" })), "unknown_time_zone", "/timezone"),
        (with(json!({ "privacy": "secret" })), "invalid_value", "/privacy"),
        (with(json!({ "attendees": [{ "email": "ana@example.com" }, {}] })), "missing_field", "/attendees/1"),
        (with(json!({ "attendees": [{ "email": "ana" }] })), "invalid_value", "/attendees/0/email"),
        (with(json!({ "attendees": [{ "phone": "mi casa" }] })), "invalid_value", "/attendees/0/phone"),
        (with(json!({ "attendees": [{ "email": "a@b.c", "rol": "chair" }] })), "unknown_field", "/attendees/0/rol"),
        (with(json!({ "alarms": [{ "intervalValue": -1 }] })), "invalid_value", "/alarms/0/intervalValue"),
        (with(json!({ "reminders": [{ "interval_unit": "years" }] })), "invalid_value", "/reminders/0/interval_unit"),
        (with(json!({ "locations": [{ "uri": "sin esquema" }] })), "invalid_value", "/locations/0/uri"),
        (with(json!({ "locations": [{}] })), "missing_field", "/locations/0/kind"),
        (with(json!({ "color": "chillón" })), "invalid_value", "/color"),
        (with(json!({ "geo": { "latitude": 91, "longitude": 0 } })), "invalid_value", "/geo/latitude"),
        (with(json!({ "created_by": { "id": 1 } })), "invalid_value", "/created_by"),
        (with(json!({ "res_id": "a\u{7}" })), "invalid_value", "/res_id"),
        (with(json!({ "recurring": true })), "missing_field", "/recurrence"),
        (with(json!({ "recurrence": {} })), "missing_field", "/recurrence/rrule_type"),
        (with(json!({ "recurrence": { "rules": ["FREQ=HOURS"] } })), "invalid_recurrence", "/recurrence/rules/0"),
        (
            with(json!({ "recurrence": { "rules": ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] } })),
            "invalid_recurrence",
            "/recurrence/rules/0",
        ),
        (with(json!({ "recurrence": { "rrule_type": "hourly" } })), "invalid_value", "/recurrence/rrule_type"),
        (
            with(json!({ "recurrence": { "rrule_type": "daily", "end_type": "count" } })),
            "missing_field",
            "/recurrence/count",
        ),
        (
            with(json!({ "recurrence": { "rrule_type": "daily", "until": "2026-01-01" } })),
            "invalid_recurrence",
            "/recurrence/rrule_type",
        ),
        (
            with(json!({ "recurrence": { "rules": ["FREQ=DAILY"], "interval": 2 } })),
            "invalid_recurrence",
            "/recurrence/interval",
        ),
        (
            with(json!({ "recurrence": { "rrule_type": "daily", "overrides": { "2027-01-06T11:00:00": {} } } })),
            "no_such_occurrence",
            "/recurrence/overrides/2027-01-06T11:00:00",
        ),
        (
            with(
                json!({ "recurrence": { "rrule_type": "daily", "overrides": { "2027-01-06T10:00:00": { "nme": 1 } } } }),
            ),
            "unknown_field",
            "/recurrence/overrides/2027-01-06T10:00:00/nme",
        ),
    ];
    for (body, code, pointer) in cases {
        let (is, at, reason) = refused(&body);
        assert_eq!((is, at.as_str()), (code, pointer), "{reason}\n{body}");
    }
}

#[test]
fn an_unknown_name_is_told_the_nearest() {
    let reason = |name: &str| refused(&with(json!({ name: 1 }))).2;
    assert!(reason("start_datetme").contains("did you mean start_datetime?"));
    assert!(reason("startDatetme").contains("did you mean start_datetime?"));
    assert!(reason("descripcion").contains("did you mean description?"));
    assert!(!reason("zzzzzzzzzzzzzzzz").contains("did you mean"));
}

#[test]
fn what_says_one_thing_twice_is_no_body() {
    let error = Body::read(r#"{"name":"a","name":"b"}"#, &defaults()).unwrap_err();
    assert_eq!((error.code, error.pointer.as_str()), (Mistake::NotJson, ""));
    assert!(error.reason.contains("\"name\" stands twice"), "{error}");
    assert_eq!(Body::read("{", &defaults()).unwrap_err().code, Mistake::NotJson);
    assert_eq!(Body::read(&"[".repeat(1_000), &defaults()).unwrap_err().code, Mistake::NotJson);
    assert_eq!(Body::read(&" ".repeat((1 << 20) + 1), &defaults()).unwrap_err().code, Mistake::TooMany);
}

#[test]
fn a_reading_without_any_zone_is_refused_and_so_is_a_series() {
    let code = |body: &Value| Body::read(&body.to_string(), &Defaults::default()).unwrap_err();
    let reading = json!({ "start_datetime": "2027-01-05T10:00:00", "end_datetime": "2027-01-05T11:00:00" });
    let error = code(&reading);
    assert_eq!((error.code, error.pointer.as_str()), (Mistake::TimeZoneMissing, "/start_datetime"));
    let series = with(json!({ "recurrence": { "rrule_type": "weekly" } }));
    let error = code(&series);
    assert_eq!((error.code, error.pointer.as_str()), (Mistake::TimeZoneMissing, "/timezone"));
    let twice = json!({
        "start_datetime": "2027-11-07T01:30:00-05:00", "end_datetime": "2027-11-07T03:00:00",
        "timezone": "America/New_York", "recurrence": { "rrule_type": "daily" },
    });
    assert_eq!(code(&twice).code, Mistake::InvalidRecurrence);
}
