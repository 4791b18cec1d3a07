//! Who called it, and who is asked to come.

use serde_json::{Map, Value, json};

use super::fields::{Field, Fields, words};
use super::invalid::{Invalid, Mistake};
use super::names;
use super::words::word;
use crate::calendar::{Attends, Participation};
use crate::ical;
use crate::quoted::Quoted;

/// Guests of one event.
const MAX_GUESTS: usize = 1_000;

/// Bytes of an e-mail address (RFC 5321 §4.5.3.1.3, without its brackets).
const MAX_EMAIL: usize = 254;

/// What somebody answered.
const STATES: &[(&str, Participation)] = &[
    ("needs_action", Participation::None),
    ("tentative", Participation::Tentative),
    ("accepted", Participation::Accepted),
    ("declined", Participation::Declined),
];

/// How much somebody is needed.
const ROLES: &[(&str, Attends)] = &[
    ("req_participant", Attends::Required),
    ("opt_participant", Attends::Optional),
    ("chair", Attends::Chair),
    ("non_participant", Attends::Informed),
    ("required", Attends::Required),
    ("optional", Attends::Optional),
];

/// Who called it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organizer {
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone, as it was sent.
    pub phone: Option<String>,
    /// The holder of the same client system that it is.
    pub user_id: Option<String>,
    /// The client's own id of them.
    pub partner_id: Option<String>,
}

/// Somebody who is asked to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Who.
    pub who: Organizer,
    /// What they answered, as the client system says.
    pub state: Participation,
    /// How much they are needed.
    pub role: Attends,
    /// Whether it is a room or a thing rather than a person.
    pub resource: bool,
}

impl Organizer {
    /// Whether nothing says who.
    fn is_nobody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether both are the same person, as far as is said.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        same(&self.email, &other.email) || same(&self.user_id, &other.user_id)
    }

    /// Reads the organizer over the one before: the object, and the requirement's flat fields.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub(super) fn read(fields: &Fields<'_>, before: Option<&Self>) -> Result<Option<Self>, Invalid> {
        let mut who = before.cloned().unwrap_or_default();
        if let Some(field) = fields.get("organizer") {
            if field.value.is_null() {
                who = Self::default();
            } else {
                who.take(&Fields::of(field, names::ORGANIZER)?)?;
            }
        }
        let flat = [
            ("organizer_id", &mut who.user_id as &mut Option<String>, id as Reads),
            ("organizer_email", &mut who.email, email),
            ("organizer_name", &mut who.name, name),
        ];
        for (name, place, read) in flat {
            if let Some(field) = fields.get(name) {
                *place = if field.value.is_null() { None } else { read(field)? };
            }
        }
        Ok(Some(who).filter(|who| !who.is_nobody()))
    }

    fn take(&mut self, fields: &Fields<'_>) -> Result<(), Invalid> {
        let all = [
            ("name", &mut self.name as &mut Option<String>, name as Reads),
            ("email", &mut self.email, email),
            ("phone", &mut self.phone, phone),
            ("user_id", &mut self.user_id, id),
            ("partner_id", &mut self.partner_id, id),
        ];
        for (name, place, read) in all {
            if let Some(field) = fields.get(name) {
                *place = if field.value.is_null() { None } else { read(field)? };
            }
        }
        self.name = self.name.take().filter(|name| Some(name) != self.email.as_ref());
        Ok(())
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let all = [
            ("name", &self.name),
            ("email", &self.email),
            ("phone", &self.phone),
            ("user_id", &self.user_id),
            ("partner_id", &self.partner_id),
        ];
        let said = all.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text.clone()?))));
        said.collect()
    }
}

type Reads = fn(&Field<'_>) -> Result<Option<String>, Invalid>;

/// A name stands on one line, with the quotes that iCalendar has in it.
fn name(field: &Field<'_>) -> Result<Option<String>, Invalid> {
    Ok(words(field)?.map(|name| name.replace('"', "'").split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn id(field: &Field<'_>) -> Result<Option<String>, Invalid> {
    field.id().map(Some)
}

fn email(field: &Field<'_>) -> Result<Option<String>, Invalid> {
    let Some(address) = words(field)? else { return Ok(None) };
    let address = address.strip_prefix("mailto:").unwrap_or(&address);
    if !is_email(address) {
        return Err(field.wrong(format!("{} is no e-mail address", Quoted(address))));
    }
    Ok(Some(address.to_owned()))
}

/// Whether a text looks like an address that mail could go to; only mail itself could tell more.
pub(super) fn is_email(text: &str) -> bool {
    text.len() <= MAX_EMAIL && ical::is_email(text)
}

fn phone(field: &Field<'_>) -> Result<Option<String>, Invalid> {
    let Some(phone) = words(field)? else { return Ok(None) };
    if !is_phone(&phone) {
        return Err(field.wrong(format!("{} is no phone number", Quoted(&phone))));
    }
    Ok(Some(phone))
}

/// Whether a text is made of what phone numbers are written with.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits) && text.len() <= 40 && text.chars().all(|c| c.is_ascii_digit() || "+-.() ".contains(c))
}

/// Reads the guests. One who is the organizer, leads it and comes is no news: every answer shows them so.
///
/// # Errors
/// When one can't be read, or is nobody.
pub(super) fn read_guests(field: &Field<'_>, organizer: Option<&Organizer>) -> Result<Vec<Guest>, Invalid> {
    let guests = field.items(MAX_GUESTS)?.iter().map(guest).collect::<Result<Vec<Guest>, Invalid>>()?;
    Ok(guests.into_iter().filter(|guest| !guest.goes_without_saying(organizer)).collect())
}

fn guest(field: &Field<'_>) -> Result<Guest, Invalid> {
    let fields = Fields::of(field, names::ATTENDEE)?;
    let mut who = Organizer::default();
    who.take(&fields)?;
    if who.is_nobody() {
        let reason = "the attendee is nobody: one of email, phone, user_id, partner_id and name is needed";
        return Err(field.error(Mistake::MissingField, reason));
    }
    let state = fields.given("state").map(|field| field.word(STATES)).transpose()?.unwrap_or(Participation::None);
    let role = fields.given("role").map(|field| field.word(ROLES)).transpose()?.unwrap_or(Attends::Required);
    let resource = fields.given("resource").map(Field::flag).transpose()?.unwrap_or(false);
    Ok(Guest { who, state, role, resource })
}

impl Guest {
    /// Whether it is the organizer, who leads and comes: every answer shows them so.
    pub(super) fn goes_without_saying(&self, organizer: Option<&Organizer>) -> bool {
        organizer.is_some_and(|organizer| *self == Self::organizing(organizer))
    }

    /// The organizer as one of those who come.
    pub(super) fn organizing(who: &Organizer) -> Self {
        Self { who: who.clone(), state: Participation::Accepted, role: Attends::Chair, resource: false }
    }

    /// What a body says of a guest; what goes without saying is left out.
    pub(super) fn write(&self) -> Value {
        let mut said = self.who.write();
        if self.state != Participation::None {
            said.insert("state".to_owned(), word(STATES, self.state).into());
        }
        if self.role != Attends::Required {
            said.insert("role".to_owned(), word(ROLES, self.role).into());
        }
        if self.resource {
            said.insert("resource".to_owned(), true.into());
        }
        Value::Object(said)
    }

    /// What an answer says of a guest.
    pub(super) fn show(&self) -> Value {
        let Organizer { name, email, phone, user_id, partner_id } = &self.who;
        json!({
            "name": name, "email": email, "phone": phone, "user_id": user_id, "partner_id": partner_id,
            "state": word(STATES, self.state), "role": word(ROLES, self.role), "resource": self.resource,
            "responded_at": null, "comment": null, "invitation_sent": false, "invitation_sent_at": null,
        })
    }
}
