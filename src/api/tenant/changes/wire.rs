//! Changes as they travel.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::super::super::time::Time;
use crate::changes::{ChangesPage, Subject, ToldChange};
use crate::happened::Change;
use crate::link::ProviderKind;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "ChangeType")]
enum TypeWord {
    /// An event is held that was not held before.
    #[oai(rename = "event.created")]
    EventCreated,
    /// An event has another content.
    #[oai(rename = "event.changed")]
    EventChanged,
    /// An event is held no more.
    #[oai(rename = "event.deleted")]
    EventDeleted,
    /// The provider refused an event for good; `sync` of the event says why.
    #[oai(rename = "event.refused")]
    EventRefused,
    /// A calendar was linked.
    #[oai(rename = "link.connected")]
    LinkConnected,
    /// The provider refuses the credentials: the link waits for its person.
    #[oai(rename = "link.needs_reauthorization")]
    LinkNeedsReauthorization,
    /// The calendar is gone or can't be written: the link waits for its person.
    #[oai(rename = "link.calendar_lost")]
    LinkCalendarLost,
    /// A link that waited goes on.
    #[oai(rename = "link.recovered")]
    LinkRecovered,
    /// The link goes on in another calendar of the same account.
    #[oai(rename = "link.moved")]
    LinkMoved,
    /// The holder's events go by this link from now on, and no more by another.
    #[oai(rename = "link.carries")]
    LinkCarries,
    /// The link was switched off.
    #[oai(rename = "link.paused")]
    LinkPaused,
    /// The link was switched on again.
    #[oai(rename = "link.resumed")]
    LinkResumed,
    /// Too much would go from the calendar at once: it waits for a confirmation.
    #[oai(rename = "link.held")]
    LinkHeld,
    /// What was held may go, or need not any more.
    #[oai(rename = "link.released")]
    LinkReleased,
    /// The end of the link was asked for: what was written goes from the calendar.
    #[oai(rename = "link.ending")]
    LinkEnding,
    /// The link ended.
    #[oai(rename = "link.disconnected")]
    LinkDisconnected,
}

impl From<Change> for TypeWord {
    fn from(change: Change) -> Self {
        match change {
            Change::EventCreated => Self::EventCreated,
            Change::EventChanged => Self::EventChanged,
            Change::EventDeleted => Self::EventDeleted,
            Change::EventRefused => Self::EventRefused,
            Change::LinkConnected => Self::LinkConnected,
            Change::LinkNeedsReauthorization => Self::LinkNeedsReauthorization,
            Change::LinkCalendarLost => Self::LinkCalendarLost,
            Change::LinkRecovered => Self::LinkRecovered,
            Change::LinkMoved => Self::LinkMoved,
            Change::LinkCarries => Self::LinkCarries,
            Change::LinkPaused => Self::LinkPaused,
            Change::LinkResumed => Self::LinkResumed,
            Change::LinkHeld => Self::LinkHeld,
            Change::LinkReleased => Self::LinkReleased,
            Change::LinkEnding => Self::LinkEnding,
            Change::LinkDisconnected => Self::LinkDisconnected,
        }
    }
}

/// Which event changed. What it is now is for `GET /api/v1/calendar/events/{id}` to tell.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ChangedEvent")]
struct EventNamed {
    /// Its id.
    id: String,
    /// Your own id for it; null where you gave none.
    client_reference: Option<String>,
}

/// Which link changed.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ChangedLink")]
struct LinkNamed {
    /// Where its calendar is.
    provider: String,
}

/// One change.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Change")]
struct ChangeReport {
    /// Its number among all of your changes: one more than that of the change before.
    number: i64,
    /// When it was made, by the clock of that moment. The order is that of the numbers.
    at: Time,
    /// What changed.
    #[oai(rename = "type")]
    kind: TypeWord,
    /// Whose event or link it is.
    customer_id: String,
    /// The event; not there where a link changed.
    #[oai(skip_serializing_if_is_none)]
    event: Option<EventNamed>,
    /// The link; not there where an event changed.
    #[oai(skip_serializing_if_is_none)]
    link: Option<LinkNamed>,
}

impl From<ToldChange> for ChangeReport {
    fn from(told: ToldChange) -> Self {
        let (event, link) = match told.subject {
            Subject::Event { id, reference } => {
                let client_reference = reference.map(String::from);
                (Some(EventNamed { id: id.to_string(), client_reference }), None)
            }
            Subject::Link(provider) => (None, Some(LinkNamed { provider: provider.as_str().to_owned() })),
        };
        let (number, at, kind) = (told.number.0, Time(told.at), told.what.into());
        Self { number, at, kind, customer_id: told.holder.as_str().to_owned(), event, link }
    }
}

/// Changes in a row.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub(super) struct ChangeList {
    /// The changes, in order.
    changes: Vec<ChangeReport>,
    /// What to send as `cursor` to go on from here, also when there were no changes.
    cursor: String,
    /// Others follow already: ask again at once.
    has_more: bool,
}

impl ChangeList {
    pub(super) fn of(page: ChangesPage) -> Self {
        Self {
            changes: page.changes.into_iter().map(ChangeReport::from).collect(),
            cursor: page.cursor.to_text(),
            has_more: page.more,
        }
    }
}

impl Example for ChangeList {
    fn example() -> Self {
        let event = EventNamed {
            id: "ev_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f".to_owned(),
            client_reference: Some("cita-1042".to_owned()),
        };
        let change = |number, kind, event, link| ChangeReport {
            number,
            at: Time::example(number),
            kind,
            customer_id: "customer-1042".to_owned(),
            event,
            link,
        };
        let [provider, ..] = ProviderKind::ALL;
        let link = LinkNamed { provider: provider.as_str().to_owned() };
        Self {
            changes: vec![
                change(41, TypeWord::EventCreated, Some(event), None),
                change(42, TypeWord::LinkConnected, None, Some(link)),
            ],
            cursor: "000000000000ab8rk4n1q6j2v0".to_owned(),
            has_more: false,
        }
    }
}
