//! What scopes open, and for whom.

use super::*;

fn scoped(site: &GoogleSite, scopes: &[&str]) -> String {
    access(&link(site, USER, scopes)).to_owned()
}

#[test]
fn app_created_opens_only_what_this_client_made() {
    let site = site();
    let own = scoped(&site, &["calendar.app.created"]);
    let theirs = ok(&site, "POST /calendar/v3/calendars", json!({ "summary": "hers" }))["id"].clone();
    let (_, mine) = with(&site, &own, "POST /calendar/v3/calendars", json!({ "summary": "ours" }));
    let mine = mine["id"].as_str().expect("an id");
    let line =
        |method: &str, calendar: &str| format!("{method} /calendar/v3/calendars/{calendar}/events?sendUpdates=none");
    assert_eq!(with(&site, &own, &line("POST", mine), event(json!({}))).0, 200);
    assert_eq!(with(&site, &own, &line("GET", mine), Value::Null).0, 200);
    assert_eq!(with(&site, &own, &format!("GET /calendar/v3/users/me/calendarList/{mine}"), Value::Null).0, 200);
    let not_found = (404, "notFound".to_owned());
    assert_eq!(refused(&site, &own, &line("GET", theirs.as_str().expect("an id")), Value::Null), not_found);
    assert_eq!(refused(&site, &own, &line("POST", "primary"), event(json!({}))), not_found);
    let scope = (403, "insufficientPermissions".to_owned());
    assert_eq!(refused(&site, &own, "GET /calendar/v3/users/me/calendarList", Value::Null), scope);
    assert_eq!(refused(&site, &own, "POST /calendar/v3/freeBusy", json!({})), scope);
    let told = control(&site, "GET /__sim/scopes", Value::Null);
    assert_eq!(told.as_array().expect("a list").len(), 4, "each is on record: {told}");
    control(&site, "DELETE /__sim/scopes", Value::Null);
    assert_eq!(control(&site, "GET /__sim/scopes", Value::Null), json!([]));
}

#[test]
fn events_owned_stays_out_of_shared_calendars_and_events_does_not() {
    let site = site();
    let (_, shared) = with(&site, "L", "POST /calendar/v3/calendars", json!({ "summary": "de Luis" }));
    let shared = shared["id"].as_str().expect("an id");
    let line = format!("POST /calendar/v3/calendars/{shared}/events?sendUpdates=none");
    assert_eq!(no(&site, &line, event(json!({}))), (404, "notFound".to_owned()), "not shared yet");
    control(&site, &format!("PUT /__sim/calendars/{LUIS}/{shared}/writers/{USER}"), Value::Null);
    let owned = scoped(&site, &["calendar.events.owned"]);
    assert_eq!(refused(&site, &owned, &line, event(json!({}))), (403, "insufficientPermissions".to_owned()));
    assert_eq!(with(&site, &owned, &format!("POST {EVENTS}?sendUpdates=none"), event(json!({}))).0, 200);
    let wide = scoped(&site, &["calendar.events"]);
    assert_eq!(with(&site, &wide, &line, event(json!({}))).0, 200);
    let entry = ok(&site, &format!("GET /calendar/v3/users/me/calendarList/{shared}"), Value::Null);
    assert_eq!(entry["accessRole"], "writer");
    assert_eq!(no(&site, &format!("DELETE /calendar/v3/calendars/{shared}"), Value::Null).1, "requiredAccessLevel");
}

#[test]
fn free_busy_scopes_show_times_only() {
    let site = site();
    insert(&site, json!({ "id": "pabcd1", "description": "secret" }));
    let times = scoped(&site, &["calendar.events.freebusy"]);
    let (_, shown) = with(&site, &times, &format!("GET {EVENTS}/pabcd1"), Value::Null);
    assert!(shown["start"].is_object() && shown.get("summary").is_none() && shown.get("description").is_none());
    let (_, listed) = with(&site, &times, &format!("GET {EVENTS}"), Value::Null);
    assert!(!listed.to_string().contains("secret"));
    let asked =
        json!({ "timeMin": "2026-11-05T00:00:00Z", "timeMax": "2026-11-06T00:00:00Z", "items": [{ "id": "primary" }] });
    let (_, busy) = with(&site, &times, "POST /calendar/v3/freeBusy", asked);
    assert_eq!(
        busy["calendars"]["primary"]["busy"],
        json!([{ "start": "2026-11-05T09:00:00Z", "end": "2026-11-05T10:00:00Z" }])
    );
}

#[test]
fn tokens_are_needed_and_unknown_paths_are_not_found() {
    let site = site();
    for header in ["", "Basic VDpU", "Bearer nonsense", "Bearer"] {
        let heard = wire::ask(&site, "GET /calendar/v3/colors", &[("authorization", header)], "");
        assert_eq!(heard.status, 401, "{header}");
    }
    assert_eq!(no(&site, "GET /calendar/v3/nothing", Value::Null), (404, "notFound".to_owned()));
    assert_eq!(no(&site, &format!("POST {EVENTS}/quickAdd?text=x"), Value::Null).0, 501);
    assert_eq!(wire::ask(&site, "GET /elsewhere", &[], "").status, 404);
}
