//! How a link is doing, as it travels.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::super::resync::ResyncReport;
use super::super::time::Time;
use super::receipt::LinkReceipt;
use crate::link::{LinkState, UnlinkReceipt};
use crate::linking::LinkView;

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "LinkState", rename_all = "snake_case")]
enum StateWord {
    /// Working.
    Active,
    /// The provider refuses the credentials.
    NeedsReauthorization,
    /// The calendar is gone or read-only.
    CalendarLost,
    /// It is being cleaned up.
    Unlinking,
}

impl From<LinkState> for StateWord {
    fn from(state: LinkState) -> Self {
        match state {
            LinkState::Active => Self::Active,
            LinkState::NeedsReauthorization => Self::NeedsReauthorization,
            LinkState::CalendarLost => Self::CalendarLost,
            LinkState::Unlinking => Self::Unlinking,
        }
    }
}

/// Whether and how a phone number is linked. All but `linked` and `last_unlink` is there only when it is.
#[derive(Clone, Debug, Default, Object)]
#[oai(rename = "Link", example, skip_serializing_if_is_none)]
pub(super) struct LinkStatus {
    /// Whether a calendar is linked.
    linked: bool,
    /// `active`: working. `needs_reauthorization`: the provider refuses the credentials; events wait until the person gives new ones:
    /// `POST /link` again with the same account. `calendar_lost`: the calendar is gone or read-only; events wait until another is
    /// chosen or made: `POST /link` again, as at first. Both pass by themselves where the refusal did: the gateway looks again
    /// after an hour, then more and more rarely. `unlinking`: it is being cleaned up.
    state: Option<StateWord>,
    /// `google`, `apple` or `caldav`.
    provider: Option<String>,
    /// Whose account, e.g. `ana@example.org`.
    account: Option<String>,
    /// The calendar's name.
    calendar: Option<String>,
    /// The calendar's address; with Google its id.
    calendar_url: Option<String>,
    /// Since when.
    linked_at: Option<Time>,
    /// The last time that the calendar was all as it should be.
    last_sync_at: Option<Time>,
    /// How many events are on their way.
    pending: Option<u64>,
    /// How many events the provider refuses.
    failed: Option<u64>,
    /// What is wrong with the link as a whole, while it lasts; or what is asked, where many objects in the calendar would go.
    reason: Option<String>,
    /// The newest resync.
    last_resync: Option<ResyncReport>,
    /// Without a link: what the last unlink did, if there was one.
    last_unlink: Option<LinkReceipt>,
}

impl LinkStatus {
    /// No calendar is linked.
    pub(super) fn without(last_unlink: Option<UnlinkReceipt>) -> Self {
        Self { last_unlink: last_unlink.map(LinkReceipt::from), ..Self::default() }
    }
}

impl From<LinkView> for LinkStatus {
    fn from(view: LinkView) -> Self {
        Self {
            linked: true,
            state: Some(view.state.into()),
            provider: Some(view.provider.as_str().to_owned()),
            account: Some(view.account),
            calendar: Some(view.calendar),
            calendar_url: Some(view.calendar_url),
            linked_at: Some(Time(view.linked_at)),
            last_sync_at: view.last_sync_at.map(Time),
            pending: Some(view.pending),
            failed: Some(view.failed),
            reason: view.reason.or_else(|| view.held.map(|held| held.question())),
            last_resync: view.last_resync.map(ResyncReport::from),
            last_unlink: None,
        }
    }
}

impl Example for LinkStatus {
    fn example() -> Self {
        Self {
            linked: true,
            state: Some(StateWord::Active),
            provider: Some("caldav".to_owned()),
            account: Some("ana@example.org".to_owned()),
            calendar: Some("Puentes".to_owned()),
            calendar_url: Some("https://dav.example.org/calendars/ana/puentes/".to_owned()),
            linked_at: Some(Time::example(-86_400)),
            last_sync_at: Some(Time::example(0)),
            pending: Some(0),
            failed: Some(0),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_link_there_is_one_word_and_perhaps_a_receipt() {
        assert_eq!(LinkStatus::without(None).to_json().unwrap(), json!({"linked": false}));
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let receipt = UnlinkReceipt {
            requested_at: epoch,
            finished_at: epoch,
            deleted: 2,
            left: 1,
            reason: Some("x".to_owned()),
        };
        let time = "1970-01-01T00:00:00Z";
        let unlink = json!({
            "status": "unlinked", "requested_at": time, "finished_at": time, "deleted": 2, "left": 1, "reason": "x",
        });
        assert_eq!(
            LinkStatus::without(Some(receipt)).to_json().unwrap(),
            json!({"linked": false, "last_unlink": unlink})
        );
    }
}
