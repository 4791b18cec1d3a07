//! Merge patches (RFC 7396) over a document.

use super::*;

/// The document of a body, changed.
fn changed(body: &Value, patch: &Value) -> Value {
    let change = Body::change(&patch.to_string(), &document(body), &defaults());
    let document = change.unwrap_or_else(|error| panic!("{error}\n{patch}")).document;
    let text = document.text();
    assert_eq!(Document::parse(&text).as_ref(), Ok(&document), "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn what_is_not_named_stays_and_null_is_what_holds_without_a_word() {
    let body = with(json!({ "location": "Quito", "privacy": "private", "attendees": [{ "email": "a@example.com" }] }));
    let before = kept(&body);
    assert_eq!(changed(&body, &json!({})), before);
    let after = changed(&body, &json!({ "location": null, "privacy": null, "name": "Otra" }));
    let mut wanted = before;
    let fields = wanted.as_object_mut().unwrap();
    fields.remove("location");
    fields.remove("privacy");
    fields.insert("name".to_owned(), json!("Otra"));
    assert_eq!(after, wanted);
}

#[test]
fn times_change_one_by_one() {
    let body = with(json!({}));
    let when = |patch: Value| {
        let kept = changed(&body, &patch);
        ["start_datetime", "end_datetime", "timezone", "start_date", "end_date"].map(|name| kept.get(name).cloned())
    };
    let times =
        |start: &str, end: &str, zone: &str| [Some(json!(start)), Some(json!(end)), Some(json!(zone)), None, None];
    let guayaquil = "America/Guayaquil";
    assert_eq!(
        when(json!({ "start_datetime": "2027-01-05T10:30:00" })),
        times("2027-01-05T10:30:00-05:00", "2027-01-05T11:00:00-05:00", guayaquil)
    );
    // Another clock shows the same instants.
    assert_eq!(
        when(json!({ "timezone": "Europe/Madrid" })),
        times("2027-01-05T16:00:00+01:00", "2027-01-05T17:00:00+01:00", "Europe/Madrid")
    );
    let days = [None, None, None, Some(json!("2027-01-05")), Some(json!("2027-01-06"))];
    assert_eq!(when(json!({ "all_day": true })), days);
    assert_eq!(when(json!({ "start_date": "2027-01-05" })), days);
    let moved =
        Body::change(&json!({ "start_datetime": "2027-01-05T12:00:00" }).to_string(), &document(&body), &defaults());
    assert_eq!(moved.unwrap_err().code, Mistake::EndBeforeStart);
}

#[test]
fn whole_days_stay_so_under_midnights() {
    let body = json!({ "start_date": "2027-01-05" });
    let patch = json!({ "start_datetime": "2027-01-07T00:00:00Z", "end_datetime": "2027-01-08T00:00:00Z" });
    assert_eq!(
        changed(&body, &patch),
        json!({ "all_day": true, "start_date": "2027-01-07", "end_date": "2027-01-08" })
    );
    let patch = json!({ "start_datetime": "2027-01-07T09:00:00", "end_datetime": "2027-01-07T10:00:00" });
    assert_eq!(changed(&body, &patch)["start_datetime"], "2027-01-07T09:00:00-05:00");
}

#[test]
fn simple_fields_change_the_rule_that_they_show() {
    let body = with(json!({ "recurrence": { "rrule_type": "weekly", "weekdays": ["TU"], "count": 10 } }));
    let rules = |patch: Value| changed(&body, &json!({ "recurrence": patch }))["recurrence"]["rules"].take();
    assert_eq!(rules(json!({ "interval": 2 })), json!(["FREQ=WEEKLY;COUNT=10;INTERVAL=2;BYDAY=TU"]));
    assert_eq!(rules(json!({ "count": 5 })), json!(["FREQ=WEEKLY;COUNT=5;BYDAY=TU"]));
    assert_eq!(rules(json!({ "until": "2027-03-01" })), json!(["FREQ=WEEKLY;UNTIL=20270302T045959Z;BYDAY=TU"]));
    assert_eq!(rules(json!({ "end_type": "forever" })), json!(["FREQ=WEEKLY;BYDAY=TU"]));
    assert_eq!(rules(json!({ "rrule_type": "daily" })), json!(["FREQ=DAILY;COUNT=10"]));
    assert_eq!(rules(json!({ "rules": ["FREQ=MONTHLY;BYDAY=-1FR"] })), json!(["FREQ=MONTHLY;BYDAY=-1FR"]));
    assert_eq!(changed(&body, &json!({ "recurrence": null })).get("recurrence"), None);
    let odd = document(&with(json!({ "recurrence": { "rules": ["FREQ=MONTHLY;BYDAY=-1FR"] } })));
    let error = Body::change(&json!({ "recurrence": { "interval": 2 } }).to_string(), &odd, &defaults()).unwrap_err();
    assert_eq!((error.code, error.pointer.as_str()), (Mistake::InvalidRecurrence, "/recurrence/interval"));
}

#[test]
fn occurrences_change_one_by_one() {
    let body = with(json!({
        "recurrence": { "rrule_type": "daily", "overrides": { "2027-01-06T10:00:00": { "name": "Otra", "location": "Quito" } } },
    }));
    let overrides = |patch: Value| {
        let kept = changed(&body, &json!({ "recurrence": { "overrides": patch } }));
        (kept["recurrence"]["overrides"].clone(), kept["recurrence"]["except_dates"].clone())
    };
    assert_eq!(
        overrides(json!({ "2027-01-06T10:00:00": { "name": null }, "2027-01-07T10:00:00": { "show_as": "free" } })),
        (
            json!({
                "2027-01-06T10:00:00": { "name": null, "location": "Quito" }, "2027-01-07T10:00:00": { "show_as": "free" },
            }),
            Value::Null
        )
    );
    assert_eq!(overrides(json!({ "2027-01-06T10:00:00": null })), (Value::Null, json!(["2027-01-06T10:00:00-05:00"])));
    // A change of what all have in common keeps what they changed.
    let renamed = changed(&body, &json!({ "name": "Nueva", "privacy": "private" }));
    let kept = renamed["recurrence"]["overrides"].clone();
    assert_eq!(kept, json!({ "2027-01-06T10:00:00": { "name": "Otra", "location": "Quito" } }));
}
