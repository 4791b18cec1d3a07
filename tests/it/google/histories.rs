//! The engine's random histories with Google as the far side: lost requests and answers, errors in single parts of
//! batches, a gateway that dies between two requests, and a person who edits and deletes.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;

use fastrand::Rng;
use pasarela::calendar::{Event, Zone};
use pasarela::clock::Clock;
use pasarela::config::Config;
use pasarela::link::AccountName;
use pasarela::outbound::Patience;
use pasarela::permit::Permit;
use pasarela::placement::{Mark, RemoteKey, Sight};
use pasarela::providers::account::StoredAccount;
use pasarela::providers::consent::Consent;
use pasarela::providers::google::Client;
use pasarela::providers::{Answer, Call, Listed, Outgoing, RemoteCalendar, RemoteError, Written};
use pasarela::secret::SecretString;
use serde_json::{Value, json};
use simulators::google::{Google, Options, Quirks, Trouble, USER, start};
use simulators::wire::{Lost, Rule};
use testing::bench_top::BenchTop;
use testing::cases::seeds;
use testing::memory::Crash;
use tokio::runtime::Runtime;

use crate::engine::golden::{EVENTS, are_as_they_were, end_state};
use crate::engine::histories::{lives, play};
use crate::engine::shore::Shore;
use crate::engine::world::{HOLLOW, World};

const TOKEN: &str = "a-token-of-the-tests";

/// The simulated Google, for one history after the other.
struct Beach {
    google: Google,
    client: Client,
    _runtime: Runtime,
}

/// One calendar there.
struct Bay<'b> {
    beach: &'b Beach,
    calendar: String,
    /// Dice for the gateway's deaths; none while it is calm.
    crashes: Mutex<Option<Rng>>,
}

impl Beach {
    fn new(clock: &Clock) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = Options {
            tokens: vec![(USER.to_owned(), TOKEN.to_owned())],
            quirks: Quirks { calendars_per_hour: usize::MAX, ..Quirks::default() },
            ..Options::default()
        };
        let google = runtime.block_on(start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
        let settings = format!(
            "puentes.secret = \"s\"\n[google]\n{}user_requests_per_minute = 1000000\n\
             project_requests_per_minute = 1000000\n",
            google.settings()
        );
        let settings = Config::from_toml(&settings).unwrap().google.unwrap();
        Self {
            google,
            client: Client::new(settings, clock.clone()).under(&Permit::of_operator(), &Patience::none()),
            _runtime: runtime,
        }
    }

    fn bay(&self) -> Bay<'_> {
        let made = self.google.person(USER, "POST", &["calendars"], Some(&json!({"summary": "Puentes"}))).unwrap();
        Bay { beach: self, calendar: made["id"].as_str().unwrap().to_owned(), crashes: Mutex::new(None) }
    }
}

impl Bay<'_> {
    fn person(&self, method: &str, id: Option<&str>, body: Option<Value>) -> Value {
        let mut path = vec!["calendars", &self.calendar, "events"];
        path.extend(id);
        self.beach.google.person(USER, method, &path, body.as_ref()).unwrap_or_default()
    }

    /// The gateway may die here.
    fn dice(&self) {
        let mut crashes = self.crashes.lock().unwrap();
        if crashes.as_mut().is_some_and(|rng| rng.u8(0..12) == 0) {
            drop(crashes);
            resume_unwind(Box::new(Crash));
        }
    }
}

impl Drop for Bay<'_> {
    fn drop(&mut self) {
        drop(self.beach.google.person(USER, "DELETE", &["calendars", &self.calendar], None));
    }
}

/// What is seen of an event: its title, and those of the occurrences that differ.
fn seen(master: &Value, all: &[Value]) -> String {
    let title = |event: &Value| event["summary"].as_str().unwrap_or_default().to_owned();
    let own = all.iter().filter(|event| event["recurringEventId"] == master["id"] && event["status"] != "cancelled");
    // One that was put back is an object of its own for ever, and shows what the series shows.
    let mut titles: Vec<String> = own.map(title).filter(|one| *one != title(master)).collect();
    titles.sort();
    format!("{} {} {titles:?}", title(master), master["recurrence"].is_array())
}

impl Shore for Bay<'_> {
    fn shore<'a>(&'a self, mark: Mark) -> Box<dyn RemoteCalendar + 'a> {
        let tokens = json!({
            "access": TOKEN, "refresh": "none", "expires_at": "2100-01-01T00:00:00Z",
            "authorised_at": "2026-01-01T00:00:00Z",
        });
        let (name, credentials) = (AccountName::from_text(USER), SecretString::from(tokens.to_string()));
        let stored = StoredAccount { name: &name, username: USER, credentials: &credentials };
        let account = self.beach.client.account(stored, Box::new(|_| Err("never".to_owned()))).unwrap();
        let zone = Zone::named("America/Guayaquil").unwrap();
        Box::new(Mortal { bay: self, remote: account.open(&self.calendar, &zone, mark).unwrap() })
    }

    fn foreign(&self) -> RemoteKey {
        let body = json!({"summary": "Dentista", "start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}});
        RemoteKey::from_text(self.person("POST", None, Some(body))["id"].as_str().unwrap())
    }

    fn edit(&self, key: &RemoteKey) {
        self.person("PATCH", Some(key.as_str()), Some(json!({"summary": "by hand"})));
        // Of a series, one occurrence as well.
        let instance = format!("{key}_20260119T100000Z");
        self.person("PATCH", Some(&instance), Some(json!({"summary": "by hand too"})));
    }

    fn remove(&self, key: &RemoteKey) {
        self.person("DELETE", Some(key.as_str()), None);
    }

    fn standing(&self) -> BTreeMap<RemoteKey, Option<String>> {
        let all = self.beach.google.events(&self.calendar);
        let live = all.iter().filter(|event| event["status"] != "cancelled" && event["recurringEventId"].is_null());
        live.map(|event| {
            let ours = event["extendedProperties"]["private"]["psrMark"].is_string();
            (RemoteKey::from_text(event["id"].as_str().unwrap()), ours.then(|| seen(event, &all)))
        })
        .collect()
    }

    fn told(&self, event: &Event) -> String {
        let titles: Vec<&str> = event.overrides.iter().map(|one| one.details.summary.as_str()).collect();
        format!("{} {} {titles:?}", event.master.summary, event.master.recurrence.is_some())
    }

    fn rage(&self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let mut lost = |lost, every| Rule {
            pattern: "/calendar/v3".to_owned(),
            lost: Some(lost),
            every: rng.u64(every),
            ..Rule::default()
        };
        // The first rule that fits decides, so each history has one kind of loss.
        let rules = [lost(Lost::Answer, 3..9), lost(Lost::Request, 4..9), lost(Lost::Half, 4..9)];
        let rule = rules[usize::try_from(seed % 3).unwrap()].clone();
        self.beach.google.set_faults(vec![rule]).unwrap();
        let trouble = |code, reason: &str, every, after| Trouble {
            pattern: "/events".to_owned(),
            code,
            reason: reason.to_owned(),
            every,
            after,
            ..Trouble::default()
        };
        let troubles = vec![
            trouble(503, "backendError", rng.u64(7..15), true),
            trouble(403, "rateLimitExceeded", rng.u64(17..40), false),
            trouble(403, "insufficientPermissions", rng.u64(30..60), false),
        ];
        self.beach.google.set_trouble(troubles).unwrap();
        let quirks = Quirks {
            batch_reversed: rng.bool(),
            batch_conflict_every: rng.u64(0..5),
            exception_bumps_master: rng.bool(),
            calendars_per_hour: usize::MAX,
            ..Quirks::default()
        };
        self.beach.google.set_quirks(quirks);
        *self.crashes.lock().unwrap() = Some(rng);
    }

    fn away(&self) {
        let rule = Rule { pattern: "/".to_owned(), lost: Some(Lost::Request), ..Rule::default() };
        self.beach.google.set_faults(vec![rule]).unwrap();
        *self.crashes.lock().unwrap() = None;
    }

    fn calm(&self) {
        self.beach.google.set_faults(Vec::new()).unwrap();
        self.beach.google.set_trouble(Vec::new()).unwrap();
        *self.crashes.lock().unwrap() = None;
    }

    fn forbid(&self) {
        self.beach.google.clear_counts();
    }

    fn forbidden(&self) -> usize {
        self.beach.google.calls().len()
    }
}

/// The calendar of a gateway that may die before and after each request.
struct Mortal<'a> {
    bay: &'a Bay<'a>,
    remote: Box<dyn RemoteCalendar + 'a>,
}

impl Mortal<'_> {
    fn between<T>(&self, act: impl FnOnce(&dyn RemoteCalendar) -> T) -> T {
        self.bay.dice();
        let answer = act(self.remote.as_ref());
        self.bay.dice();
        answer
    }
}

impl RemoteCalendar for Mortal<'_> {
    fn insert(&self, outgoing: Outgoing<'_>) -> Result<Written, RemoteError> {
        self.between(|remote| remote.insert(outgoing))
    }

    fn update(&self, outgoing: Outgoing<'_>, seen: &Sight) -> Result<Written, RemoteError> {
        self.between(|remote| remote.update(outgoing, seen))
    }

    fn delete(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<(), RemoteError> {
        self.between(|remote| remote.delete(key, last))
    }

    fn fetch(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<Option<Sight>, RemoteError> {
        self.between(|remote| remote.fetch(key, last))
    }

    fn list_ours(&self) -> Result<Vec<Listed>, RemoteError> {
        self.between(|remote| remote.list_ours())
    }

    fn max_in_flight(&self) -> usize {
        self.remote.max_in_flight()
    }

    fn batch_size(&self) -> usize {
        self.remote.batch_size()
    }

    fn carry_out(&self, calls: &[Call<'_>]) -> Vec<Result<Answer, RemoteError>> {
        self.between(|remote| remote.carry_out(calls))
    }

    fn remove_if_empty(&self) -> Result<bool, RemoteError> {
        self.between(|remote| remote.remove_if_empty())
    }
}

#[test]
fn random_histories_with_google_end_with_what_was_promised() {
    let bench_top = BenchTop::new();
    let clock = Clock::standing("2026-01-01T00:00:00Z".parse().unwrap());
    let gateway = bench_top.gateway(clock.clone(), 1);
    let beach = Beach::new(&clock);
    for seed in seeds(0..2000) {
        let played = catch_unwind(AssertUnwindSafe(|| play(World::on(&gateway, seed, beach.bay()), seed)));
        beach.google.set_faults(Vec::new()).unwrap();
        beach.google.set_trouble(Vec::new()).unwrap();
        beach.google.clear_counts();
        assert!(played.is_ok(), "seed {seed} failed: PASARELA_SEEDS={seed}..{} plays it again", seed + 1);
    }
}

/// What depends on how a connection broke is left out: how much a run or an unlink counted.
#[test]
fn histories_with_google_end_as_they_ended_before() {
    let bench_top = BenchTop::new();
    let clock = Clock::standing("2026-01-01T00:00:00Z".parse().unwrap());
    let gateway = bench_top.gateway(clock.clone(), 1);
    let beach = Beach::new(&clock);
    let ends = (0..20).map(|seed| {
        fastrand::seed(seed);
        let mut world = World::on(&gateway, seed, beach.bay());
        lives(&mut world, seed);
        end_state(&world, &bench_top.database(), &[EVENTS])
    });
    are_as_they_were("google.txt", &ends.collect::<Vec<_>>());
}

#[test]
fn random_histories_with_google_and_storms_end_with_what_was_promised() {
    let bench_top = BenchTop::new();
    let clock = Clock::standing("2026-01-01T00:00:00Z".parse().unwrap());
    let gateway = bench_top.gateway_with(clock.clone(), 1, "sync.brake_events = 3");
    let beach = Beach::new(&clock);
    for seed in seeds(0..1000) {
        let mut world = World::on(&gateway, seed, beach.bay());
        world.storms = true;
        world.content = HOLLOW;
        let played = catch_unwind(AssertUnwindSafe(|| play(world, seed)));
        beach.google.set_faults(Vec::new()).unwrap();
        beach.google.set_trouble(Vec::new()).unwrap();
        beach.google.clear_counts();
        assert!(played.is_ok(), "seed {seed} failed: PASARELA_SEEDS={seed}..{} plays it again", seed + 1);
    }
}
