//! Consent, codes, tokens, revocation.

use super::*;

fn by_code(site: &GoogleSite, code: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let fields = [&[("grant_type", "authorization_code"), ("code", code)], more].concat();
    token(site, &fields)
}

fn by_refresh(site: &GoogleSite, refresh: &Value) -> (u16, Value) {
    token(site, &[("grant_type", "refresh_token"), ("refresh_token", refresh.as_str().expect("a token"))])
}

fn advance(site: &GoogleSite, seconds: i64) {
    control(site, "POST /__sim/clock", json!({ "advance": seconds }));
}

#[test]
fn the_consent_page_works_without_scripts_and_escapes_what_it_shows() {
    let site = site();
    let scope = "openid+https://www.googleapis.com/auth/calendar.app.created";
    let line = format!(
        "GET /o/oauth2/v2/auth?client_id={CLIENT_ID}&redirect_uri={BACK}&response_type=code&scope={scope}&state=%22%3E%3Cb%3E&login_hint={LUIS}"
    );
    let heard = wire::ask(&site, &line, &[], "");
    assert_eq!(heard.status, 200);
    for part in ["<form id=allow", "<form id=cancel", "method=post", "&quot;&gt;&lt;b&gt;", "selected>luis@example.com"]
    {
        assert!(heard.body.contains(part), "{part}");
    }
    assert!(!heard.body.contains("<script") && !heard.body.contains("<b>\">"));
    assert_eq!(heard.body.matches("<input type=checkbox").count(), 1, "identity has no checkbox");
}

#[test]
fn before_client_and_address_are_good_the_browser_is_sent_nowhere() {
    let site = site();
    for (query, code) in [
        (format!("client_id=x&redirect_uri={BACK}&response_type=code&scope=openid"), "invalid_client"),
        (
            format!("client_id={CLIENT_ID}&redirect_uri=http://gw.example/&response_type=code&scope=openid"),
            "redirect_uri_mismatch",
        ),
        (
            format!("client_id={CLIENT_ID}&redirect_uri={BACK}%23x&response_type=code&scope=openid"),
            "redirect_uri_mismatch",
        ),
        (format!("client_id={CLIENT_ID}&redirect_uri={BACK}&response_type=code"), "invalid_request"),
        (
            format!("client_id={CLIENT_ID}&redirect_uri={BACK}&response_type=code&scope=openid&code_challenge=short"),
            "invalid_request",
        ),
    ] {
        let heard = wire::ask(&site, &format!("GET /o/oauth2/v2/auth?{query}"), &[], "");
        assert!(heard.status >= 400 && heard.body.contains(code) && heard.header("location").is_empty(), "{query}");
    }
    let registered = Options { redirect_uris: Some(vec![BACK.to_owned()]), ..Options::default() };
    let site = GoogleSite::new(world(&registered), registered.now);
    for (uri, status) in [(BACK, 200), ("https://gw.example/oauth/google/callback/", 400)] {
        let line =
            format!("GET /o/oauth2/v2/auth?client_id={CLIENT_ID}&redirect_uri={uri}&response_type=code&scope=openid");
        assert_eq!(wire::ask(&site, &line, &[], "").status, status, "{uri}");
    }
}

#[test]
fn who_cancels_or_is_kept_from_consenting_comes_back_with_the_error() {
    let site = site();
    let back = consent(&site, USER, &["calendar.app.created"], &[("decision", "cancel")]);
    assert_eq!((value(&back, "error"), value(&back, "state")), ("access_denied", "s"));
    quirks(&site, json!({ "consent_error": "admin_policy_enforced" }));
    let back = consent(&site, USER, &["calendar.app.created"], &[]);
    assert_eq!((value(&back, "error"), value(&back, "code")), ("admin_policy_enforced", ""));
}

#[test]
fn only_ticked_scopes_are_granted_and_email_comes_with_its_long_name() {
    let site = site();
    let own = "https://www.googleapis.com/auth/calendar.app.created";
    let back =
        consent(&site, USER, &["openid", "email", "calendar.app.created", "calendar.freebusy"], &[("grant", own)]);
    let (_, tokens) = by_code(&site, value(&back, "code"), &[]);
    let mut granted: Vec<&str> = tokens["scope"].as_str().expect("a scope").split(' ').collect();
    granted.sort_unstable();
    assert_eq!(granted, [own, "https://www.googleapis.com/auth/userinfo.email", "openid"]);
    assert_eq!((tokens["expires_in"].as_i64(), tokens["token_type"].as_str()), (Some(3599), Some("Bearer")));
    assert_eq!(tokens["id_token"].as_str().expect("an id token").split('.').count(), 3);
    assert_eq!(tokens.get("refresh_token_expires_in"), None);
    let heard = raw(&site, access(&tokens), "GET /oauth2/v3/userinfo", &[], Value::Null);
    let who: Value = serde_json::from_str(&heard.body).expect("JSON");
    assert_eq!((who["email"].as_str(), who["sub"].as_str().map(str::len)), (Some(USER), Some(21)));
}

#[test]
fn a_code_is_good_once_for_ten_minutes_with_its_verifier_and_address() {
    let site = site();
    let verifier = "v".repeat(43);
    let challenge = data_encoding::BASE64URL_NOPAD.encode(&<sha2::Sha256 as sha2::Digest>::digest(verifier.as_bytes()));
    let asked = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let code = || value(&consent(&site, USER, &["calendar.app.created"], &asked), "code").to_owned();
    let good = [("code_verifier", verifier.as_str())];
    let error =
        |(status, answer): (u16, Value)| (status, answer["error"].as_str().map(str::to_owned).unwrap_or_default());
    let grant = (400, "invalid_grant".to_owned());
    assert_eq!(error(by_code(&site, &code(), &[])), grant);
    assert_eq!(error(by_code(&site, &code(), &[("code_verifier", &challenge)])), grant);
    let late = code();
    advance(&site, 600);
    assert_eq!(error(by_code(&site, &late, &good)), grant);
    let once = code();
    advance(&site, 599);
    assert_eq!(by_code(&site, &once, &good).0, 200);
    assert_eq!(error(by_code(&site, &once, &good)), grant);
    let elsewhere = form(&[
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("grant_type", "authorization_code"),
        ("code", &code()),
        ("code_verifier", &verifier),
        ("redirect_uri", "https://gw.example/"),
    ]);
    assert_eq!(wire::ask(&site, "POST /token", &[], &elsewhere).status, 400);
    let wrong = form(&[("client_id", CLIENT_ID), ("client_secret", "x"), ("grant_type", "refresh_token")]);
    let heard = wire::ask(&site, "POST /token", &[], &wrong);
    assert!(heard.status == 401 && heard.body.contains("invalid_client"));
}

#[test]
fn refresh_tokens_come_with_the_first_consent_or_when_asked_and_are_not_rotated() {
    let site = site();
    let tokens = |more: &[(&str, &str)]| {
        let back = consent(&site, USER, &["calendar.app.created"], more);
        by_code(&site, value(&back, "code"), &[]).1
    };
    let first = tokens(&[]);
    assert!(first["refresh_token"].is_string());
    assert!(tokens(&[])["refresh_token"].is_null());
    assert!(tokens(&[("prompt", "consent"), ("access_type", "online")])["refresh_token"].is_null());
    assert!(tokens(&[("prompt", "consent")])["refresh_token"].is_string());
    let (status, again) = by_refresh(&site, &first["refresh_token"]);
    assert_eq!((status, again.get("refresh_token"), again["scope"].clone()), (200, None, first["scope"].clone()));
    assert_ne!(again["access_token"], first["access_token"]);
    assert_eq!(control(&site, "GET /__sim/tokens", Value::Null)["refreshed"], 1);
}

#[test]
fn the_hundred_and_first_refresh_token_kills_the_first_silently() {
    let site = site();
    quirks(&site, json!({ "refresh_tokens": 3 }));
    let luis = link(&site, LUIS, &["calendar.app.created"]);
    let all: Vec<Value> = (0..4).map(|_| link(&site, USER, &["calendar.app.created"])).collect();
    let good: Vec<u16> = all.iter().map(|tokens| by_refresh(&site, &tokens["refresh_token"]).0).collect();
    assert_eq!(good, [400, 200, 200, 200]);
    assert_eq!(by_refresh(&site, &luis["refresh_token"]).0, 200, "each person has their own hundred");
    assert_eq!(with(&site, access(&all[0]), "GET /calendar/v3/colors", Value::Null).0, 200, "access tokens live on");
}

#[test]
fn in_testing_refresh_tokens_die_after_seven_days_and_unused_ones_after_half_a_year() {
    let site = site();
    quirks(&site, json!({ "testing": true }));
    let week = link(&site, USER, &["calendar.app.created"]);
    let identity = link(&site, LUIS, &["openid", "email"]);
    assert_eq!(week["refresh_token_expires_in"], 7 * 86_400 - 1);
    assert!(identity["refresh_token_expires_in"].is_null(), "identity alone is exempt");
    advance(&site, 7 * 86_400 - 1);
    assert_eq!(by_refresh(&site, &week["refresh_token"]).0, 200);
    advance(&site, 1);
    let (status, error) = by_refresh(&site, &week["refresh_token"]);
    assert_eq!((status, error["error"].as_str()), (400, Some("invalid_grant")));
    advance(&site, 190 * 86_400);
    assert_eq!(by_refresh(&site, &identity["refresh_token"]).0, 400);
}

#[test]
fn revoking_one_token_ends_all_of_that_person_and_nobody_elses() {
    let site = site();
    let (one, two) = (link(&site, USER, &["calendar.app.created"]), link(&site, USER, &["calendar.freebusy"]));
    let luis = link(&site, LUIS, &["calendar.app.created"]);
    let revoke = |token: &Value| {
        wire::ask(&site, "POST /revoke", &[], &form(&[("token", token.as_str().expect("a token"))])).status
    };
    assert_eq!(revoke(&two["access_token"]), 200);
    assert_eq!(by_refresh(&site, &one["refresh_token"]).0, 400);
    assert_eq!(refused(&site, access(&one), "GET /calendar/v3/colors", Value::Null), (401, "authError".to_owned()));
    assert_eq!(revoke(&one["refresh_token"]), 400);
    assert_eq!(by_refresh(&site, &luis["refresh_token"]).0, 200);
    let anew = consent(&site, USER, &["calendar.app.created"], &[]);
    assert!(by_code(&site, value(&anew, "code"), &[]).1["refresh_token"].is_string(), "it is a first consent again");
}

#[test]
fn access_tokens_end_after_an_hour_and_session_policies_have_a_subtype() {
    let site = site();
    let tokens = link(&site, USER, &["calendar.app.created"]);
    advance(&site, 3598);
    assert_eq!(with(&site, access(&tokens), "GET /calendar/v3/colors", Value::Null).0, 200);
    advance(&site, 1);
    let heard = raw(&site, access(&tokens), "GET /calendar/v3/colors", &[], Value::Null);
    assert!(heard.status == 401 && heard.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(with(&site, "T", "GET /calendar/v3/colors", Value::Null).0, 200, "that of scripts never ends");
    quirks(&site, json!({ "grant_error_subtype": "invalid_rapt" }));
    let (_, error) = by_refresh(&site, &tokens["refresh_token"]);
    assert_eq!(
        (error["error"].as_str(), error["error_subtype"].as_str()),
        (Some("invalid_grant"), Some("invalid_rapt"))
    );
}

#[test]
fn scopes_granted_before_come_along_when_asked_for() {
    let site = site();
    link(&site, USER, &["calendar.app.created"]);
    let back = consent(&site, USER, &["calendar.freebusy"], &[("include_granted_scopes", "true")]);
    assert!(value(&back, "scope").contains("app.created") && value(&back, "scope").contains("freebusy"));
    let back = consent(&site, USER, &["calendar.freebusy"], &[]);
    assert!(!value(&back, "scope").contains("app.created"));
}
