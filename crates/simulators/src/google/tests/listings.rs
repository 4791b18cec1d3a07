//! Pages, sync tokens, windows, filters.

use super::*;

/// Three single events on the 5th, 6th and 7th, `plist5` to `plist7`.
fn three(site: &GoogleSite) {
    for day in 5..8 {
        let private = json!({ "link": "17", "day": day.to_string() });
        let more = json!({
            "id": format!("plist{day}"), "start": at(day, "10:00"), "end": at(day, "11:00"), "summary": format!("Día {day}"),
            "extendedProperties": { "private": private, "shared": { "s": "1" } },
        });
        insert(site, more);
    }
}

fn listed(site: &GoogleSite, query: &str) -> Value {
    ok(site, &format!("GET {EVENTS}?{query}"), Value::Null)
}

fn refusal(site: &GoogleSite, query: &str) -> (u16, String) {
    no(site, &format!("GET {EVENTS}?{query}"), Value::Null)
}

#[test]
fn private_properties_are_found_and_all_must_fit() {
    let site = site();
    three(&site);
    for (query, found) in [
        ("privateExtendedProperty=link%3D17", vec!["plist5", "plist6", "plist7"]),
        ("privateExtendedProperty=link%3D17&privateExtendedProperty=day%3D6", vec!["plist6"]),
        ("privateExtendedProperty=link%3D1", vec![]),
        ("privateExtendedProperty=s%3D1", vec![]),
        ("sharedExtendedProperty=s%3D1&q=D%C3%ADa+7", vec!["plist7"]),
        ("iCalUID=plist5%40google.com", vec!["plist5"]),
        ("eventTypes=outOfOffice", vec![]),
    ] {
        assert_eq!(ids(&listed(&site, query)), found, "{query}");
    }
    assert_eq!(refusal(&site, "privateExtendedProperty=link").0, 400);
}

#[test]
fn windows_bound_ends_from_below_and_starts_from_above() {
    let site = site();
    three(&site);
    for (from, until, found) in [
        ("2026-11-05T10:00:00Z", "2026-11-06T09:00:00Z", vec![]),
        ("2026-11-05T09:59:59Z", "2026-11-06T09:00:01Z", vec!["plist5", "plist6"]),
    ] {
        assert_eq!(ids(&listed(&site, &format!("timeMin={from}&timeMax={until}"))), found, "{from}");
    }
    assert_eq!(refusal(&site, "timeMin=2026-11-06T00:00:00Z&timeMax=2026-11-05T00:00:00Z").1, "timeRangeEmpty");
    assert_eq!(refusal(&site, "timeMin=2026-11-06T00:00:00").1, "badRequest");
    assert_eq!(refusal(&site, "maxResults=0").1, "invalidParameter");
    assert_eq!(refusal(&site, "showDeleted=yes").1, "invalidParameter");
    assert_eq!(refusal(&site, "orderBy=startTime").1, "badRequest");
    let ordered = listed(&site, "singleEvents=true&orderBy=startTime");
    assert!(ordered.get("nextSyncToken").is_none());
}

#[test]
fn pages_hold_every_event_once_and_the_last_has_the_sync_token() {
    let site = site();
    three(&site);
    let first = listed(&site, "maxResults=2");
    let token = first["nextPageToken"].as_str().expect("a token");
    assert!(first.get("nextSyncToken").is_none());
    let second = listed(&site, &format!("maxResults=2&pageToken={token}"));
    assert_eq!((ids(&first), ids(&second)), (vec!["plist5", "plist6"], vec!["plist7"]));
    assert!(second["nextSyncToken"].is_string() && second.get("nextPageToken").is_none());
    assert_eq!(refusal(&site, &format!("q=x&pageToken={token}")).1, "invalidParameter");
    assert_eq!(refusal(&site, "pageToken=x").1, "invalidParameter");
}

#[test]
fn a_sync_token_tells_changes_and_tombstones_also_those_between_two_pages() {
    let site = site();
    three(&site);
    let first = listed(&site, "maxResults=2");
    ok(&site, &format!("PATCH {EVENTS}/plist5?sendUpdates=none"), json!({ "summary": "x" }));
    let second =
        listed(&site, &format!("maxResults=2&pageToken={}", first["nextPageToken"].as_str().expect("a token")));
    let token = second["nextSyncToken"].as_str().expect("a token");
    let changed = listed(&site, &format!("syncToken={token}"));
    assert_eq!(ids(&changed), ["plist5"]);
    ok(&site, &format!("DELETE {EVENTS}/plist6?sendUpdates=none"), Value::Null);
    let later = listed(&site, &format!("syncToken={}", changed["nextSyncToken"].as_str().expect("a token")));
    assert_eq!((ids(&later), later["items"][0]["status"].clone()), (vec!["plist6"], json!("cancelled")));
    assert!(later["items"][0].get("summary").is_none(), "a tombstone says no more than that it is one");
    let full = listed(&site, &format!("syncToken={token}&showDeleted=true"));
    assert_eq!(full["items"][1]["summary"], "Día 6");
}

#[test]
fn sync_tokens_go_with_few_parameters_and_end() {
    let site = site();
    three(&site);
    let token = listed(&site, "")["nextSyncToken"].as_str().expect("a token").to_owned();
    for query in
        ["q=x", "iCalUID=x", "orderBy=updated", "timeMin=2026-11-06T00:00:00Z", "privateExtendedProperty=a%3Db"]
    {
        assert_eq!(refusal(&site, &format!("syncToken={token}&{query}")).0, 400, "{query}");
    }
    assert_eq!(refusal(&site, &format!("syncToken={token}&showDeleted=false")).0, 400);
    assert_eq!(refusal(&site, &format!("syncToken={token}&singleEvents=true")).0, 400);
    let full = (410, "fullSyncRequired".to_owned());
    assert_eq!(refusal(&site, "syncToken=x"), full);
    control(&site, "POST /__sim/sync/expire", Value::Null);
    assert_eq!(refusal(&site, &format!("syncToken={token}")), full);
}

#[test]
fn deleted_events_are_listed_when_asked_for_or_changed_since() {
    let site = site();
    three(&site);
    control(&site, "POST /__sim/clock", json!({ "advance": 60 }));
    ok(&site, &format!("DELETE {EVENTS}/plist6?sendUpdates=none"), Value::Null);
    assert_eq!(ids(&listed(&site, "")), ["plist5", "plist7"]);
    assert_eq!(ids(&listed(&site, "showDeleted=true")).len(), 3);
    assert_eq!(ids(&listed(&site, "updatedMin=2026-11-02T12:00:30Z")), ["plist6"]);
}

#[test]
fn parts_of_an_answer_can_be_asked_for() {
    let site = site();
    three(&site);
    let part = listed(&site, "maxResults=1&fields=items(id,extendedProperties/private/day),nextPageToken");
    assert_eq!(part["items"], json!([{ "id": "plist5", "extendedProperties": { "private": { "day": "5" } } }]));
    assert_eq!(part.as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(refusal(&site, "fields=items(").1, "invalidParameter");
}

#[test]
fn an_endless_series_is_followed_as_far_as_the_window_reaches() {
    let site = site();
    insert(&site, json!({ "id": "pdiari", "recurrence": ["RRULE:FREQ=DAILY"] }));
    let far = "timeMin=2040-01-01T00:00:00Z&timeMax=2040-01-03T00:00:00Z";
    assert_eq!(
        ids(&listed(&site, &format!("singleEvents=true&{far}"))),
        ["pdiari_20400101T090000Z", "pdiari_20400102T090000Z"]
    );
    assert_eq!(ids(&listed(&site, far)), ["pdiari"], "the series itself, since it takes place then");
    assert_eq!(ids(&listed(&site, "timeMax=2026-11-05T09:00:00Z")), Vec::<&str>::new());
}
