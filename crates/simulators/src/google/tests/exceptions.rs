//! Series and their exceptions.

use super::*;

const SECOND: &str = "pserie1_20261112T090000Z";
const THIRD: &str = "pserie1_20261119T090000Z";

/// Five Thursdays, with a private property.
fn series(site: &GoogleSite) -> Value {
    let more = json!({
        "id": "pserie1",
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"],
        "extendedProperties": { "private": { "link": "9" } },
    });
    insert(site, more)
}

fn instances(site: &GoogleSite, query: &str) -> Vec<String> {
    let listing = ok(site, &format!("GET {EVENTS}/pserie1/instances?{query}"), Value::Null);
    let starts = listing["items"].as_array().expect("items").iter();
    starts.map(|one| one["start"]["dateTime"].as_str().expect("a time")[5..16].to_owned()).collect()
}

fn edit(site: &GoogleSite, method: &str, id: &str, body: Value) -> Value {
    ok(site, &format!("{method} {EVENTS}/{id}?sendUpdates=none"), body)
}

fn get(site: &GoogleSite, id: &str) -> Value {
    edit(site, "GET", id, Value::Null)
}

#[test]
fn an_untouched_instance_is_computed_and_a_strange_one_is_not_there() {
    let site = site();
    let master = series(&site);
    let second = get(&site, SECOND);
    assert_eq!(second["recurringEventId"], "pserie1");
    assert_eq!(
        second["originalStartTime"],
        json!({ "dateTime": "2026-11-12T10:00:00+01:00", "timeZone": "Europe/Madrid" })
    );
    assert_eq!(second["extendedProperties"], master["extendedProperties"]);
    assert_eq!((second["iCalUID"].clone(), second.get("recurrence")), (master["iCalUID"].clone(), None));
    for strange in [
        "pserie1_20261112T100000Z",
        "pserie1_20261112t090000z",
        "pserie1_20261112",
        "pserie1_20271112T090000Z",
        "pserie1_",
    ] {
        assert_eq!(no(&site, &format!("GET {EVENTS}/{strange}"), Value::Null).0, 404, "{strange}");
    }
}

#[test]
fn an_exception_replaces_its_instance_and_leaves_the_series_as_it_is() {
    let site = site();
    let master = series(&site);
    let moved = edit(&site, "PATCH", SECOND, json!({ "start": at(13, "16:00"), "end": at(13, "17:00") }));
    assert_eq!(moved["extendedProperties"], master["extendedProperties"], "a merge keeps what the series has");
    assert_eq!(get(&site, "pserie1")["etag"], master["etag"]);
    assert_eq!(instances(&site, ""), ["11-05T10:00", "11-13T16:00", "11-19T10:00", "11-26T10:00", "12-03T10:00"]);
    assert_eq!(instances(&site, "timeMin=2026-11-13T12:00:00Z&timeMax=2026-11-14T00:00:00Z"), ["11-13T16:00"]);
    assert_eq!(instances(&site, "originalStart=2026-11-12T09:00:00Z"), ["11-13T16:00"]);
    assert_eq!(instances(&site, "originalStart=2026-11-12T10:00:00Z"), Vec::<String>::new());
    assert_eq!(
        no(&site, &format!("GET {EVENTS}/pserie1/instances?originalStart=2026-11-12T10:00:00+01:00"), Value::Null).0,
        400,
        "a plus is a space"
    );
    let put = edit(&site, "PUT", SECOND, event(json!({ "start": at(13, "16:00"), "end": at(13, "17:00") })));
    assert_eq!(put.get("extendedProperties"), None, "PUT replaces everything");
    let nested = event(json!({ "recurrence": ["RRULE:FREQ=DAILY"] }));
    assert_eq!(no(&site, &format!("PUT {EVENTS}/{SECOND}"), nested).0, 400);
    quirks(&site, json!({ "exception_bumps_master": true }));
    edit(&site, "PATCH", SECOND, json!({ "summary": "x" }));
    assert_ne!(get(&site, "pserie1")["etag"], master["etag"]);
}

#[test]
fn a_cancelled_instance_is_a_hole_that_is_always_listed() {
    let site = site();
    series(&site);
    edit(&site, "DELETE", THIRD, Value::Null);
    assert_eq!(get(&site, THIRD)["status"], "cancelled");
    assert_eq!(no(&site, &format!("DELETE {EVENTS}/{THIRD}"), Value::Null), (410, "deleted".to_owned()));
    assert_eq!(instances(&site, "").len(), 4);
    assert_eq!(instances(&site, "showDeleted=true").len(), 5);
    let listing = ok(&site, &format!("GET {EVENTS}?privateExtendedProperty=link%3D9"), Value::Null);
    assert_eq!(ids(&listing), ["pserie1", THIRD]);
    let hole = listing["items"][1].as_object().expect("an object");
    let names: Vec<&str> = hole.keys().map(String::as_str).collect();
    assert_eq!(names, ["etag", "id", "kind", "originalStartTime", "recurringEventId", "status"]);
    assert_eq!(ids(&ok(&site, &format!("GET {EVENTS}?singleEvents=true"), Value::Null)).len(), 4);
    assert_eq!(
        edit(&site, "PUT", THIRD, event(json!({ "start": at(19, "10:00"), "end": at(19, "11:00") })))["status"],
        "confirmed"
    );
    assert_eq!(instances(&site, "").len(), 5);
}

#[test]
fn exceptions_go_with_the_start_they_replace() {
    let site = site();
    series(&site);
    edit(&site, "PATCH", SECOND, json!({ "summary": "otra" }));
    edit(&site, "DELETE", THIRD, Value::Null);
    let two = event(json!({ "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"] }));
    edit(&site, "PUT", "pserie1", two);
    assert_eq!(get(&site, SECOND)["summary"], "otra");
    assert_eq!(no(&site, &format!("GET {EVENTS}/{THIRD}"), Value::Null).0, 404);
    let later = json!({ "start": at(5, "12:00"), "end": at(5, "13:00"), "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"] });
    edit(&site, "PUT", "pserie1", event(later));
    assert_eq!(no(&site, &format!("GET {EVENTS}/{SECOND}"), Value::Null).0, 404);
    assert_eq!(instances(&site, "").len(), 5);
}

#[test]
fn a_deleted_series_takes_its_exceptions_along_and_comes_back_whole() {
    let site = site();
    series(&site);
    edit(&site, "PATCH", SECOND, json!({ "summary": "otra" }));
    edit(&site, "DELETE", THIRD, Value::Null);
    let token = ok(&site, &format!("GET {EVENTS}"), Value::Null)["nextSyncToken"].clone();
    edit(&site, "DELETE", "pserie1", Value::Null);
    assert_eq!(ids(&ok(&site, &format!("GET {EVENTS}?showDeleted=true"), Value::Null)), ["pserie1"]);
    let told = ok(&site, &format!("GET {EVENTS}?syncToken={}", token.as_str().expect("a token")), Value::Null);
    assert_eq!(ids(&told), ["pserie1", SECOND, THIRD]);
    assert!(told["items"].as_array().expect("items").iter().all(|item| item["status"] == "cancelled"));
    for gone in [SECOND, "pserie1_20261126T090000Z"] {
        assert_eq!(no(&site, &format!("GET {EVENTS}/{gone}"), Value::Null).0, 404);
    }
    edit(&site, "PUT", "pserie1", event(json!({ "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"] })));
    assert_eq!(instances(&site, "").len(), 5);
    assert_eq!(get(&site, SECOND)["summary"], "Clase");
}

#[test]
fn a_stricter_instance_makes_the_series_strict_and_a_laxer_one_does_nothing() {
    let site = site();
    let master = series(&site);
    edit(&site, "PATCH", SECOND, json!({ "summary": "otra" }));
    edit(&site, "PATCH", THIRD, json!({ "visibility": "private" }));
    for id in ["pserie1", SECOND, THIRD, "pserie1_20261126T090000Z"] {
        assert_eq!(get(&site, id)["visibility"], "private", "{id}");
    }
    assert_ne!(get(&site, "pserie1")["etag"], master["etag"]);
    let laxer = edit(&site, "PATCH", SECOND, json!({ "visibility": "default" }));
    assert_eq!((laxer["visibility"].as_str(), laxer["summary"].as_str()), (Some("private"), Some("otra")));
    edit(&site, "PATCH", "pserie1", json!({ "visibility": null }));
    assert_eq!(get(&site, "pserie1_20261126T090000Z").get("visibility"), None);
}

#[test]
fn instances_come_page_by_page() {
    let site = site();
    series(&site);
    let (mut query, mut found) = ("maxResults=2".to_owned(), Vec::new());
    loop {
        let page = ok(&site, &format!("GET {EVENTS}/pserie1/instances?{query}"), Value::Null);
        found.push(page["items"].as_array().expect("items").len());
        assert_eq!(page.get("nextSyncToken"), None);
        let Some(next) = page["nextPageToken"].as_str() else { break };
        query = format!("maxResults=2&pageToken={next}");
    }
    assert_eq!(found, [2, 2, 1]);
    insert(&site, json!({ "id": "psingle" }));
    assert_eq!(no(&site, &format!("GET {EVENTS}/psingle/instances"), Value::Null), (400, "invalid".to_owned()));
}

#[test]
fn days_have_instances_by_their_date() {
    let site = site();
    let days = json!({ "start": { "date": "2026-11-05" }, "end": { "date": "2026-11-07" }, "recurrence": ["RRULE:FREQ=WEEKLY"], "id": "pdias1" });
    insert(&site, days);
    let second = get(&site, "pdias1_20261112");
    assert_eq!(
        (second["end"]["date"].as_str(), second["originalStartTime"]["date"].as_str()),
        (Some("2026-11-14"), Some("2026-11-12"))
    );
    let one = ok(&site, &format!("GET {EVENTS}/pdias1/instances?originalStart=2026-11-12"), Value::Null);
    assert_eq!(ids(&one), ["pdias1_20261112"]);
}

#[test]
fn series_need_a_zone_and_lines_that_say_something() {
    let site = site();
    let post = format!("POST {EVENTS}?sendUpdates=none");
    let offset = json!({
        "start": { "dateTime": "2026-11-05T10:00:00Z" }, "end": { "dateTime": "2026-11-05T11:00:00Z" }, "recurrence": ["RRULE:FREQ=DAILY"]
    });
    assert_eq!(no(&site, &post, event(offset)), (400, "required".to_owned()));
    for lines in [
        json!("RRULE:FREQ=DAILY"),
        json!(["FREQ=DAILY"]),
        json!(["RRULE:FREQ=DAILY", "DTSTART:20261105T100000Z"]),
        json!(["EXDATE:20261105T090000Z"]),
        json!(["RRULE:FREQ=DAILY;UNTIL=20261130"]),
        json!(["RRULE:FREQ=MINUTELY"]),
        json!(["RRULE:FREQ=DAILY", "RDATE;VALUE=PERIOD:20261107T090000Z/PT1H"]),
        json!(["RRULE:FREQ=DAILY", "EXDATE:20261106T100000"]),
        json!(["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261106"]),
        json!([1]),
    ] {
        assert_eq!(no(&site, &post, event(json!({ "recurrence": lines }))), (400, "invalid".to_owned()), "{lines}");
    }
    assert_eq!(insert(&site, json!({ "recurrence": [] })).get("recurrence"), None);
}
