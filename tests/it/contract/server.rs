use std::time::Duration;

use simulators::wire::Rule;
use testing::in_process::{PHONE, TestGateway, key};
use testing::{deadline, eventually, is_past};

use super::event;
use super::link::Pair;

#[test]
fn the_health_pages_need_no_key() {
    let gateway = TestGateway::start();
    for path in ["/healthz", "/readyz"] {
        let answer = gateway.send("GET", path, &[], None);
        assert_eq!((answer.status, answer.text.as_str()), (200, "{\"status\":\"ok\"}"), "{path}");
    }
}

#[test]
fn a_request_s_id_comes_back_in_answers_and_problems() {
    let gateway = TestGateway::start();
    let mine = gateway.send("GET", "/healthz", &[("X-Request-Id", "mine-1")], None);
    assert_eq!(mine.header("x-request-id"), "mine-1");
    let refused = gateway.send("GET", "/events", &[("X-Request-Id", "mine-2")], None);
    assert_eq!((refused.code(), refused.header("x-request-id")), ("invalid_key", "mine-2"));
    let (first, second) = (gateway.send("GET", "/healthz", &[], None), gateway.send("GET", "/healthz", &[], None));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[test]
fn behind_a_proxy_only_https_is_taken() {
    let gateway = TestGateway::with(
        "server.trusted_proxies = [\"127.0.0.0/8\"]\nserver.public_url = \"https://calendar.example.org\"",
    );
    assert_eq!(gateway.ask("GET", "/events", None).code(), "https_required");
    assert_eq!(gateway.send("GET", "/readyz", &[], None).status, 200);
    let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("X-Forwarded-Proto", "https")];
    assert_eq!(gateway.send("GET", "/events", &headers, None).status, 200);
}

#[test]
fn requests_are_counted_by_operation_and_status() {
    let gateway = TestGateway::with("server.metrics_listen = \"127.0.0.1:0\"");
    gateway.ask("POST", "/events", event("a", "x"));
    gateway.send("GET", "/events", &[], None);
    gateway.send("GET", "/nothing", &[], None);
    let metrics = gateway.metrics();
    for line in [
        "pasarela_http_requests_total{operation=\"create_event\",status=\"202\"} 1",
        "pasarela_http_requests_total{operation=\"list_events\",status=\"401\"} 1",
        "pasarela_http_requests_total{operation=\"none\",status=\"404\"} 1",
        "pasarela_http_request_seconds_count{operation=\"create_event\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert_eq!(gateway.send("GET", "/metrics", &[], None).code(), "unknown_route", "metrics have their own listener");
}

#[test]
fn a_stop_lets_a_waiting_answer_go_at_once() {
    let mut pair = Pair::start("");
    assert_eq!(pair.link().status, 201);
    let headers = [("Retry-After".to_owned(), "3600".to_owned())].into();
    pair.caldav.clear_counts();
    pair.caldav
        .set_faults(vec![Rule { pattern: "^PUT".to_owned(), status: Some(503), headers, ..Rule::default() }])
        .unwrap();
    let client = pair.gateway.clone();
    let waiting = std::thread::spawn(move || {
        let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "wait=60")];
        client.send("POST", "/events", &headers, event("a", "x"))
    });
    eventually("the calendar to be asked", Duration::from_secs(30), || {
        (pair.caldav.counts().of("PUT") > 0).then_some(())
    });
    let begun = deadline(Duration::from_secs(45));
    pair.gateway.stop();
    let answer = waiting.join().unwrap();
    assert!(!is_past(begun), "the answer waited on although the server stopped");
    assert_eq!((answer.status, &answer.json["sync"]["state"]), (202, &"pending".into()), "{answer:?}");
}
