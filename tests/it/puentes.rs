//! Asking Puentes, over real sockets: all events of a phone, or an error that says why.

use std::time::Duration;

use jiff::Timestamp;
use pasarela::clients::puentes::EventsEndpoint;
use pasarela::clients::{SourceError, Telling, Told};
use pasarela::config::{self, Config};
use pasarela::ids::HolderKey;
use pasarela::outbound::{Outbound, Rules};
use pasarela::permit::Permit;
use simulators::puentes::{Dial, EventView, Fault, Options, SEEDED_PHONE, Server, start};
use tokio::runtime::Runtime;

/// The simulator, and the settings with which a gateway asks it.
struct Line {
    runtime: Runtime,
    puentes: Server,
    settings: config::Puentes,
    rules: Rules,
}

impl Line {
    fn open(dial: Dial) -> Self {
        let runtime = Runtime::new().unwrap();
        let puentes = runtime.block_on(start("127.0.0.1:0".parse().unwrap(), Options::default())).unwrap();
        puentes.set_dial(dial);
        let text = format!("[puentes]\nsecret = \"demo-secret\"\nevents_url = \"{}\"\n", puentes.events_url());
        let settings = Config::from_toml(&text).unwrap().puentes;
        let rules = Rules {
            allowed_hosts: settings.host_and_port().into_iter().collect(),
            first_byte: Duration::from_millis(300),
            ..Rules::default()
        };
        Self { runtime, puentes, settings, rules }
    }

    fn ask(&self, phone: &str) -> Result<Telling, SourceError> {
        let endpoint = EventsEndpoint::of(&self.settings, Outbound::new(self.rules.clone())).unwrap();
        endpoint.all_events(&HolderKey::from_canonical(phone), Timestamp::UNIX_EPOCH, &Permit::of_operator())
    }

    fn close(self) {
        self.runtime.block_on(self.puentes.stop());
    }
}

fn told(events: Vec<EventView>) -> Vec<Told> {
    events.into_iter().map(|event| Told { event_id: event.event_id, event_data: event.event_data }).collect()
}

#[test]
fn all_pages_arrive_byte_for_byte() {
    let line = Line::open(Dial { page_size: 2, ..Dial::default() });
    let kept = told(line.puentes.events(SEEDED_PHONE));
    assert!(kept.len() > 4, "the seed has several pages");
    let mut heard = line.ask(SEEDED_PHONE).unwrap().events;
    heard.sort_by(|one, other| one.event_id.cmp(&other.event_id));
    assert_eq!(heard, kept);
    assert_eq!(line.ask("+593987654321"), Ok(Telling::default()), "an unknown phone has no events");
    line.close();
}

#[test]
fn a_mexican_mobile_is_found_by_the_spelling_that_puentes_keeps() {
    let line = Line::open(Dial::default());
    let event = |id: &str| EventView { event_id: id.to_owned(), event_data: "x".to_owned() };
    let ids = |phone: &str| line.ask(phone).unwrap().events.into_iter().map(|told| told.event_id).collect::<Vec<_>>();
    let (holder, old) = ("+525512345678", "+5215512345678");
    assert_eq!(ids(holder), Vec::<String>::new(), "known in no spelling");
    line.puentes.replace(old, vec![event("old")]);
    assert_eq!(ids(holder), ["old"]);
    line.puentes.replace(holder, vec![event("new")]);
    assert_eq!(ids(holder), ["new"]);
    line.puentes.replace(holder, Vec::new());
    assert_eq!(ids(holder), Vec::<String>::new(), "known, and without events");
    assert_eq!(ids("+593987654321"), Vec::<String>::new(), "no other country's");
    let asked = line.puentes.counts().total;
    line.puentes.set_dial(Dial { fault: Fault::Error, ..Dial::default() });
    assert!(line.ask(holder).is_err());
    assert_eq!(line.puentes.counts().total, asked + 1, "who does not answer is not asked otherwise");
    line.close();
}

#[test]
fn a_calendar_instead_of_json_tells_the_same_events() {
    let line = Line::open(Dial { text_calendar: true, ..Dial::default() });
    let ids = |told: &[Told]| {
        let mut ids: Vec<_> = told.iter().map(|told| told.event_id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&line.ask(SEEDED_PHONE).unwrap().events), ids(&told(line.puentes.events(SEEDED_PHONE))));
    line.close();
}

#[test]
fn whatever_fails_at_puentes_is_an_error_without_the_key() {
    let line = Line::open(Dial::default());
    let faults = [
        (Fault::Error, "status 500"),
        (Fault::Cut, "can't be asked"),
        (Fault::HalfPage, "can't be read"),
        (Fault::BrokenJson, "can't be read"),
        (Fault::Html, "Content-Type is text/html"),
        (Fault::Hang, "can't be asked"),
        (Fault::Endless, "Puentes's "),
    ];
    for text_calendar in [false, true] {
        for (fault, says) in faults {
            // A calendar has one page, so it can't be endless, and a fault on a second page never comes.
            let pages: &[usize] = if text_calendar { &[1] } else { &[1, 2] };
            for page in pages.iter().filter(|_| !(text_calendar && fault == Fault::Endless)) {
                line.puentes.set_dial(Dial { fault, on_page: Some(*page), page_size: 2, text_calendar });
                let error = line.ask(SEEDED_PHONE).expect_err("nothing may change").to_string();
                assert!(error.contains(says), "{fault:?} on page {page}: {error}");
                let key = line.puentes.secure_key(SEEDED_PHONE);
                assert!(!error.contains(&key) && !error.contains("593991234567"), "{error}");
            }
        }
    }
    line.puentes.set_dial(Dial { fault: Fault::NotFound, on_page: Some(2), page_size: 2, ..Dial::default() });
    assert!(line.ask(SEEDED_PHONE).unwrap_err().to_string().contains("a page is missing"));
    line.close();
}

#[test]
fn another_secret_is_named_as_the_cause() {
    let mut line = Line::open(Dial::default());
    line.settings.secret = "another".into();
    assert!(line.ask(SEEDED_PHONE).unwrap_err().to_string().contains("puentes.secret"));
    line.close();
}

#[test]
fn an_endpoint_that_nobody_allowed_is_not_asked() {
    let mut line = Line::open(Dial::default());
    line.rules = Rules::default();
    assert!(matches!(line.ask(SEEDED_PHONE), Err(SourceError::Unavailable(_))));
    assert_eq!(line.puentes.counts().connections, 0);
    line.close();
}
