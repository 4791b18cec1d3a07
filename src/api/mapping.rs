//! Each error of the doing layer as a [`Problem`], once.

use std::time::Duration;

use serde_json::json;

use crate::agenda::{NotHeld, NotListed};
use crate::clients::puentes::PhoneError;
use crate::http::{Code, Problem};
use crate::ical::IcalError;
use crate::ids::EventIdError;
use crate::intake::IntakeError;
use crate::json::{Invalid, Mistake};
use crate::link::Obstacle;
use crate::linking::{LinkError, NotMade};
use crate::ranges::NotTold;
use crate::reading::Unreadable;
use crate::revise::ReviseError;
use crate::store::StoreError;
use crate::sync::resync::ResyncError;
use crate::tasks::Full;

/// When to try a change again that others overtook.
const AGAIN_IN: Duration = Duration::from_secs(1);

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let detail = match &error {
            StoreError::Full(_) => "The gateway's disk is full. Send the request again later, and tell who runs it.",
            StoreError::Unavailable(_) => {
                "The gateway's disk does not answer as it should. Send the request again later."
            }
            StoreError::Broken(_) => return Self::internal(error),
        };
        Self::new(Code::StorageUnavailable, detail).retry_after(StoreError::RETRY_AFTER.as_secs()).because(error)
    }
}

impl From<Full> for Problem {
    fn from(full: Full) -> Self {
        let seconds = full.again_in.as_secs().max(1);
        Self::new(
            Code::Busy,
            format!(
                "Too much of this kind is going on at once. Nothing was done; send the request again in {seconds} s."
            ),
        )
        .retry_after(seconds)
    }
}

impl From<PhoneError> for Problem {
    fn from(_: PhoneError) -> Self {
        Self::new(
            Code::InvalidPhoneNumber,
            "phone_number is not a phone number. Send it with its country code, e.g. +593991234567.",
        )
    }
}

impl From<IcalError> for Problem {
    fn from(error: IcalError) -> Self {
        let mut problem = Self::new(Code::InvalidIcal, error.to_string());
        if let Some(line) = error.line {
            problem = problem.with("line", line);
        }
        if let Some(property) = error.property {
            problem = problem.with("property", property);
        }
        problem.with("reason", error.reason)
    }
}

impl From<EventIdError> for Problem {
    fn from(error: EventIdError) -> Self {
        Self::new(Code::InvalidEventId, error.to_string()).with("field", "event_id")
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Ical(error) => error.into(),
            IntakeError::EventId(error) => error.into(),
            IntakeError::Exists(_) => Self::new(Code::EventExists, error.to_string()),
            IntakeError::NotFound(_) => Self::new(Code::EventNotFound, error.to_string()),
            IntakeError::Unknown => Self::new(Code::EventNotFound, error.to_string()),
            IntakeError::Unmet(_) => Self::new(Code::PreconditionFailed, error.to_string()),
            IntakeError::OurName => Self::new(Code::InvalidField, error.to_string()).with("field", "client_reference"),
            IntakeError::KeyReused => Self::new(Code::IdempotencyKeyReused, error.to_string()),
            IntakeError::Revise(error) => error.into(),
            IntakeError::Restless => Full { again_in: AGAIN_IN }.into(),
            IntakeError::Store(error) => error.into(),
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let code = match invalid.code {
            Mistake::NotJson => Code::InvalidJson,
            Mistake::UnknownField => Code::UnknownField,
            Mistake::TimeZoneMissing => Code::TimeZoneMissing,
            Mistake::EndBeforeStart => Code::EndBeforeStart,
            Mistake::RepeatedField
            | Mistake::MissingField
            | Mistake::InvalidValue
            | Mistake::UnknownTimeZone
            | Mistake::InvalidRecurrence
            | Mistake::NoSuchOccurrence
            | Mistake::TooMany => Code::InvalidEvent,
        };
        let field = invalid.pointer.trim_start_matches('/').replace('/', ".");
        Self::new(code, invalid.to_string())
            .with("pointer", invalid.pointer)
            .with("field", field)
            .with("mistake", invalid.code.as_str())
            .with("reason", invalid.reason)
    }
}

impl From<ReviseError> for Problem {
    fn from(error: ReviseError) -> Self {
        match error {
            ReviseError::NoSuchOccurrence(_) => Self::new(Code::NoSuchOccurrence, error.to_string()),
            ReviseError::WhichOccurrence => Self::new(Code::ScopeRequired, error.to_string()),
            ReviseError::TooManyExcluded | ReviseError::NotInIcalendar(_) => {
                Self::new(Code::InvalidEvent, error.to_string())
            }
            ReviseError::Invalid(invalid) | ReviseError::Unreadable(Unreadable::Json(invalid)) => invalid.into(),
            ReviseError::Unreadable(Unreadable::Ical(error)) => error.into(),
        }
    }
}

impl From<NotTold> for Problem {
    fn from(error: NotTold) -> Self {
        let parameter = |name: &'static str| Self::new(Code::InvalidParameter, error.to_string()).with("field", name);
        match error {
            NotTold::TooLong { .. } | NotTold::TooMany(_) => Self::new(Code::RangeTooWide, error.to_string()),
            NotTold::NoRange => parameter("from"),
            NotTold::Limit => parameter("limit"),
            NotTold::Together => parameter("sync_token"),
            NotTold::PageToken => parameter("page_token"),
            NotTold::SyncToken => Self::new(Code::SyncTokenExpired, error.to_string()),
            NotTold::NoEvent(_) => Self::new(Code::EventNotFound, "no such event is held"),
            NotTold::Store(error) => error.into(),
        }
    }
}

impl From<NotHeld> for Problem {
    fn from(error: NotHeld) -> Self {
        match error {
            NotHeld::EventId(error) => error.into(),
            NotHeld::Event(_) => Self::new(Code::EventNotFound, error.to_string()),
            NotHeld::Store(error) => error.into(),
        }
    }
}

impl From<NotListed> for Problem {
    fn from(error: NotListed) -> Self {
        match error {
            NotListed::PageToken => Self::new(Code::InvalidParameter, error.to_string()).with("field", "page_token"),
            NotListed::Store(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotMade(not) => not.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}

impl From<NotMade> for Problem {
    fn from(not: NotMade) -> Self {
        if let Some(instead) = not.instead {
            let names: Vec<String> = instead.into_iter().map(|calendar| calendar.name).collect();
            return Self::new(Code::CalendarNotFound, not.detail).with("available", json!(names));
        }
        let problem = Self::new(code_of(not.obstacle), not.detail);
        let Some(wait) = not.wait.map(|wait| wait.as_secs()) else { return problem };
        problem.retry_after(wait)
    }
}

/// What an obstacle is called in the API.
fn code_of(obstacle: Obstacle) -> Code {
    match obstacle {
        Obstacle::AlreadyLinked | Obstacle::OtherAccount | Obstacle::Busy | Obstacle::SwitchedOff => {
            Code::AlreadyLinked
        }
        Obstacle::LoginFailed | Obstacle::AppleRegularPassword => Code::LoginFailed,
        Obstacle::TooManyLogins => Code::TooManyLogins,
        Obstacle::AddressNotAllowed => Code::AddressNotAllowed,
        Obstacle::Operator => Code::ProviderNotAvailable,
        Obstacle::Crowded => Code::Busy,
        Obstacle::DiscoveryFailed
        | Obstacle::ProviderDown
        | Obstacle::TlsUntrusted
        | Obstacle::RateLimited
        | Obstacle::AccountFull
        | Obstacle::NoWritableCalendar => Code::CalendarUnreachable,
        // What people meet at a provider is told on their page; here nobody waits for it.
        Obstacle::Cancelled
        | Obstacle::MissingScope
        | Obstacle::AdminBlocked
        | Obstacle::LinkExpired
        | Obstacle::Interrupted => Code::CalendarUnreachable,
    }
}

impl From<ResyncError> for Problem {
    fn from(error: ResyncError) -> Self {
        match error {
            ResyncError::NotLinked => Self::new(
                Code::NothingToResync,
                "No calendar is linked with this phone number, so there is nothing to resync.",
            ),
            ResyncError::NobodyToAsk => Self::new(Code::PuentesUnavailable, error.to_string()),
            ResyncError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EventId;
    use crate::link::CalendarChoice;

    fn answered(problem: &Problem) -> (u16, &'static str) {
        (problem.code().number(), problem.code().word())
    }

    #[test]
    fn each_error_has_its_status_and_word() {
        let id = || EventId::new("a").unwrap();
        let ical = || IcalError { line: None, property: None, reason: "x".to_owned() };
        let broken = || StoreError::Broken("a damaged file".to_owned());
        let full = || StoreError::Full("disk full".to_owned());
        let text = || "x".to_owned();
        let not = |obstacle| LinkError::NotMade(NotMade { obstacle, detail: text(), instead: None, wait: None });
        let lost =
            NotMade { obstacle: Obstacle::NoWritableCalendar, detail: text(), instead: Some(vec![]), wait: None };
        let table: Vec<(Problem, (u16, &str))> = vec![
            (broken().into(), (500, "internal")),
            (full().into(), (503, "storage_unavailable")),
            (StoreError::Unavailable(text()).into(), (503, "storage_unavailable")),
            (IntakeError::Store(full()).into(), (503, "storage_unavailable")),
            (NotHeld::Store(full()).into(), (503, "storage_unavailable")),
            (LinkError::Store(full()).into(), (503, "storage_unavailable")),
            (ResyncError::Store(full()).into(), (503, "storage_unavailable")),
            (PhoneError.into(), (422, "invalid_phone_number")),
            (IntakeError::Ical(ical()).into(), (422, "invalid_ical")),
            (IntakeError::EventId(EventIdError::Empty).into(), (422, "invalid_event_id")),
            (IntakeError::Exists(id()).into(), (409, "event_exists")),
            (IntakeError::NotFound(id()).into(), (404, "event_not_found")),
            (IntakeError::Store(broken()).into(), (500, "internal")),
            (NotHeld::EventId(EventIdError::Empty).into(), (422, "invalid_event_id")),
            (NotHeld::Event(id()).into(), (404, "event_not_found")),
            (NotHeld::Store(broken()).into(), (500, "internal")),
            (not(Obstacle::AlreadyLinked).into(), (409, "already_linked")),
            (not(Obstacle::OtherAccount).into(), (409, "already_linked")),
            (not(Obstacle::LoginFailed).into(), (422, "login_failed")),
            (not(Obstacle::AppleRegularPassword).into(), (422, "login_failed")),
            (not(Obstacle::TooManyLogins).into(), (429, "too_many_logins")),
            (not(Obstacle::ProviderDown).into(), (422, "calendar_unreachable")),
            (lost.into(), (422, "calendar_not_found")),
            (not(Obstacle::AddressNotAllowed).into(), (422, "address_not_allowed")),
            (not(Obstacle::Busy).into(), (409, "already_linked")),
            (not(Obstacle::Operator).into(), (422, "provider_not_available")),
            (not(Obstacle::NoWritableCalendar).into(), (422, "calendar_unreachable")),
            (not(Obstacle::AccountFull).into(), (422, "calendar_unreachable")),
            (LinkError::Store(broken()).into(), (500, "internal")),
            (ResyncError::NotLinked.into(), (409, "not_linked")),
            (ResyncError::NobodyToAsk.into(), (502, "puentes_unavailable")),
            (ResyncError::Store(broken()).into(), (500, "internal")),
        ];
        for (problem, expected) in &table {
            assert_eq!(answered(problem), *expected);
        }
    }

    #[test]
    fn a_broken_event_says_where_and_why() {
        let error = IcalError { line: Some(4), property: Some("DTSTART".to_owned()), reason: "no such day".to_owned() };
        let body = Problem::from(error).example();
        assert_eq!(
            (&body["line"], &body["property"], &body["reason"]),
            (&json!(4), &json!("DTSTART"), &json!("no such day"))
        );
    }

    #[test]
    fn a_missing_calendar_names_those_that_there_are() {
        let home = CalendarChoice { id: "https://dav.example.org/home/".to_owned(), name: "Home".to_owned() };
        let (obstacle, detail) = (Obstacle::NoWritableCalendar, "no «Work»".to_owned());
        let error = NotMade { obstacle, detail, instead: Some(vec![home]), wait: None };
        assert_eq!(Problem::from(error).example()["available"], json!(["Home"]));
    }
}
