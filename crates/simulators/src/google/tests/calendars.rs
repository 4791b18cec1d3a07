//! Calendars and their list.

use super::*;

fn make(site: &GoogleSite, more: Value) -> Value {
    let mut body = json!({ "summary": "Puentes", "timeZone": "Europe/Madrid" });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    ok(site, "POST /calendar/v3/calendars", body)
}

#[test]
fn a_calendar_is_made_changed_and_deleted() {
    let site = site();
    let made = make(&site, json!({ "description": "d" }));
    let id = made["id"].as_str().expect("an id");
    assert!(id.ends_with("@group.calendar.google.com"));
    assert_eq!(made["dataOwner"], USER);
    let line = |method: &str| format!("{method} /calendar/v3/calendars/{}", id.replace('@', "%40"));
    assert_eq!(ok(&site, &line("GET"), Value::Null), made);
    let patched = ok(&site, &line("PATCH"), json!({ "description": null, "timeZone": "America/Guayaquil" }));
    assert_eq!((patched["summary"].as_str(), patched.get("description")), (Some("Puentes"), None));
    assert_ne!(patched["etag"], made["etag"]);
    assert_eq!(no(&site, &line("PUT"), json!({ "description": "x" })).1, "required");
    let stale = raw(&site, "T", &line("DELETE"), &[("if-match", made["etag"].as_str().expect("an etag"))], Value::Null);
    assert_eq!(stale.status, 412);
    assert_eq!(with(&site, "T", &line("DELETE"), Value::Null).0, 204);
    assert_eq!(no(&site, &line("GET"), Value::Null), (404, "notFound".to_owned()));
    assert_eq!(no(&site, "DELETE /calendar/v3/calendars/primary", Value::Null).0, 403);
}

#[test]
fn wrong_calendars_are_refused() {
    let site = site();
    for (body, reason) in [
        (json!({}), "required"),
        (json!({ "summary": "x", "timeZone": "europe/madrid" }), "invalid"),
        (json!({ "summary": "x", "timezone": "Europe/Madrid" }), "invalid"),
        (json!({ "summary": 7 }), "invalid"),
    ] {
        assert_eq!(no(&site, "POST /calendar/v3/calendars", body.clone()), (400, reason.to_owned()), "{body}");
    }
    assert_eq!(no(&site, "POST /calendar/v3/calendars", Value::Null).1, "required");
    assert_eq!(no(&site, "POST /calendar/v3/calendars", json!([1])).1, "parseError");
}

#[test]
fn clearing_erases_the_primary_calendar_and_no_other() {
    let site = site();
    insert(&site, json!({ "id": "pabcd1" }));
    let made = make(&site, json!({}));
    let line = format!("POST /calendar/v3/calendars/{}/clear", made["id"].as_str().expect("an id"));
    assert_eq!(no(&site, &line, Value::Null).0, 400);
    assert_eq!(with(&site, "T", "POST /calendar/v3/calendars/primary/clear", Value::Null).0, 204);
    assert_eq!(ids(&ok(&site, &format!("GET {EVENTS}?showDeleted=true"), Value::Null)), Vec::<&str>::new());
}

#[test]
fn an_entry_of_the_list_has_its_own_colour_and_tag() {
    let site = site();
    let made = make(&site, json!({}));
    let id = made["id"].as_str().expect("an id");
    let entry = format!("/calendar/v3/users/me/calendarList/{id}");
    let colors = json!({ "backgroundColor": "#0088aa", "foregroundColor": "#ffffff" });
    assert_eq!(no(&site, &format!("PATCH {entry}"), colors.clone()).1, "invalid");
    assert_eq!(
        no(&site, &format!("PATCH {entry}?colorRgbFormat=true"), json!({ "backgroundColor": "#0088aa" })).1,
        "required"
    );
    assert_eq!(no(&site, &format!("PATCH {entry}"), json!({ "colorId": "25" })).1, "invalid");
    let painted = ok(&site, &format!("PATCH {entry}?colorRgbFormat=true"), colors);
    assert_eq!(painted["backgroundColor"], "#0088aa");
    assert_eq!(ok(&site, &format!("GET {entry}"), Value::Null), painted);
    assert_eq!(ok(&site, &format!("GET /calendar/v3/calendars/{id}"), Value::Null)["etag"], made["etag"]);
}

#[test]
fn the_list_can_be_synchronised_and_tells_what_went() {
    let site = site();
    let made = make(&site, json!({}));
    let id = made["id"].as_str().expect("an id");
    let list = "GET /calendar/v3/users/me/calendarList";
    let first = ok(&site, list, Value::Null);
    assert_eq!(ids(&first), [USER, id]);
    let token = first["nextSyncToken"].as_str().expect("a token");
    ok(&site, &format!("DELETE /calendar/v3/calendars/{id}"), Value::Null);
    let later = ok(&site, &format!("{list}?syncToken={token}"), Value::Null);
    assert_eq!((ids(&later), later["items"][0]["deleted"].clone()), (vec![id], json!(true)));
    assert_eq!(no(&site, &format!("{list}?syncToken=x"), Value::Null), (410, "fullSyncRequired".to_owned()));
}

#[test]
fn a_free_busy_window_has_its_limits() {
    let site = site();
    let ask = |more: Value| {
        let mut body = json!({ "timeMin": "2026-11-05T00:00:00Z", "timeMax": "2026-11-06T00:00:00Z", "items": [] });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        with(&site, "T", "POST /calendar/v3/freeBusy", body)
    };
    let reason = |(_, answer): (u16, Value)| answer["error"]["errors"][0]["reason"].clone();
    assert_eq!(reason(ask(json!({ "timeMax": "2027-03-01T00:00:00Z" }))), "timeRangeTooLong");
    assert_eq!(reason(ask(json!({ "timeMax": "2026-11-05T00:00:00Z" }))), "timeRangeEmpty");
    assert_eq!(reason(ask(json!({ "timeMin": "2026-11-05" }))), "invalid");
    let many: Vec<Value> =
        (0..51).map(|n| json!({ "id": if n == 50 { "primary".to_owned() } else { format!("c{n}") } })).collect();
    let (_, answer) = ask(json!({ "items": many }));
    assert_eq!(answer["calendars"]["c0"]["errors"][0]["reason"], "notFound");
    assert_eq!(answer["calendars"]["primary"]["errors"][0]["reason"], "tooManyCalendarsRequested");
}
