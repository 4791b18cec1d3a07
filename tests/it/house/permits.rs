//! Nothing is sent without a permit, permits are made in one place, and whoever forms a request stands in a list.

use super::assert_none;
use super::shipped::{Text, planted, shipped_files};
use super::source::{Token, shipped_tokens};

/// Where permits are made: after a look at what is written down about the switches, or for what the operator looks at.
const MAKERS: &[(&str, &str)] = &[("grant", "gateway/permits.rs"), ("of_operator", "checkup/")];

/// Who hands requests to a way out, which asks the permit that it was given.
const SENDERS: &[&str] = &[
    // The operator's own looks.
    "checkup/hosts.rs",
    // All events of a holder, asked for again.
    "clients/puentes/endpoint.rs",
    // What goes to calendars, and the making of links.
    "providers/caldav/session.rs",
    // Codes of consents, tokens, permissions given back.
    "providers/google/oauth.rs",
    "providers/google/session.rs",
];

/// How a way out is called by those who have one.
const WAYS: &[&str] = &["outbound", "way"];

/// The lines of `file` on which `name` is called.
fn calls(file: &Text, name: &str) -> Vec<usize> {
    let tokens = shipped_tokens(&file.text);
    let is_call = |w: &&[Token]| matches!(w[0].text.as_str(), "." | ":") && w[1].text == name && w[2].text == "(";
    tokens.windows(3).filter(is_call).map(|w| w[1].line).collect()
}

fn made_elsewhere(files: &[Text]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.path != "permit.rs") {
        for (name, place) in MAKERS.iter().filter(|(_, place)| !file.path.starts_with(place)) {
            let lines = calls(file, name);
            complaints.extend(lines.iter().map(|line| format!("{}:{line}: a permit is made in {place}", file.path)));
        }
    }
    complaints
}

/// The files outside `outbound` in which a request is handed to a way out.
fn senders(files: &[Text]) -> Vec<&str> {
    let sends = |file: &&Text| {
        let tokens = shipped_tokens(&file.text);
        let is_send = |w: &[Token]| {
            WAYS.contains(&w[0].text.as_str()) && w[1].text == "." && w[2].text == "send" && w[3].text == "("
        };
        !file.path.starts_with("outbound/") && tokens.windows(4).any(is_send)
    };
    files.iter().filter(sends).map(|file| file.path.as_str()).collect()
}

#[test]
fn permits_are_made_in_one_place() {
    assert_none("permits that are made elsewhere", &made_elsewhere(&shipped_files("src")));
    let files = planted(&[
        ("sync/mod.rs", "fn f(p: &Permits) { p.grant(subject); }"),
        ("gateway/permits.rs", "fn f(p: &Permits) { p.grant(subject); Permit::of_operator(); }"),
        ("checkup/mod.rs", "fn f() { Permit::of_operator(); }"),
    ]);
    let found = made_elsewhere(&files);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("sync/mod.rs:1") && found[1].starts_with("gateway/permits.rs:1"), "{found:?}");
}

#[test]
fn whoever_forms_requests_is_listed() {
    assert_eq!(senders(&shipped_files("src")), SENDERS);
    let files = planted(&[
        ("booking/mod.rs", "fn f(&self) { self.outbound.send(request); }"),
        ("booking/post.rs", "fn f(way: &Outbound) { way.send(request); }"),
        ("booking/told.rs", "fn f(channel: &Sender) { channel.send(word); }"),
    ]);
    assert_eq!(senders(&files), ["booking/mod.rs", "booking/post.rs"]);
}

/// A way out that has no permit sends nothing, and one that has asks it for every single request: the only function that
/// reaches the sockets takes the proof that one began.
#[test]
fn the_sockets_are_reached_with_a_request_that_was_let_through() {
    let files = shipped_files("src");
    let outbound = files.iter().find(|file| file.path == "outbound/mod.rs").unwrap();
    let tokens = shipped_tokens(&outbound.text);
    let at = |words: &[&str]| {
        let is = |w: &&[Token]| w.iter().map(|token| token.text.as_str()).eq(words.iter().copied());
        tokens.windows(words.len()).filter(is).map(|w| w[0].line).collect::<Vec<_>>()
    };
    let runs = at(&["agent", ".", "run", "("]);
    assert!(!runs.is_empty());
    let (begins, takes) = (at(&["fn", "exchange"]), at(&["_permitted", ":", "&", "UnderWay"]));
    assert_eq!((begins.len(), takes.len()), (1, 1));
    assert!(begins[0] < takes[0] && runs.iter().all(|line| takes[0] < *line), "{runs:?}");
}
