//! The whole play in one process: the gateway and the simulators that a test names, each real HTTP.

use std::collections::BTreeMap;

use pasarela::clock::Clock;
use serde_json::{Value, json};
use simulators::puentes::{self, EventView};
use simulators::wire::{Counts, Rule};
use simulators::{caldav, google};
use tokio::runtime::Runtime;

use crate::in_process::{Answer, PHONE, TestGateway, key};
use crate::machine::runtime;
use crate::settings::{SECRET, Settings};

/// Methods that change something at a calendar server.
const WRITES: [&str; 6] = ["PUT", "DELETE", "MKCALENDAR", "MKCOL", "PROPPATCH", "POST"];

/// Who is to play, beside the gateway.
pub struct Setup {
    caldav: Option<caldav::Options>,
    google: Option<google::Options>,
    puentes: bool,
    settings: Settings,
    clock: Clock,
}

impl Default for Setup {
    fn default() -> Self {
        // A tick of seconds would make every wait one of seconds.
        let settings = Settings::default().set("sync", "tick", "100ms");
        Self { caldav: None, google: None, puentes: false, settings, clock: Clock::system() }
    }
}

impl Setup {
    /// A calendar server.
    #[must_use]
    pub fn caldav(mut self, options: caldav::Options) -> Self {
        self.caldav = Some(options);
        self
    }

    /// Google.
    #[must_use]
    pub fn google(mut self, options: google::Options) -> Self {
        self.google = Some(options);
        self
    }

    /// The client system, which knows the phone of the tests and no event of theirs.
    #[must_use]
    pub fn puentes(mut self) -> Self {
        self.puentes = true;
        self
    }

    /// Further lines of TOML.
    #[must_use]
    pub fn settings(mut self, lines: &str) -> Self {
        self.settings = self.settings.lines(lines);
        self
    }

    /// The gateway's time. The simulators read the system's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Starts them all, each where it is free.
    pub fn start(self) -> Stage {
        let runtime = runtime();
        let free = || "127.0.0.1:0".parse().unwrap();
        let caldav = self.caldav.map(|options| runtime.block_on(caldav::start(free(), options)).unwrap());
        let google = self.google.map(|options| runtime.block_on(google::start(free(), options)).unwrap());
        let puentes = self.puentes.then(|| {
            let options = puentes::Options { secret: SECRET.to_owned(), seeded: false, ..puentes::Options::default() };
            let puentes = runtime.block_on(puentes::start(free(), options)).unwrap();
            puentes.replace(PHONE, Vec::new());
            puentes
        });
        let mut ways = Settings::default();
        ways = caldav.iter().fold(ways, Settings::caldav);
        ways = google.iter().fold(ways, Settings::google);
        ways = puentes.iter().fold(ways, |ways, puentes| ways.events_url(puentes.events_url()));
        let gateway = TestGateway::of(ways.and(self.settings), self.clock);
        Stage { caldav, google, puentes, gateway, _runtime: runtime }
    }
}

/// Who plays. The servers go first when it ends, so that nobody waits for a server that hangs.
pub struct Stage {
    caldav: Option<caldav::Server>,
    google: Option<google::Google>,
    puentes: Option<puentes::Server>,
    /// The product.
    pub gateway: TestGateway,
    /// Carries the servers.
    _runtime: Runtime,
}

impl Stage {
    /// The usual play: a calendar server with one user, `alice`, who has three events of her own in `personal`, and the
    /// client system. `settings` are further lines of TOML.
    pub fn start(settings: &str) -> Self {
        Self::with(caldav::Options { own_events: true, ..caldav::Options::default() }, settings)
    }

    /// The same with a calendar server of one's own making.
    pub fn with(options: caldav::Options, settings: &str) -> Self {
        Setup::default().caldav(options).puentes().settings(settings).start()
    }

    /// The calendar server.
    pub fn caldav(&self) -> &caldav::Server {
        self.caldav.as_ref().unwrap()
    }

    /// Google.
    pub fn google(&self) -> &google::Google {
        self.google.as_ref().unwrap()
    }

    /// The client system.
    pub fn puentes(&self) -> &puentes::Server {
        self.puentes.as_ref().unwrap()
    }

    /// Ends the client system: connections are cut, nobody listens any more.
    pub fn end_puentes(&mut self) {
        self.puentes = None;
    }

    /// The account that `alice` types.
    pub fn account(&self) -> Value {
        json!({"url": self.caldav().url, "username": "alice", "password": "secret"})
    }

    /// Links with the calendar that the gateway makes.
    pub fn link(&self) -> Answer {
        self.link_with(self.account())
    }

    /// Links with this account.
    pub fn link_with(&self, account: Value) -> Answer {
        self.gateway.ask("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
    }

    /// Links into the calendar where the person's own events are.
    pub fn link_personal(&self) -> Answer {
        let mut account = self.account();
        account["calendar"] = "/dav/calendars/alice/personal/".into();
        self.link_with(account)
    }

    /// What `alice`'s calendars hold that is ours: the ETag by calendar and name.
    pub fn ours(&self) -> BTreeMap<(String, String), String> {
        self.objects("alice", true)
    }

    /// What `alice`'s calendars hold that is her own.
    pub fn own(&self) -> BTreeMap<(String, String), String> {
        self.objects("alice", false)
    }

    /// What a user's calendars hold, ours or their own: the ETag by calendar and name.
    pub fn objects(&self, user: &str, ours: bool) -> BTreeMap<(String, String), String> {
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
    pub fn titles(&self) -> Vec<String> {
        self.titles_of("alice")
    }

    /// The titles of our events in a user's calendars, in order.
    pub fn titles_of(&self, user: &str) -> Vec<String> {
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
    pub fn by_hand(&self, place: &(String, String), ics: Option<&str>) {
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
    pub fn text(&self, place: &(String, String)) -> String {
        let objects = self.caldav().objects("alice", &place.0);
        objects.into_iter().find(|object| object.name == place.1).unwrap().ics
    }

    /// From now on the client system tells these events: id and title.
    pub fn tells(&self, events: impl IntoIterator<Item = (String, String)>) {
        let view = |(id, title): (String, String)| EventView { event_data: ical(&id, &title), event_id: id };
        self.puentes().replace(PHONE, events.into_iter().map(view).collect());
    }

    /// Replaces the faults of the calendar server.
    pub fn faults(&self, rules: Vec<Rule>) {
        self.caldav().set_faults(rules).unwrap();
    }

    /// Asks for a resync and waits for its end.
    pub fn resync(&self, body: Value) -> Answer {
        self.gateway.ask("POST", "/resync", Some(body))
    }

    /// Asks as this phone without waiting for the calendar.
    pub fn ask_async(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let headers = [("X-Phone-Number", PHONE), ("X-Secure-Key", &key(PHONE)), ("Prefer", "respond-async")];
        self.gateway.send(method, path, &headers, body)
    }

    /// `GET /link`.
    pub fn shown(&self) -> Value {
        self.gateway.ask("GET", "/link", None).json
    }
}

/// How many requests changed something.
pub fn writes(counts: &Counts) -> u64 {
    WRITES.iter().map(|method| counts.of(method)).sum()
}

/// The nth of many events: id and title.
pub fn nth(n: usize) -> (String, String) {
    (format!("e{n:03}"), format!("Cita {n:03}"))
}

/// A small event, of this id and title.
pub fn ical(uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:20261203T143000Z\r\nDTEND:20261203T150000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The body of a `POST /events`.
pub fn event(uid: &str, summary: &str) -> Option<Value> {
    Some(json!({"event_data": ical(uid, summary)}))
}
