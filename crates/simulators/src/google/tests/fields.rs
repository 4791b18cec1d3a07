//! The fields of an event: what is refused, cut and kept.

use super::*;

fn refusal(site: &GoogleSite, more: Value) -> (u16, String) {
    no(site, &format!("POST {EVENTS}?sendUpdates=none"), event(more))
}

#[test]
fn long_private_properties_are_cut_without_a_word() {
    let site = site();
    let (short, long) = ("k".repeat(44), "k".repeat(45));
    let made = insert(&site, json!({ "extendedProperties": { "private": { &short: "x".repeat(1030), &long: "y" } } }));
    let private = made["extendedProperties"]["private"].as_object().expect("properties");
    assert_eq!(private.keys().collect::<Vec<_>>(), [&short]);
    assert_eq!(private[&short].as_str().map(str::len), Some(1024));
    let many: serde_json::Map<String, Value> = (0..301).map(|n| (format!("k{n}"), json!("v"))).collect();
    assert_eq!(refusal(&site, json!({ "extendedProperties": { "shared": many } })), (400, "invalid".to_owned()));
    let heavy = json!({ "private": { "a": "x".repeat(20_000) }, "shared": { "b": "x".repeat(13_000) } });
    assert_eq!(refusal(&site, json!({ "extendedProperties": heavy })), (400, "invalid".to_owned()));
    assert_eq!(refusal(&site, json!({ "extendedProperties": { "private": { "a": 1 } } })).0, 400);
    assert_eq!(refusal(&site, json!({ "extendedProperties": { "privat": {} } })).0, 400);
}

#[test]
fn reminders_are_five_at_most_within_four_weeks() {
    let site = site();
    let popup = |minutes: i64| json!({ "method": "popup", "minutes": minutes });
    for (reminders, reason) in [
        (json!({ "useDefault": true, "overrides": [popup(5)] }), "cannotUseDefaultRemindersAndSpecifyOverride"),
        (json!({ "overrides": vec![popup(5); 6] }), "invalid"),
        (json!({ "overrides": [popup(40_321)] }), "invalid"),
        (json!({ "overrides": [popup(-1)] }), "invalid"),
        (json!({ "overrides": [{ "method": "sms", "minutes": 5 }] }), "invalid"),
        (json!({ "overrides": [{ "method": "popup" }] }), "invalid"),
        (json!([]), "invalid"),
    ] {
        assert_eq!(refusal(&site, json!({ "reminders": reminders })), (400, reason.to_owned()), "{reminders}");
    }
    let kept = json!({ "useDefault": false, "overrides": [popup(0), popup(40_320)] });
    assert_eq!(insert(&site, json!({ "reminders": kept }))["reminders"], kept);
    let none = json!({ "useDefault": false, "overrides": [] });
    assert_eq!(insert(&site, json!({ "reminders": none }))["reminders"], json!({ "useDefault": false }));
    assert_eq!(insert(&site, json!({}))["reminders"], json!({ "useDefault": true }));
}

#[test]
fn changing_reminders_changes_the_tag_and_not_the_time_of_change() {
    let site = site();
    let made = insert(&site, json!({ "id": "pabcd1" }));
    control(&site, "POST /__sim/clock", json!({ "advance": 60 }));
    let here = format!("{EVENTS}/pabcd1?sendUpdates=none");
    let quiet = ok(&site, &format!("PATCH {here}"), json!({ "reminders": { "useDefault": false } }));
    assert!(quiet["updated"] == made["updated"] && quiet["etag"] != made["etag"]);
    let loud = ok(&site, &format!("PATCH {here}"), json!({ "summary": "x" }));
    assert_ne!(loud["updated"], made["updated"]);
}

#[test]
fn values_that_google_does_not_have_are_refused() {
    let site = site();
    for bad in [
        json!({ "colorId": "12" }),
        json!({ "colorId": 1 }),
        json!({ "visibility": "secret" }),
        json!({ "transparency": "" }),
        json!({ "status": "done" }),
        json!({ "eventType": "focusTime" }),
        json!({ "source": { "title": "x" } }),
        json!({ "source": { "title": "x", "url": "javascript:alert(1)" } }),
        json!({ "source": { "title": "x", "url": "/e/1" } }),
        json!({ "attendees": [{ "email": "nobody" }] }),
        json!({ "attendees": [{ "email": "a@b.example", "responseStatus": "maybe" }] }),
        json!({ "attendees": { "email": "a@b.example" } }),
        json!({ "summary": 1 }),
        json!({ "summary": "x".repeat(1025) }),
        json!({ "description": "ñ".repeat(8193) }),
        json!({ "sequence": -1 }),
        json!({ "sequence": "1" }),
        json!({ "sumary": "x" }),
        json!({ "guestsCanModify": "yes" }),
    ] {
        assert_eq!(refusal(&site, bad.clone()), (400, "invalid".to_owned()), "{bad}");
    }
    let fine = json!({
        "description": "ñ".repeat(8192),
        "visibility": "private",
        "transparency": "transparent",
        "source": { "title": "x", "url": "https://gw.example/e/1" },
        "guestsCanModify": true,
        "colorId": "11",
    });
    let made = insert(&site, fine.clone());
    for (name, value) in fine.as_object().expect("an object") {
        assert_eq!(made[name], *value);
    }
}

#[test]
fn defaults_nulls_and_what_is_read_only_leave_no_trace() {
    let site = site();
    let made = insert(
        &site,
        json!({
            "visibility": "default", "transparency": "opaque", "eventType": "default", "location": null, "description": "",
            "kind": "calendar#event", "htmlLink": "x", "created": "x", "conferenceData": {}, "attachments": [], "eventLabelId": "x",
            "guestsCanInviteOthers": true,
        }),
    );
    for gone in [
        "visibility",
        "transparency",
        "location",
        "description",
        "conferenceData",
        "attachments",
        "eventLabelId",
        "guestsCanInviteOthers",
    ] {
        assert_eq!(made.get(gone), None, "{gone}");
    }
    assert_eq!(made["created"], "2026-11-02T12:00:00.000Z");
    assert_eq!((made["eventType"].as_str(), made["creator"]["self"].as_bool()), (Some("default"), Some(true)));
}
