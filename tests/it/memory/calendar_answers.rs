//! What calendar servers answer. Anybody may name one.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use testing::faults::{FaultProxy, Requests};
use testing::gateway::{Gateway, Phone};
use testing::resident::{self, NOISE};

/// A server whose every answer has this head (beside what frames it) and body.
pub(super) fn server(head: &str, body: &[u8]) -> FaultProxy {
    let proxy = FaultProxy::start("127.0.0.1:9", &[]);
    let head = format!("HTTP/1.1 207 X\r\n{head}Content-Length: {}\r\n\r\n", body.len());
    proxy.says(Requests::All, [head.as_bytes(), body].concat());
    proxy
}

/// The nth person names this place of a server, which leads nowhere.
pub(super) fn leads_nowhere(gateway: &Gateway, n: u32, server: &FaultProxy, place: &str) {
    let caldav = json!({ "url": format!("{}{place}", server.url()), "username": "ana", "password": "x" });
    let asked = Phone::nth(n).body(json!({ "provider": "caldav", "caldav": caldav }));
    let answer = gateway.client().send("POST", "/link", &[("Content-Type", "application/json")], &asked).unwrap();
    assert_eq!(answer.status, 422, "{}", answer.text());
}

/// What a gateway grows by, in bytes, while a person does so.
fn growth_at(server: &FaultProxy, place: &str) -> u64 {
    let gateway = Gateway::start(&[&server.host()], "");
    resident::growth(gateway.child.as_ref().unwrap(), || leads_nowhere(&gateway, 1, server, place))
}

/// The same at the root of a server that answers this.
fn growth(body: &str) -> u64 {
    growth_at(&server("", body.as_bytes()), "")
}

/// A multistatus around this.
pub(super) fn multistatus(inside: &str) -> String {
    format!("<multistatus xmlns=\"DAV:\">{inside}</multistatus>")
}

#[test]
fn a_long_namespace_around_many_elements_costs_what_was_sent() {
    resident::grows_in_proportion("a namespace of N bytes around N elements", 10_000, |n| {
        growth(&multistatus(&format!("<x xmlns=\"{}\">{}</x>", "n".repeat(n), "<a/>".repeat(n))))
    });
}

#[test]
fn many_names_of_many_properties_cost_what_was_sent() {
    resident::grows_in_proportion("N properties under N hrefs", 1_000, |n| {
        let (hrefs, properties) = ("<href>/a</href>".repeat(n), "<displayname>x</displayname>".repeat(n));
        let found = format!("<propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>");
        growth(&multistatus(&format!("<response>{hrefs}{found}</response>")))
    });
}

#[test]
fn many_hrefs_at_a_long_place_cost_what_was_sent() {
    resident::grows_in_proportion("N hrefs at a place of N bytes", 10_000, |n| {
        let body = multistatus(&"<response><href>a</href></response>".repeat(n));
        growth_at(&server("", body.as_bytes()), &"p".repeat(n))
    });
}

#[test]
fn a_long_text_costs_what_was_sent() {
    resident::grows_in_proportion("a text of N bytes", 2 << 20, |n| {
        growth(&multistatus(&format!("<response><href>{}</href></response>", "n".repeat(n))))
    });
}

#[test]
fn no_form_costs_a_multiple_of_what_was_sent() {
    const SENT: usize = 1 << 20;
    for part in ["<a/>", "<a b=''/>", "<response><href>a</href></response>", "<![CDATA[]]>", "&#38;", "&#&#"] {
        let body = multistatus(&format!("<x>{}</x>", part.repeat(SENT / part.len())));
        let held = multistatus(&part.repeat(SENT / part.len()));
        for body in [body, held] {
            let grown = growth(&body);
            println!("{} bytes of {part} cost {:.1} MB", body.len(), resident::megabytes(grown));
            assert!(grown < 8 * SENT as u64 + NOISE, "{} bytes of {part} cost {grown}", body.len());
        }
    }
}

#[test]
fn a_packed_answer_costs_no_more_than_the_largest_plain_one() {
    let packed = |megabytes: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let text = multistatus(&" ".repeat(megabytes << 20));
        encoder.write_all(text.as_bytes()).unwrap();
        growth_at(&server("Content-Encoding: gzip\r\n", &encoder.finish().unwrap()), "")
    };
    let [largest, bomb] = [packed(15), packed(64)];
    println!("15 MB packed cost {:.1} MB, 64 MB {:.1} MB", resident::megabytes(largest), resident::megabytes(bomb));
    assert!(largest < 100 << 20 && bomb < 100 << 20, "{largest} and {bomb}");
}
