//! Where an event takes place when that is not (only) a place: ways to join from afar, and what is still to be agreed.

use serde_json::{Map, Value};

use super::fields::{Field, Fields, words};
use super::invalid::Invalid;
use super::names;
use super::words::word;
use crate::calendar::Conference;
use crate::ical;
use crate::quoted::Quoted;

/// Places of one event.
const MAX_VENUES: usize = 50;

/// One of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venue {
    /// What kind of place.
    pub kind: VenueKind,
    /// Where to go or to call.
    pub uri: Option<String>,
    /// What a person reads on it.
    pub label: Option<String>,
    /// What it offers (`audio`, `video`, …; RFC 7986 §6.3), sorted.
    pub features: Vec<String>,
}

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VenueKind {
    /// A meeting of Google's.
    GoogleMeet,
    /// A meeting of Microsoft's.
    Teams,
    /// Another page.
    Link,
    /// The guest calls.
    PhoneHost,
    /// The guest is called.
    PhoneGuest,
    /// A place, in words.
    Address,
    /// It is asked for.
    Ask,
}

const KINDS: &[(&str, VenueKind)] = &[
    ("google_meet", VenueKind::GoogleMeet),
    ("teams", VenueKind::Teams),
    ("link", VenueKind::Link),
    ("phone_host", VenueKind::PhoneHost),
    ("phone_guest", VenueKind::PhoneGuest),
    ("address", VenueKind::Address),
    ("ask", VenueKind::Ask),
];

impl VenueKind {
    /// What kind of place a link leads to.
    fn of(uri: &str) -> Self {
        let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
        let host = rest.trim_start_matches('/').split(['/', '?', '#', ':']).next().unwrap_or_default();
        let is_on = |name: &str| host.eq_ignore_ascii_case(name);
        match scheme.to_ascii_lowercase().as_str() {
            "tel" => Self::PhoneHost,
            _ if is_on("meet.google.com") => Self::GoogleMeet,
            _ if is_on("teams.microsoft.com") || is_on("teams.live.com") => Self::Teams,
            _ => Self::Link,
        }
    }
}

/// Reads the places.
///
/// # Errors
/// When one can't be read.
pub(super) fn read(field: &Field<'_>) -> Result<Vec<Venue>, Invalid> {
    field.items(MAX_VENUES)?.iter().map(venue).collect()
}

/// A place. With a link it is of the kind that the link leads to.
fn venue(field: &Field<'_>) -> Result<Venue, Invalid> {
    let fields = Fields::of(field, names::PLACE)?;
    let uri = fields.given("uri").map(link).transpose()?;
    let kind = match (fields.given("kind"), &uri) {
        (Some(kind), None) => kind.word(KINDS)?,
        (None, None) => return Err(fields.missing("kind", "what kind of place is it? google_meet, teams, link, …")),
        (kind, Some(uri)) => {
            let said = kind.map(|kind| kind.word(KINDS)).transpose()?;
            if let (Some(kind), Some(VenueKind::PhoneGuest | VenueKind::Address | VenueKind::Ask)) = (kind, said) {
                return Err(kind.wrong("such a place has no uri"));
            }
            VenueKind::of(uri)
        }
    };
    let label = fields.given("label").map(words).transpose()?.flatten();
    let label = label.map(|label| label.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut features = Vec::new();
    if let Some(list) = fields.given("features") {
        for item in list.items(MAX_VENUES)? {
            let text = item.text()?.to_ascii_lowercase();
            if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(item.wrong("a word such as audio, video, chat, phone or screen is needed"));
            }
            features.push(text);
        }
    }
    features.sort();
    features.dedup();
    Ok(Venue { kind, uri, label, features })
}

/// A link, with what can't stand in one encoded.
///
/// # Errors
/// When it has no scheme.
pub(super) fn link(field: &Field<'_>) -> Result<String, Invalid> {
    let text = field.text()?.trim();
    ical::link(text).ok_or_else(|| {
        field.wrong(format!("{} is no link: begin it with its scheme, as in https://example.org/", Quoted(text)))
    })
}

impl Venue {
    /// The place of a way to join.
    pub(super) fn of(conference: &Conference) -> Self {
        let Conference { uri, label, features } = conference;
        let mut features: Vec<String> = features.iter().map(|feature| feature.to_ascii_lowercase()).collect();
        features.sort();
        Self { kind: VenueKind::of(uri), uri: Some(uri.clone()), label: label.clone(), features }
    }

    /// The way to join that it is, where it is one.
    pub(super) fn conference(&self) -> Option<Conference> {
        let mut features: Vec<String> = self.features.iter().map(|feature| feature.to_ascii_uppercase()).collect();
        features.sort();
        Some(Conference { uri: self.uri.clone()?, label: self.label.clone(), features })
    }

    pub(super) fn write(&self) -> Value {
        let mut said = Map::new();
        said.insert("kind".to_owned(), word(KINDS, self.kind).into());
        for (name, text) in [("uri", &self.uri), ("label", &self.label)] {
            if let Some(text) = text {
                said.insert(name.to_owned(), text.clone().into());
            }
        }
        if !self.features.is_empty() {
            said.insert("features".to_owned(), self.features.clone().into());
        }
        Value::Object(said)
    }
}
