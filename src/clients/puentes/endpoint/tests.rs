//! From bytes: what each answer of the endpoint becomes.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::outbound::Rules;
use crate::outbound::scripted::{Reply, Scripted};
use crate::permit::Permit;

const PHONE: &str = "+593991234567";
const KEY: &str = "0123456789abcdef0123456789abcdef";

fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(status);
    if !content_type.is_empty() {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    response.body(body.into()).unwrap()
}

fn page(ids: &[&str], next: serde_json::Value) -> Response<Vec<u8>> {
    let events: Vec<_> = ids.iter().map(|id| json!({"event_id": id, "event_data": format!("data of {id}")})).collect();
    answer(200, "application/json", json!({"events": events, "next": next}).to_string())
}

/// Serves `pages` in turn and keeps the cursors asked for.
fn gathered(pages: Vec<Response<Vec<u8>>>) -> (Result<Telling, SourceError>, Vec<Option<String>>) {
    let mut pages = pages.into_iter();
    let mut asked = Vec::new();
    let result = gather(|cursor| {
        asked.push(cursor.map(str::to_owned));
        pages.next().ok_or_else(|| SourceError::Unavailable("asked once too often".to_owned()))
    });
    (result.map(Option::unwrap_or_default), asked)
}

fn ids(told: &Telling) -> Vec<&str> {
    told.events.iter().map(|told| told.event_id.as_str()).collect()
}

fn refusal(pages: Vec<Response<Vec<u8>>>) -> SourceError {
    gathered(pages).0.expect_err("this must change nothing")
}

#[test]
fn every_page_is_followed_in_order() {
    let (told, asked) = gathered(vec![page(&["a", "b"], json!("c1")), page(&[], json!(17)), page(&["c"], json!(null))]);
    let told = told.unwrap();
    assert_eq!(ids(&told), ["a", "b", "c"]);
    assert_eq!(told.events[2].event_data, "data of c");
    assert_eq!(asked, [None, Some("c1".to_owned()), Some("17".to_owned())]);
}

#[test]
fn pages_that_each_come_in_time_have_to_come_together_in_time_too() {
    let pages = AtomicUsize::new(0);
    let server = Scripted::start(move |_| {
        std::thread::park_timeout(Duration::from_millis(100));
        let next = pages.fetch_add(1, Ordering::SeqCst);
        let body = json!({"events": [], "next": format!("c{next}")}).to_string();
        Reply::status(200).with("Content-Type", "application/json").body(body)
    });
    let rules = Rules { allowed_hosts: vec![server.host()], ..Rules::default() };
    let text =
        format!("puentes.secret = \"s3creto-s3creto-s3creto\"\npuentes.events_url = \"{}\"", server.url("/events"));
    let settings = config::Config::from_toml(&text).unwrap().puentes;
    let endpoint = EventsEndpoint::of(&settings, Outbound::new(rules)).unwrap();
    let told = endpoint.all_events_within(
        Duration::from_secs(1),
        &HolderKey::from_canonical(PHONE),
        Timestamp::UNIX_EPOCH,
        &Permit::of_operator(),
    );
    assert!(matches!(&told, Err(SourceError::Unavailable(why)) if why.contains("together")), "{told:?}");
    assert!((1..=11).contains(&server.seen().len()), "{} pages of 100 ms in a second", server.seen().len());
}

#[test]
fn an_unknown_phone_has_no_events() {
    for unknown in [answer(404, "", ""), answer(404, "text/html", "<p>no")] {
        assert_eq!(gather(|_| Ok(unknown.clone())), Ok(None));
    }
    assert_eq!(gather(|_| Ok(page(&[], json!(null)))), Ok(Some(Telling::default())), "known, and without events");
}

#[test]
fn a_missing_page_fails_the_whole() {
    for (second, says) in [(answer(404, "", ""), "a page is missing"), (answer(500, "", ""), "status 500")] {
        let error = refusal(vec![page(&["a"], json!("next")), second]);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn every_other_status_is_an_error() {
    for status in [201_u16, 202, 204, 206, 207, 304, 400, 410, 429, 500, 502, 503, 504] {
        let error = refusal(vec![answer(status, "application/json", r#"{"events":[],"next":null}"#)]);
        assert!(matches!(error, SourceError::Unavailable(_)), "{status}: {error}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    for status in [401, 403] {
        assert!(refusal(vec![answer(status, "", "")]).to_string().contains("puentes.secret"));
    }
}

#[test]
fn a_redirect_is_named_without_its_query() {
    let mut moved = answer(302, "", "");
    let target = format!("https://ana:pw@elsewhere.example/events?phone_number={PHONE}&secure_key={KEY}#x");
    moved.headers_mut().insert(header::LOCATION, target.parse().unwrap());
    let text = refusal(vec![moved]).to_string();
    assert!(text.contains("redirects to https://elsewhere.example/events (status 302)"), "{text}");
    assert!(text.contains("puentes.events_url"), "{text}");
    assert!(!text.contains(KEY) && !text.contains(PHONE) && !text.contains("pw"), "{text}");
    assert!(refusal(vec![answer(301, "", "")]).to_string().contains("redirects (status 301)"));
}

#[test]
fn json_that_is_not_whole_is_refused_with_the_place() {
    let cases = [
        ("", "ends in the middle"),
        (r#"{"events":[{"event_id":"a","event_data":"BEGIN:VCAL"#, "ends in the middle"),
        (r#"{"events":[],"next":null"#, "ends in the middle"),
        ("<html>maintenance</html>", "not JSON"),
        (r#"{"events":[],"next":null} trailing"#, "not JSON"),
        ("{}", "`events` is missing"),
        ("[]", "the JSON is not"),
        (r#"{"next":null}"#, "`events` is missing"),
        (r#"{"events":[]}"#, "`next` is missing; say null on the last page"),
        (r#"{"events":null,"next":null}"#, "the JSON is not"),
        (r#"{"events":{},"next":null}"#, "the JSON is not"),
        (r#"{"events":[],"next":""}"#, "`next` must be"),
        (r#"{"events":[],"next":false}"#, "`next` must be"),
        (r#"{"events":[],"next":{"cursor":"x"}}"#, "`next` must be"),
        (r#"{"events":[],"events":[],"next":null}"#, "the JSON is not"),
    ];
    for (body, says) in cases {
        let error = refusal(vec![answer(200, "application/json; charset=utf-8", body)]);
        assert!(matches!(error, SourceError::Unreadable(_)), "{body}: {error}");
        assert!(error.to_string().contains(says), "{body}: {error}");
    }
}

#[test]
fn what_an_answer_holds_does_not_reach_the_error() {
    for body in [r#"{"events":"5ecret","next":null}"#, r#"{"events":{"5ecret":1},"next":"5ecret"}"#, "5ecret"] {
        assert!(!refusal(vec![answer(200, "application/json", body)]).to_string().contains("5ecret"), "{body}");
    }
}

#[test]
fn json_may_be_escaped_marked_and_carry_fields_of_its_own() {
    let body = "\u{feff}{\"total\":1,\"events\":[{\"event_id\":\"caf\\u00e9\",\"event_data\":\"a\\r\\nb\",\"color\":3}],\"next\":null}";
    let told = gathered(vec![answer(200, "Application/JSON", body)]).0.unwrap();
    let cafe = Told { event_id: "café".to_owned(), event_data: "a\r\nb".to_owned() };
    assert_eq!(told, Telling { events: vec![cafe], skipped: vec![] });
}

#[test]
fn other_content_is_refused() {
    let body = r#"{"events":[],"next":null}"#;
    for content_type in ["", "text/html; charset=utf-8", "text/plain", "application/octet-stream"] {
        let error = refusal(vec![answer(200, content_type, body)]);
        assert!(error.to_string().contains("Content-Type"), "{content_type}: {error}");
    }
    let latin =
        refusal(vec![answer(200, "application/json", b"{\"events\":[],\"next\":null,\"x\":\"\xf1\"}".to_vec())]);
    assert!(latin.to_string().contains("UTF-8"), "{latin}");
}

fn skipped(told: &Telling) -> Vec<(Option<&str>, String)> {
    told.skipped.iter().map(|one| (one.event.as_ref().map(EventId::as_str), one.why.to_string())).collect()
}

#[test]
fn a_calendar_is_read_in_its_own_charset_and_unfolded_before_it_is_read() {
    let calendar = |text: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270105T150000Z\r\n{text}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let latin = |text: &str| calendar(text).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let mut folded = calendar("SUMMARY:Reuni").into_bytes();
    let at = folded.windows(5).position(|five| five == b"Reuni").unwrap() + 5;
    folded.splice(at..at, *b"\xc3\r\n \xb3n");
    let wide = calendar("SUMMARY:Reunión").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let marked = format!("\u{feff}{}", calendar("SUMMARY:Reunión")).into_bytes();
    for (content_type, body) in [
        ("text/calendar", folded.clone()),
        ("text/calendar; charset=iso-8859-1", folded),
        ("text/calendar; charset=\"ISO-8859-1\"", latin("SUMMARY:Reunión")),
        ("text/calendar;method=PUBLISH;Charset=windows-1252", latin("SUMMARY:Reunión")),
        ("text/calendar; charset=utf-8", marked),
        ("text/calendar", [b"\xff\xfe".to_vec(), wide].concat()),
        ("text/calendar", calendar("SUMMARY:Reunión").replace("\r\n", "\r").into_bytes()),
    ] {
        let told = gathered(vec![answer(200, content_type, body)]).0.unwrap();
        let read = crate::reading::read(crate::reading::Form::Ical, &told.events[0].event_data).unwrap();
        assert_eq!(
            (told.events[0].event_id.as_str(), read.event.master.summary.as_str()),
            ("a", "Reunión"),
            "{content_type}"
        );
    }
    for (content_type, says) in [
        ("text/calendar", "it is not UTF-8, and no charset is named"),
        ("text/calendar; charset=utf-8", "it is not UTF-8, as it is called"),
        ("text/calendar; charset=nobody-knows", "its charset \"nobody-knows\" is not known"),
    ] {
        let error = refusal(vec![answer(200, content_type, latin("SUMMARY:Reunión"))]);
        assert!(matches!(error, SourceError::Unreadable(_)), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn an_event_told_twice_alike_is_one_and_told_differently_is_passed_over() {
    let (told, _) = gathered(vec![page(&["a", "b"], json!("x")), page(&["b", "c", "a"], json!(null))]);
    let told = told.unwrap();
    assert_eq!((ids(&told), told.skipped.len()), (vec!["a", "b", "c"], 0));
    let moved = |next| {
        let events = json!([{"event_id": "a", "event_data": "moved"}, {"event_id": "b", "event_data": "data of b"}]);
        answer(200, "application/json", json!({"events": events, "next": next}).to_string())
    };
    // Whatever comes after it, even the first content again.
    for last in [page(&["c"], json!(null)), page(&["a", "c"], json!(null)), page(&["c", "a"], json!(null))] {
        let (told, _) = gathered(vec![page(&["a", "b"], json!("x")), moved(json!("y")), last]);
        let told = told.unwrap();
        assert_eq!(ids(&told), ["b", "c"]);
        assert_eq!(skipped(&told), [(Some("a"), "it is told more than once, with different contents".to_owned())]);
    }
}

#[test]
fn an_event_that_can_not_be_used_is_named_and_stops_no_other() {
    let no_text = "event_data is missing, or is not a text";
    let no_id = "events[1]: event_id is missing, or is not a text";
    let table = [
        (json!({"event_id": "b"}), Some("b"), no_text),
        (json!({"event_id": "b", "event_data": null}), Some("b"), no_text),
        (json!({"event_id": "b", "event_data": ["x"]}), Some("b"), no_text),
        (json!({"event_data": "x"}), None, no_id),
        (json!({"event_id": 17, "event_data": "x"}), None, no_id),
        (json!({"event_id": "", "event_data": "x"}), None, "events[1]: event_id is empty"),
        (json!(5e7), None, "events[1]: it is no object"),
        (json!("5ecret"), None, "events[1]: it is no object"),
        (json!(null), None, "events[1]: it is no object"),
    ];
    for (event, id, why) in table {
        let good = |id: &str| json!({"event_id": id, "event_data": "x"});
        let body = json!({"events": [good("a"), event.clone(), good("c")], "next": null}).to_string();
        let told = gathered(vec![answer(200, "application/json", body)]).0.unwrap();
        assert_eq!(ids(&told), ["a", "c"], "{event}");
        assert_eq!(skipped(&told), [(id, why.to_owned())], "{event}");
    }
}

#[test]
fn an_id_under_which_something_unreadable_was_told_is_passed_over_on_every_page() {
    let unreadable = |next| {
        let events = json!([{"event_id": "a"}, {"event_id": "a", "event_data": 1}]);
        answer(200, "application/json", json!({"events": events, "next": next}).to_string())
    };
    for pages in [
        vec![page(&["a", "b"], json!("x")), unreadable(json!(null))],
        vec![unreadable(json!("x")), page(&["b", "a"], json!(null))],
    ] {
        let told = gathered(pages).0.unwrap();
        assert_eq!((ids(&told), told.skipped.len()), (vec!["b"], 1));
    }
}

#[test]
fn an_event_of_a_calendar_that_has_no_uid_is_passed_over_by_its_line() {
    let event = |line: &str| format!("BEGIN:VEVENT\r\n{line}\r\nDTSTART:20270105T150000Z\r\nEND:VEVENT\r\n");
    let body = format!("BEGIN:VCALENDAR\r\n{}{}END:VCALENDAR\r\n", event("UID:a"), event("SUMMARY:x"));
    let told = gathered(vec![answer(200, "text/calendar", body)]).0.unwrap();
    assert_eq!(ids(&told), ["a"]);
    assert_eq!(skipped(&told), [(None, "line 6: the event has no UID".to_owned())]);
}

#[test]
fn pages_that_never_end_end() {
    let circle = refusal(vec![page(&["a"], json!("x")), page(&["b"], json!("y")), page(&["c"], json!("x"))]);
    assert!(circle.to_string().contains("circle"), "{circle}");
    let mut asked = 0;
    let endless = gather(|_| {
        asked += 1;
        Ok(page(&[], json!(format!("cursor {asked}"))))
    });
    assert!(endless.unwrap_err().to_string().contains("more than 1000 pages"));
    assert_eq!(asked, MAX_PAGES);
}

#[test]
fn all_pages_together_are_bounded() {
    let mut asked = 0;
    let flood = gather(|_| {
        asked += 1;
        let data = "x".repeat(20 << 20);
        let events = json!([{"event_id": format!("e{asked}"), "event_data": data}]);
        Ok(answer(200, "application/json", json!({"events": events, "next": format!("c{asked}")}).to_string()))
    });
    assert!(flood.unwrap_err().to_string().contains("64 MiB"));
    assert_eq!(asked, 4);
}

#[test]
fn the_question_is_percent_encoded_and_keeps_the_query_of_the_endpoint() {
    let endpoint = Url::parse("https://puentes.example/api/events?tenant=7").unwrap();
    let question = Question { endpoint: &endpoint, phone: PHONE, key: KEY };
    let first = question.request(None).unwrap();
    assert_eq!(
        first.uri().to_string(),
        format!("https://puentes.example/api/events?tenant=7&phone_number=%2B593991234567&secure_key={KEY}")
    );
    let further = question.request(Some("a&b=c d/é")).unwrap();
    assert!(further.uri().to_string().ends_with("&cursor=a%26b%3Dc+d%2F%C3%A9"), "{}", further.uri());
}

#[test]
fn an_error_never_repeats_the_key_or_the_phone() {
    let endpoint = Url::parse("https://puentes.example/events").unwrap();
    let question = Question { endpoint: &endpoint, phone: PHONE, key: KEY };
    let url = question.request(None).unwrap().uri().to_string();
    let text = question.no_answer(&OutboundError::Timeout(format!("GET {url}: timed out"))).to_string();
    assert!(text.contains("timed out"), "{text}");
    assert!(!text.contains(KEY) && !text.contains("593991234567"), "{text}");
}

#[test]
fn a_calendar_answer_goes_through_the_splitter() {
    // What the splitter makes of it is its own matter; an error of it must be ours.
    let broken = refusal(vec![answer(200, "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n")]);
    assert!(matches!(broken, SourceError::Unreadable(_)), "{broken}");
}
