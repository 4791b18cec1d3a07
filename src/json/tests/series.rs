//! Repetition, in both spellings.

use super::*;

/// What is kept of a repetition that starts on Tuesday, 5 January 2027, at 10:00.
fn repeats(recurrence: Value) -> Value {
    kept(&with(json!({ "recurrence": recurrence })))["recurrence"].take()
}

#[test]
fn the_simple_fields_say_a_rule_and_are_shown_where_they_suffice() {
    for (simple, rule) in [
        (json!({ "rrule_type": "daily" }), "FREQ=DAILY"),
        (
            json!({ "rruleType": "weekly", "interval": 2, "weekdays": 0b1_0101 }),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
        ),
        (json!({ "rrule_type": "weekly", "weekdays": ["TU", "thursday"] }), "FREQ=WEEKLY;BYDAY=TU,TH"),
        (json!({ "rrule_type": "monthly" }), "FREQ=MONTHLY;BYMONTHDAY=5"),
        (json!({ "rrule_type": "monthly", "monthBy": "date", "dayOfMonth": 31 }), "FREQ=MONTHLY;BYMONTHDAY=31"),
        (json!({ "rrule_type": "monthly", "monthBy": "day", "weekOfMonth": 2 }), "FREQ=MONTHLY;BYDAY=2TU"),
        (json!({ "rrule_type": "monthly", "week_of_month": 5, "weekdays": 1 }), "FREQ=MONTHLY;BYDAY=5MO"),
        (json!({ "rrule_type": "yearly", "end_type": "count", "count": 3 }), "FREQ=YEARLY;COUNT=3"),
        (json!({ "rrule_type": "daily", "count": 10 }), "FREQ=DAILY;COUNT=10"),
        (json!({ "rrule_type": "daily", "end_type": "forever", "count": 10 }), "FREQ=DAILY"),
        (json!({ "rrule_type": "daily", "until": "2027-01-10" }), "FREQ=DAILY;UNTIL=20270111T045959Z"),
        (json!({ "rrule_type": "daily", "until": "2027-01-10T10:00:00-05:00" }), "FREQ=DAILY;UNTIL=20270110T150000Z"),
        (json!({ "rrule_type": "daily", "until": "2027-01-10T10:00:00" }), "FREQ=DAILY;UNTIL=20270110T150000Z"),
    ] {
        let kept = repeats(simple.clone());
        assert_eq!(kept, json!({ "rules": [rule] }), "{simple}");
        // What is shown says the same, with and without the rules beside it.
        let shown = document(&with(json!({ "recurrence": simple }))).shown()["recurrence"].clone();
        assert!(shown["rrule_type"].is_string(), "{shown}");
        assert_eq!(repeats(shown.clone()), kept, "{shown}");
        let mut alone = shown;
        alone.as_object_mut().unwrap().remove("rules");
        assert_eq!(repeats(alone.clone()), kept, "{alone}");
    }
    let last_friday = with(json!({ "recurrence": { "rules": ["FREQ=MONTHLY;BYDAY=-1FR"] } }));
    let shown = document(&last_friday).shown()["recurrence"].clone();
    assert_eq!((&shown["rules"], shown.get("rrule_type")), (&json!(["FREQ=MONTHLY;BYDAY=-1FR"]), None));
}

#[test]
fn dates_and_changed_occurrences_hang_on_the_clock_of_the_series() {
    let kept = repeats(json!({
        "rules": "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=10",
        "dates": ["2027-01-07T15:00:00Z", "2027-01-08"],
        "except_dates": ["2027-01-19", "2027-01-12T10:00:00"],
        "overrides": {
            "2027-01-12T10:00:00": { "name": "Otra" },
            "2027-01-26T15:00:00Z": { "start_datetime": "2027-01-26T12:00:00", "end_datetime": "2027-01-26T13:00:00" },
            "2027-02-02T10:00:00": null,
            "2027-02-09T10:00:00": {},
        },
    }));
    assert_eq!(
        kept,
        json!({
            "rules": ["FREQ=WEEKLY;COUNT=10;BYDAY=TU"],
            "dates": ["2027-01-07T10:00:00-05:00", "2027-01-08T10:00:00-05:00"],
            "except_dates": ["2027-01-19T10:00:00-05:00", "2027-02-02T10:00:00-05:00"],
            "overrides": {
                "2027-01-12T10:00:00": { "name": "Otra" },
                "2027-01-26T10:00:00": {
                    "start_datetime": "2027-01-26T12:00:00-05:00", "end_datetime": "2027-01-26T13:00:00-05:00",
                },
                "2027-02-09T10:00:00": {},
            },
        })
    );
}

#[test]
fn an_occurrence_is_its_series_at_its_own_time_but_for_what_is_said() {
    let series = document(&with(json!({
        "location": "Quito", "organizer": { "name": "Ana", "email": "ana@example.com" }, "geo": { "latitude": 1, "longitude": 2 },
        "recurrence": {
            "rrule_type": "daily", "overrides": {
                "2027-01-07T10:00:00": {
                    "location": null, "organizer": { "email": null, "phone": "+593 99 123 4567" },
                    "geo": { "latitude": 3, "longitude": 2 },
                },
                "2027-01-08T10:00:00": { "all_day": true, "start_date": "2027-01-09", "end_date": null },
            },
        },
    })));
    assert_eq!(Document::parse(&series.text()).unwrap(), series);
    let at = |day: i8| series.time.span.start.at_reading(jiff::civil::date(2027, 1, day).at(10, 0, 0, 0));
    let plain = series.occurrence(&at(6));
    assert_eq!(plain.shown()["start_datetime"], "2027-01-06T10:00:00-05:00");
    assert_eq!((plain.said.location.as_deref(), plain.repeats), (Some("Quito"), None));
    let changed = series.occurrence(&at(7)).shown();
    assert_eq!((&changed["location"], &changed["end_datetime"]), (&Value::Null, &json!("2027-01-07T11:00:00-05:00")));
    assert_eq!(changed["organizer"], json!({ "name": "Ana", "phone": "+593 99 123 4567" }));
    assert_eq!(changed["geo"], json!({ "latitude": 3.0, "longitude": 2.0 }));
    let day = series.occurrence(&at(8)).shown();
    assert_eq!(
        (&day["all_day"], &day["start_date"], &day["end_date"]),
        (&json!(true), &json!("2027-01-09"), &json!("2027-01-10"))
    );
}

#[test]
fn a_series_of_whole_days_repeats_by_dates() {
    let body = json!({
        "name": "Turno", "start_date": "2027-01-05", "recurrence": {
            "rrule_type": "weekly", "until": "2027-03-01", "except_dates": ["2027-01-12"],
            "overrides": { "2027-01-19": { "name": "Otro" }, "2027-01-26": null },
        },
    });
    assert_eq!(
        kept(&body)["recurrence"],
        json!({
            "rules": ["FREQ=WEEKLY;UNTIL=20270301"], "except_dates": ["2027-01-12", "2027-01-26"],
            "overrides": { "2027-01-19": { "name": "Otro" } },
        })
    );
}

#[test]
fn a_series_of_which_only_exceptions_are_left_says_that_it_has_no_rules() {
    let emptied = json!({ "rules": [], "except_dates": ["2027-01-05T10:00:00-05:00"] });
    assert_eq!(repeats(emptied.clone()), emptied);
    let (code, pointer, _) = refused(&with(json!({ "recurrence": { "except_dates": ["2027-01-05"] } })));
    assert_eq!((code, pointer.as_str()), ("missing_field", "/recurrence/rrule_type"));
}
