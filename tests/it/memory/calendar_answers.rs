//! What calendar servers answer. Anybody may name one.

use serde_json::json;
use testing::faults::{FaultProxy, Requests};
use testing::gateway::{Gateway, Phone};
use testing::resident;

/// A server whose every answer is this multistatus.
fn server(body: &str) -> FaultProxy {
    let proxy = FaultProxy::start("127.0.0.1:9", &[]);
    let head = format!("HTTP/1.1 207 X\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    proxy.says(Requests::All, [head.as_bytes(), body.as_bytes()].concat());
    proxy
}

/// What a gateway grows by while a person names a server that answers so.
fn growth(body: &str) -> u64 {
    let server = server(body);
    let gateway = Gateway::start(&[&server.host()], "");
    let caldav = json!({ "url": server.url(), "username": "ana", "password": "x" });
    let asked = Phone::nth(1).body(json!({ "provider": "caldav", "caldav": caldav }));
    resident::growth(gateway.child.as_ref().unwrap(), || {
        let answer = gateway.client().send("POST", "/link", &[("Content-Type", "application/json")], &asked).unwrap();
        assert_eq!(answer.status, 422, "{}", answer.text());
    })
}

/// A multistatus around this.
fn multistatus(inside: &str) -> String {
    format!("<multistatus xmlns=\"DAV:\">{inside}</multistatus>")
}

#[test]
fn a_long_text_costs_what_was_sent() {
    resident::grows_in_proportion("a text of N bytes", 2 << 20, |n| {
        growth(&multistatus(&format!("<response><href>{}</href></response>", "n".repeat(n))))
    });
}
