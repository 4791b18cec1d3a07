//! What a refusal means. Pure: what the server said and what was then seen, in; the reaction, out.
//!
//! "The calendar is gone" comes as 403, 404, 405 or 409, "this UID exists" as 403, 409 or 412, and content that is not
//! liked as any of them. So a refusal is never judged by its status alone, but by what a second look finds.

use super::responses;
use super::session::{Answer, Trouble};
use crate::happened::{ACCOUNT_FULL, Revoked};
use crate::outbound::{OutboundError, retry_after};
use crate::placement::Version;
use crate::providers::{Refusal, RemoteError};

/// How the calendar itself was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// There, and the server says that we may write.
    Writable,
    /// There; the server says nothing of rights.
    There,
    /// There, and the server says that we may not write.
    ReadOnly,
    /// Gone, or no calendar any more.
    Gone(String),
}

/// What was to be done with the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write<'a> {
    /// It should not have been there.
    Insert,
    /// It should have been there in this state.
    Update(&'a Version),
    /// It should go.
    Delete,
}

/// A refusal as the server put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) condition: Option<String>,
    /// For people.
    pub(super) words: String,
    /// For a search, in lower case.
    pub(super) text: String,
    /// There is no room for more.
    pub(super) is_about_room: bool,
}

impl Said {
    /// Reads a refusal.
    pub(super) fn of(answer: &Answer) -> Self {
        let (condition, text) = (responses::precondition(&answer.body), responses::text_of(&answer.body));
        let is_about_room = answer.is_about_room();
        Self { status: answer.status, condition, words: answer.words(), text, is_about_room }
    }

    fn is(&self, conditions: &[&str]) -> bool {
        self.condition.as_deref().is_some_and(|condition| conditions.contains(&condition))
    }

    fn is_about_rights(&self) -> bool {
        self.is(&["need-privileges", "supported-calendar-component"])
    }

    /// Another object has our UID or our name, and we can't see it: in another calendar (Cyrus, iCloud), in a trash
    /// bin (Nextcloud says 400 and names the UID), or under another name (SOGo: a bare 409).
    fn is_about_names(&self) -> bool {
        self.is(&["no-uid-conflict", "unique-scheduling-object-resource"])
            || (self.condition.is_none() && matches!(self.status, 409 | 412))
            || (self.text.contains("uid") && self.text.contains("exist"))
            || self.text.contains("trash")
    }

    fn refusal(&self, name_taken: bool) -> RemoteError {
        let code = match (&self.condition, name_taken) {
            _ if self.is_about_room => ACCOUNT_FULL.to_owned(),
            (Some(condition), _) => condition.clone(),
            (None, true) => "no-uid-conflict".to_owned(),
            (None, false) => format!("http-{}", self.status),
        };
        RemoteError::Refused(Refusal { code, why: self.words.clone(), name_taken })
    }

    fn calendar_lost(&self) -> RemoteError {
        RemoteError::CalendarLost { why: self.words.clone() }
    }
}

/// The reaction to answers that mean the same whatever was asked; none where it depends.
pub(super) fn whatever_was_asked(answer: &Answer, login_hint: Option<&str>) -> Option<RemoteError> {
    let why = answer.words();
    let retry_after = retry_after(&answer.headers);
    match answer.status {
        401 => {
            let cause = login_hint.map_or(Revoked::ByProvider, |hint| Revoked::Hinted(hint.to_owned()));
            Some(RemoteError::AuthRevoked { why, cause })
        }
        429 => Some(RemoteError::Throttled { retry_after, why }),
        503 if retry_after.is_some() => Some(RemoteError::Throttled { retry_after, why }),
        507 => None,
        // Not now: too slow, wrong connection, locked by somebody, too early.
        408 | 421 | 423 | 425 | 500.. => Some(RemoteError::Unsure { retry_after, why }),
        _ => None,
    }
}

/// The reaction to no answer at all.
pub(super) fn no_answer(trouble: Trouble) -> RemoteError {
    match trouble {
        Trouble::Strayed(why) => RemoteError::CalendarLost { why },
        // It was allowed when it was linked: the settings have changed since, or names lead elsewhere for now.
        Trouble::Outbound(OutboundError::Off(off)) => off.into(),
        Trouble::Outbound(OutboundError::NotAllowed(why)) => RemoteError::Operator { why },
        Trouble::Outbound(OutboundError::TooLarge(why)) => RemoteError::Excess { why },
        Trouble::Outbound(other) => RemoteError::Unsure { retry_after: None, why: other.to_string() },
    }
}

/// The reaction to a refused write, once object and calendar were looked at.
pub(super) fn decide(write: Write<'_>, said: &Said, object: Option<&Version>, calendar: &Standing) -> RemoteError {
    if let Standing::Gone(why) = calendar {
        return RemoteError::CalendarLost { why: why.clone() };
    }
    if *calendar == Standing::ReadOnly || said.is_about_rights() {
        return said.calendar_lost();
    }
    match (write, object) {
        (Write::Insert, Some(_)) => return RemoteError::Conflict,
        (Write::Update(_), None) => return RemoteError::NotFound,
        (Write::Update(expected), Some(found)) if found != expected => return RemoteError::Conflict,
        _ => {}
    }
    let silent = *calendar == Standing::There && said.status == 403 && said.condition.is_none();
    match write {
        Write::Insert | Write::Update(_) if said.is_about_names() => said.refusal(true),
        // A server that hides rights and refuses without a reason: read-only is what such a 403 means elsewhere.
        _ if silent => said.calendar_lost(),
        _ => said.refusal(false),
    }
}

#[cfg(test)]
mod tests;
