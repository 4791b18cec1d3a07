//! The simulated Google: the suite.

use pasarela::calendar::Zone;
use pasarela::clock::Clock;
use pasarela::config::Config;
use pasarela::link::AccountName;
use pasarela::outbound::Patience;
use pasarela::permit::Permit;
use pasarela::placement::{Mark, RemoteKey};
use pasarela::providers::account::{AccountError, RemoteAccount, StoredAccount, WishedCalendar};
use pasarela::providers::consent::Consent;
use pasarela::providers::google::Client;
use pasarela::secret::SecretString;
use serde_json::{Value, json};
use simulators::google::{Google, Options, Quirks, USER, start};
use testing::faults::{FaultProxy, Rule};
use tokio::runtime::Runtime;

use super::room::{Raw, Room, settled};
use super::suite::{self, Ground};

const TOKEN: &str = "a-token-of-the-tests";

#[test]
fn google_conforms() {
    let desk = Desk::new(&[], Quirks::default());
    suite::run(&desk);
    assert_eq!(desk.google.refused_scopes(), Vec::<String>::new());
    assert!(desk.google.mails().is_empty());
}

#[test]
fn google_conforms_when_every_third_answer_to_a_write_is_lost() {
    suite::run(&Desk::new(&[Rule::every_third_answer_to_a_write_is_lost()], Quirks::default()));
}

#[test]
fn google_conforms_when_it_asks_to_slow_down() {
    suite::run(&Desk::new(&[Rule::throttle(7, 1)], Quirks::default()));
}

#[test]
fn google_conforms_with_its_batches_in_another_order() {
    let quirks =
        Quirks { batch_reversed: true, batch_conflict_every: 3, exception_bumps_master: true, ..Quirks::default() };
    suite::run(&Desk::new(&[], quirks));
}

struct Desk {
    google: Google,
    client: Client,
    _proxy: FaultProxy,
    _runtime: Runtime,
}

impl Desk {
    /// The way to Google is through a proxy with these faults.
    fn new(rules: &[Rule], quirks: Quirks) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let tokens = vec![(USER.to_owned(), TOKEN.to_owned())];
        let options = Options { tokens, quirks, ..Options::default() };
        let google = runtime.block_on(start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
        let proxy = FaultProxy::start(google.url.trim_start_matches("http://"), rules);
        let settings = google.settings().replace(&google.url, proxy.url().trim_end_matches('/'));
        let settings = format!(
            "puentes.secret = \"s\"\n[google]\n{settings}user_requests_per_minute = 1000000\n\
             project_requests_per_minute = 1000000\n"
        );
        let settings = Config::from_toml(&settings).unwrap().google.unwrap();
        let client = Client::new(settings, Clock::standing(jiff::Timestamp::UNIX_EPOCH))
            .under(&Permit::of_operator(), &Patience::none());
        Self { google, client, _proxy: proxy, _runtime: runtime }
    }

    fn account(&self) -> Box<dyn RemoteAccount<'_> + '_> {
        let tokens = json!({
            "access": TOKEN, "refresh": "none", "expires_at": "2100-01-01T00:00:00Z",
            "authorised_at": "2026-01-01T00:00:00Z",
        });
        let (name, credentials) = (AccountName::from_text(USER), SecretString::from(tokens.to_string()));
        let stored = StoredAccount { name: &name, username: USER, credentials: &credentials };
        self.client.account(stored, Box::new(|_| Err("never".to_owned()))).unwrap()
    }
}

impl Ground for Desk {
    fn name(&self) -> &'static str {
        "Google"
    }

    fn room<'a>(&'a self, name: &str, mark: &Mark) -> Room<'a> {
        let account = self.account();
        let zone = Zone::named("America/Guayaquil").unwrap();
        let wished = WishedCalendar { name, description: "Citas", zone: &zone };
        let make = || {
            account.make(&wished).map_err(|error| match error {
                AccountError::Remote(error) => error,
                other => panic!("{other}"),
            })
        };
        let calendar = settled(&self.client.clock, make).unwrap().address;
        let remote = account.open(&calendar, &zone, mark.clone()).unwrap();
        Room {
            remote,
            raw: Box::new(Page { google: &self.google, calendar }),
            server: self.name(),
            clock: self.client.clock.clone(),
        }
    }
}

/// One calendar in Google's own pages.
struct Page<'g> {
    google: &'g Google,
    calendar: String,
}

impl Page<'_> {
    fn ask(&self, method: &str, below: &[&str], body: Option<&Value>) -> Option<Value> {
        let path = [&["calendars", self.calendar.as_str()], below].concat();
        self.google.person(USER, method, &path, body).ok()
    }
}

impl Raw for Page<'_> {
    fn put_foreign(&mut self, name: &str, title: &str) {
        let at = |time: &str| json!({"dateTime": time, "timeZone": "Europe/Madrid"});
        let body = json!({
            "id": name, "summary": title, "start": at("2026-11-05T10:00:00"), "end": at("2026-11-05T11:00:00"),
        });
        assert!(self.ask("POST", &["events"], Some(&body)).is_some());
    }

    fn foreign(&mut self, name: &str) -> Option<String> {
        let event = self.ask("GET", &["events", name], None)?;
        (event["status"] != "cancelled").then(|| event.to_string())
    }

    fn remove_foreign(&mut self, name: &str) {
        self.ask("DELETE", &["events", name], None);
    }

    fn text(&mut self, key: &RemoteKey) -> String {
        self.foreign(key.as_str()).unwrap_or_default()
    }

    fn remove(&mut self) {
        self.ask("DELETE", &[], None);
    }

    fn is_there(&mut self) -> bool {
        self.ask("GET", &[], None).is_some()
    }
}
