//! No secret shows: not in logs at their most talkative, not in the database, not in an answer, not in metrics.

use std::time::Duration;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use serde_json::{Value, json};
use simulators::puentes::{Dial, Fault};
use simulators::wire::{Lost, Rule};
use simulators::{caldav, puentes};
use testing::eventually;
use testing::gateway::{Gateway, Phone};
use testing::port::Port;
use testing::settings::{SECRET, host};
use testing::stage::ical;
use url::form_urlencoded::byte_serialize;

const PATIENCE: Duration = Duration::from_secs(60);
/// Of every kind that gets mangled on the way: spaces, quotes, slashes, letters beyond ASCII.
const PASSWORD: &str = "Geheim & süß/\"4711\"+kennwort";
const WRONG: &str = "Falsch & süß/\"0815\"+kennwort";

/// A run with everything in it, and all that it said to the outside.
struct Run {
    caldav: caldav::Server,
    puentes: puentes::Server,
    gateway: Gateway,
    metrics: String,
    /// Keeps it free for the gateway.
    _metrics_port: Port,
    phone: Phone,
    said: Vec<String>,
    /// What only a browser may hold.
    tokens: Vec<String>,
    _runtime: tokio::runtime::Runtime,
}

impl Run {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let users = vec![("alice".to_owned(), PASSWORD.to_owned())];
        let options = caldav::Options { users, ..caldav::Options::default() };
        let caldav = runtime.block_on(caldav::start(free, options)).unwrap();
        let options = puentes::Options { secret: SECRET.to_owned(), seeded: false, ..puentes::Options::default() };
        let puentes = runtime.block_on(puentes::start(free, options)).unwrap();
        let metrics_port = Port::free();
        let metrics = metrics_port.address.to_string();
        let log = "[log]\nlevel = \"trace,ureq=trace,ureq::run=trace,ureq_proto=trace,rustls=trace,hyper=trace\"\n";
        let mut gateway = Gateway::configured(&[host(&caldav.url)], log);
        gateway.environment = vec![
            ("PASARELA_PUENTES__EVENTS_URL", puentes.events_url()),
            ("PASARELA_SERVER__METRICS_LISTEN", metrics.clone()),
            ("PASARELA_SYNC__TICK", "100ms".to_owned()),
        ];
        gateway.run();
        Self {
            caldav,
            puentes,
            gateway,
            metrics,
            _metrics_port: metrics_port,
            phone: Phone::nth(1),
            said: Vec::new(),
            tokens: Vec::new(),
            _runtime: runtime,
        }
    }

    /// Asks, and keeps the answer with its headers.
    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Value) {
        let answer = self.gateway.client().send(method, path, headers, body).unwrap();
        self.said.push(String::from_utf8_lossy(&answer.message.raw).into_owned());
        (answer.status, serde_json::from_str(&answer.text()).unwrap_or_default())
    }

    /// Asks as the phone, with the key in the headers.
    fn ask_as(&mut self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let phone = self.phone.clone();
        let [number, key, ..] = phone.headers();
        let headers = [number, key, ("Content-Type", "application/json"), ("Prefer", "wait=30")];
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.ask(method, path, &headers, body.as_bytes())
    }

    fn link(&mut self, password: &str, more: &Value) -> (u16, Value) {
        let mut account = json!({"url": self.caldav.url, "username": "alice", "password": password});
        account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask_as("POST", "/link", Some(json!({"provider": "caldav", "caldav": account})))
    }

    /// Waits until no resync runs.
    fn settle(&mut self) {
        eventually("the resync to end", PATIENCE, || {
            let (_, link) = self.ask_as("GET", "/link", None);
            (link["last_resync"]["state"] != "in_progress" && link["pending"] == 0).then_some(())
        });
    }

    /// The person's page, with a password typed into every field of it.
    fn pages(&mut self) {
        let Phone { number, key } = self.phone.clone();
        let number: String = byte_serialize(number.as_bytes()).collect();
        let link = format!("/connect?phone_number={number}&secure_key={key}");
        let seen = self.gateway.client().send("GET", &link, &[], b"").unwrap();
        let cookie = seen.message.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        self.ask("GET", &format!("/connect?phone_number={number}&secure_key={}", "0".repeat(32)), &[], b"");
        let app = [("User-Agent", "Mozilla/5.0 (Linux; Android 14; wv) Instagram 350.0")];
        let seen = self.gateway.client().send("GET", &link, &app, b"").unwrap();
        let hop = seen.message.header("location").unwrap().split('=').nth(1).unwrap().to_owned();
        self.ask("GET", &format!("/connect?hop={hop}"), &[], b"");
        let session = [("Cookie", cookie.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let form = self.gateway.client().send("GET", "/connect/caldav", &session, b"").unwrap().text();
        let csrf = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let address = format!("http://alice:{WRONG}@{}/", host(&self.caldav.url));
        for (path, username) in [("/connect/caldav", "alice"), ("/connect/apple", "ana@example.org")] {
            let fields = [("csrf", &csrf), ("address", &address), ("username", &username.to_owned())];
            let body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .append_pair("password", WRONG)
                .finish();
            assert_eq!(self.ask("POST", path, &session, body.as_bytes()).0, 303);
            eventually("the try to end", PATIENCE, || {
                let (status, _) = self.ask("GET", "/connect", &session, b"");
                (status == 303).then_some(())
            });
            self.ask("GET", path, &session, b"");
        }
        for path in ["/connect/history", "/connect/unlink", "/connect/nothing"] {
            self.ask(
                "GET",
                &format!("{path}?password={}", byte_serialize(WRONG.as_bytes()).collect::<String>()),
                &session,
                b"",
            );
        }
        self.tokens = vec![cookie.split('=').nth(1).unwrap().to_owned(), csrf, hop];
    }

    /// Every way to link, well and badly.
    fn links(&mut self) {
        let faults = |run: &Self, rule: Rule| run.caldav.set_faults(vec![Rule { pattern: ".".to_owned(), ..rule }]);
        assert_eq!(self.link(WRONG, &json!({})).1["code"], "login_failed");
        assert_eq!(self.link(PASSWORD, &json!({"calendar": "none"})).1["code"], "calendar_not_found");
        assert_eq!(self.link(PASSWORD, &json!({"url": "https://10.0.0.1/"})).1["code"], "address_not_allowed");
        // People put passwords into addresses; servers repeat what they were sent.
        let inside = format!(
            "http://alice:{}@{}/",
            byte_serialize(PASSWORD.as_bytes()).collect::<String>(),
            host(&self.caldav.url)
        );
        assert_eq!(self.link(WRONG, &json!({"url": inside})).0, 422);
        faults(self, Rule { lost: Some(Lost::Request), ..Rule::default() }).unwrap();
        assert_eq!(self.link(PASSWORD, &json!({})).1["code"], "calendar_unreachable");
        faults(self, Rule { status: Some(500), body: format!("no, {PASSWORD}!"), ..Rule::default() }).unwrap();
        assert_eq!(self.link(PASSWORD, &json!({})).1["code"], "calendar_unreachable");
        self.caldav.set_faults(Vec::new()).unwrap();
        let (status, answer) = self.link(PASSWORD, &json!({}));
        assert_eq!(status, 201, "{answer}");
        assert_eq!(self.link(PASSWORD, &json!({})).1["code"], "already_linked");
        self.settle();
    }

    /// Events through good and bad days of the calendar, and a resync through those of the client system.
    fn events(&mut self) {
        for n in 0..3 {
            let body = json!({"event_data": ical(&format!("s{n}"), "Cita")});
            assert_eq!(self.ask_as("POST", "/events", Some(body)).0, 201);
        }
        let phone = self.phone.clone();
        self.puentes.replace(&phone.number, (0..3).map(told).collect());
        for fault in [Fault::Error, Fault::Cut, Fault::BrokenJson, Fault::BrokenIcal, Fault::Html, Fault::NotFound] {
            self.puentes.set_dial(Dial { fault, ..Dial::default() });
            let (status, answer) = self.ask_as("POST", "/resync", None);
            assert!([502, 200].contains(&status), "{fault:?}: {answer}");
        }
        let back = [("Location".to_owned(), format!("{}/x?secure_key={}", self.puentes.url, phone.key))].into();
        let redirect = Rule { pattern: ".".to_owned(), status: Some(302), headers: back, ..Rule::default() };
        self.puentes.set_dial(Dial::default());
        self.puentes.set_faults(vec![redirect]).unwrap();
        assert_eq!(self.ask_as("POST", "/resync", None).0, 502);
        self.puentes.set_faults(Vec::new()).unwrap();
        assert_eq!(self.ask_as("POST", "/resync", Some(json!({"mode": "rebuild"}))).1["state"], "succeeded");
    }

    /// Requests that are wrong, with their secrets in every place where they can be.
    fn mistakes(&mut self) {
        let phone = self.phone.clone();
        let Phone { number, key } = &phone;
        let number: String = byte_serialize(number.as_bytes()).collect();
        for path in ["/events", "/link", "/nothing", "/resync/none", "/events/none", "/link/"] {
            self.ask("GET", &format!("{path}?phone_number={number}&secure_key={key}"), &[], b"");
            self.ask("PATCH", &format!("{path}?phone_number={number}&secure_key={key}"), &[], b"");
        }
        let json = [("Content-Type", "application/json")];
        let broken = format!(
            "{{\"phone_number\": \"{}\", \"secure_key\": \"{key}\", \"caldav\": {{\"password\": \"{}\"",
            phone.number, "Geheim & süß"
        );
        self.ask("POST", "/link", &json, broken.as_bytes());
        let wrong = json!({"provider": "caldav", "caldav": {"url": "::", "username": 7, "password": PASSWORD, "x": 1}});
        self.ask_as("POST", "/link", Some(wrong));
        self.ask("POST", "/link", &json, &phone.body(json!({"provider": "caldav", "caldav": PASSWORD})));
        self.ask("POST", "/events", &json, &phone.body(json!({"event_data": PASSWORD})));
        self.ask("GET", "/openapi.json", &[], b"");
    }

    /// What the outside saw and what is on the disk, each with its name.
    fn traces(&self) -> Vec<(String, Vec<u8>)> {
        let metrics = ureq::Agent::new_with_defaults()
            .get(format!("http://{}/metrics", self.metrics))
            .call()
            .unwrap()
            .body_mut()
            .read_to_string();
        let mut traces = vec![
            ("the log".to_owned(), self.gateway.whole_log().into_bytes()),
            ("the answers".to_owned(), self.said.join("\n").into_bytes()),
            ("the metrics".to_owned(), metrics.unwrap().into_bytes()),
        ];
        let folder = self.gateway.database();
        for file in std::fs::read_dir(folder.parent().unwrap()).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("pasarela.db") && file.is_file() {
                traces.push((name, std::fs::read(file).unwrap()));
            }
        }
        traces
    }
}

fn told(n: usize) -> puentes::EventView {
    puentes::EventView { event_id: format!("s{n}"), event_data: ical(&format!("s{n}"), "Cita") }
}

/// Each secret in each form that it travels in.
fn needles(phone: &Phone) -> Vec<(String, Vec<u8>)> {
    let mut needles = Vec::new();
    let basic = |password: &str| format!("alice:{password}");
    let secrets =
        [PASSWORD.to_owned(), WRONG.to_owned(), SECRET.to_owned(), phone.key.clone(), basic(PASSWORD), basic(WRONG)];
    for secret in &secrets {
        let form: String = byte_serialize(secret.as_bytes()).collect();
        let json = json!(secret).to_string();
        let debug = format!("{secret:?}");
        let forms = [
            secret.clone(),
            form.replace('+', "%20"),
            form,
            json.trim_matches('"').to_owned(),
            debug.trim_matches('"').to_owned(),
            BASE64_NOPAD.encode(secret.as_bytes()),
            BASE64.encode(secret.as_bytes()),
            BASE64URL_NOPAD.encode(secret.as_bytes()),
        ];
        needles.extend(forms.into_iter().map(|form| (secret.clone(), form.into_bytes())));
    }
    // A part gives it away as well.
    needles.extend(["Geheim", "Falsch", "kennwort"].map(|part| (part.to_owned(), part.as_bytes().to_vec())));
    needles
}

fn holds(hay: &[u8], needle: &[u8]) -> Option<String> {
    let at = hay.windows(needle.len()).position(|window| window == needle)?;
    let around = &hay[at.saturating_sub(200)..(at + needle.len() + 50).min(hay.len())];
    Some(String::from_utf8_lossy(around).into_owned())
}

#[test]
fn a_whole_run_shows_no_secret_anywhere() {
    let mut run = Run::start();
    run.pages();
    run.links();
    run.events();
    run.mistakes();
    let while_linked = run.traces();
    assert_eq!(run.ask_as("DELETE", "/link", None).0, 200);
    let mut traces = run.traces();
    traces.extend(while_linked);
    // What is searched is what was meant to be searched.
    let talk = |name: &str| traces.iter().filter(|(known, _)| known == name).map(|(_, text)| text.len()).max();
    assert!(run.gateway.whole_log().contains("DEBUG") && talk("the log") > Some(10_000), "{:?}", talk("the log"));
    assert!(talk("the answers") > Some(10_000) && talk("the metrics") > Some(500) && talk("pasarela.db") > Some(4096));
    assert!(talk("pasarela.db-wal").is_some());
    // A phone number is no secret to who asks with it; a log tells its end at most.
    let digits = run.phone.number.trim_start_matches("+593");
    assert_eq!(holds(run.gateway.whole_log().as_bytes(), digits.as_bytes()), None);
    for (name, text) in traces.iter().filter(|(name, _)| name != "the answers") {
        for token in &run.tokens {
            assert_eq!(holds(text, token.as_bytes()), None, "a token of a browser stands in {name}");
        }
    }
    for (name, text) in &traces {
        for (secret, needle) in needles(&run.phone) {
            let found = holds(text, &needle);
            assert!(found.is_none(), "{secret:?} stands in {name}: …{}…", found.unwrap_or_default());
        }
    }
}

#[test]
fn the_search_finds_a_secret_in_every_form() {
    let phone = Phone::nth(1);
    let header = format!("Authorization: Basic {}", BASE64.encode(format!("alice:{PASSWORD}").as_bytes()));
    let debug = format!("{:?}", Some(PASSWORD));
    for text in [PASSWORD, &header, &debug, &format!("?secure_key={}&x", phone.key)] {
        assert!(needles(&phone).iter().any(|(_, needle)| holds(text.as_bytes(), needle).is_some()), "{text}");
    }
}
