//! The whole play in one process: the gateway, a calendar server and the client system's endpoint, each real HTTP.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulators::caldav;
use simulators::puentes::{self, EventView};
use simulators::wire::{Counts, Rule};
use tokio::runtime::Runtime;

use super::in_process::{Answer, PHONE, SECRET, TestGateway, key};

/// Methods that change something at a calendar server.
const WRITES: [&str; 6] = ["PUT", "DELETE", "MKCALENDAR", "MKCOL", "PROPPATCH", "POST"];

/// Who plays. The servers go first when it ends, so that nobody waits for a server that hangs.
pub(crate) struct Stage {
    /// The calendar server.
    caldav: caldav::Server,
    /// The client system; none when it was ended.
    puentes: Option<puentes::Server>,
    /// The product.
    pub(crate) gateway: TestGateway,
    /// Carries the servers.
    _runtime: Runtime,
}

impl Stage {
    /// One user, `alice`, with three events of her own in `personal`. `settings` are further lines of TOML.
    pub(crate) fn start(settings: &str) -> Self {
        Self::with(caldav::Options { own_events: true, ..caldav::Options::default() }, settings)
    }

    /// A calendar server of one's own making.
    pub(crate) fn with(options: caldav::Options, settings: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let caldav = runtime.block_on(caldav::start(free, options)).unwrap();
        let told = puentes::Options { secret: SECRET.to_owned(), seeded: false, ..puentes::Options::default() };
        let puentes = runtime.block_on(puentes::start(free, told)).unwrap();
        puentes.replace(PHONE, Vec::new());
        let hosts = [host(&caldav.url), host(caldav.other_url())];
        let gateway = TestGateway::with(&format!(
            "caldav.allowed_hosts = {hosts:?}\npuentes.events_url = {:?}\nsync.tick = \"100ms\"\n{settings}",
            puentes.events_url()
        ));
        Self { caldav, puentes: Some(puentes), gateway, _runtime: runtime }
    }

    /// The calendar server.
    pub(crate) fn caldav(&self) -> &caldav::Server {
        &self.caldav
    }

    /// The client system.
    pub(crate) fn puentes(&self) -> &puentes::Server {
        self.puentes.as_ref().unwrap()
    }

    /// Ends the client system: connections are cut, nobody listens any more.
    pub(crate) fn end_puentes(&mut self) {
        self.puentes = None;
    }

    /// The account that `alice` types.
    pub(crate) fn account(&self) -> Value {
        json!({"url": self.caldav().url, "username": "alice", "password": "secret"})
    }

    /// Links with the calendar that the gateway makes.
    pub(crate) fn link(&self) -> Answer {
        self.link_with(self.account())
    }

    /// Links with this account.
    pub(crate) fn link_with(&self, account: Value) -> Answer {
        self.gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
    }

    /// Links into the calendar where the person's own events are.
    pub(crate) fn link_personal(&self) -> Answer {
        let mut account = self.account();
        account["calendar"] = "/dav/calendars/alice/personal/".into();
        self.link_with(account)
    }

    /// What `alice`'s calendars hold that is ours: the ETag by calendar and name.
    pub(crate) fn ours(&self) -> BTreeMap<(String, String), String> {
        self.objects("alice", true)
    }

    /// What `alice`'s calendars hold that is her own.
    pub(crate) fn own(&self) -> BTreeMap<(String, String), String> {
        self.objects("alice", false)
    }

    /// What a user's calendars hold, ours or their own: the ETag by calendar and name.
    pub(crate) fn objects(&self, user: &str, ours: bool) -> BTreeMap<(String, String), String> {
        let caldav = self.caldav();
        let mut found = BTreeMap::new();
        for calendar in caldav.calendars(user) {
            for object in caldav.objects(user, &calendar.name) {
                if object.name.starts_with("psr") == ours {
                    found.insert((calendar.name.clone(), object.name), object.etag);
                }
            }
        }
        found
    }

    /// The titles of our events in `alice`'s calendars, in order.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.titles_of("alice")
    }

    /// The titles of our events in a user's calendars, in order.
    pub(crate) fn titles_of(&self, user: &str) -> Vec<String> {
        let caldav = self.caldav();
        let calendars = caldav.calendars(user);
        let objects = calendars.iter().flat_map(|calendar| caldav.objects(user, &calendar.name));
        let title = |ics: &str| {
            let line = ics.lines().find_map(|line| line.strip_prefix("SUMMARY:").map(str::to_owned));
            line.unwrap_or_default()
        };
        let mut titles: Vec<String> =
            objects.filter(|object| object.name.starts_with("psr")).map(|object| title(&object.ics)).collect();
        titles.sort();
        titles
    }

    /// Writes (or with `None` deletes) an object as the person does it in another client; it is not counted.
    pub(crate) fn by_hand(&self, place: &(String, String), ics: Option<&str>) {
        let (calendar, name) = place;
        let url = format!("{}/__sim/objects/alice/{calendar}/{name}", self.caldav().url);
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let answer = match ics {
            Some(ics) => agent.put(url).send(ics).unwrap(),
            None => agent.delete(url).call().unwrap(),
        };
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// An object's text.
    pub(crate) fn text(&self, place: &(String, String)) -> String {
        let objects = self.caldav().objects("alice", &place.0);
        objects.into_iter().find(|object| object.name == place.1).unwrap().ics
    }

    /// From now on the client system tells these events: id and title.
    pub(crate) fn tells(&self, events: impl IntoIterator<Item = (String, String)>) {
        let view = |(id, title): (String, String)| EventView { event_data: ical(&id, &title), event_id: id };
        self.puentes().replace(PHONE, events.into_iter().map(view).collect());
    }

    /// Replaces the faults of the calendar server.
    pub(crate) fn faults(&self, rules: Vec<Rule>) {
        self.caldav().set_faults(rules).unwrap();
    }

    /// Asks for a resync and waits for its end.
    pub(crate) fn resync(&self, body: Value) -> Answer {
        self.gateway.ask("POST", "/resync", Some(body))
    }

    /// Asks as this phone without waiting for the calendar.
    pub(crate) fn ask_async(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "respond-async")];
        self.gateway.send(method, path, &headers, body)
    }

    /// `GET /link`.
    pub(crate) fn shown(&self) -> Value {
        self.gateway.ask("GET", "/link", None).json
    }
}

/// `host:port` of a simulator's URL.
pub(crate) fn host(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}

/// How many requests changed something.
pub(crate) fn writes(counts: &Counts) -> u64 {
    WRITES.iter().map(|method| counts.of(method)).sum()
}

/// The nth of many events: id and title.
pub(crate) fn nth(n: usize) -> (String, String) {
    (format!("e{n:03}"), format!("Cita {n:03}"))
}

/// A small event, of this id and title.
pub(crate) fn ical(uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:20261203T143000Z\r\nDTEND:20261203T150000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The body of a `POST /events`.
pub(crate) fn event(uid: &str, summary: &str) -> Option<Value> {
    Some(json!({"event_data": ical(uid, summary)}))
}
