//! What became of the events: all of them in a list, and each with its story.

use jiff::Timestamp;
use minijinja::{Value, context};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Visitor, instant, page};
use crate::agenda::{AgendaEvent, AgendaList, Story, SyncState};
use crate::web::{Language, Page, texts};

/// One page of the history.
pub(in crate::web) struct History {
    /// The events of this page, newest first.
    pub(in crate::web) agenda: AgendaList,
    /// Which page it is, from 1.
    pub(in crate::web) page: usize,
    /// How many there are.
    pub(in crate::web) pages: usize,
    /// What happened, newest first.
    pub(in crate::web) happened: Vec<HappeningLook>,
    /// A calendar is linked.
    pub(in crate::web) linked: bool,
}

/// One thing that happened.
pub(in crate::web) struct HappeningLook {
    /// When.
    pub(in crate::web) at: Timestamp,
    /// The store's word for it.
    pub(in crate::web) kind: String,
    /// More, as the store has it: numbers and names, or English words for those who help.
    pub(in crate::web) detail: String,
}

impl HappeningLook {
    /// What templates say of it. What is only numbers or names is told in the person's language; what is not is quoted.
    fn values(&self) -> Value {
        let numbers: Vec<i64> = self.detail.split(' ').filter_map(|word| word.parse().ok()).collect();
        let (mut count, mut removed, mut left, mut quoted) = (None, None, None, None);
        match (self.kind.as_str(), numbers.as_slice()) {
            ("resync_started" | "resync_succeeded", [all]) => count = Some(*all),
            ("unlinked", [gone, stayed]) => (removed, left) = (Some(*gone), Some(*stayed).filter(|n| *n > 0)),
            // The provider's word comes first, and the account says as much.
            ("linked", _) => quoted = self.detail.split_once(", ").map(|(_, names)| names),
            ("unlinking", _) => {}
            _ => quoted = Some(self.detail.as_str()).filter(|detail| !detail.is_empty()),
        }
        context! { at => instant(self.at), text => happening(&self.kind), count, removed, left, quoted }
    }
}

/// The history.
pub(in crate::web) fn history(visitor: &Visitor, history: &History) -> Page {
    let happened: Vec<_> = history.happened.iter().map(HappeningLook::values).collect();
    let at = history.page;
    let values = context! {
        wide => true,
        events => rows(&history.agenda.events),
        total => history.agenda.total,
        agenda_zone => history.agenda.zone.name(),
        at_page => at,
        pages => history.pages,
        newer => (at > 1).then(|| at - 1),
        older => (at < history.pages).then(|| at + 1),
        happened,
        linked => history.linked,
    };
    page("connect/history.html", visitor, values)
}

/// The key of the text for a word of the store's; words that have none share one.
fn happening(kind: &str) -> String {
    let key = format!("happened.{kind}");
    if texts::of(Language::Es).contains_key(&key) { key } else { "happened.other".to_owned() }
}

/// Why an event is in the calendar of that name, or why not.
pub(in crate::web) fn event(visitor: &Visitor, story: &Story, calendar_name: Option<&str>) -> Page {
    let values = context! {
        calendar_name,
        event => row(&story.event),
        agenda_zone => story.zone.name(),
        received_at => instant(story.received_at),
        changed_at => story.changed_at.map(instant),
        written_at => story.written_at.map(instant),
        confirmed_at => story.confirmed_at.map(instant),
        last_attempt_at => story.last_attempt_at.map(instant),
        reason => story.reason.as_deref(),
        degradations => &story.degradations,
        next_attempt_at => story.next_attempt_at.map(instant),
    };
    page("connect/event.html", visitor, values)
}

/// Events as templates see them.
pub(super) fn rows(events: &[AgendaEvent]) -> Vec<Value> {
    events.iter().map(row).collect()
}

fn row(event: &AgendaEvent) -> Value {
    let id = utf8_percent_encode(event.event_id.as_str(), NON_ALPHANUMERIC).to_string();
    let state = match event.state {
        SyncState::Synced => "synced",
        SyncState::Pending => "pending",
        SyncState::Failed => "failed",
        SyncState::NotLinked => "not_linked",
    };
    context! {
        place => Value::from_safe_string(format!("/connect/event?event={id}")),
        title => event.title.as_deref().filter(|title| !title.trim().is_empty()),
        start => event.start.to_string(),
        all_day => event.all_day,
        repeats => event.repeats,
        cancelled => event.cancelled,
        state,
    }
}
