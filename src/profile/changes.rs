//! Changes of what a client system has chosen, as they are asked for by JSON or on the command line.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::Url;

use super::{Branding, Chosen, JsonNames, Locale, RateLimits};
use crate::address::{is_loopback, origin, web_address};
use crate::calendar::Zone;
use crate::link::Direction;

/// What is to be otherwise: settings by name. `null` is what it was in the beginning.
pub type Changes = Map<String, Value>;

/// Why a setting can't be as somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is none of that name.
    #[error("there is no setting {name}{}", meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// What was probably meant.
        meant: Option<&'static str>,
    },
    /// The value is none that it takes.
    #[error("{name} {expected}")]
    Wrong {
        /// The setting.
        name: &'static str,
        /// What it takes, as in "must be …".
        expected: String,
    },
}

/// The longest name that people are shown, in characters.
const LONGEST_NAME: usize = 100;
/// The longest address, in bytes.
const LONGEST_URL: usize = 2_000;
/// Sites whose pages may call for one client system.
const MOST_ORIGINS: usize = 20;

impl Chosen {
    /// Every setting, as it is called.
    pub const NAMES: [&'static str; 13] = [
        "display_name",
        "locale",
        "time_zone",
        "default_region",
        "events_url",
        "webhook_url",
        "json_names",
        "allowed_origins",
        "takes_md5",
        "guests_as_attendees",
        "direction",
        "limits",
        "branding",
    ];

    /// The same with `changes`: all of them, or none.
    ///
    /// # Errors
    /// The first that can't be.
    pub fn with(&self, changes: &Changes) -> Result<Self, SettingError> {
        let mut changed = self.clone();
        for (wanted, value) in changes {
            let Some(name) = Self::NAMES.into_iter().find(|name| name == wanted) else {
                return Err(SettingError::Unknown { name: format!("{wanted:.60}"), meant: nearest(wanted) });
            };
            let taken = if value.is_null() { changed.reset(name) } else { changed.take(name, value) };
            taken.map_err(|expected| SettingError::Wrong { name, expected })?;
        }
        Ok(changed)
    }

    /// Every setting by its name, as it is now.
    pub fn shown(&self) -> Changes {
        let values = [
            json!(self.display_name),
            json!(self.locale.as_str()),
            json!(self.time_zone.as_ref().map(Zone::name)),
            json!(self.default_region),
            json!(self.events_url.as_ref().map(Url::as_str)),
            json!(self.webhook_url.as_ref().map(Url::as_str)),
            json!(self.json_names.as_str()),
            json!(self.allowed_origins),
            json!(self.takes_md5),
            json!(self.guests_as_attendees),
            json!(self.direction.as_str()),
            json!(self.limits),
            json!(self.branding),
        ];
        Self::NAMES.iter().map(|name| (*name).to_owned()).zip(values).collect()
    }

    /// A name is asked for at the beginning, so there is none to go back to.
    fn reset(&mut self, name: &'static str) -> Result<(), String> {
        let first = Self::of_new(&self.display_name);
        match name {
            "display_name" => return Err("must be a name: people see it".to_owned()),
            "locale" => self.locale = first.locale,
            "time_zone" => self.time_zone = first.time_zone,
            "default_region" => self.default_region = first.default_region,
            "events_url" => self.events_url = first.events_url,
            "webhook_url" => self.webhook_url = first.webhook_url,
            "json_names" => self.json_names = first.json_names,
            "allowed_origins" => self.allowed_origins = first.allowed_origins,
            "takes_md5" => self.takes_md5 = first.takes_md5,
            "guests_as_attendees" => self.guests_as_attendees = first.guests_as_attendees,
            "direction" => self.direction = first.direction,
            "limits" => self.limits = first.limits,
            _ => self.branding = first.branding,
        }
        Ok(())
    }

    fn take(&mut self, name: &'static str, value: &Value) -> Result<(), String> {
        match name {
            "display_name" => {
                self.display_name = text(value, "must be a name of 1 to 100 characters in one line", line)?
            }
            "locale" => self.locale = text(value, "must be es, en or pt", Locale::from_word)?,
            "time_zone" => {
                let expected = "must be a zone of the IANA database, as in \"America/Guayaquil\"";
                self.time_zone = Some(text(value, expected, Zone::named)?);
            }
            "default_region" => {
                let expected = "must be a country in two capital letters, as in \"EC\"";
                self.default_region = Some(text(value, expected, region)?);
            }
            "events_url" => self.events_url = Some(text(value, A_SOURCE, source)?),
            "webhook_url" => self.webhook_url = Some(text(value, AN_ADDRESS, secure)?),
            "json_names" => self.json_names = text(value, "must be snake or camel", JsonNames::from_word)?,
            "allowed_origins" => self.allowed_origins = origins(value)?,
            "takes_md5" => self.takes_md5 = value.as_bool().ok_or("must be true or false")?,
            "guests_as_attendees" => self.guests_as_attendees = value.as_bool().ok_or("must be true or false")?,
            "direction" => self.direction = text(value, "must be export, import or both", Direction::from_word)?,
            "limits" => self.limits = limits(value)?,
            _ => self.branding = branding(value)?,
        }
        Ok(())
    }
}

const AN_ADDRESS: &str = "must be an https URL without user, password and #, as in \"https://erp.example.org/hooks\" (plain \
                          http is for loopback)";
const A_SOURCE: &str = "must be an https URL without user, password and #, and without phone_number, secure_key and cursor, \
                        as in \"https://erp.example.org/events\" (plain http is for loopback)";

fn nearest(wanted: &str) -> Option<&'static str> {
    let distance = |name: &&str| strsim::damerau_levenshtein(wanted, name);
    let best = Chosen::NAMES.into_iter().min_by_key(distance)?;
    (distance(&best) <= 1 + wanted.chars().count() / 4).then_some(best)
}

fn text<T>(value: &Value, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    value.as_str().and_then(|text| read(text.trim())).ok_or_else(|| expected.to_owned())
}

fn line(text: &str) -> Option<String> {
    let fine = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fine.then(|| text.to_owned())
}

fn region(text: &str) -> Option<String> {
    (text.len() == 2 && text.bytes().all(|sign| sign.is_ascii_uppercase())).then(|| text.to_owned())
}

/// What is asked or told there is nobody else's business.
fn secure(text: &str) -> Option<Url> {
    let url = web_address(text).filter(|_| text.len() <= LONGEST_URL)?;
    (url.scheme() == "https" || is_loopback(&url)).then_some(url)
}

/// What is asked there is added to its query.
fn source(text: &str) -> Option<Url> {
    let ours = ["phone_number", "secure_key", "cursor"];
    secure(text).filter(|url| !url.query_pairs().any(|(name, _)| ours.contains(&name.as_ref())))
}

fn origins(value: &Value) -> Result<Vec<String>, String> {
    let expected = || {
        format!(
            "must be a list of up to {MOST_ORIGINS} sites that speak https, as in \"https://erp.example.org\" (no path, no *)"
        )
    };
    let sites = value.as_array().filter(|sites| sites.len() <= MOST_ORIGINS).ok_or_else(expected)?;
    sites.iter().map(|site| site.as_str().and_then(origin).ok_or_else(expected)).collect()
}

fn limits(value: &Value) -> Result<RateLimits, String> {
    let limits: RateLimits = object(value)?;
    let possible = [limits.per_key, limits.per_holder].into_iter().flatten().all(super::Rate::is_possible);
    let expected = "must hold whole numbers from 1 to 10000, and burst no less than per_second";
    if possible { Ok(limits) } else { Err(expected.to_owned()) }
}

fn branding(value: &Value) -> Result<Branding, String> {
    let branding: Branding = object(value)?;
    let link = |text: &String| secure(text).is_some();
    let mail = |text: &String| Url::parse(text).is_ok_and(|url| url.scheme() == "mailto");
    let support = branding.support_link.as_ref().is_none_or(|text| link(text) || mail(text));
    if !support || !branding.privacy_link.as_ref().is_none_or(link) {
        return Err("must hold links that are https URLs (support_link may be mailto:)".to_owned());
    }
    if branding.support_text.as_deref().is_some_and(|text| line(text).is_none()) {
        return Err("must hold a support_text of 1 to 100 characters in one line".to_owned());
    }
    Ok(branding)
}

/// By itself serde reads the fields of a struct from a list as well, by their places.
fn object<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    if value.is_array() {
        return Err("must be an object".to_owned());
    }
    serde_json::from_value(value.clone()).map_err(|error| format!("can't be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(name: &str, value: Value) -> Result<Chosen, SettingError> {
        Chosen::of_new("Norte").with(&Changes::from_iter([(name.to_owned(), value)]))
    }

    #[test]
    fn every_setting_can_be_chosen_is_shown_as_it_was_and_goes_back() {
        let rate = json!({"per_second": 5, "burst": 9});
        let values = [
            json!("Norte S.A."),
            json!("pt"),
            json!("America/Bogota"),
            json!("CO"),
            json!("https://erp.example.org/events?tenant=7"),
            json!("http://127.0.0.1:9000/hooks"),
            json!("camel"),
            json!(["https://erp.example.org"]),
            json!(false),
            json!(true),
            json!("both"),
            json!({"per_key": rate}),
            json!({"accent": "#0b5cad", "support_link": "mailto:ayuda@example.org"}),
        ];
        let first = Chosen::of_new("Norte");
        for (name, value) in Chosen::NAMES.into_iter().zip(values) {
            let after = changed(name, value.clone()).unwrap();
            assert_ne!(after, first, "{name}");
            assert_eq!(after.shown()[name], value, "{name}");
            let back = after.with(&Changes::from_iter([(name.to_owned(), Value::Null)]));
            assert_eq!(back.ok(), (name != "display_name").then(|| first.clone()), "{name}");
        }
        assert_eq!(first.with(&first.shown()).as_ref(), Ok(&first), "what is shown can be said");
    }

    #[test]
    fn what_can_t_be_is_refused_by_name_and_nothing_is_changed() {
        for (name, value) in [
            ("display_name", json!("")),
            ("display_name", json!("two\nlines")),
            ("display_name", json!("x".repeat(101))),
            ("locale", json!("fr")),
            ("time_zone", json!("Quito")),
            ("default_region", json!("ec")),
            ("events_url", json!("http://erp.example.org")),
            ("events_url", json!("https://erp.example.org?cursor=1")),
            ("webhook_url", json!("https://user:secret@erp.example.org")),
            ("json_names", json!("kebab")),
            ("allowed_origins", json!("https://erp.example.org")),
            ("allowed_origins", json!(["*"])),
            ("takes_md5", json!("no")),
            ("direction", json!("up")),
            ("limits", json!({"per_key": {"per_second": 0, "burst": 1}})),
            ("limits", json!({"per_day": 3})),
            ("branding", json!({"accent": "#ffff00"})),
            ("branding", json!({"support_link": "javascript:alert(1)"})),
        ] {
            let error = changed(name, value.clone()).unwrap_err();
            assert!(
                matches!(&error, SettingError::Wrong { name: wrong, .. } if *wrong == name),
                "{name} {value}: {error}"
            );
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let error = changed("timezone", json!("UTC")).unwrap_err();
        assert_eq!(error.to_string(), "there is no setting timezone; did you mean time_zone?");
        assert_eq!(changed("xyzzy", json!(1)).unwrap_err().to_string(), "there is no setting xyzzy");
    }
}
