//! What is written is read by others: two strict parsers of other makers, and Cyrus.
//!
//! The texts are real ones, which packages ship that `tests/run` installs, and made-up ones. Whatever of them is accepted
//! is written as for a calendar; then no parser may refuse it, both read the same words out of it as we meant, and Cyrus
//! takes it. The parsers are icalendar (Python), read to the letter by `tests/texts/judge.py`, and ical.js, which has no
//! lenient way: they share no code with each other, with calcard, or with Cyrus's libical.

mod feeds;
mod json;
pub(crate) mod judges;
mod made_up;
pub(crate) mod real;

use std::collections::BTreeMap;

use pasarela::calendar::{Details, Event};
use pasarela::ical;
use pasarela::placement::RemoteKey;
use pasarela::reading::{self, Form};
use testing::cases::seeds;
use testing::servers::CaldavServer;
use testing::wire::Client;

/// Real events that CI writes; `tests/run long` writes all.
const SAMPLE: usize = 300;

/// One event as it goes out, and the words in it.
pub(crate) struct Sample {
    name: String,
    pub(crate) text: String,
    words: Vec<BTreeMap<String, String>>,
    event: Event,
}

impl Sample {
    /// None when the text is not accepted.
    fn of(name: String, text: &str) -> Option<Self> {
        let draft = reading::read(Form::Ical, text).ok()?;
        let (id, event) = (draft.name(None).ok()?, &draft.event);
        let key = RemoteKey::from_text(&name);
        let object = ical::write(event, &key, id, pasarela::calendar::People::AsText).unwrap();
        let words = words(event, &format!("{key}@pasarela"));
        Some(Self { words, text: object.text, name, event: draft.event })
    }
}

fn words(event: &Event, uid: &str) -> Vec<BTreeMap<String, String>> {
    let all = std::iter::once(&event.master).chain(event.overrides.iter().map(|one| &one.details));
    let said = |details: &Details| {
        let words = [
            ("UID", Some(uid.to_owned())),
            ("SUMMARY", Some(details.summary.clone())),
            (
                "DESCRIPTION",
                ical::description(details, &ical::parted(details, pasarela::calendar::People::AsText).text),
            ),
            ("LOCATION", details.location.clone()),
        ];
        words.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    };
    all.map(said).collect()
}

#[test]
fn real_events_are_read_by_others_and_taken_by_a_server() {
    let samples = real::samples(SAMPLE);
    std::thread::scope(|scope| {
        let server = scope.spawn(|| refused_by_cyrus(&samples));
        let judged = judges::refused(&samples);
        assert_eq!([judged, server.join().unwrap()].concat(), Vec::<String>::new());
    });
}

#[test]
fn real_events_are_documents_and_come_back() {
    let told = real::samples(SAMPLE).iter().map(json::comes_back).sum::<usize>();
    assert!(told > 0, "of some events something has no word in JSON");
}

#[test]
fn made_up_events_are_documents_and_come_back() {
    let samples: Vec<Sample> = seeds(0..8_000).filter_map(made_up::sample).collect();
    assert!(samples.len() > 300, "{} of the texts were accepted", samples.len());
    let told: usize = samples.iter().map(json::comes_back).sum();
    assert!(told > 0, "of some events something has no word in JSON");
}

#[test]
fn made_up_events_are_read_by_others() {
    let samples: Vec<Sample> = seeds(0..8_000).filter_map(made_up::sample).collect();
    assert!(samples.len() > 300, "{} of the texts were accepted", samples.len());
    assert_eq!(judges::refused(&samples), Vec::<String>::new());
}

/// What Cyrus says against objects, each put once into a calendar of their own.
fn refused_by_cyrus(samples: &[Sample]) -> Vec<String> {
    let cyrus = CaldavServer::cyrus();
    let mut client = Client::new(cyrus.host()).with_basic(cyrus.username, cyrus.password);
    let calendar = format!("{}texts-{}/", cyrus.home_path(), std::process::id());
    let made = client.send("MKCALENDAR", &calendar, &[], b"").unwrap();
    assert_eq!(made.status, 201, "{}", made.text());
    let mut refused = Vec::new();
    for Sample { name, text, .. } in samples {
        let path = format!("{calendar}{name}.ics");
        let answer = client.send("PUT", &path, &[("Content-Type", "text/calendar")], text.as_bytes()).unwrap();
        if answer.status != 201 {
            refused.push(format!("Cyrus answers {} for {name}: {}\n{text}", answer.status, answer.text()));
        }
    }
    let gone = client.send("DELETE", &calendar, &[], b"").unwrap();
    assert!([204, 404].contains(&gone.status), "{}", gone.text());
    refused
}
