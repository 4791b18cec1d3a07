//! Which event, and how much of it, a request is about.

use poem::http::header;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::Enum;

use super::sent::CALENDAR;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::{Holder, PublicEventId};
use crate::instances::Name;
use crate::revise::{Exceptions, Extent, Which};

/// Behind an event's id: as iCalendar.
const SUFFIX: &str = ".ics";

/// How much of a series is meant.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename = "Scope", rename_all = "snake_case")]
pub(super) enum Scoping {
    /// One occurrence.
    This,
    /// One occurrence and all later ones.
    Following,
    /// The whole series.
    All,
}

/// What becomes of occurrences that differ.
#[derive(Clone, Copy, Debug, Default, Enum)]
#[oai(rename = "Exceptions", rename_all = "snake_case")]
pub(super) enum PatchedIn {
    /// They keep what they changed.
    #[default]
    Keep,
    /// They become what the series says.
    Reset,
}

impl From<PatchedIn> for Exceptions {
    fn from(exceptions: PatchedIn) -> Self {
        match exceptions {
            PatchedIn::Keep => Self::Keep,
            PatchedIn::Reset => Self::Reset,
        }
    }
}

/// Whether the asker wants iCalendar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wants {
    calendar: bool,
}

impl<'a> FromRequest<'a> for Wants {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let accepted = request.headers().get_all(header::ACCEPT);
        let first = accepted.iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')).next();
        let essence = first.and_then(|media| media.split(';').next()).unwrap_or_default().trim();
        Ok(Self { calendar: essence.eq_ignore_ascii_case(CALENDAR) })
    }
}

/// An event, or an instance of it, as an address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) event: PublicEventId,
    pub(super) instance: Option<Name>,
}

impl Address {
    /// What a part of an address names: `ev_…`, or an instance `ev_…_20270105T150000Z`.
    ///
    /// # Errors
    /// `event_not_found`: nothing is called so.
    pub(super) fn of(text: &str) -> Result<Self, Problem> {
        let none = || Problem::new(Code::EventNotFound, "no such event is held");
        if let Some(event) = PublicEventId::from_text(text) {
            return Ok(Self { event, instance: None });
        }
        let (event, name) = text.rsplit_once('_').ok_or_else(none)?;
        let event = PublicEventId::from_text(event).ok_or_else(none)?;
        Ok(Self { event, instance: Some(Name::read(name).ok_or_else(none)?) })
    }

    /// The same of one that may end with `.ics`; and whether iCalendar is wanted.
    pub(super) fn read(text: &str, wants: Wants) -> Result<(Self, bool), Problem> {
        match text.strip_suffix(SUFFIX) {
            Some(text) => Ok((Self::of(text)?, true)),
            None => Ok((Self::of(text)?, wants.calendar)),
        }
    }
}

/// What a change or a deletion is about.
///
/// # Errors
/// `event_not_found`, and `invalid_parameter` where an occurrence is named in two ways.
pub(super) fn which(
    text: &str,
    scope: Option<Scoping>,
    recurrence_id: Option<&str>,
) -> Result<(Address, Which), Problem> {
    let address = Address::of(text)?;
    let refused = |detail: &str| Problem::new(Code::InvalidParameter, detail).with("field", "recurrence_id");
    let said = recurrence_id.map(|text| {
        Name::spelled(text).or_else(|| Name::read(text)).ok_or_else(|| {
            refused("recurrence_id is no start of an occurrence: write 2027-01-05T10:00:00-05:00 (with + as %2B), or 2027-01-05.")
        })
    });
    let occurrence = match (said.transpose()?, address.instance) {
        (Some(said), Some(named)) if said != named => {
            return Err(refused("recurrence_id names another occurrence than the id of the instance does."));
        }
        (said, named) => said.or(named),
    };
    let extent = scope.map(|scope| match scope {
        Scoping::This => Extent::This,
        Scoping::Following => Extent::Following,
        Scoping::All => Extent::All,
    });
    Ok((address, Which { extent, occurrence }))
}

/// An event keeps what its client system calls it.
///
/// # Errors
/// `invalid_field`, where the body says another name; `event_not_found`.
pub(super) fn keeps_reference(app: &App, holder: &Holder, id: &str, said: Option<&str>) -> Result<(), Problem> {
    let Some(said) = said else { return Ok(()) };
    let address = Address::of(id)?;
    let listed = app.ranges.one(holder, &address.event, None)?;
    is_the_same(Some(said), listed.event.event_id.as_str())
}

/// What a body says as `client_reference` is what the event is called.
///
/// # Errors
/// `invalid_field`, where it is another name.
pub(super) fn is_the_same(said: Option<&str>, called: &str) -> Result<(), Problem> {
    if said.is_some_and(|said| said != called) {
        let detail = "client_reference in the body is not what the event is called. An event keeps its name.";
        return Err(Problem::new(Code::InvalidField, detail).with("field", "client_reference"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "ev_0199aa00000070008000000000000000";

    #[test]
    fn an_address_names_an_event_or_an_instance() {
        let name = |text: &str| Address::of(text).map(|address| address.instance.map(|name| name.to_string())).ok();
        assert_eq!(name(EVENT), Some(None));
        assert_eq!(name(&format!("{EVENT}_20270105T150000Z")), Some(Some("20270105T150000Z".to_owned())));
        assert_eq!(name(&format!("{EVENT}_20270105")), Some(Some("20270105".to_owned())));
        for wrong in ["", "x", "ev_", &format!("{EVENT}_"), &format!("{EVENT}_mañana"), &format!("{EVENT}.ics")] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
        let wants = Wants { calendar: false };
        assert!(Address::read(&format!("{EVENT}.ics"), wants).unwrap().1);
        assert!(!Address::read(EVENT, wants).unwrap().1);
        assert!(Address::read(EVENT, Wants { calendar: true }).unwrap().1);
    }

    #[test]
    fn an_occurrence_is_named_once() {
        let instance = format!("{EVENT}_20270105T150000Z");
        let of = |id: &str, said: Option<&str>| which(id, None, said).map(|(_, which)| which.occurrence).ok();
        let at = Name::read("20270105T150000Z");
        assert_eq!(of(EVENT, None), Some(None));
        for (id, said) in [
            (instance.as_str(), None),
            (&instance, Some("2027-01-05T10:00:00-05:00")),
            (EVENT, Some("20270105T150000Z")),
        ] {
            assert_eq!(of(id, said), Some(at), "{id} {said:?}");
        }
        assert_eq!(of(&instance, Some("2027-01-06T10:00:00-05:00")), None);
        assert_eq!(of(EVENT, Some("mañana")), None);
    }
}
