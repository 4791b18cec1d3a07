//! What became of the events: all of them in a list, and each with its story.

use minijinja::{Value, context};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::happened::happening;
use super::{Visitor, instant, page};
use crate::agenda::{AgendaEvent, AgendaList, Story, SyncState};
use crate::happened::{Happening, Unread};
use crate::ids::EventId;
use crate::web::Page;

/// One page of the history.
pub(in crate::web) struct History {
    /// The events of this page, newest first.
    pub(in crate::web) agenda: AgendaList,
    /// Which page it is, from 1.
    pub(in crate::web) page: usize,
    /// How many there are.
    pub(in crate::web) pages: usize,
    /// What happened, newest first.
    pub(in crate::web) happened: Vec<Happening>,
    /// A calendar is linked.
    pub(in crate::web) linked: bool,
}

/// The history.
pub(in crate::web) fn history(visitor: &Visitor, history: &History) -> Page {
    let happened: Vec<_> = history.happened.iter().map(happening).collect();
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
        // Of a full account the page has words of its own.
        reason => story.reason.as_deref().filter(|_| !story.account_full),
        unread => story.unread.as_ref().map(unread),
        asks => story.asks,
        full => story.account_full,
        degradations => &story.degradations,
        next_attempt_at => story.next_attempt_at.map(instant),
    };
    page("connect/event.html", visitor, values)
}

/// Why a newer content can't be used, as templates see it: in the person's language, but for what is wrong with a text.
fn unread(why: &Unread) -> Value {
    let (Unread::Invalid { .. } | Unread::NoId { .. }) = why else {
        return context! { text => format!("unread.{}", why.code()) };
    };
    context! { text => format!("unread.{}", why.code()), quoted => why.to_string() }
}

/// Events as templates see them.
pub(super) fn rows(events: &[AgendaEvent]) -> Vec<Value> {
    events.iter().map(row).collect()
}

/// An event by its id, and the way to its story.
pub(super) fn named(event: &EventId) -> Value {
    context! { id => event.as_str(), place => story_of(event) }
}

fn story_of(event: &EventId) -> Value {
    let id = utf8_percent_encode(event.as_str(), NON_ALPHANUMERIC).to_string();
    Value::from_safe_string(format!("/connect/event?event={id}"))
}

fn row(event: &AgendaEvent) -> Value {
    let state = match event.state {
        SyncState::Synced => "synced",
        SyncState::Pending => "pending",
        SyncState::Failed => "failed",
        SyncState::Unread => "unread",
        SyncState::NotLinked => "not_linked",
    };
    context! {
        place => story_of(&event.event_id),
        title => event.title.as_deref().filter(|title| !title.trim().is_empty()),
        start => event.start.to_string(),
        all_day => event.all_day,
        repeats => event.repeats,
        cancelled => event.cancelled,
        state,
    }
}
