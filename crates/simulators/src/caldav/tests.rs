//! The CalDAV site, asked without a socket.

mod discovery;
mod objects;
mod people;
mod quirks;
mod reports;

use super::auth::{Auth, Gate};
use super::model::{Quirks, World};
use super::site::CalDav;
use super::xml::{CALDAV, DAV, Element, read};
use crate::wire::{self, Heard};

const ALICE: (&str, &str) = ("authorization", "Basic YWxpY2U6c2VjcmV0");

/// A site with the users alice and bob.
fn site(quirks: Quirks) -> CalDav {
    guarded(quirks, Auth::Basic)
}

fn guarded(quirks: Quirks, auth: Auth) -> CalDav {
    let users = [("alice".to_owned(), "secret".to_owned()), ("bob".to_owned(), "hidden".to_owned())];
    let now = || "2026-11-02T12:00:00Z".parse().expect("an instant");
    let urls = ["http://one.example".to_owned(), "http://other.example".to_owned()];
    CalDav::new(World::new(&users, quirks), Gate::new(auth, 2), now, urls)
}

/// Asks as alice.
fn ask(site: &CalDav, line: &str, headers: &[(&str, &str)], body: &str) -> Heard {
    let mut all = vec![ALICE];
    all.extend_from_slice(headers);
    wire::ask(site, line, &all, body)
}

/// A small event that is taken everywhere.
fn event(uid: &str, title: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T080000Z\r\n\
         DTSTART:20261105T100000Z\r\nDTEND:20261105T110000Z\r\nSUMMARY:{title}\r\nX-MARK:m\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn put(site: &CalDav, path: &str, headers: &[(&str, &str)], body: &str) -> Heard {
    ask(site, &format!("PUT /dav/calendars/alice/{path}"), headers, body)
}

/// The properties found for each href of a multistatus; `None` for an href that has only a status.
fn found(heard: &Heard) -> Vec<(String, Option<Element>)> {
    let root = read(&heard.body).expect("XML");
    let responses = root.elements().filter(|element| element.name.is(DAV, "response"));
    let one = |response: &Element| {
        let href = response.child(DAV, "href").expect("an href").text();
        let fine = response
            .elements()
            .filter(|part| part.name.is(DAV, "propstat"))
            .find(|part| part.child(DAV, "status").expect("a status").text().contains(" 200 "));
        (href, fine.and_then(|part| part.child(DAV, "prop")).cloned())
    };
    responses.map(one).collect()
}

/// The precondition named in an error body, with its href if it has one.
fn precondition(heard: &Heard) -> (String, String) {
    let root = read(&heard.body).expect("XML");
    let condition = root.elements().next().expect("a precondition");
    let href = condition.child(DAV, "href").map(Element::text).unwrap_or_default();
    (condition.name.local.to_string(), href)
}

fn names(site: &CalDav) -> Vec<String> {
    let heard = ask(site, "GET /__sim/calendars/alice", &[], "");
    let list: Vec<serde_json::Value> = serde_json::from_str(&heard.body).expect("JSON");
    list.iter().map(|calendar| calendar["name"].as_str().expect("a name").to_owned()).collect()
}
