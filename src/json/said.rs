//! What a body says of an event besides when.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::fields::{Field, Fields, words};
use super::invalid::Invalid;
use super::names;
use super::people::{Guest, Organizer, read_guests};
use super::reminders::{self, Reminder};
use super::venues::{self, Venue};
use super::words::word;
use crate::calendar::{Class, Geo, Status};
use crate::ical;
use crate::quoted::Quoted;

/// Labels of one event.
const MAX_CATEGORIES: usize = 100;

/// Files of one event.
const MAX_FILES: usize = 100;

/// Bytes of a field that is kept as it is.
const MAX_OPAQUE: usize = 1_000;

/// Fields that are kept as they are, and returned.
const OPAQUE: [&str; 4] = ["active", "created_by", "updated_by", "company_id"];

/// Everything about one happening, or about a series, except when it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The title; may be empty.
    pub name: String,
    /// The long text, plain.
    pub description: Option<String>,
    /// Where, in words.
    pub location: Option<String>,
    /// Ways to join from afar, and other ways to meet.
    pub venues: Vec<Venue>,
    /// A page about it.
    pub url: Option<String>,
    /// How sure it is; none where that follows from `show_as`.
    pub status: Option<Status>,
    /// Who may see it.
    pub privacy: Class,
    /// Whether the person counts as free meanwhile.
    pub show_as: ShowAs,
    /// Labels, sorted, each once.
    pub categories: Vec<String>,
    /// A CSS colour name.
    pub color: Option<String>,
    /// 1 (highest) to 9 (lowest).
    pub priority: Option<u8>,
    /// Where, on the globe.
    pub geo: Option<Geo>,
    /// Who called it.
    pub organizer: Option<Organizer>,
    /// Who is asked to come, in the order in which they were said.
    pub attendees: Vec<Guest>,
    /// Reminders, in the order in which they were said.
    pub reminders: Vec<Reminder>,
    /// Files elsewhere.
    pub attachments: Vec<File>,
    /// What kind of record of the client it belongs to.
    pub res_model: Option<String>,
    /// Which record.
    pub res_id: Option<String>,
    /// Fields that are kept as they are.
    pub opaque: BTreeMap<&'static str, Value>,
}

/// Whether the person counts as free meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowAs {
    /// They do not.
    Busy,
    /// They do.
    Free,
    /// Perhaps.
    Tentative,
}

/// A file elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where.
    pub url: String,
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

const STATUSES: &[(&str, Status)] = &[
    ("confirmed", Status::Confirmed),
    ("tentative", Status::Tentative),
    ("cancelled", Status::Cancelled),
    ("canceled", Status::Cancelled),
];

const PRIVACIES: &[(&str, Class)] =
    &[("public", Class::Public), ("private", Class::Private), ("confidential", Class::Confidential)];

const SHOWN_AS: &[(&str, ShowAs)] = &[("busy", ShowAs::Busy), ("free", ShowAs::Free), ("tentative", ShowAs::Tentative)];

impl Default for Said {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: None,
            location: None,
            venues: Vec::new(),
            url: None,
            status: None,
            privacy: Class::Public,
            show_as: ShowAs::Busy,
            categories: Vec::new(),
            color: None,
            priority: None,
            geo: None,
            organizer: None,
            attendees: Vec::new(),
            reminders: Vec::new(),
            attachments: Vec::new(),
            res_model: None,
            res_id: None,
            opaque: BTreeMap::new(),
        }
    }
}

/// Reads a field that was sent into its place: null is what holds without a word.
fn take<T>(
    fields: &Fields<'_>,
    name: &'static str,
    place: &mut T,
    silent: T,
    read: impl FnOnce(&Field<'_>) -> Result<T, Invalid>,
) -> Result<(), Invalid> {
    if let Some(field) = fields.get(name) {
        *place = if field.value.is_null() { silent } else { read(field)? };
    }
    Ok(())
}

impl Said {
    /// Whether any of the fields is one of these.
    pub(super) fn is_touched(fields: &Fields<'_>) -> bool {
        fields.any(&[
            "name",
            "description",
            "location",
            "locations",
            "url",
            "status",
            "privacy",
            "show_as",
            "categories",
            "color",
            "priority",
            "geo",
            "organizer",
            "organizer_id",
            "organizer_email",
            "organizer_name",
            "attendees",
            "reminders",
            "attachments",
            "res_model",
            "res_id",
            "active",
            "created_by",
            "updated_by",
            "company_id",
        ])
    }

    /// Reads all fields that were sent over what was said before.
    ///
    /// # Errors
    /// When one can't be read.
    pub(super) fn take(&mut self, fields: &Fields<'_>) -> Result<(), Invalid> {
        take(fields, "name", &mut self.name, String::new(), |field| Ok(words(field)?.unwrap_or_default()))?;
        take(fields, "description", &mut self.description, None, words)?;
        take(fields, "location", &mut self.location, None, words)?;
        take(fields, "locations", &mut self.venues, Vec::new(), venues::read)?;
        take(fields, "url", &mut self.url, None, |field| venues::link(field).map(Some))?;
        take(fields, "status", &mut self.status, None, |field| field.word(STATUSES).map(Some))?;
        take(fields, "privacy", &mut self.privacy, Class::Public, |field| field.word(PRIVACIES))?;
        take(fields, "show_as", &mut self.show_as, ShowAs::Busy, |field| field.word(SHOWN_AS))?;
        take(fields, "categories", &mut self.categories, Vec::new(), categories)?;
        take(fields, "color", &mut self.color, None, |field| color(field).map(Some))?;
        take(fields, "priority", &mut self.priority, None, |field| Ok(u8::try_from(field.number(1..=9)?).ok()))?;
        take(fields, "geo", &mut self.geo, None, |field| geo(field).map(Some))?;
        self.organizer = Organizer::read(fields, self.organizer.as_ref())?;
        let organizer = self.organizer.clone();
        take(fields, "attendees", &mut self.attendees, Vec::new(), |field| read_guests(field, organizer.as_ref()))?;
        take(fields, "reminders", &mut self.reminders, Vec::new(), reminders::read)?;
        take(fields, "attachments", &mut self.attachments, Vec::new(), files)?;
        take(fields, "res_model", &mut self.res_model, None, |field| field.id().map(Some))?;
        take(fields, "res_id", &mut self.res_id, None, |field| field.id().map(Some))?;
        for name in OPAQUE {
            match fields.get(name) {
                None => {}
                Some(field) if field.value.is_null() => drop(self.opaque.remove(name)),
                Some(field) => drop(self.opaque.insert(name, opaque(field)?)),
            }
        }
        // Whether it is confirmed goes without saying: only what else it is, is kept.
        if self.status == Some(Status::Confirmed) && self.show_as != ShowAs::Tentative
            || self.status == Some(Status::Tentative) && self.show_as == ShowAs::Tentative
        {
            self.status = None;
        }
        Ok(())
    }

    /// How sure it is. Who shows it as tentative has not confirmed it, unless they say so.
    pub fn status(&self) -> Status {
        let silent = if self.show_as == ShowAs::Tentative { Status::Tentative } else { Status::Confirmed };
        self.status.unwrap_or(silent)
    }

    /// What a body says of it; what goes without saying is left out.
    pub(super) fn write(&self, fields: &mut Map<String, Value>) {
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        if !self.name.is_empty() {
            put("name", self.name.clone().into());
        }
        let texts = [
            ("description", &self.description),
            ("location", &self.location),
            ("url", &self.url),
            ("color", &self.color),
            ("res_model", &self.res_model),
            ("res_id", &self.res_id),
        ];
        texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, text.clone()?)))
            .for_each(|(n, text)| put(n, text.into()));
        if let Some(status) = self.status {
            put("status", word(STATUSES, status).into());
        }
        if self.privacy != Class::Public {
            put("privacy", word(PRIVACIES, self.privacy).into());
        }
        if self.show_as != ShowAs::Busy {
            put("show_as", word(SHOWN_AS, self.show_as).into());
        }
        if let Some(priority) = self.priority {
            put("priority", priority.into());
        }
        if let Some(geo) = self.geo {
            put("geo", geo_value(geo));
        }
        if let Some(organizer) = &self.organizer {
            put("organizer", Value::Object(organizer.write()));
        }
        let lists = [
            ("categories", self.categories.iter().map(|one| one.clone().into()).collect()),
            ("locations", self.venues.iter().map(Venue::write).collect()),
            ("attendees", self.attendees.iter().map(Guest::write).collect()),
            ("reminders", self.reminders.iter().map(|one| one.write()).collect()),
            ("attachments", self.attachments.iter().map(File::write).collect::<Vec<Value>>()),
        ];
        lists.into_iter().filter(|(_, list)| !list.is_empty()).for_each(|(name, list)| put(name, Value::Array(list)));
        self.opaque.iter().for_each(|(name, value)| put(name, value.clone()));
    }

    /// What an answer says of it: everything, the organizer among those who come.
    pub(super) fn show(&self, fields: &mut Map<String, Value>) {
        let silent = json!({
            "name": "", "description": null, "location": null, "locations": [], "url": null, "privacy": "public",
            "show_as": "busy", "categories": [], "color": null, "priority": null, "geo": null, "organizer": null,
            "reminders": [], "attachments": [], "res_model": null, "res_id": null,
        });
        if let Value::Object(silent) = silent {
            fields.extend(silent);
        }
        self.write(fields);
        fields.insert("status".to_owned(), word(STATUSES, self.status()).into());
        let organizing = self.organizer.as_ref().filter(|who| !self.attendees.iter().any(|one| one.who.is(who)));
        let organizing = organizing.map(Guest::organizing);
        let guests = organizing.iter().chain(&self.attendees).map(Guest::show);
        fields.insert("attendees".to_owned(), guests.collect());
    }
}

fn categories(field: &Field<'_>) -> Result<Vec<String>, Invalid> {
    let texts = field.items(MAX_CATEGORIES)?.iter().map(words).collect::<Result<Vec<_>, Invalid>>()?;
    let mut categories: Vec<String> = texts.into_iter().flatten().collect();
    categories.sort();
    categories.dedup();
    Ok(categories)
}

fn color(field: &Field<'_>) -> Result<String, Invalid> {
    let text = field.text()?.trim();
    ical::color(text).ok_or_else(|| field.wrong(format!("{} is no colour of CSS", Quoted(text))))
}

fn geo(field: &Field<'_>) -> Result<Geo, Invalid> {
    let fields = Fields::of(field, names::GEO)?;
    let degrees = |name: &'static str, most: f64| {
        let field = fields.given(name).ok_or_else(|| fields.missing(name, "a place on the globe has two numbers"))?;
        let number = field.value.as_f64().filter(|number| number.abs() <= most);
        number.ok_or_else(|| field.wrong(format!("a number of degrees from -{most} to {most} is needed")))
    };
    Ok(Geo { latitude: degrees("latitude", 90.0)?, longitude: degrees("longitude", 180.0)? })
}

fn geo_value(geo: Geo) -> Value {
    json!({ "latitude": geo.latitude, "longitude": geo.longitude })
}

fn files(field: &Field<'_>) -> Result<Vec<File>, Invalid> {
    field.items(MAX_FILES)?.iter().map(file).collect()
}

fn file(field: &Field<'_>) -> Result<File, Invalid> {
    let fields = Fields::of(field, names::ATTACHMENT)?;
    let url = fields.given("url").ok_or_else(|| fields.missing("url", "where is the file?"))?;
    let one_line = |field: &Field<'_>| {
        let text = words(field)?.map(|text| text.replace('"', "'").replace(['\\', '^'], ""));
        let text = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        Ok::<_, Invalid>(text.filter(|text| !text.is_empty()))
    };
    let media_type = fields.given("media_type").map(|field| media_type(field)).transpose()?;
    let name = fields.given("name").map(one_line).transpose()?.flatten();
    Ok(File { url: venues::link(url)?, name, media_type })
}

/// `type/subtype` (RFC 6838 §4.2).
fn media_type(field: &Field<'_>) -> Result<String, Invalid> {
    let text = field.text()?.trim().to_ascii_lowercase();
    let name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c));
    if text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype)) {
        return Ok(text);
    }
    Err(field.wrong(format!("{} is no media type, such as application/pdf", Quoted(&text))))
}

impl File {
    fn write(&self) -> Value {
        let mut said = Map::new();
        said.insert("url".to_owned(), self.url.clone().into());
        for (name, text) in [("name", &self.name), ("media_type", &self.media_type)] {
            if let Some(text) = text {
                said.insert(name.to_owned(), text.clone().into());
            }
        }
        Value::Object(said)
    }
}

fn opaque(field: &Field<'_>) -> Result<Value, Invalid> {
    match field.value {
        Value::String(text) if text.len() > MAX_OPAQUE => {
            Err(field.wrong(format!("at most {MAX_OPAQUE} bytes are kept")))
        }
        Value::Array(_) | Value::Object(_) => Err(field.wrong("a text, a number, true or false is kept, no more")),
        value => Ok(value.clone()),
    }
}
