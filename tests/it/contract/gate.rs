use serde_json::json;
use testing::in_process::{PHONE, TestGateway, key};

use super::{event, expect, of_puentes, served};

#[test]
fn no_operation_answers_a_caller_without_the_key() {
    let gateway = TestGateway::start();
    let mut guarded = 0;
    for (method, path, operation) in of_puentes(&served(&gateway)) {
        let name = operation["operationId"].as_str().unwrap();
        if operation["security"].as_array().unwrap().is_empty() {
            assert!(["healthz", "readyz"].contains(&name), "{name} needs no key");
            continue;
        }
        guarded += 1;
        let path = path.replace("{event_id}", "x").replace("{resync_id}", "x");
        let body = matches!(method.as_str(), "POST" | "PUT").then(|| json!({"event_data": "x"}));
        let stranger = [("X-Phone-Number", "+593999999999"), ("X-Secure-Key", "0f4e3b1c9a7d52e86b0c1d2e3f405162")];
        let half = [("X-Phone-Number", PHONE)];
        for headers in [[].as_slice(), &half, &stranger] {
            let answer = gateway.send(&method, &path, headers, body.clone());
            expect(&gateway, name, &answer, 401, "invalid_key");
            assert!(answer.header("www-authenticate").starts_with("SecureKey"), "{answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    assert_eq!(guarded, 10);
}

#[test]
fn a_wrong_key_is_the_same_answer_whether_or_not_the_phone_is_known() {
    let gateway = TestGateway::start();
    assert_eq!(gateway.ask("POST", "/events", event("a", "known")).status, 202);
    let refuse = |phone: &str| {
        let wrong = [("X-Phone-Number", phone), ("X-Secure-Key", "wrong"), ("X-Request-Id", "r")];
        gateway.send("GET", "/events", &wrong, None).text
    };
    assert_eq!(refuse(PHONE), refuse("+593990000000"));
    assert_eq!(refuse(PHONE), gateway.send("GET", "/events", &[("X-Request-Id", "r")], None).text);
}

#[test]
fn nothing_of_a_request_with_a_wrong_key_is_kept() {
    let gateway = TestGateway::start();
    let before = gateway.ask("GET", "/events", None).json;
    for body in [event("a", "x"), Some(json!({"event_data": "nonsense", "secure_key": "wrong", "phone_number": PHONE}))]
    {
        let wrong = [("X-Phone-Number", PHONE), ("X-Secure-Key", "wrong")];
        assert_eq!(gateway.send("POST", "/events", &wrong, body).status, 401);
    }
    assert_eq!(gateway.ask("GET", "/events", None).json, before);
    assert_eq!(before, json!({"events": []}));
}

#[test]
fn the_key_is_taken_from_headers_body_and_query() {
    let gateway = TestGateway::start();
    let (phone, key) = (PHONE, key(PHONE));
    let body =
        json!({"phone_number": phone, "secure_key": key, "event_data": super::ical("a", "x"), "event_id": "a/b ñ"});
    assert_eq!(gateway.send("POST", "/events", &[], Some(body)).status, 202);
    for query in [
        format!("phone_number=%2B593991234567&secure_key={key}"),
        format!("phone_number=+593991234567&secure_key={key}"),
    ] {
        let listed = gateway.send("GET", &format!("/events?{query}"), &[], None);
        assert_eq!(listed.json["events"][0]["event_id"], "a/b ñ", "{listed:?}");
        let one = gateway.send("GET", &format!("/events/a%2Fb%20%C3%B1?{query}"), &[], None);
        assert_eq!((one.status, &one.json["event_id"]), (200, &json!("a/b ñ")));
    }
    let gone = gateway.send(
        "DELETE",
        &format!("/events/a%2Fb%20%C3%B1?phone_number=%2B593991234567&secure_key={key}"),
        &[],
        None,
    );
    assert_eq!(gone.status, 204, "{gone:?}");
}

#[test]
fn the_same_phone_written_otherwise_is_the_same_person() {
    let gateway = TestGateway::start();
    gateway.ask_as("0991234567", "POST", "/events", event("a", "x"));
    let listed = gateway.ask_as("+593 99 123 4567", "GET", "/events", None);
    assert_eq!(listed.json["events"][0]["event_id"], "a", "{listed:?}");
}

#[test]
fn a_phone_is_the_same_person_wherever_and_however_decorated_it_comes() {
    let gateway = TestGateway::start();
    gateway.ask("POST", "/events", event("a", "x"));
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    for phone in [
        "\u{202a}+593 99 123 4567\u{202c}",
        "+593\u{2011}99\u{202f}123\u{2013}4567",
        "whatsapp:+593991234567",
        "tel:0991234567",
    ] {
        let own = key(phone);
        let in_query =
            gateway.send("GET", &format!("/events?phone_number={}&secure_key={own}", percent(phone)), &[], None);
        let body = json!({"phone_number": phone, "secure_key": own, "event_data": super::ical("a", "x")}).to_string();
        let form =
            format!("phone_number={}&secure_key={own}&event_data={}", percent(phone), percent(&super::ical("a", "x")));
        let form_type = [("content-type", "application/x-www-form-urlencoded")];
        for answer in [
            gateway.ask_as(phone, "GET", "/events/a", None),
            in_query,
            gateway.send_text("POST", "/events", &[], Some(&body)),
            gateway.send_text("POST", "/events", &form_type, Some(&form)),
        ] {
            assert_eq!(answer.status, 200, "{phone:?}: {answer:?}");
        }
        // The key is over the phone as it is sent, marks and all.
        let bare = [("X-Phone-Number", phone), ("X-Secure-Key", &key(PHONE))];
        assert_eq!(gateway.send("GET", "/events", &bare, None).code(), "invalid_key", "{phone:?}");
    }
    let listed = gateway.ask("GET", "/events", None);
    assert_eq!(listed.json["events"].as_array().map(Vec::len), Some(1), "{listed:?}");
}

#[test]
fn a_mexican_mobile_is_one_person_and_the_pairs_of_argentina_and_brazil_are_two_each() {
    let gateway = TestGateway::start();
    for (one, other, same) in [
        ("+525512345678", "+5215512345678", true),
        ("+541123456789", "+5491123456789", false),
        ("+551187654321", "+5511987654321", false),
    ] {
        assert_eq!(gateway.ask_as(one, "POST", "/events", event("a", "x")).status, 202);
        let answer = gateway.ask_as(other, "GET", "/events/a", None);
        assert_eq!(answer.status, if same { 200 } else { 404 }, "{one} and {other}: {answer:?}");
    }
}

#[test]
fn one_person_never_sees_another_s_events() {
    let gateway = TestGateway::start();
    gateway.ask("POST", "/events", event("mine", "x"));
    let other = "+593991234568";
    assert_eq!(gateway.ask_as(other, "GET", "/events", None).json, json!({"events": []}));
    assert_eq!(gateway.ask_as(other, "GET", "/events/mine", None).code(), "event_not_found");
    assert_eq!(gateway.ask_as(other, "DELETE", "/events/mine", None).code(), "event_not_found");
    assert_eq!(gateway.ask("GET", "/events/mine", None).status, 200);
}

#[test]
fn repeated_wrong_keys_are_told_to_wait_and_the_right_one_passes() {
    let gateway = TestGateway::with("server.metrics_listen = \"127.0.0.1:0\"");
    let wrong = |phone| gateway.send("GET", "/events", &[("X-Phone-Number", phone), ("X-Secure-Key", "wrong")], None);
    // Two spellings of one phone.
    for phone in [PHONE, "0991234567"].into_iter().cycle().take(10) {
        assert_eq!(wrong(phone).status, 401);
    }
    for phone in [PHONE, "0991234567", "+593 99 123 4567"] {
        let waits = wrong(phone);
        expect(&gateway, "list_events", &waits, 429, "too_many_attempts");
        let seconds: u64 = waits.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(waits.json["retry_after"], seconds);
        assert_eq!(gateway.ask_as(phone, "GET", "/events", None).status, 200);
    }
    assert_eq!(wrong("+593991234568").status, 401, "another phone's are counted apart");
    assert!(gateway.metrics().contains("pasarela_lockouts_total 1"));
}
