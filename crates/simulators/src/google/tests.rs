//! The Google site, asked without a socket.

mod access;
mod agenda;
mod batches;
mod calendars;
mod control;
mod events;
mod exceptions;
mod fields;
mod listings;
mod oauth;
mod quotas;

use serde_json::{Value, json};

use super::server::{CLIENT_ID, CLIENT_SECRET, Options, USER, world};
use super::site::GoogleSite;
use crate::wire::{self, Heard};

const BACK: &str = "https://gw.example/oauth/google/callback";
/// Somebody else.
const LUIS: &str = "luis@example.com";
const EVENTS: &str = "/calendar/v3/calendars/primary/events";

/// A site with the users ana (whose token is `T`) and luis (`L`), in Madrid, at noon of 2 November 2026.
fn site() -> GoogleSite {
    let options = Options {
        users: vec![USER.to_owned(), LUIS.to_owned()],
        time_zone: "Europe/Madrid".to_owned(),
        tokens: vec![(USER.to_owned(), "T".to_owned()), (LUIS.to_owned(), "L".to_owned())],
        now: || "2026-11-02T12:00:00Z".parse().expect("an instant"),
        ..Options::default()
    };
    GoogleSite::new(world(&options), options.now)
}

/// A call with a token: status, and the body as JSON (`null` without one).
fn with(site: &GoogleSite, token: &str, line: &str, body: Value) -> (u16, Value) {
    let heard = raw(site, token, line, &[], body);
    (heard.status, serde_json::from_str(&heard.body).unwrap_or_default())
}

fn raw(site: &GoogleSite, token: &str, line: &str, headers: &[(&str, &str)], body: Value) -> Heard {
    let bearer = format!("Bearer {token}");
    let mut all = vec![("authorization", bearer.as_str())];
    all.extend_from_slice(headers);
    wire::ask(site, line, &all, &if body.is_null() { String::new() } else { body.to_string() })
}

/// A call as ana that must succeed.
fn ok(site: &GoogleSite, line: &str, body: Value) -> Value {
    let (status, answer) = with(site, "T", line, body);
    assert!((200..300).contains(&status), "{line}: {status} {answer}");
    answer
}

/// A call as ana that must be refused: status and reason.
fn no(site: &GoogleSite, line: &str, body: Value) -> (u16, String) {
    refused(site, "T", line, body)
}

fn refused(site: &GoogleSite, token: &str, line: &str, body: Value) -> (u16, String) {
    let (status, answer) = with(site, token, line, body);
    assert!(status >= 400, "{line}: {status} {answer}");
    assert_eq!(answer["error"]["code"], status);
    (status, answer["error"]["errors"][0]["reason"].as_str().expect("a reason").to_owned())
}

fn at(day: u8, time: &str) -> Value {
    json!({ "dateTime": format!("2026-11-{day:02}T{time}:00"), "timeZone": "Europe/Madrid" })
}

/// An event on Thursday 5 November at ten, with these fields over it.
fn event(more: Value) -> Value {
    let mut event = json!({ "summary": "Clase", "start": at(5, "10:00"), "end": at(5, "11:00") });
    for (name, value) in more.as_object().expect("an object") {
        event[name] = value.clone();
    }
    event
}

/// Inserts one as ana into the primary calendar.
fn insert(site: &GoogleSite, more: Value) -> Value {
    ok(site, &format!("POST {EVENTS}?sendUpdates=none"), event(more))
}

fn ids(listing: &Value) -> Vec<&str> {
    listing["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

fn control(site: &GoogleSite, line: &str, body: Value) -> Value {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let heard = wire::ask(site, line, &[], &text);
    assert!((200..300).contains(&heard.status), "{line}: {} {}", heard.status, heard.body);
    serde_json::from_str(&heard.body).unwrap_or_default()
}

fn quirks(site: &GoogleSite, quirks: Value) {
    control(site, "PUT /__sim/quirks", quirks);
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Allows these scopes (short names) as this person; answers what the browser comes back with.
fn consent(site: &GoogleSite, user: &str, scopes: &[&str], more: &[(&str, &str)]) -> Vec<(String, String)> {
    let long = |scope: &&str| match *scope {
        "openid" | "email" => (*scope).to_owned(),
        other => format!("https://www.googleapis.com/auth/{other}"),
    };
    let scopes: Vec<String> = scopes.iter().map(long).collect();
    let joined = scopes.join(" ");
    let mut fields = vec![
        ("client_id", CLIENT_ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", joined.as_str()),
        ("state", "s"),
        ("access_type", "offline"),
        ("decision", "allow"),
        ("user", user),
    ];
    fields.extend(scopes.iter().map(|scope| ("grant", scope.as_str())));
    // What is given replaces what is usual.
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(more);
    let heard = wire::ask(site, "POST /o/oauth2/v2/auth", &[], &form(&fields));
    assert_eq!(heard.status, 302, "{}", heard.body);
    let back =
        heard.header("location").strip_prefix(BACK).and_then(|rest| rest.strip_prefix('?')).expect("our address");
    url::form_urlencoded::parse(back.as_bytes()).into_owned().collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

/// Asks the token address; the client's name and secret are added.
fn token(site: &GoogleSite, fields: &[(&str, &str)]) -> (u16, Value) {
    let mut all = vec![("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET), ("redirect_uri", BACK)];
    all.extend_from_slice(fields);
    let heard = wire::ask(site, "POST /token", &[], &form(&all));
    (heard.status, serde_json::from_str(&heard.body).expect("JSON"))
}

/// All the way: the tokens of a person who allows these scopes.
fn link(site: &GoogleSite, user: &str, scopes: &[&str]) -> Value {
    let back = consent(site, user, scopes, &[("prompt", "consent")]);
    let (status, tokens) = token(site, &[("grant_type", "authorization_code"), ("code", value(&back, "code"))]);
    assert_eq!(status, 200, "{tokens}");
    tokens
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().expect("an access token")
}
