//! Everything that can happen and go wrong, once.

use crate::happened::{ACCOUNT_FULL, Happened, ResyncFailure, Revoked, Shrink};
use crate::ids::EventId;
use crate::link::{Obstacle, ProviderKind};

/// How runs fail, with what another version wrote down.
pub(super) fn failures() -> Vec<ResyncFailure> {
    let why = || "words for the operator".to_owned();
    let other = |code: &str| ResyncFailure::Other { code: code.to_owned(), words: why() };
    vec![
        ResyncFailure::Unavailable { why: why() },
        ResyncFailure::LoginFailed { why: why() },
        ResyncFailure::CalendarLost { why: why() },
        ResyncFailure::CalendarUnreachable { why: why() },
        ResyncFailure::EventsLeft { refused: 1, trying: 2 },
        ResyncFailure::Unlinked,
        other("confirmation_needed"),
        other("what_nobody_knows"),
    ]
}

/// Each thing that can happen, and what another version wrote down.
pub(super) fn happenings(theirs: &str) -> Vec<Happened> {
    let theirs = || theirs.to_owned();
    let other = |kind: &str, words| Happened::Other { kind: kind.to_owned(), words };
    let provider = ProviderKind::Google;
    let mut all = vec![
        Happened::ResyncSucceeded { events: 1, skipped: 0 },
        Happened::ResyncSucceeded { events: 31, skipped: 1 },
        Happened::ResyncSucceeded { events: 310, skipped: 12 },
        Happened::ResyncStarted { events: 310 },
        Happened::Held(Shrink { standing: 31, going: 30 }),
        Happened::ResyncFailed(ResyncFailure::Held(Shrink { standing: 31, going: 30 })),
        Happened::EventRefused { event: EventId::new("cita 1").unwrap(), code: "http-400".to_owned(), why: theirs() },
        Happened::EventRefused { event: EventId::new("cita 2").unwrap(), code: ACCOUNT_FULL.to_owned(), why: theirs() },
        Happened::NeedsReauthorization { why: theirs(), cause: Revoked::ByProvider },
        Happened::NeedsReauthorization { why: "English words of ours".to_owned(), cause: Revoked::Unreadable },
        Happened::CalendarLost { why: theirs() },
        Happened::CalendarMadeAgain,
        Happened::Carries { provider, calendar: theirs() },
        Happened::SwitchedOff { provider },
        Happened::SwitchedOn { provider },
        Happened::AuthorisedAgain,
        Happened::Recovered,
        Happened::Linked { provider, account: "ana@example.com".to_owned(), calendar: theirs() },
        Happened::Unlinked { removed: 12, left: 0 },
        Happened::Unlinked { removed: 1, left: 2 },
        Happened::Unlinking { calendar: theirs() },
        other("unlinked", Some(theirs())),
        other("calendar_made_again", None),
        other("what_nobody_knows", Some(theirs())),
    ];
    all.extend(failures().into_iter().map(Happened::ResyncFailed));
    all.extend(Obstacle::ALL.iter().map(|obstacle| Happened::LinkNotMade { provider, obstacle: *obstacle }));
    all
}
