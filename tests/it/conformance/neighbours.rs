//! Two phones in one account, and two installations: the product on the server, as people meet it.

use std::collections::BTreeMap;
use std::time::Duration;

use pasarela::clients;
use pasarela::ids::Holder;
use pasarela::placement::{RemoteKey, Version};
use pasarela::providers::caldav::CalendarInfo;
use serde_json::{Value, json};
use testing::eventually;
use testing::faults::{Fault, FaultProxy, Requests, Rule};
use testing::in_process::{Answer, TestGateway};
use testing::servers::CaldavServer;
use testing::stage::{event, ical, nth};
use testing::told::Told;

use super::caldav::{found_calendars, removed_by_hand, standing};

const PATIENCE: Duration = Duration::from_secs(180);
const FIRST: &str = "+593991234567";
const SECOND: &str = "+593991234568";
/// Events that the client system has for each phone, where it has any.
const MANY: usize = 4;

/// A links and makes the calendar, B links the same account and finds it. Each leaves as the first or as the last one,
/// with events in it or without.
pub(super) fn a_calendar_of_two_phones_goes_with_the_last_one(server: &CaldavServer) {
    let play = Play::at(server, &new_name(), 0);
    for (leaves, stays) in [(FIRST, SECOND), (SECOND, FIRST)] {
        play.linked(FIRST);
        play.linked(SECOND);
        assert_eq!(play.calendars().len(), 1, "{}: the second phone finds what the first one made", server.name);
        play.unlinked(leaves);
        assert_eq!(play.calendars().len(), 1, "{}: the other phone is still in it", server.name);
        play.written(stays, "Sigue");
        play.unlinked(stays);
        assert_eq!(play.calendars().len(), 0, "{}: nobody is in it any more", server.name);
    }
}

pub(super) fn a_resync_and_a_rebuild_of_one_leave_the_other_one_alone(server: &CaldavServer) {
    let play = Play::at(server, &new_name(), MANY);
    for phone in [FIRST, SECOND] {
        play.linked(phone);
        play.settled(phone, MANY);
    }
    let (mine, theirs) = (play.standing(FIRST), play.standing(SECOND));
    assert_eq!((mine.len(), theirs.len()), (MANY, MANY), "{}", server.name);
    for mode in ["repair", "rebuild"] {
        let asked = play.ask(FIRST, "POST", "/resync", Some(json!({"mode": mode})));
        assert!(matches!(asked.status, 200 | 202), "{}: {asked:?}", server.name);
        play.settled(FIRST, MANY);
        assert_eq!(play.standing(SECOND), theirs, "{}: {mode}", server.name);
        let now = play.standing(FIRST);
        assert_eq!((now.len(), now == mine), (MANY, mode == "repair"), "{}: {mode}", server.name);
    }
    play.unlinked(FIRST);
    assert_eq!(play.standing(SECOND), theirs, "{}", server.name);
    play.unlinked(SECOND);
    assert_eq!(play.calendars().len(), 0, "{}", server.name);
}

/// The person deletes the calendar that both are in. Whoever waits for its person is linked again, as at first.
pub(super) fn a_calendar_that_was_deleted_is_made_again_once(server: &CaldavServer) {
    let play = Play::at(server, &new_name(), MANY);
    for phone in [FIRST, SECOND] {
        play.linked(phone);
        play.settled(phone, MANY);
    }
    removed_by_hand(server, &play.calendars()[0]);
    for phone in [FIRST, SECOND] {
        let posted = play.ask(phone, "PUT", &format!("/events/{}", nth(0).0), event(&nth(0).0, "Otra"));
        assert!(matches!(posted.status, 200 | 202), "{}: {posted:?}", server.name);
    }
    eventually("both to be whole again", PATIENCE, || {
        let whole = |phone: &str| {
            let link = play.ask(phone, "GET", "/link", None).json;
            if link["state"] == "calendar_lost" {
                play.ask(phone, "POST", "/link", Some(play.account()));
            }
            let is_whole = link["state"] == "active" && link["pending"] == 0;
            is_whole && play.calendars().len() == 1 && play.standing(phone).len() == MANY
        };
        // Each is looked at, whatever the other one says.
        [FIRST, SECOND].map(whole).iter().all(|whole| *whole).then_some(())
    });
    play.unlinked(FIRST);
    play.unlinked(SECOND);
    assert_eq!(play.calendars().len(), 0, "{}: it goes with the last of them", server.name);
}

/// Two installations with the same phone: what one makes, rebuilds and cleans up is never the other one's.
pub(super) fn an_installation_touches_nothing_of_another_one(server: &CaldavServer) {
    let name = new_name();
    let (one, two) = (Play::at(server, &name, MANY), Play::at(server, &name, MANY));
    for play in [&one, &two] {
        play.linked(FIRST);
        play.settled(FIRST, MANY);
    }
    assert_eq!(one.calendars().len(), 1, "{}: the second one finds what the first one made", server.name);
    let theirs = two.standing(FIRST);
    let asked = one.ask(FIRST, "POST", "/resync", Some(json!({"mode": "rebuild"})));
    assert!(matches!(asked.status, 200 | 202), "{}: {asked:?}", server.name);
    one.settled(FIRST, MANY);
    one.unlinked(FIRST);
    assert_eq!((one.calendars().len(), two.standing(FIRST)), (1, theirs), "{}: it is in use", server.name);
    two.unlinked(FIRST);
    let left = two.calendars();
    assert_eq!(left.len(), 1, "{}: the second one did not make it, and leaves it empty", server.name);
    removed_by_hand(server, &left[0]);
    // Nothing tells that an empty calendar is linked elsewhere: it goes, the other one says so, and loses nothing.
    let (one, two) = (Play::at(server, &name, 0), Play::at(server, &name, 0));
    one.linked(FIRST);
    two.linked(FIRST);
    one.unlinked(FIRST);
    assert_eq!(two.calendars().len(), 0, "{}", server.name);
    let posted = two.ask(FIRST, "POST", "/events", event("one", "Sigue"));
    assert_eq!(posted.status, 202, "{}: {posted:?}", server.name);
    eventually("the event in a calendar made anew", PATIENCE, || {
        if two.ask(FIRST, "GET", "/link", None).json["state"] == "calendar_lost" {
            two.ask(FIRST, "POST", "/link", Some(two.account()));
        }
        (two.ask(FIRST, "GET", "/events/one", None).json["sync"]["state"] == "synced").then_some(())
    });
    assert_eq!((two.calendars().len(), two.standing(FIRST).len()), (1, 1), "{}", server.name);
    two.unlinked(FIRST);
    assert_eq!(two.calendars().len(), 0, "{}", server.name);
}

/// At the first try, whatever the way there puts off.
pub(super) fn is_linked_at_once(server: &CaldavServer) {
    let play = Play::at(server, &new_name(), 0);
    let linked = play.ask(FIRST, "POST", "/link", Some(play.account()));
    assert_eq!(linked.status, 201, "{}: {linked:?}", server.name);
    assert_eq!(play.calendars().len(), 1, "{}", server.name);
    play.unlinked(FIRST);
}

/// Whichever answer of linking gets lost: at the second try at the latest there is a link, one calendar, and no test event.
pub(super) fn is_linked_whatever_answer_is_lost(server: &CaldavServer) {
    for nth_request in 1..=14 {
        let lost = Rule { of: Requests::All, every: nth_request, times: 1, fault: Fault::LoseAnswer };
        let proxy = FaultProxy::start(server.host(), &[lost]);
        let behind = server.behind(&proxy.url());
        let play = Play::at(&behind, &new_name(), 0);
        let tries = [1, 2].map(|_| play.ask(FIRST, "POST", "/link", Some(play.account())).status);
        assert!(matches!(tries, [201, 409] | [422, 201]), "{}, {nth_request}: {tries:?}", server.name);
        assert_eq!(play.calendars().len(), 1, "{}, {nth_request}", server.name);
        eventually("the first round", PATIENCE, || {
            play.ask(FIRST, "GET", "/link", None).json["last_sync_at"].is_string().then_some(())
        });
        assert!(play.standing(FIRST).is_empty(), "{}, {nth_request}: a test event is left", server.name);
        play.unlinked(FIRST);
        // One that a try has made whose answer was lost is nobody's: the next try found it by its name.
        play.calendars().iter().for_each(|left| removed_by_hand(server, left));
    }
}

/// Another run's calendar would be found under the same name.
fn new_name() -> String {
    format!("Two phones {}", uuid::Uuid::new_v4().simple())
}

struct Play<'a> {
    server: &'a CaldavServer,
    gateway: TestGateway,
    name: String,
    _told: Option<Told>,
}

impl<'a> Play<'a> {
    /// An installation whose client system has so many events for every phone; with none of them there is nobody to ask.
    fn at(server: &'a CaldavServer, name: &str, events: usize) -> Self {
        let text = |n: usize| (nth(n).0, ical(&nth(n).0, &nth(n).1));
        let told = (events > 0).then(|| {
            let told = Told::start();
            told.events(&(0..events).map(text).collect::<Vec<_>>());
            told
        });
        let source = told.as_ref().map(|told| format!("\npuentes.events_url = {:?}", told.url())).unwrap_or_default();
        let gateway = TestGateway::with(&format!(
            "caldav.allowed_hosts = [{:?}]\ncalendar.name = {name:?}\nsync.tick = \"100ms\"\n\
             sync.answer_within = \"20s\"{source}",
            server.host()
        ));
        Self { server, gateway, name: name.to_owned(), _told: told }
    }

    /// The calendars of that name that the account has.
    fn calendars(&self) -> Vec<CalendarInfo> {
        found_calendars(self.server).into_iter().filter(|calendar| calendar.name == self.name).collect()
    }

    /// What this installation has written for a phone.
    fn standing(&self, phone: &str) -> BTreeMap<RemoteKey, Version> {
        let mark = self.gateway.engine().mark(&Holder::of(clients::puentes::ID, phone));
        let calendars = self.calendars();
        let all = calendars.iter().flat_map(|calendar| standing(self.server, calendar, mark.clone()));
        all.collect()
    }

    fn ask(&self, phone: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.gateway.ask_as(phone, method, path, body)
    }

    fn account(&self) -> Value {
        let CaldavServer { url, username, password, .. } = self.server;
        json!({"provider": "caldav", "caldav": {"url": url, "username": username, "password": password}})
    }

    /// Over a faulty way linking may fail, as it may for people: they try again.
    fn linked(&self, phone: &str) {
        let linked = eventually("the link", PATIENCE, || {
            let answer = self.ask(phone, "POST", "/link", Some(self.account()));
            (answer.status == 201).then_some(answer)
        });
        assert_eq!(linked.json["calendar"], json!(self.name), "{}: {linked:?}", self.server.name);
    }

    /// Waits until so many events stand there and no resync goes on.
    fn settled(&self, phone: &str, events: usize) {
        eventually("the link to settle", PATIENCE, || {
            let link = self.ask(phone, "GET", "/link", None).json;
            if link["last_resync"]["state"] == "failed" {
                // Over a faulty way it may give up, and says so.
                self.ask(phone, "POST", "/resync", None);
            }
            let is_settled = link["pending"] == 0 && link["last_resync"]["state"] == "succeeded";
            (is_settled && self.standing(phone).len() == events).then_some(())
        });
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
