//! Two phones in one account: the product on the server, as people meet it.

use std::time::Duration;

use serde_json::{Value, json};
use testing::eventually;
use testing::in_process::{Answer, TestGateway};
use testing::servers::CaldavServer;
use testing::stage::event;

use super::caldav::found_calendars;

const PATIENCE: Duration = Duration::from_secs(120);
const FIRST: &str = "+593991234567";
const SECOND: &str = "+593991234568";

/// A links and makes the calendar, B links the same account and finds it. Each leaves as the first or as the last one,
/// with events in it or without.
pub(super) fn a_calendar_of_two_phones_goes_with_the_last_one(server: &CaldavServer) {
    // Another run's calendar would be found under the same name.
    let name = format!("Two phones {}", uuid::Uuid::new_v4().simple());
    let gateway = TestGateway::with(&format!(
        "caldav.allowed_hosts = [{:?}]\ncalendar.name = {name:?}\nsync.tick = \"100ms\"\nsync.answer_within = \"20s\"",
        server.host()
    ));
    let play = Play { server, gateway, name };
    for (leaves, stays) in [(FIRST, SECOND), (SECOND, FIRST)] {
        play.linked(FIRST);
        play.linked(SECOND);
        assert_eq!(play.calendars(), 1, "{}: the second phone finds what the first one made", server.name);
        play.unlinked(leaves);
        assert_eq!(play.calendars(), 1, "{}: the other phone is still in it", server.name);
        play.written(stays, "Sigue");
        play.unlinked(stays);
        assert_eq!(play.calendars(), 0, "{}: nobody is in it any more", server.name);
    }
}

struct Play<'a> {
    server: &'a CaldavServer,
    gateway: TestGateway,
    name: String,
}

impl Play<'_> {
    /// How many calendars of that name the account has.
    fn calendars(&self) -> usize {
        found_calendars(self.server).iter().filter(|calendar| calendar.name == self.name).count()
    }

    fn ask(&self, phone: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.gateway.ask_as(phone, method, path, body)
    }

    /// Over a faulty way linking may fail, as it may for people: they try again.
    fn linked(&self, phone: &str) {
        let account =
            json!({"url": self.server.url, "username": self.server.username, "password": self.server.password});
        let body = json!({"provider": "caldav", "caldav": account});
        let linked = eventually("the link", PATIENCE, || {
            let answer = self.ask(phone, "POST", "/link", Some(body.clone()));
            (answer.status == 201).then_some(answer)
        });
        assert_eq!(linked.json["calendar"], json!(self.name), "{}: {linked:?}", self.server.name);
    }

    fn written(&self, phone: &str, title: &str) {
        let posted = self.ask(phone, "POST", "/events", event("one", title));
        assert!(matches!(posted.status, 201 | 202), "{}: {posted:?}", self.server.name);
        eventually("the event", PATIENCE, || {
            let state = self.ask(phone, "GET", "/events/one", None).json["sync"]["state"].clone();
            (state == "synced").then_some(())
        });
    }

    fn unlinked(&self, phone: &str) {
        let begun = self.ask(phone, "DELETE", "/link", None);
        assert!(matches!(begun.status, 200 | 202), "{}: {begun:?}", self.server.name);
        let receipt = eventually("the unlink to end", PATIENCE, || {
            let link = self.ask(phone, "GET", "/link", None).json;
            (link["linked"] == json!(false)).then(|| link["last_unlink"].clone())
        });
        assert_eq!(receipt["left"], json!(0), "{}: {receipt}", self.server.name);
    }
}
