//! Single events.

use super::*;

#[test]
fn ids_are_checked_and_never_free_again() {
    let site = site();
    let post = format!("POST {EVENTS}?sendUpdates=none");
    for bad in ["abcd", "pxyz1", "ABCDE", "p_bcd", "pñbcd", &"a".repeat(1025)] {
        assert_eq!(no(&site, &post, event(json!({ "id": bad }))), (400, "invalid".to_owned()), "{bad}");
    }
    insert(&site, json!({ "id": "a".repeat(1024) }));
    insert(&site, json!({ "id": "pabcd1" }));
    let duplicate = (409, "duplicate".to_owned());
    assert_eq!(no(&site, &post, event(json!({ "id": "pabcd1" }))), duplicate);
    let here = format!("{EVENTS}/pabcd1?sendUpdates=none");
    assert_eq!(with(&site, "T", &format!("DELETE {here}"), Value::Null), (204, Value::Null));
    assert_eq!(no(&site, &post, event(json!({ "id": "pabcd1" }))), duplicate);
    assert_eq!(ok(&site, &format!("GET {here}"), Value::Null)["status"], "cancelled");
    assert_eq!(no(&site, &format!("DELETE {here}"), Value::Null), (410, "deleted".to_owned()));
    assert_eq!(ok(&site, &format!("PUT {here}"), event(json!({ "status": "confirmed" })))["status"], "confirmed");
    assert_eq!(no(&site, &format!("DELETE {EVENTS}/pnone1"), Value::Null), (404, "notFound".to_owned()));
    assert_eq!(no(&site, &post, event(json!({ "id": "pboth1", "iCalUID": "a@b" }))).0, 400);
    let generated = insert(&site, json!({ "iCalUID": "a@b" }));
    assert_eq!(generated["iCalUID"], "a@b");
    assert_eq!(no(&site, &post, event(json!({ "iCalUID": "a@b" }))), duplicate);
}

#[test]
fn put_replaces_everything_and_patch_merges() {
    let site = site();
    let made = insert(
        &site,
        json!({ "id": "pabcd1", "location": "Aula", "colorId": "3", "reminders": { "useDefault": false } }),
    );
    let here = format!("{EVENTS}/pabcd1?sendUpdates=none");
    let patched = ok(
        &site,
        &format!("PATCH {here}"),
        json!({ "location": null, "start": { "dateTime": "2026-11-05T10:30:00" } }),
    );
    assert_eq!((patched.get("location"), patched["colorId"].as_str()), (None, Some("3")));
    assert_eq!(patched["start"], json!({ "dateTime": "2026-11-05T10:30:00+01:00", "timeZone": "Europe/Madrid" }));
    assert_eq!(patched["end"], made["end"]);
    let put = ok(&site, &format!("PUT {here}"), event(json!({})));
    assert_eq!((put.get("colorId"), put["reminders"].clone()), (None, json!({ "useDefault": true })));
    assert_eq!(put["created"], made["created"]);
    assert!(made["etag"] != patched["etag"] && patched["etag"] != put["etag"]);
    assert_eq!(no(&site, &format!("PUT {here}"), json!({ "summary": "x" })), (400, "required".to_owned()));
    assert_eq!(no(&site, &format!("PUT {here}"), event(json!({ "id": "pabcd2" }))), (400, "invalid".to_owned()));
}

#[test]
fn times_are_checked() {
    let site = site();
    let time = |text: &str| json!({ "dateTime": text });
    let day = |text: &str| json!({ "date": text });
    for (start, end, reason) in [
        (day("2026-11-05"), at(5, "11:00"), "invalid"),
        (day("2026-11-05"), day("2026-11-05"), "timeRangeEmpty"),
        (day("2026-11-05"), day("2026-11-04"), "timeRangeEmpty"),
        (at(5, "10:00"), at(5, "10:00"), "timeRangeEmpty"),
        (at(5, "10:00"), at(5, "09:00"), "timeRangeEmpty"),
        (time("2026-11-05T10:00:00"), at(5, "11:00"), "invalid"),
        (time("2026-11-05T10:00"), at(5, "11:00"), "invalid"),
        (time("2026-11-05 10:00:00Z"), at(5, "11:00"), "invalid"),
        (time("2026-02-30T10:00:00Z"), at(5, "11:00"), "invalid"),
        (json!({ "dateTime": "2026-11-05T10:00:00Z", "timeZone": "Romance Standard Time" }), at(5, "11:00"), "invalid"),
        (json!({ "dateTime": "2026-11-05T10:00:00Z", "timezone": "UTC" }), at(5, "11:00"), "invalid"),
        (json!({ "dateTime": "2026-11-05T10:00:00Z", "date": "2026-11-05" }), at(5, "11:00"), "invalid"),
        (json!({}), at(5, "11:00"), "required"),
        (json!("2026-11-05"), at(5, "11:00"), "invalid"),
    ] {
        let body = json!({ "start": start, "end": end });
        assert_eq!(no(&site, &format!("POST {EVENTS}"), body), (400, reason.to_owned()), "{start} {end}");
    }
    let made =
        insert(&site, json!({ "start": time("2026-11-05T10:00:00.750-05:00"), "end": time("2026-11-05T16:00:00Z") }));
    assert_eq!(
        made["start"],
        json!({ "dateTime": "2026-11-05T16:00:00+01:00" }),
        "on the calendar's clock, without fractions"
    );
    let whole = insert(&site, json!({ "start": day("2026-11-05"), "end": day("2026-11-07") }));
    assert_eq!((whole["start"].clone(), whole["end"].clone()), (day("2026-11-05"), day("2026-11-07")));
}

#[test]
fn a_sequence_never_falls_and_rises_by_itself_when_times_change() {
    let site = site();
    insert(&site, json!({ "id": "pabcd1", "sequence": 3 }));
    let put = format!("PUT {EVENTS}/pabcd1?sendUpdates=none");
    assert_eq!(no(&site, &put, event(json!({ "sequence": 2 }))), (400, "invalid".to_owned()));
    assert_eq!(ok(&site, &put, event(json!({ "summary": "x" })))["sequence"], 3);
    assert_eq!(ok(&site, &put, event(json!({ "end": at(5, "12:00") })))["sequence"], 4);
    assert_eq!(ok(&site, &put, event(json!({ "sequence": 9 })))["sequence"], 9);
}

#[test]
fn conditions_are_met_or_412() {
    let site = site();
    let made = insert(&site, json!({ "id": "pabcd1" }));
    let etag = made["etag"].as_str().expect("an etag");
    let here = format!("{EVENTS}/pabcd1?sendUpdates=none");
    for method in ["PUT", "PATCH", "DELETE"] {
        let body = if method == "DELETE" { Value::Null } else { event(json!({})) };
        let heard = raw(&site, "T", &format!("{method} {here}"), &[("if-match", "\"1\"")], body);
        assert!(heard.status == 412 && heard.body.contains("conditionNotMet"), "{method}");
    }
    assert_eq!(raw(&site, "T", &format!("PUT {here}"), &[("if-match", etag)], event(json!({}))).status, 200);
    assert_eq!(raw(&site, "T", &format!("PUT {here}"), &[("if-match", etag)], event(json!({}))).status, 412);
    let now = raw(&site, "T", &format!("GET {here}"), &[], Value::Null);
    assert_eq!(
        raw(&site, "T", &format!("GET {here}"), &[("if-none-match", now.header("etag"))], Value::Null).status,
        304
    );
}

#[test]
fn a_status_of_cancelled_deletes_and_is_not_inserted() {
    let site = site();
    assert_eq!(no(&site, &format!("POST {EVENTS}"), event(json!({ "status": "cancelled" }))).0, 400);
    insert(&site, json!({ "id": "pabcd1" }));
    let here = format!("{EVENTS}/pabcd1?sendUpdates=none");
    assert_eq!(ok(&site, &format!("PATCH {here}"), json!({ "status": "cancelled" }))["status"], "cancelled");
    assert_eq!(no(&site, &format!("DELETE {here}"), Value::Null).1, "deleted");
    assert_eq!(ok(&site, &format!("PATCH {here}"), json!({ "status": "tentative" }))["status"], "tentative");
}

#[test]
fn guests_get_mail_unless_it_is_forbidden() {
    let site = site();
    let guests = json!({ "id": "pabcd1", "attendees": [{ "email": "eva@example.org" }, { "email": USER }] });
    insert(&site, guests.clone());
    assert_eq!(control(&site, "GET /__sim/mails", Value::Null), json!([]));
    ok(&site, &format!("PUT {EVENTS}/pabcd1"), event(guests));
    ok(&site, &format!("DELETE {EVENTS}/pabcd1?sendUpdates=externalOnly"), Value::Null);
    let mails = control(&site, "GET /__sim/mails", Value::Null);
    let told: Vec<_> =
        mails.as_array().expect("a list").iter().map(|mail| (mail["to"].clone(), mail["what"].clone())).collect();
    assert_eq!(told, [(json!("eva@example.org"), json!("update")), (json!("eva@example.org"), json!("cancellation"))]);
    assert_eq!(no(&site, &format!("POST {EVENTS}?sendUpdates=maybe"), event(json!({}))).1, "invalidParameter");
}

#[test]
fn only_the_organizer_moves_an_event() {
    let site = site();
    let import = format!("POST {EVENTS}/import");
    let foreign = event(json!({ "iCalUID": "x@y", "organizer": { "email": "boss@example.org" } }));
    assert_eq!(no(&site, &import, event(json!({}))), (400, "required".to_owned()));
    let made = ok(&site, &import, foreign.clone());
    let here = format!("{EVENTS}/{}?sendUpdates=none", made["id"].as_str().expect("an id"));
    let later = event(json!({ "start": at(5, "09:00") }));
    assert_eq!(no(&site, &format!("PUT {here}"), later), (403, "forbiddenForNonOrganizer".to_owned()));
    assert_eq!(ok(&site, &format!("PUT {here}"), event(json!({ "colorId": "2" })))["colorId"], "2");
    assert_eq!(ok(&site, &import, foreign.clone())["id"], made["id"], "imported again it is the same event");
    ok(&site, &format!("DELETE {here}"), Value::Null);
    assert_eq!(no(&site, &import, foreign), (409, "duplicate".to_owned()));
}
