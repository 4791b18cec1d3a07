//! Links, as they travel.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use crate::api::link::LinkReceipt;
use crate::api::resync::ResyncReport;
use crate::api::time::Time;
use crate::link::{LinkCondition, LinkRole, LinkState, UnlinkReceipt};
use crate::linking::LinkView;

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "CalendarLinkState", rename_all = "snake_case")]
enum StateWord {
    /// Working.
    Active,
    /// Switched off.
    Paused,
    /// It does not work.
    Error,
    /// The provider refuses the credentials, or it is being disconnected.
    Disconnected,
}

impl From<LinkCondition> for StateWord {
    fn from(standing: LinkCondition) -> Self {
        match standing {
            LinkCondition::Active => Self::Active,
            LinkCondition::Paused => Self::Paused,
            LinkCondition::Error => Self::Error,
            LinkCondition::Disconnected => Self::Disconnected,
        }
    }
}

/// What a link waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "CalendarLinkNeed", rename_all = "snake_case")]
enum NeedWord {
    /// New credentials from its person.
    Reauthorization,
    /// Another calendar from its person.
    Calendar,
    /// Nothing from anybody: what it carries has to leave the calendar where it was carried before.
    Turn,
    /// Nothing from anybody: it is being disconnected.
    Cleaning,
}

/// One link of a holder.
#[derive(Clone, Debug, Object)]
#[oai(rename = "CalendarLink", example)]
pub(super) struct LinkReport {
    /// `google`, `apple` or `caldav`.
    provider: String,
    /// `active`: working. `paused`: switched off, by `enabled` or because your client system is suspended; not one request is sent, and
    /// what is wanted waits. `error`: it does not work; `reason` says why, and `needs` what helps. `disconnected`: the provider refuses the
    /// credentials, or it is being disconnected.
    state: StateWord,
    /// The switch: `PATCH /api/v1/calendar/link`.
    enabled: bool,
    /// What it waits for: `reauthorization`: the person links again with the same account; `calendar`: the person chooses another
    /// calendar; `turn`: what it carries leaves another calendar first; `cleaning`: it is being disconnected. null: nothing.
    needs: Option<NeedWord>,
    /// Which way events go: `export`.
    direction: String,
    /// Whether what is exported goes into this calendar.
    carries: bool,
    /// Whose account, e.g. `ana@example.org`.
    account: String,
    /// The calendar's name.
    calendar: String,
    /// The calendar's address; with Google its id.
    calendar_url: String,
    /// Since when.
    linked_at: Time,
    /// The last time that the calendar was all as it should be.
    last_synced_at: Option<Time>,
    /// How many events are on their way.
    pending: u64,
    /// How many events the provider refuses.
    failed: u64,
    /// What is wrong with the link as a whole, while it lasts; or what is asked, where many objects in the calendar would go.
    reason: Option<String>,
    /// The newest resync.
    last_resync: Option<ResyncReport>,
}

fn need(view: &LinkView) -> Option<NeedWord> {
    match view.state {
        LinkState::NeedsReauthorization => Some(NeedWord::Reauthorization),
        LinkState::CalendarLost => Some(NeedWord::Calendar),
        LinkState::Unlinking => Some(NeedWord::Cleaning),
        LinkState::Active if view.waits => Some(NeedWord::Turn),
        LinkState::Active => None,
    }
}

impl From<LinkView> for LinkReport {
    fn from(view: LinkView) -> Self {
        let is_on = view.enabled && !view.suspended;
        Self {
            provider: view.provider.as_str().to_owned(),
            state: LinkCondition::of(view.state, is_on, view.failures).into(),
            enabled: view.enabled,
            needs: need(&view),
            direction: "export".to_owned(),
            carries: view.role == LinkRole::Carries,
            account: view.account,
            calendar: view.calendar,
            calendar_url: view.calendar_url,
            linked_at: Time(view.linked_at),
            last_synced_at: view.last_sync_at.map(Time),
            pending: view.pending,
            failed: view.failed,
            reason: view.reason.or_else(|| view.held.map(|held| held.question())),
            last_resync: view.last_resync.map(ResyncReport::from),
        }
    }
}

impl Example for LinkReport {
    fn example() -> Self {
        Self {
            provider: "caldav".to_owned(),
            state: StateWord::Active,
            enabled: true,
            needs: None,
            direction: "export".to_owned(),
            carries: true,
            account: "ana@example.org".to_owned(),
            calendar: "Clínica Norte".to_owned(),
            calendar_url: "https://dav.example.org/calendars/ana/norte/".to_owned(),
            linked_at: Time::example(-86_400),
            last_synced_at: Some(Time::example(0)),
            pending: 0,
            failed: 0,
            reason: None,
            last_resync: None,
        }
    }
}

/// All links of a holder.
#[derive(Clone, Debug, Object)]
#[oai(rename = "CalendarLinks", example)]
pub(super) struct HolderLinks {
    /// Whether any calendar is linked.
    linked: bool,
    /// The links: that which carries first.
    links: Vec<LinkReport>,
    /// What the last disconnect did, if there was one.
    last_disconnect: Option<LinkReceipt>,
}

impl HolderLinks {
    pub(super) fn of(links: Vec<LinkView>, last: Option<UnlinkReceipt>) -> Self {
        Self {
            linked: !links.is_empty(),
            links: links.into_iter().map(LinkReport::from).collect(),
            last_disconnect: last.map(LinkReceipt::from),
        }
    }
}

impl Example for HolderLinks {
    fn example() -> Self {
        Self { linked: true, links: vec![LinkReport::example()], last_disconnect: None }
    }
}
