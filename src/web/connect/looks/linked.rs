//! A linked calendar: how it is doing, what comes next, and the resync.

use minijinja::{Value, context};

use super::happened::cause;
use super::{Visitor, form_of, instant, page, past, told};
use crate::agenda::AgendaList;
use crate::happened::ResyncFailure;
use crate::link::{LinkCondition, LinkRole, LinkState, Obstacle, Offer};
use crate::linking::LinkView;
use crate::sync::resync::{ResyncView, RunState};
use crate::web::Page;

/// Events that could not be read which are named; the history shows all of them.
const MOST_NAMED: usize = 5;

/// What the page of a link depends on.
pub(in crate::web) struct Linked {
    /// The link.
    pub(in crate::web) link: LinkView,
    /// The next few events.
    pub(in crate::web) agenda: AgendaList,
    /// A resync can be asked for.
    pub(in crate::web) resyncs: bool,
    /// The operator's own page to go on to: an https URL.
    pub(in crate::web) onward: Option<String>,
    /// What did not work just now, although the link is well.
    pub(in crate::web) notice: Option<Obstacle>,
    /// The other links of the person, where there may be several.
    pub(in crate::web) others: Vec<LinkView>,
    /// What else they can link.
    pub(in crate::web) more: Vec<Offer>,
}

/// All is well.
pub(in crate::web) fn linked(visitor: &Visitor, linked: &Linked) -> Page {
    let running = linked.link.last_resync.as_ref().is_some_and(|run| run.state == RunState::InProgress);
    // What waits for an answer comes no nearer by asking again.
    let coming = linked.link.pending > 0 && linked.link.held.is_none();
    // So does one that leaves its calendar, and one that waits for that.
    let leaves = linked.others.iter().any(|other| other.role == LinkRole::Leaves);
    let live = context! { live => running || coming || leaves || linked.link.waits, wide => true };
    let values = minijinja::value::merge_maps([values(linked), live]);
    page("connect/linked.html", visitor, values)
}

/// The link waits for its person.
pub(in crate::web) fn attention(visitor: &Visitor, linked: &Linked) -> Page {
    let why = match linked.link.state {
        LinkState::CalendarLost => "calendar_lost",
        LinkState::Active | LinkState::NeedsReauthorization | LinkState::Unlinking => "needs_reauthorization",
    };
    let state = context! { why, code => why, form => form_of(linked.link.provider) };
    page("connect/attention.html", visitor, minijinja::value::merge_maps([values(linked), state]))
}

fn values(linked: &Linked) -> Value {
    context! {
        link => link(&linked.link),
        kind => linked.link.provider.as_str(),
        resync => linked.link.last_resync.as_ref().map(resync),
        held => held(&linked.link),
        events => past::rows(&linked.agenda.events),
        total => linked.agenda.total,
        agenda_zone => linked.agenda.zone.name(),
        resyncs => linked.resyncs,
        onward => linked.onward.as_deref(),
        notice => told(linked.notice),
        paused => !linked.link.enabled || linked.link.suspended,
        waits => linked.link.waits,
        others => linked.others.iter().map(other).collect::<Vec<_>>(),
        more => linked.more.iter().map(|offer| context! { kind => offer.kind.as_str(), form => form_of(offer.kind) }).collect::<Vec<_>>(),
    }
}

/// Another link of the same person, in a line.
fn other(link: &LinkView) -> Value {
    let is_on = link.enabled && !link.suspended;
    let (state, look) = match LinkCondition::of(link.state, is_on, link.failures) {
        LinkCondition::Active => ("active", "synced"),
        LinkCondition::Paused => ("paused", "pending"),
        LinkCondition::Error => ("error", "failed"),
        LinkCondition::Disconnected if link.state == LinkState::Unlinking => ("leaving", "pending"),
        LinkCondition::Disconnected => ("disconnected", "failed"),
    };
    context! {
        provider => link.provider.as_str(),
        account => &link.account,
        calendar => &link.calendar,
        state => format!("others.{state}"),
        look,
        form => form_of(link.provider).filter(|_| link.state == LinkState::NeedsReauthorization),
        consents => form_of(link.provider).is_none() && link.state == LinkState::NeedsReauthorization,
        lost => link.state == LinkState::CalendarLost,
        ends => link.state == LinkState::Unlinking,
    }
}

/// The link as templates see it.
pub(super) fn link(link: &LinkView) -> Value {
    context! {
        provider => link.provider.as_str(),
        account => &link.account,
        calendar => &link.calendar,
        linked_at => instant(link.linked_at),
        last_sync_at => link.last_sync_at.map(instant),
        settled => link.settled,
        pending => link.pending,
        failed => link.failed,
        reason => link.reason.as_deref(),
    }
}

/// What somebody is asked about: how much would go at once. The link's question first; a run that ended with one before it
/// changed anything has its own.
fn held(link: &LinkView) -> Option<Value> {
    let run = link.last_resync.as_ref();
    let of_run = || match run?.error {
        Some(ResyncFailure::Held(shrink)) => Some(shrink),
        _ => None,
    };
    let asks = run.is_none_or(|run| run.state != RunState::InProgress);
    let shrink = link.held.or_else(of_run).filter(|_| asks)?;
    Some(context! { going => shrink.going, standing => shrink.standing })
}

fn resync(run: &ResyncView) -> Value {
    let (state, look) = match run.state {
        RunState::InProgress => ("in_progress", "pending"),
        RunState::Succeeded => ("succeeded", "synced"),
        RunState::Failed => ("failed", "failed"),
    };
    let error = run.error.as_ref();
    context! {
        state => format!("resync.{state}"),
        look,
        running => run.state == RunState::InProgress,
        asks => error.is_some_and(ResyncFailure::waits_for_confirmation),
        total => run.total,
        done => run.total.map_or(run.done, |total| run.done.min(total)),
        skipped_total => run.skipped.count,
        skipped => run.skipped.listed.iter().filter_map(|one| one.event.as_ref()).take(MOST_NAMED).map(past::named).collect::<Vec<_>>(),
        error => error.map(|failure| context! { code => failure.code(), cause => cause(failure) }),
        at => instant(run.finished_at.unwrap_or(run.requested_at)),
    }
}
