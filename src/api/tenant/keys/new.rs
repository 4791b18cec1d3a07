//! Keys that are asked for.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use poem_openapi::Object;
use poem_openapi::types::Example;
use serde::Deserialize;

use super::super::super::gate::ForTenant;
use crate::access::NewApiKey;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::scope::{Scope, Scopes};

/// Networks that one key may be bound to.
const MOST_NETWORKS: usize = 50;
/// How long an old key goes on where nobody says it.
const USUAL_OVERLAP: Duration = Duration::from_hours(24);
/// How long it may go on at most.
const LONGEST_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// A key that is asked for.
#[derive(Deserialize, Object)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(super) struct WantedKey {
    /// What people call it, up to 100 characters: where it is used.
    name: String,
    /// What it may do; what the key may do that asks, where nothing is said. No more than that key may do itself.
    scopes: Option<Vec<String>>,
    /// The one holder that it speaks for, by your own id of them; any of the client system, where nothing is said. A key for one
    /// holder can do nothing about the client system itself.
    holder: Option<String>,
    /// From where it may be used, as addresses or networks (`203.0.113.0/24`), up to 50; from anywhere, where nothing is said.
    networks: Option<Vec<String>>,
    /// From when on it opens no more; it has no end, where nothing is said.
    #[oai(validator(pattern = r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d"))]
    expires_at: Option<String>,
}

impl Example for WantedKey {
    fn example() -> Self {
        Self {
            name: "ERP, production".to_owned(),
            scopes: Some([Scope::EventsRead, Scope::EventsWrite].map(|scope| scope.as_str().to_owned()).to_vec()),
            holder: None,
            networks: Some(vec!["203.0.113.0/24".to_owned()]),
            expires_at: Some("2027-12-31T23:59:59Z".to_owned()),
        }
    }
}

impl WantedKey {
    /// What is asked for, as far as whoever asks may have it.
    ///
    /// # Errors
    /// `invalid_field`, `invalid_holder`; `scope_missing` for more than whoever asks may do.
    pub(super) fn read(self, caller: &ForTenant, app: &App) -> Result<NewApiKey, Problem> {
        let scopes = match self.scopes {
            None => caller.scopes,
            Some(words) => scopes(&words)?,
        };
        if let Some(scope) = scopes.without(caller.scopes).iter().next() {
            let detail = format!("A key can't give what it lacks: {scope}. Ask for fewer scopes, or with another key.");
            return Err(Problem::new(Code::ScopeMissing, detail).with("scope", scope.as_str()));
        }
        let holder = self.holder.map(|name| app.access.holder(caller.tenant, &name)).transpose()?;
        Ok(NewApiKey {
            name: name(&self.name)?,
            scopes,
            pinned: holder.map(|holder| holder.key),
            networks: networks(self.networks.unwrap_or_default())?,
            expires_at: self.expires_at.map(|text| end(&text, app.clock.now())).transpose()?,
        })
    }
}

fn wrong(field: &'static str, why: &str) -> Problem {
    Problem::new(Code::InvalidField, format!("The field {field} {why}.")).with("field", field)
}

fn name(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fine = (1..=NewApiKey::LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let why = || wrong("name", &format!("must be a name of 1 to {} characters in one line", NewApiKey::LONGEST_NAME));
    fine.then(|| text.to_owned()).ok_or_else(why)
}

fn scopes(words: &[String]) -> Result<Scopes, Problem> {
    let all = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    let read = words.iter().map(|word| Scope::from_word(word)).collect::<Option<Scopes>>();
    let read = read.ok_or_else(|| wrong("scopes", &format!("must hold words out of these: {}", all())))?;
    if read.is_empty() { Err(wrong("scopes", "must not be empty: such a key would open nothing")) } else { Ok(read) }
}

/// An address alone is a network of one.
fn networks(texts: Vec<String>) -> Result<Vec<IpNet>, Problem> {
    let why = || {
        wrong(
            "networks",
            &format!("must be a list of up to {MOST_NETWORKS} addresses or networks, as in 203.0.113.0/24"),
        )
    };
    if texts.len() > MOST_NETWORKS {
        return Err(why());
    }
    let one = |text: String| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    texts.into_iter().map(|text| one(text).map(|network| network.trunc()).ok_or_else(why)).collect()
}

fn end(text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let at = text.parse::<Timestamp>().ok();
    let at = at.ok_or_else(|| wrong("expires_at", "must be a time with its offset, as in 2027-12-31T23:59:59Z"))?;
    if at <= now { Err(wrong("expires_at", "must lie ahead")) } else { Ok(at) }
}

/// How an old key goes on beside the new one.
#[derive(Default, Deserialize, Object)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(super) struct WantedRotation {
    /// How long the old key opens as before: `24h` where nothing is said, `0s` not at all, 30 days (`720h`) at most.
    overlap: Option<String>,
}

impl Example for WantedRotation {
    fn example() -> Self {
        Self { overlap: Some("24h".to_owned()) }
    }
}

impl WantedRotation {
    /// How long the old key goes on.
    ///
    /// # Errors
    /// `invalid_field`.
    pub(super) fn overlap(&self) -> Result<Duration, Problem> {
        let Some(text) = &self.overlap else { return Ok(USUAL_OVERLAP) };
        let length = text.parse::<SignedDuration>().ok().and_then(|length| Duration::try_from(length).ok());
        let why = || wrong("overlap", "must be a length of time from 0s to 720h (30 days), as in 24h");
        length.filter(|length| *length <= LONGEST_OVERLAP).ok_or_else(why)
    }
}
