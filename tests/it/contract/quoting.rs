//! No error answer repeats more than forty characters of what was sent, however much that was and wherever it stood.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use testing::in_process::{Answer, PHONE, TestGateway, key};

use super::{of_puentes, served};

/// What may be repeated, in characters, and how long an answer may be, in bytes.
const MOST: usize = 40;
const LONGEST: usize = 2_048;

/// Junk in which no forty-one characters come twice, so that each part of it is known again.
struct Junk {
    text: String,
    parts: HashSet<Vec<char>>,
}

impl Junk {
    fn of(bytes: usize) -> Self {
        let text: String = (0..bytes / 8).map(|n| format!("j{n:06}ñ")).collect();
        let parts = Self::windows(&text).collect();
        Self { text, parts }
    }

    fn windows(text: &str) -> impl Iterator<Item = Vec<char>> {
        let chars: Vec<char> = text.chars().collect();
        (MOST + 1..=chars.len()).map(move |end| chars[end - MOST - 1..end].to_vec())
    }

    /// Checks an answer: errors are short and repeat little, and everything else is an echo that is documented.
    #[track_caller]
    fn is_not_repeated(&self, what: &str, answer: &Answer, longest: usize) {
        if answer.status < 400 {
            return;
        }
        let length = answer.text.len();
        assert!(length <= longest, "{what}: {} with {length} bytes: {:.300}", answer.status, answer.text);
        let repeated = Self::windows(&answer.text).find(|part| self.parts.contains(part));
        let repeated = repeated.map(|part| part.into_iter().collect::<String>());
        assert_eq!(repeated, None, "{what}: {:.600}", answer.text);
    }
}

/// The fields of a schema by their paths: `caldav.url`.
fn fields(document: &Value, schema: &Value, path: &[String]) -> Vec<Vec<String>> {
    let schema = match schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str()) {
        Some(name) => &document["components"]["schemas"][name.rsplit('/').next().unwrap()],
        None => schema,
    };
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let inner = properties.iter().flat_map(|(name, schema)| {
        let path = [path, std::slice::from_ref(name)].concat();
        let inner = fields(document, schema, &path);
        std::iter::once(path).chain(inner)
    });
    inner.collect()
}

/// A body that is good but for the field of that path, which has this value.
fn with(path: &[String], value: &Value) -> Value {
    let good = json!({
        "event_data": super::ical("a", "x"),
        "provider": "caldav",
        "caldav": {"url": "https://dav.example.invalid/", "username": "ana", "password": "x"},
    });
    let mut body = good;
    let mut place = &mut body;
    for name in &path[..path.len() - 1] {
        place = place.as_object_mut().unwrap().entry(name).or_insert_with(|| json!({}));
    }
    place.as_object_mut().unwrap().insert(path.last().unwrap().clone(), value.clone());
    body
}

#[test]
fn no_field_of_no_operation_is_repeated() {
    let gateway = TestGateway::start();
    let junk = Junk::of(300_000);
    let short: String = junk.text.chars().take(300).collect();
    let mut tried = 0;
    let document = served(&gateway);
    for (method, path, operation) in of_puentes(&document) {
        let name = operation["operationId"].as_str().unwrap();
        let path_of = |id: &str| path.replace("{event_id}", id).replace("{resync_id}", id);
        let mut check = |what: &str, answer: &Answer| {
            tried += 1;
            junk.is_not_repeated(&format!("{name}, {what}"), answer, LONGEST);
        };
        check("in the path", &gateway.ask(&method, &path_of(&short), None));
        check("in the query", &gateway.ask(&method, &format!("{}?{short}={short}", path_of("a")), None));
        let phone = [("X-Phone-Number", short.as_str()), ("X-Secure-Key", &key(&short)), ("Prefer", "wait=0")];
        check("as a phone", &gateway.send(&method, &path_of("a"), &phone, None));
        let wrong = [("X-Phone-Number", PHONE), ("X-Secure-Key", &short), ("Content-Type", &short), ("Prefer", &short)];
        check("as a key", &gateway.send_text(&method, &path_of("a"), &wrong, None));
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let right = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE))];
        let texts = [junk.text.clone(), format!("\"{}\"", junk.text), format!("{{\"{}\": 1}}", junk.text)];
        for text in texts {
            check("as the body", &gateway.send_text(&method, &path_of("a"), &right, Some(&text)));
        }
        for field in fields(&document, schema, &[]) {
            let keyed = Value::Object(Map::from_iter([(junk.text.clone(), json!(1))]));
            let listed = json!([junk.text]);
            let expected = json!(format!("x, expected {}", junk.text));
            for value in [json!(junk.text), keyed, listed, expected, json!(short), json!(format!("https://{short}/"))] {
                let body = with(&field, &value);
                check(&format!("in {}", field.join(".")), &gateway.ask(&method, &path_of("a"), Some(body)));
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn no_part_of_a_text_is_repeated() {
    let gateway = TestGateway::start();
    let junk = Junk::of(300_000);
    let good = super::ical("a", "x");
    let start = "DTSTART:20261203T143000Z";
    let mut texts = vec![
        good.replace("\r\n", "\r").replace("SUMMARY:x", &format!("SUMMARY:{}", junk.text)).replace("DTEND", "\rEND:"),
    ];
    for text in ["BEGIN:JUNK", "END:JUNK", "JUNK", "JUNK:x", "BEGIN:VEVENT;JUNK", "X-JUNK;Y=Z:JUNK"] {
        let text = text.replace("JUNK", &junk.text);
        texts.extend([text.clone(), format!("{text}\r\n{good}"), good.replace(start, &format!("{start}\r\n{text}"))]);
        texts.push(good.replace("BEGIN:VEVENT", &text));
        texts.push(good.replace("END:VEVENT", &text));
        texts.push(good.replace("VEVENT", &junk.text));
    }
    for line in [
        "DTSTART:JUNK",
        "DTSTART;TZID=JUNK:20261203T143000",
        "DTSTART;TZID=\"JUNK\":20261203T143000",
        "DTSTART;VALUE=JUNK:20261203",
        "DTEND:JUNK",
        "DTEND;TZID=JUNK:JUNK",
        "DURATION:JUNK",
        "RRULE:JUNK",
        "RRULE:FREQ=JUNK",
        "RRULE:FREQ=DAILY;UNTIL=JUNK",
        "RRULE:FREQ=DAILY;BYDAY=JUNK",
        "RRULE:FREQ=DAILY;COUNT=JUNK",
        "RRULE:FREQ=DAILY;JUNK=1",
        "RRULE:RSCALE=JUNK;FREQ=DAILY",
        "EXDATE:JUNK",
        "RDATE:JUNK",
        "RDATE;VALUE=PERIOD:JUNK",
        "RECURRENCE-ID:JUNK",
        "RECURRENCE-ID;TZID=JUNK:20261203T143000",
        "UID:JUNK",
        "SEQUENCE:JUNK",
        "STATUS:JUNK",
        "GEO:JUNK",
        "BEGIN:VALARM\r\nTRIGGER:JUNK\r\nEND:VALARM",
    ] {
        let line = line.replace("JUNK", &junk.text);
        texts.push(good.replace(start, &format!("{line}\r\n{start}")));
        texts.push(good.replace(start, &format!("{start}\r\nRRULE:FREQ=DAILY\r\n{line}")));
        texts.push(good.replace(start, &line));
    }
    let short: String = junk.text.chars().take(200).collect();
    let zone = format!("BEGIN:VTIMEZONE\r\nTZID:{0}\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT", short);
    let zoned = format!("DTSTART;TZID=\"{}\":20261203T143000\r\nRRULE:FREQ=DAILY", short);
    texts.push(good.replace("BEGIN:VEVENT", &zone).replace(start, &zoned));
    for (at, text) in texts.iter().enumerate() {
        let answer = gateway.ask("POST", "/events", Some(json!({"event_data": text, "event_id": format!("e{at}")})));
        junk.is_not_repeated(&format!("text {at}"), &answer, LONGEST);
        let answer = gateway.ask("POST", "/events", Some(json!({"event_data": text})));
        junk.is_not_repeated(&format!("text {at}, named by itself"), &answer, LONGEST);
    }
}

#[test]
fn no_page_repeats_more() {
    let gateway = TestGateway::start();
    let junk = Junk::of(8_000);
    let short = junk.text.clone();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for path in [
        "/connect",
        "/connect/event",
        "/connect/link",
        "/connect/resync",
        "/connect/unlink",
        "/oauth/google/callback",
        "/docs",
        "/problems",
    ] {
        for query in [
            format!("phone_number={short}&secure_key={short}"),
            format!("state={short}&code={short}&error={short}"),
            short.clone(),
        ] {
            let what = format!("{path} with a query");
            junk.is_not_repeated(&what, &gateway.send("GET", &format!("{path}?{query}"), &[], None), 1 << 16);
        }
        let what = format!("{path} with more path");
        junk.is_not_repeated(&what, &gateway.send("GET", &format!("{path}/{short}"), &[], None), 1 << 16);
        for body in [short.clone(), format!("address={short}&csrf={short}&username={short}")] {
            let answer = gateway.send_text("POST", path, &form, Some(&body));
            junk.is_not_repeated(&format!("{path} with a form"), &answer, 1 << 16);
        }
    }
}
