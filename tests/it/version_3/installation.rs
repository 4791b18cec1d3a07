//! The installation of tests/fixtures/version_3, set up again: database, calendars and client system.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use pasarela::clock::Clock;
use pasarela::secret::SecretString;
use pasarela::vault::{self, Vault};
use rusqlite::Connection;
use serde_json::{Value, json};
use simulators::caldav;
use simulators::google::{self, Google, Options, Quirks};
use simulators::puentes::{self, EventView};
use tempfile::TempDir;
use testing::in_process::{Answer, TestGateway};
use testing::settings::{SECRET, Settings, host};
use tokio::runtime::Runtime;

/// When the gateway of version 0.1.0 was stopped.
const STOPPED: &str = "2026-11-06T01:00:30Z";
/// What the simulated calendar servers take; the others have `secret`.
const PASSWORDS: [(&str, &str); 3] = [("carla", "third"), ("lola", "another"), ("fabio", "abcd-efgh-ijkl-mnop")];
const CALDAV_USERS: [&str; 12] =
    ["alice", "bruno", "carla", "diego", "elena", "fabio", "gina", "hugo", "ivan", "julia", "karl", "lola"];
const GOOGLE_USERS: [&str; 6] = ["ana", "beto", "carmen", "dora", "eva", "nora"];
/// How far apart the simulated Google's ETags are.
const ETAGS: u64 = 2_000;

/// All that stood around the gateway, and its folder until it is opened.
pub(super) struct Installation {
    pub(super) caldav: caldav::Server,
    pub(super) google: Google,
    pub(super) puentes: puentes::Server,
    /// The calendars at Google: whose, and the id.
    pub(super) at_google: Vec<(String, String)>,
    folder: TempDir,
    runtime: Runtime,
}

/// The same with today's gateway on the old database.
pub(super) struct Opened {
    pub(super) caldav: caldav::Server,
    pub(super) google: Google,
    pub(super) gateway: TestGateway,
    pub(super) at_google: Vec<(String, String)>,
    _puentes: puentes::Server,
    _runtime: Runtime,
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version_3").join(name)).unwrap()
}

/// A connection beside the gateway's.
#[expect(clippy::disallowed_methods, reason = "what lies in the database, whatever wrote and reads it")]
pub(super) fn look(database: &Path) -> Connection {
    Connection::open(database).unwrap()
}

/// The nth phone of the fixture.
pub(super) fn phone(n: u32) -> String {
    format!("+593991230{n:03}")
}

fn now() -> jiff::Timestamp {
    STOPPED.parse().unwrap()
}

impl Installation {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let password = |user: &str| PASSWORDS.iter().find(|(name, _)| *name == user).map_or("secret", |(_, word)| word);
        let users = CALDAV_USERS.iter().map(|user| ((*user).to_owned(), password(user).to_owned())).collect();
        let options = caldav::Options { users, ..caldav::Options::default() };
        let caldav = runtime.block_on(caldav::start(free, options)).unwrap();
        let people: Vec<String> = GOOGLE_USERS.iter().map(|name| format!("{name}@example.com")).collect();
        let tokens = people.iter().map(|user| (user.clone(), format!("made-up-token-of-{user}"))).collect();
        let quirks = Quirks { calendars_per_hour: usize::MAX, ..Quirks::default() };
        let options = Options { users: people, tokens, quirks, ..Options::default() };
        let google = runtime.block_on(google::start(free, options)).unwrap();
        google.set_clock(now());
        let told = puentes::Options { secret: SECRET.to_owned(), seeded: false, ..puentes::Options::default() };
        let puentes = runtime.block_on(puentes::start(free, told)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut installation = Self { caldav, google, puentes, at_google: Vec::new(), folder, runtime };
        let calendars: Value = serde_json::from_str(&fixture("calendars.json")).unwrap();
        installation.fill_caldav(&calendars["caldav"]);
        installation.fill_google(&calendars["google"]);
        installation.fill_database();
        installation.caldav.clear_counts();
        installation.google.clear_counts();
        installation
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join("pasarela.db")
    }

    /// Makes the calendars and puts the objects in. Equal texts have equal ETags there.
    fn fill_caldav(&self, calendars: &Value) {
        let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
        let agent = config.build().new_agent();
        for calendar in calendars.as_array().unwrap() {
            let (user, name) = (calendar["user"].as_str().unwrap(), calendar["calendar"].as_str().unwrap());
            let password = PASSWORDS.iter().find(|(one, _)| *one == user).map_or("secret", |(_, word)| word);
            let login = format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()));
            let request = ureq::http::Request::builder().method("MKCALENDAR").uri(self.caldav.calendar_url(user, name));
            let made = agent.run(request.header("authorization", login).body(()).unwrap()).unwrap();
            assert_eq!(made.status(), 201, "{user}");
            for object in calendar["objects"].as_array().unwrap() {
                let object_name = object["name"].as_str().unwrap();
                let place = format!("{}/__sim/objects/{user}/{name}/{object_name}", self.caldav.url);
                let put = agent.put(place).send(object["ics"].as_str().unwrap()).unwrap();
                assert_eq!(put.headers()["etag"], object["etag"].as_str().unwrap());
            }
        }
    }

    /// Makes the calendars and puts the events in. ETags only rise there, so others are used up until each event gets
    /// the one that it had.
    fn fill_google(&mut self, calendars: &Value) {
        for calendar in calendars.as_array().unwrap() {
            let user = calendar["user"].as_str().unwrap();
            let person =
                |method, path: &[&str], body: Value| self.google.person(user, method, path, Some(&body)).unwrap();
            let made = person("POST", &["calendars"], json!({"summary": calendar["summary"]}));
            let id = made["id"].as_str().unwrap();
            let use_up = || number(&person("PATCH", &["calendars", "primary"], json!({}))["etag"]);
            let mut last = use_up();
            for event in calendar["events"].as_array().unwrap() {
                while last + ETAGS < number(&event["etag"]) {
                    last = use_up();
                }
                let mut body = event.clone();
                body.as_object_mut().unwrap().remove("etag");
                let put = match body.as_object_mut().unwrap().remove("recurringEventId") {
                    None => person("POST", &["calendars", id, "events"], body),
                    Some(_) => {
                        let instance = body["id"].as_str().unwrap().to_owned();
                        person("PATCH", &["calendars", id, "events", &instance], body)
                    }
                };
                assert_eq!(put["etag"], event["etag"], "{put}");
                last = number(&put["etag"]);
            }
            self.at_google.push((user.to_owned(), id.to_owned()));
        }
    }

    /// Writes the database down, with today's addresses in it and the credentials sealed with a new identity, and tells
    /// the client system what it had told.
    fn fill_database(&self) {
        let identity = self.folder.path().join("identity.txt");
        vault::create_identity(&identity, now()).unwrap();
        let vault = Vault::open(&identity).unwrap();
        let mut sql = fixture("database.sql");
        let hosts = [("{caldav}", host(&self.caldav.url)), ("{google}", host(&self.google.url))];
        hosts.iter().for_each(|(mark, host)| sql = sql.replace(mark, host));
        self.at_google.iter().for_each(|(user, id)| sql = sql.replace(&format!("{{calendar of {user}}}"), id));
        let database = look(&self.database());
        database.execute_batch(&sql).unwrap();
        for (table, column) in [("links", "credentials"), ("authorizations", "secrets")] {
            let mut open =
                database.prepare(&format!("SELECT id, {column} FROM {table} WHERE typeof({column}) = 'text'")).unwrap();
            let rows: Vec<(i64, String)> =
                open.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().flatten().collect();
            assert!(!rows.is_empty());
            for (id, text) in rows {
                let sealed = vault.seal(&SecretString::from(text)).bytes;
                database.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1"), (id, sealed)).unwrap();
            }
        }
        let mut held = database
            .prepare("SELECT key, event_id, ical FROM events JOIN holders h ON h.id = holder_id WHERE NOT deleted")
            .unwrap();
        let rows = held.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        for (phone, event_id, event_data) in rows.map(Result::<(String, _, _), _>::unwrap) {
            self.puentes.put(&phone, EventView { event_id, event_data });
        }
    }

    /// Opens it with today's gateway.
    pub(super) fn open(self) -> Opened {
        let settings = Settings::default()
            .google(&self.google)
            .caldav(&self.caldav)
            .set("apple", "url", format!("{}/", self.caldav.url))
            .events_url(self.puentes.events_url())
            .lines("sync.tick = \"100ms\"\nsync.answer_within = \"60s\"");
        Opened {
            gateway: TestGateway::kept(self.folder, settings, Clock::standing(now())),
            caldav: self.caldav,
            google: self.google,
            at_google: self.at_google,
            _puentes: self.puentes,
            _runtime: self.runtime,
        }
    }
}

fn number(etag: &Value) -> u64 {
    etag.as_str().unwrap().trim_matches('"').parse().unwrap()
}

impl Opened {
    /// Asks as the nth phone.
    pub(super) fn ask(&self, n: u32, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.gateway.ask_as(&phone(n), method, path, body)
    }

    /// `GET /link` of the nth phone.
    pub(super) fn link(&self, n: u32) -> Value {
        self.ask(n, "GET", "/link", None).json
    }

    /// A page in English, in the browser that has this session.
    pub(super) fn page(&self, session: &str, path: &str) -> Answer {
        let cookie = format!("pasarela_session={session}");
        self.gateway.send("GET", path, &[("cookie", &cookie), ("accept-language", "en")], None)
    }

    /// What was written at the calendar servers, but in the calendars of those who unlinked.
    pub(super) fn writes(&self) -> Vec<String> {
        let carmen = self.calendar("carmen@example.com");
        let all = self.caldav.counts().lines.into_iter().chain(self.google.calls());
        let reads = ["GET ", "PROPFIND ", "REPORT ", "OPTIONS ", "HEAD "];
        all.filter(|line| !reads.iter().any(|read| line.starts_with(read)))
            .filter(|line| !line.contains("/elena/") && !line.replace("%40", "@").contains(carmen))
            .collect()
    }

    /// The id of somebody's calendar at Google.
    pub(super) fn calendar(&self, user: &str) -> &str {
        &self.at_google.iter().find(|(one, _)| one == user).unwrap().1
    }

    /// Time goes by, here and at Google.
    pub(super) fn wait_a_day(&self) {
        let day = std::time::Duration::from_secs(86_400);
        self.google.advance(jiff::SignedDuration::try_from(day).unwrap());
        self.gateway.clock.advance(day);
    }
}
