//! From nothing to a calendar: the start, the wait, the choice, and what stopped it.

use minijinja::context;

use super::{Visitor, form_of, instant, page};
use crate::link::{Obstacle, Offer, ProviderKind, UnlinkReceipt};
use crate::linking::{Choosing, Stopped};
use crate::web::Page;

/// What the start depends on.
pub(in crate::web) struct Start {
    /// What can be linked here.
    pub(in crate::web) offers: Vec<Offer>,
    /// The page stands in a browser inside another app, where providers refuse to ask for a consent.
    pub(in crate::web) webview: bool,
    /// Events that wait for a calendar.
    pub(in crate::web) held: u64,
    /// What the last unlink did.
    pub(in crate::web) last_unlink: Option<UnlinkReceipt>,
}

/// Nothing is linked.
pub(in crate::web) fn start(visitor: &Visitor, start: &Start) -> Page {
    let receipt = start.last_unlink.as_ref().map(|receipt| {
        context! {
            at => instant(receipt.finished_at),
            deleted => receipt.deleted,
            left => receipt.left,
            reason => receipt.reason.as_deref(),
        }
    });
    let lets_choose = start.offers.iter().any(|offer| offer.lets_choose);
    let promise = if lets_choose { "start.promise_choice" } else { "start.promise" };
    let offer = |offer: &Offer| context! { kind => offer.kind.as_str(), form => form_of(offer.kind) };
    let values = context! {
        offers => start.offers.iter().map(offer).collect::<Vec<_>>(),
        webview => start.webview,
        held => start.held,
        promise,
        receipt,
    };
    page("connect/start.html", visitor, values)
}

/// The person was sent to the provider and is not back.
pub(in crate::web) fn opening(visitor: &Visitor, provider: ProviderKind) -> Page {
    page("connect/opening.html", visitor, context! { kind => provider.as_str() })
}

/// A calendar is being tried.
pub(in crate::web) fn checking(visitor: &Visitor, provider: ProviderKind) -> Page {
    page("connect/checking.html", visitor, context! { live => true, kind => provider.as_str() })
}

/// Only the person can say which calendar.
pub(in crate::web) fn choose(visitor: &Visitor, choosing: &Choosing) -> Page {
    let calendars: Vec<_> = choosing.calendars.iter().map(|c| context! { id => &c.id, name => &c.name }).collect();
    page("connect/choose.html", visitor, context! { calendars, or_new => choosing.or_new })
}

/// The last try did not end well.
pub(in crate::web) fn stopped(visitor: &Visitor, stopped: &Stopped) -> Page {
    let obstacle = stopped.obstacle;
    let look = match obstacle {
        Obstacle::Cancelled | Obstacle::AlreadyLinked => "calm",
        _ => "attention",
    };
    let values = context! {
        look,
        code => obstacle.code(),
        kind => stopped.provider.as_str(),
        form => form_of(stopped.provider),
        minutes => stopped.minutes(visitor.now),
        // Nothing that was typed was wrong.
        typed_right => matches!(
            obstacle,
            Obstacle::ProviderDown
                | Obstacle::RateLimited
                | Obstacle::Operator
                | Obstacle::Interrupted
                | Obstacle::Crowded
                | Obstacle::SwitchedOff
        ),
    };
    page("connect/stopped.html", visitor, values)
}
