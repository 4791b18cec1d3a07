//! Quotas, and trouble on demand.

use super::*;

const COLORS: &str = "GET /calendar/v3/colors";

fn advance(site: &GoogleSite, seconds: i64) {
    control(site, "POST /__sim/clock", json!({ "advance": seconds }));
}

#[test]
fn units_are_counted_in_a_sliding_minute_and_a_patch_is_three() {
    let site = site();
    insert(&site, json!({ "id": "pabcd1" }));
    quirks(&site, json!({ "user_units_per_minute": 4 }));
    ok(&site, COLORS, Value::Null);
    advance(&site, 30);
    ok(&site, &format!("PATCH {EVENTS}/pabcd1?sendUpdates=none"), json!({ "summary": "x" }));
    let limit = (403, "userRateLimitExceeded".to_owned());
    assert_eq!(no(&site, COLORS, Value::Null), limit);
    assert_eq!(with(&site, "L", COLORS, Value::Null).0, 200, "each person has their own");
    advance(&site, 30);
    ok(&site, COLORS, Value::Null);
    assert_eq!(no(&site, COLORS, Value::Null), limit, "the PATCH is still within the minute");
    quirks(&site, json!({ "project_units_per_minute": 1 }));
    advance(&site, 60);
    assert_eq!(with(&site, "L", COLORS, Value::Null).0, 200);
    assert_eq!(no(&site, COLORS, Value::Null), (403, "rateLimitExceeded".to_owned()));
}

#[test]
fn usage_limits_stop_writes_and_sixty_calendars_an_hour_are_enough() {
    let site = site();
    let make = || with(&site, "T", "POST /calendar/v3/calendars", json!({ "summary": "x" })).0;
    let made: Vec<u16> = (0..61).map(|_| make()).collect();
    assert_eq!((made[59], made[60]), (200, 403));
    assert_eq!(no(&site, "POST /calendar/v3/calendars", json!({ "summary": "x" })).1, "quotaExceeded");
    advance(&site, 3600);
    assert_eq!(make(), 200);
    quirks(&site, json!({ "usage_exceeded": true }));
    assert_eq!(no(&site, &format!("POST {EVENTS}"), event(json!({}))), (403, "quotaExceeded".to_owned()));
    ok(&site, COLORS, Value::Null);
}

#[test]
fn trouble_comes_before_or_after_the_deed() {
    let site = site();
    let rules = json!([
        { "match": "^POST .*/events", "code": 503, "reason": "backendError", "after": true, "times": 1 },
        { "match": "^POST .*/events", "code": 403, "reason": "rateLimitExceeded", "message": "slow", "retry_after": 3, "times": 1 },
    ]);
    control(&site, "POST /__sim/trouble", rules);
    let post = format!("POST {EVENTS}?sendUpdates=none");
    assert_eq!(no(&site, &post, event(json!({ "id": "pabcd1" }))), (503, "backendError".to_owned()));
    let heard = raw(&site, "T", &post, &[], event(json!({ "id": "pabcd2" })));
    assert_eq!((heard.status, heard.header("retry-after")), (403, "3"));
    assert_eq!(ids(&ok(&site, &format!("GET {EVENTS}"), Value::Null)), ["pabcd1"]);
    assert_eq!(no(&site, &post, event(json!({ "id": "pabcd1" }))).1, "duplicate");
    let tally = control(&site, "GET /__sim/trouble", Value::Null);
    assert_eq!((tally[0]["used"].as_u64(), tally[1]["used"].as_u64()), (Some(1), Some(1)));
    for bad in [json!({ "match": "(", "code": 500 }), json!({ "match": "x", "code": 200 }), json!({ "mach": "x" })] {
        assert_eq!(wire::ask(&site, "POST /__sim/trouble", &[], &bad.to_string()).status, 400);
    }
    control(&site, "DELETE /__sim/trouble", Value::Null);
    insert(&site, json!({ "id": "pabcd2" }));
}
