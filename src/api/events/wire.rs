//! Events as they travel.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;

use super::super::body::proof;
use super::super::skipped::UnreadReport;
use super::super::time::Time;
use crate::agenda::{HeldEvent, SyncState};
use crate::happened::Unread;
use crate::ids::EventId;

pub(super) const EXAMPLE_ICAL: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Puentes//ES\r\nBEGIN:VEVENT\r\n\
    UID:cita-1042@puentes.example\r\nDTSTART;TZID=America/Guayaquil:20261203T093000\r\n\
    DTEND;TZID=America/Guayaquil:20261203T100000\r\nSUMMARY:Cita con la Dra. Vera\r\nLOCATION:Av. Amazonas N24\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";
const EXAMPLE_ID: &str = "cita-1042@puentes.example";
const EXAMPLE_PHONE: &str = "+593991234567";

/// A new event.
#[derive(Deserialize, Object)]
#[oai(example)]
pub(super) struct NewEvent {
    /// The phone number, as the key was made over it. Not needed when the header `X-Phone-Number` carries it.
    #[serde(default, deserialize_with = "proof")]
    phone_number: Option<String>,
    /// The lower-case hex MD5 of the phone number as sent followed by the shared secret. Not needed when the header
    /// `X-Secure-Key` carries it, which is recommended.
    #[serde(default, deserialize_with = "proof")]
    secure_key: Option<String>,
    /// One event in iCalendar format (RFC 5545): a `VCALENDAR` with one `VEVENT`, or with a repeating one and its
    /// exceptions (`RECURRENCE-ID`) of the same `UID`. At most 1 MiB.
    pub(super) event_data: String,
    /// Your own id for the event, at most 512 bytes; the `UID` of the iCalendar data when you give none. With an id of yours
    /// the data needs no `UID`.
    pub(super) event_id: Option<String>,
}

impl Example for NewEvent {
    fn example() -> Self {
        Self {
            phone_number: Some(EXAMPLE_PHONE.to_owned()),
            secure_key: Some("0f4e3b1c9a7d52e86b0c1d2e3f405162".to_owned()),
            event_data: EXAMPLE_ICAL.to_owned(),
            event_id: Some(EXAMPLE_ID.to_owned()),
        }
    }
}

/// The new content of an event.
#[derive(Deserialize, Object)]
#[oai(example)]
pub(super) struct NewContent {
    /// The phone number, as the key was made over it. Not needed when the header `X-Phone-Number` carries it.
    #[serde(default, deserialize_with = "proof")]
    phone_number: Option<String>,
    /// The lower-case hex MD5 of the phone number as sent followed by the shared secret. Not needed when the header
    /// `X-Secure-Key` carries it, which is recommended.
    #[serde(default, deserialize_with = "proof")]
    secure_key: Option<String>,
    /// The whole event as it is now, in iCalendar format (RFC 5545), as in `POST /events`. It needs no `UID`: the address says
    /// which event it is.
    pub(super) event_data: String,
    /// The id again, if you like; it must be the one in the address.
    pub(super) event_id: Option<String>,
}

impl Example for NewContent {
    fn example() -> Self {
        let NewEvent { phone_number, secure_key, event_data, .. } = NewEvent::example();
        Self { phone_number, secure_key, event_data, event_id: None }
    }
}

/// How far an event is on its way into the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "SyncState", rename_all = "snake_case")]
pub(super) enum SyncWord {
    /// In the calendar as held.
    Synced,
    /// On its way.
    Pending,
    /// The provider refuses it, or it has been failing for a day; `provider_reason` says more. Or Puentes told a newer content that
    /// can't be read; `unread` says why.
    Failed,
    /// No calendar is linked.
    NotLinked,
}

impl From<SyncState> for SyncWord {
    fn from(state: SyncState) -> Self {
        match state {
            SyncState::Synced => Self::Synced,
            SyncState::Pending => Self::Pending,
            SyncState::Failed | SyncState::Unread => Self::Failed,
            SyncState::NotLinked => Self::NotLinked,
        }
    }
}

/// How far an event is on its way into the calendar.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Sync", skip_serializing_if_is_none)]
pub(super) struct SyncReport {
    /// `synced`: in the calendar as held. `pending`: on its way; nothing needs to be done. `failed`: the provider refuses it, or it
    /// has been failing for a day, and `provider_reason` says why; or Puentes told a newer content that can't be read, and `unread`
    /// says why: the calendar keeps what is held. `not_linked`: no calendar is linked; it is written when one is.
    state: SyncWord,
    /// What the provider last said, when it was not simply yes; of a newer content that can't be read, why that is.
    provider_reason: Option<String>,
    /// Why the newest content that Puentes told in a resync is not held. The next one that can be read, told or sent, clears it.
    unread: Option<UnreadReport>,
    /// When the provider was last asked.
    last_attempt: Option<Time>,
    /// What this calendar can't hold of the event, in words. Empty as a rule.
    degradations: Vec<String>,
}

impl SyncReport {
    fn bare(state: SyncWord) -> Self {
        Self { state, provider_reason: None, unread: None, last_attempt: None, degradations: Vec::new() }
    }

    /// The holder has no link.
    pub(super) fn not_linked() -> Self {
        Self::bare(SyncWord::NotLinked)
    }

    /// Accepted just now; nothing else is known.
    pub(super) fn pending() -> Self {
        Self::bare(SyncWord::Pending)
    }

    /// As it is held.
    pub(super) fn of(held: &HeldEvent) -> Self {
        Self {
            state: held.state.into(),
            provider_reason: held.provider_reason.clone().or_else(|| held.unread.as_ref().map(newer_unread)),
            unread: held.unread.as_ref().map(UnreadReport::from),
            last_attempt: held.last_attempt.map(Time),
            degradations: held.degradations.clone(),
        }
    }
}

fn newer_unread(why: &Unread) -> String {
    format!("Puentes told a newer content that can't be read, so the one before stays: {why}")
}

/// What became of a request about one event.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub(super) struct EventReceipt {
    /// The event's id: yours, or the iCalendar UID.
    pub(super) event_id: String,
    /// How far it is on its way into the calendar.
    pub(super) sync: SyncReport,
}

impl Example for EventReceipt {
    fn example() -> Self {
        let sync = SyncReport { last_attempt: Some(Time::example(0)), ..SyncReport::bare(SyncWord::Synced) };
        Self { event_id: EXAMPLE_ID.to_owned(), sync }
    }
}

/// One held event.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Event", example)]
pub(super) struct EventView {
    /// The event's id: yours, or the iCalendar UID.
    event_id: String,
    /// The iCalendar data as it was sent.
    event_data: String,
    /// How many contents the event has had.
    revision: u64,
    /// When it was first accepted.
    created_at: Time,
    /// When its content last changed.
    updated_at: Time,
    /// How far it is on its way into the calendar.
    sync: SyncReport,
}

impl From<HeldEvent> for EventView {
    fn from(held: HeldEvent) -> Self {
        Self {
            sync: SyncReport::of(&held),
            event_id: held.event_id.as_str().to_owned(),
            event_data: held.event_data,
            revision: held.revision.0,
            created_at: Time(held.created_at),
            updated_at: Time(held.updated_at),
        }
    }
}

impl Example for EventView {
    fn example() -> Self {
        let EventReceipt { event_id, sync } = EventReceipt::example();
        let (created_at, updated_at) = (Time::example(-86_400), Time::example(-2));
        Self { event_id, event_data: EXAMPLE_ICAL.to_owned(), revision: 2, created_at, updated_at, sync }
    }
}

/// Held events of a phone number.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct EventList {
    /// In the order in which they came.
    pub(super) events: Vec<EventView>,
    /// Where the next page begins: say it as `page_token`. Absent when there is no more, and where no page was asked for.
    pub(super) next_page_token: Option<String>,
}

/// What RFC 3986 leaves as it is in a path segment (§2.3, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where an event is.
pub(super) fn location(event_id: &EventId) -> String {
    format!("/events/{}", utf8_percent_encode(event_id.as_str(), SEGMENT))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use poem_openapi::types::ToJSON;
    use serde_json::json;

    use super::*;
    use crate::form::Form;
    use crate::ids::PublicEventId;
    use crate::placement::Revision;

    #[test]
    fn a_location_leads_to_any_id() {
        let location = |id: &str| location(&EventId::new(id).unwrap());
        assert_eq!(location("a-1_b.c~d"), "/events/a-1_b.c~d");
        assert_eq!(location("a/b?c#d@ñ %"), "/events/a%2Fb%3Fc%23d%40%C3%B1%20%25");
    }

    fn held() -> HeldEvent {
        HeldEvent {
            public_id: PublicEventId::new(Timestamp::UNIX_EPOCH),
            form: Form::Ical,
            event_id: EventId::new("a").unwrap(),
            event_data: "BEGIN".to_owned(),
            revision: Revision(3),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            state: SyncState::NotLinked,
            provider_reason: None,
            unread: None,
            last_attempt: None,
            degradations: vec![],
            standing: None,
        }
    }

    #[test]
    fn a_held_event_shows_all_that_is_known_and_nothing_else() {
        let held = held();
        let shown = EventView::from(held.clone()).to_json().unwrap();
        let epoch = "1970-01-01T00:00:00Z";
        let expected = json!({
            "event_id": "a", "event_data": "BEGIN", "revision": 3, "created_at": epoch, "updated_at": epoch,
            "sync": {"state": "not_linked", "degradations": []},
        });
        assert_eq!(shown, expected);
        let refused = HeldEvent {
            state: SyncState::Failed,
            provider_reason: Some("too big".to_owned()),
            last_attempt: Some(Timestamp::UNIX_EPOCH),
            degradations: vec!["no colours".to_owned()],
            ..held.clone()
        };
        let expected = json!({"state": "failed", "provider_reason": "too big", "last_attempt": epoch, "degradations": ["no colours"]});
        assert_eq!(SyncReport::of(&refused).to_json().unwrap(), expected);
    }

    #[test]
    fn a_newer_content_that_can_not_be_read_is_failed_and_says_why() {
        let why =
            Unread::Invalid { line: Some(7), property: Some("DTSTART".to_owned()), reason: "no such day".to_owned() };
        let held = HeldEvent { state: SyncState::Unread, unread: Some(why), ..held() };
        let expected = json!({
            "state": "failed", "degradations": [],
            "provider_reason": "Puentes told a newer content that can't be read, so the one before stays: line 7: DTSTART: no such day",
            "unread": {"line": 7, "property": "DTSTART", "reason": "no such day"},
        });
        assert_eq!(SyncReport::of(&held).to_json().unwrap(), expected);
        let said = HeldEvent { provider_reason: Some("too big".to_owned()), unread: Some(Unread::Twice), ..held };
        let shown = SyncReport::of(&said).to_json().unwrap();
        assert_eq!((&shown["provider_reason"], &shown["unread"]["line"]), (&json!("too big"), &json!(null)));
    }
}
