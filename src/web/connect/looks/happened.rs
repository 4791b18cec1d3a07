//! What happened, as a person is told it.

use minijinja::value::merge_maps;
use minijinja::{Value, context};

use super::instant;
use crate::happened::{ACCOUNT_FULL, Happened, Happening, ResyncFailure, Revoked};
use crate::web::{Language, texts};

/// One thing that happened, as templates see it: in the person's language. Names stay as they are, and what a server
/// said, or an older version wrote down, is quoted.
pub(super) fn happening(one: &Happening) -> Value {
    let said = context! { at => instant(one.at), text => sentence(one.what.kind()) };
    merge_maps([said, more(&one.what)])
}

fn more(what: &Happened) -> Value {
    match what {
        Happened::Linked { account, calendar, .. } => context! { quoted => format!("{account}, {calendar}") },
        Happened::SwitchedOff { provider } | Happened::SwitchedOn { provider } => {
            context! { quoted => provider.name() }
        }
        Happened::Carries { calendar, .. } => context! { quoted => calendar },
        Happened::LinkNotMade { provider, obstacle } => {
            context! { cause => format!("ending.{}.cause", obstacle.code()), kind => provider.as_str() }
        }
        Happened::AuthorisedAgain | Happened::Recovered | Happened::CalendarMadeAgain => context! {},
        Happened::Unlinking { .. } => context! {},
        Happened::NeedsReauthorization { cause: Revoked::Unreadable, .. } => context! {},
        Happened::NeedsReauthorization { why, .. } | Happened::CalendarLost { why } => context! { quoted => why },
        Happened::Unlinked { removed, left } => context! { removed, left },
        Happened::ResyncStarted { events } => context! { count => events },
        Happened::ResyncSucceeded { events, skipped } => context! { count => events, skipped },
        Happened::Held(shrink) | Happened::ResyncFailed(ResyncFailure::Held(shrink)) => {
            context! { going => shrink.going, standing => shrink.standing }
        }
        Happened::ResyncFailed(failure) => context! { cause => cause(failure) },
        Happened::EventRefused { code, .. } if code == ACCOUNT_FULL => context! { cause => "happened.account_full" },
        Happened::EventRefused { event, why, .. } => context! { quoted => format!("{event}: {why}") },
        Happened::Other { words, .. } => words.as_ref().map_or(context! {}, |words| context! { quoted => words }),
    }
}

/// The key of the text for what happened; what has none of its own shares one.
fn sentence(kind: &str) -> String {
    let key = format!("happened.{kind}");
    if texts::of(Language::Es).contains_key(&key) { key } else { "happened.other".to_owned() }
}

/// The key of the text for how a run failed; what has none of its own shares one.
pub(super) fn cause(failure: &ResyncFailure) -> String {
    let key = format!("resync.error.{}", failure.code());
    if texts::of(Language::Es).contains_key(&key) { key } else { "resync.error.other".to_owned() }
}
