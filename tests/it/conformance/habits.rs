//! Habits of servers in the field, each met by the product as people meet it: linked, written, changed, deleted, resynced,
//! rebuilt, unlinked; and in the end nothing of ours is left, and nothing that is not ours is touched.

use std::time::Duration;

use serde_json::{Value, json};
use testing::eventually;
use testing::faults::{FaultProxy, Habit};
use testing::in_process::{Answer, TestGateway};
use testing::servers::{CaldavServer, SimulatedCaldav};
use testing::settings::Settings;
use testing::stage::{event, ical};
use testing::told::Told;

use super::caldav::found_calendars;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_habit_is_met_from_the_link_to_its_end() {
    let demo = SimulatedCaldav::start();
    for habit in Habit::ALL {
        lived_with(&demo.server, habit);
    }
}

fn lived_with(server: &CaldavServer, habit: Habit) {
    let play = Play::linked(server, habit);
    for id in ["a", "b", "c"] {
        play.ask("POST", "/events", event(id, &format!("Cita {id}")));
    }
    play.ask("PUT", "/events/b", event("b", "Cambiada"));
    play.ask("DELETE", "/events/c", None);
    play.told.events(&[("a", "Cita a"), ("b", "Cambiada")].map(|(id, title)| (id.to_owned(), ical(id, title))));
    play.stands(&["Cambiada", "Cita a"]);
    play.ask("PUT", "/events/a", event("a", "Otra vez"));
    play.told.events(&[("a", "Otra vez"), ("b", "Cambiada")].map(|(id, title)| (id.to_owned(), ical(id, title))));
    play.stands(&["Cambiada", "Otra vez"]);
    for mode in ["repair", "rebuild"] {
        let run = play.ask("POST", "/resync", Some(json!({"mode": mode}))).json["resync_id"].clone();
        let run = format!("/resync/{}", run.as_str().unwrap_or_else(|| panic!("{habit:?}, {mode}: {run}")));
        let ended = play.until("the run to end", || {
            let run = play.ask("GET", &run, None).json;
            (run["state"] != "in_progress").then_some(run)
        });
        assert_eq!(ended["state"], "succeeded", "{habit:?}, {mode}: {ended}");
        play.stands(&["Cambiada", "Otra vez"]);
    }
    play.ask("DELETE", "/link", None);
    let receipt = play.until("the unlink to end", || {
        let link = play.ask("GET", "/link", None).json;
        (link["linked"] == json!(false)).then(|| link["last_unlink"].clone())
    });
    assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(2), &json!(0)), "{habit:?}: {receipt}");
    let left = found_calendars(server).iter().any(|calendar| calendar.name == play.name);
    assert!(!left, "{habit:?}: the calendar goes with its link");
}

struct Play<'a> {
    server: &'a CaldavServer,
    habit: Habit,
    _proxy: FaultProxy,
    told: Told,
    gateway: TestGateway,
    name: String,
}

impl<'a> Play<'a> {
    fn linked(server: &'a CaldavServer, habit: Habit) -> Self {
        let proxy = FaultProxy::with_habit(server.host(), habit);
        let told = Told::start();
        let name = format!("Habits {}", uuid::Uuid::new_v4().simple());
        let settings = Settings::default()
            .lines("sync.tick = \"100ms\"\nsync.answer_within = \"10s\"")
            .set("calendar", "name", name.as_str())
            .events_url(told.url())
            .reaching([proxy.host().as_str()]);
        let gateway = TestGateway::of(settings, pasarela::clock::Clock::system());
        // As somebody would type it who has it from a colleague.
        let typed = if habit == Habit::NeedsSlashes { format!("{}dav", proxy.url()) } else { proxy.url() };
        let account = json!({"url": typed, "username": server.username, "password": server.password});
        let linked = gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})));
        assert_eq!(linked.status, 201, "{habit:?}: {linked:?}");
        let play = Self { server, habit, _proxy: proxy, told, gateway, name };
        play.until("the first resync", || {
            let link = play.ask("GET", "/link", None).json;
            (link["last_resync"]["state"] == "succeeded").then_some(())
        });
        play
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let answer = self.gateway.ask(method, path, body);
        assert!(answer.status < 300, "{:?}: {method} {path}: {answer:?}", self.habit);
        answer
    }

    fn until<T>(&self, what: &str, done: impl FnMut() -> Option<T>) -> T {
        eventually(&format!("{what}, {:?}", self.habit), PATIENCE, done)
    }

    /// The calendar holds these titles, as its person sees it past the habit, and the gateway knows it.
    fn stands(&self, titles: &[&str]) {
        self.until("all to be synced", || {
            let held = self.ask("GET", "/events", None).json;
            let events = held["events"].as_array().unwrap().clone();
            (events.len() == titles.len() && events.iter().all(|event| event["sync"]["state"] == "synced"))
                .then_some(())
        });
        let calendars = found_calendars(self.server);
        let calendar = calendars.iter().find(|calendar| calendar.name == self.name).unwrap();
        let body = "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><C:calendar-data/></prop>\
                    <C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>";
        let headers = [("Depth", "1"), ("Content-Type", "application/xml")];
        let told = self.server.client().send("REPORT", calendar.url.path(), &headers, body.as_bytes()).unwrap().text();
        let mut found: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("SUMMARY:")).collect();
        found.sort_unstable();
        assert_eq!(found, titles, "{:?}: {told}", self.habit);
    }
}
