use super::*;
use crate::happened::Revoked;

fn said(status: u16, condition: Option<&str>) -> Said {
    let (condition, words) = (condition.map(str::to_owned), format!("HTTP {status}"));
    Said { status, condition, words, text: String::new(), is_about_room: status == 507 }
}

fn version(text: &str) -> Version {
    Version(text.to_owned())
}

/// The reaction in one word.
fn word(error: &RemoteError) -> String {
    match error {
        RemoteError::Refused(refusal) if refusal.name_taken => format!("taken {}", refusal.code),
        RemoteError::Refused(refusal) => format!("refused {}", refusal.code),
        RemoteError::CalendarLost { .. } => "lost".to_owned(),
        RemoteError::Conflict => "conflict".to_owned(),
        RemoteError::NotFound => "not found".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_calendar_that_is_gone_is_lost_in_all_its_disguises() {
    let gone = Standing::Gone("HTTP 404".to_owned());
    for status in [403, 404, 405, 409, 412, 400] {
        for write in [Write::Insert, Write::Update(&version("\"1\"")), Write::Delete] {
            let error = decide(write, &said(status, Some("no-uid-conflict")), None, &gone);
            assert_eq!(word(&error), "lost", "{status} {write:?}");
        }
    }
}

#[test]
fn a_refused_insert_is_judged_by_what_is_there() {
    let there = version("\"1\"");
    let cases = [
        // What the servers say to an object that exists.
        (412, None, Some(&there), "conflict"),
        (403, None, Some(&there), "conflict"),
        (409, Some("no-uid-conflict"), Some(&there), "conflict"),
        // What they say to a UID that is taken by something else.
        (409, Some("no-uid-conflict"), None, "taken no-uid-conflict"),
        (412, Some("no-uid-conflict"), None, "taken no-uid-conflict"),
        (403, Some("unique-scheduling-object-resource"), None, "taken unique-scheduling-object-resource"),
        (409, None, None, "taken no-uid-conflict"),
        (412, None, None, "taken no-uid-conflict"),
        // What they say to content.
        (403, Some("valid-calendar-data"), None, "refused valid-calendar-data"),
        (412, Some("valid-calendar-data"), None, "refused valid-calendar-data"),
        (409, Some("max-resource-size"), None, "refused max-resource-size"),
        (400, None, None, "refused http-400"),
        (404, None, None, "refused http-404"),
        (413, None, None, "refused http-413"),
        (415, None, None, "refused http-415"),
        (507, None, None, "refused account-full"),
        // What they say to us.
        (403, Some("need-privileges"), None, "lost"),
        (403, Some("supported-calendar-component"), None, "lost"),
    ];
    for (status, condition, object, expected) in cases {
        let error = decide(Write::Insert, &said(status, condition), object, &Standing::Writable);
        assert_eq!(word(&error), expected, "{status} {condition:?} {object:?}");
    }
}

#[test]
fn a_refused_update_is_judged_by_the_state_that_is_there() {
    let (old, new) = (version("\"1\""), version("\"2\""));
    let cases = [
        (412, None, Some(&new), "conflict"),
        (403, None, Some(&new), "conflict"),
        (412, None, None, "not found"),
        (404, None, None, "not found"),
        (409, None, None, "not found"),
        (403, Some("valid-calendar-data"), Some(&old), "refused valid-calendar-data"),
        (413, None, Some(&old), "refused http-413"),
        (403, Some("unique-scheduling-object-resource"), Some(&old), "taken unique-scheduling-object-resource"),
    ];
    for (status, condition, object, expected) in cases {
        let error = decide(Write::Update(&old), &said(status, condition), object, &Standing::Writable);
        assert_eq!(word(&error), expected, "{status} {condition:?} {object:?}");
    }
}

#[test]
fn a_calendar_that_may_not_be_written_is_lost() {
    let there = version("\"1\"");
    for write in [Write::Insert, Write::Update(&there), Write::Delete] {
        assert_eq!(word(&decide(write, &said(403, None), Some(&there), &Standing::ReadOnly)), "lost");
    }
    // Where the server hides rights, a 403 without a reason is all that it will ever say.
    assert_eq!(word(&decide(Write::Insert, &said(403, None), None, &Standing::There)), "lost");
    assert_eq!(word(&decide(Write::Insert, &said(403, None), None, &Standing::Writable)), "refused http-403");
    assert_eq!(word(&decide(Write::Insert, &said(400, None), None, &Standing::There)), "refused http-400");
    assert_eq!(word(&decide(Write::Delete, &said(405, None), Some(&there), &Standing::Writable)), "refused http-405");
}

#[test]
fn a_name_in_a_trash_bin_is_a_name_that_is_taken() {
    let mut words = said(400, None);
    words.text = "calendar object with uid already exists in this calendar collection.".to_owned();
    assert_eq!(word(&decide(Write::Insert, &words, None, &Standing::Writable)), "taken no-uid-conflict");
}

fn answer(status: u16, headers: &[(&'static str, &'static str)]) -> Answer {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Answer {
        url: url::Url::parse("https://dav.example.org/").unwrap(),
        status,
        headers,
        body: Vec::new(),
        blots: Default::default(),
    }
}

#[test]
fn some_answers_mean_the_same_whatever_was_asked() {
    let hint = Some("Use an app password");
    let retry = Some(std::time::Duration::from_secs(7));
    let asked = |status, headers: &[_]| whatever_was_asked(&answer(status, headers), hint);
    assert!(
        matches!(asked(401, &[]), Some(RemoteError::AuthRevoked { cause: Revoked::Hinted(hint), .. }) if hint.contains("app password"))
    );
    assert!(matches!(asked(429, &[]), Some(RemoteError::Throttled { retry_after: None, .. })));
    let slow = [("retry-after", "7")];
    assert!(matches!(asked(429, &slow), Some(RemoteError::Throttled { retry_after, .. }) if retry_after == retry));
    assert!(matches!(asked(503, &slow), Some(RemoteError::Throttled { retry_after, .. }) if retry_after == retry));
    assert!(matches!(asked(504, &slow), Some(RemoteError::Unsure { retry_after, .. }) if retry_after == retry));
    for status in [408, 421, 423, 425, 500, 501, 502, 503, 504, 599] {
        assert!(matches!(asked(status, &[]), Some(RemoteError::Unsure { .. })), "{status}");
    }
    for status in [200, 201, 204, 207, 400, 403, 404, 405, 409, 410, 412, 413, 415, 418, 507] {
        assert_eq!(asked(status, &[]), None, "{status}");
    }
}

#[test]
fn no_answer_is_unsure_unless_the_way_is_barred() {
    let why = || "why".to_owned();
    let unsure = [
        OutboundError::NoConnection(why()),
        OutboundError::NoLookup(why()),
        OutboundError::Untrusted(why()),
        OutboundError::Tls(why()),
        OutboundError::Timeout(why()),
        OutboundError::Broken(why()),
    ];
    for error in unsure {
        assert!(matches!(no_answer(Trouble::Outbound(error.clone())), RemoteError::Unsure { .. }), "{error:?}");
    }
    let excess = no_answer(Trouble::Outbound(OutboundError::TooLarge(why())));
    assert!(matches!(excess, RemoteError::Excess { .. }), "{excess:?}");
    let barred = no_answer(Trouble::Outbound(OutboundError::NotAllowed(why())));
    assert!(matches!(barred, RemoteError::Operator { .. }), "the settings are nobody's but the operator's: {barred:?}");
    assert!(matches!(no_answer(Trouble::Strayed(why())), RemoteError::CalendarLost { .. }));
}
