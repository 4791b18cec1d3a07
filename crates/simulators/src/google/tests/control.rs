//! The person's own doing, and what tests may see.

use super::*;

#[test]
fn the_person_edits_without_token_quota_or_record() {
    let site = site();
    quirks(&site, json!({ "user_units_per_minute": 0, "usage_exceeded": true }));
    let place = format!("/__sim/events/{USER}/primary");
    control(&site, &format!("POST {place}"), event(json!({ "id": "propio1" })));
    control(&site, &format!("PATCH {place}/propio1"), json!({ "summary": "mía" }));
    assert_eq!(control(&site, &format!("GET {place}/propio1"), Value::Null)["summary"], "mía");
    assert_eq!(wire::ask(&site, &format!("POST {place}"), &[], "{}").status, 400, "the same rules");
    control(&site, &format!("DELETE {place}/propio1"), Value::Null);
    let all = control(&site, &format!("GET {place}"), Value::Null);
    assert_eq!((all[0]["id"].as_str(), all[0]["status"].as_str()), (Some("propio1"), Some("cancelled")));
    assert_eq!(control(&site, "GET /__sim/calls", Value::Null), json!([]));
    let made = control(&site, &format!("POST /__sim/calendars/{USER}"), json!({ "summary": "propio" }));
    let views = control(&site, &format!("GET /__sim/calendars/{USER}"), Value::Null);
    let view = views.as_array().expect("a list").iter().find(|view| view["id"] == made["id"]).expect("it is there");
    assert!(view["maker"].is_null() && view["primary"] == false);
    control(&site, &format!("DELETE /__sim/calendars/{USER}/{}", made["id"].as_str().expect("an id")), Value::Null);
}

#[test]
fn tokens_and_consents_can_be_ended() {
    let site = site();
    let tokens = link(&site, USER, &["calendar.app.created"]);
    let view = control(&site, "GET /__sim/tokens", Value::Null);
    assert_eq!((view["refresh"].as_u64(), view["access"].as_u64()), (Some(1), Some(3)));
    assert_eq!(view["grants"][0][0], USER);
    control(&site, "POST /__sim/tokens/expire", Value::Null);
    assert_eq!(refused(&site, access(&tokens), "GET /calendar/v3/colors", Value::Null).0, 401);
    control(&site, &format!("POST /__sim/revoke/{USER}"), Value::Null);
    assert_eq!(control(&site, "GET /__sim/tokens", Value::Null)["refresh"], 0);
}

#[test]
fn the_clock_moves_and_unknown_calls_are_told() {
    let site = site();
    let now = control(&site, "POST /__sim/clock", json!({ "set": "2027-01-01T00:00:00Z" }));
    assert_eq!(now["now"], "2027-01-01T00:00:00Z");
    assert_eq!(insert(&site, json!({}))["created"], "2027-01-01T00:00:00.000Z");
    assert_eq!(control(&site, "GET /__sim/", Value::Null)["simulator"], "google");
    for (line, status) in [("GET /__sim/nothing", 404), ("POST /__sim/clock", 400), ("PUT /__sim/quirks", 400)] {
        assert_eq!(wire::ask(&site, line, &[], "{\"x\":1}").status, status, "{line}");
    }
}
