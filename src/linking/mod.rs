//! A holder's association with one calendar: made after a live check, ended with a receipt. Puentes's holders have one at
//! most; those of other client systems one at each provider, of which one carries what is exported ([`crate::link::Slot`]).
//!
//! Rule: a link is stored only after a real event was written, read back and deleted in its calendar; and it is
//! forgotten only after the calendar was looked through for what we left, or when that is impossible, which the
//! receipt then says.
//!
//! # States
//!
//! ```text
//!                     ┌────────────── active ◀─────── signed in again, in another calendar where that one
//!                     │               │    │          is lost; a resync was asked for; or a second look
//!                     │               │    │          found that it has passed
//!  nothing ── link ──▶│               │    │                          ▲
//!     ▲               │   login refused    calendar gone, read-only   │
//!     │               │               ▼    ▼                          │
//!     │               │  needs_reauthorization, calendar_lost ────────┘
//!     │             unlink            │
//!     │               ▼             unlink
//!     └── receipt ── unlinking ◀──────┘
//! ```
//!
//! Whatever is wanted stays wanted in every state but the last. A consent at a provider goes its own way until then:
//! `sent` (the person is there), `returned` (with a code), `granted` (exchanged: what fails now can be tried again with
//! the same consent), `ended` (linked, or why not).
//!
//! A try that a person began on their page ([`Try`]) is kept in memory alone:
//!
//! ```text
//!                               ┌───────────── chosen ────────────┐
//!                               ▼                                 │
//!  nothing ── begun ────────▶ running ── only they can say ──▶ choosing
//!     ▲                         │ ▲ │                             │
//!     │                  linked │ │ └── an obstacle ─▶ stopped    │
//!     │                         │ └──── begun again ─────┘ │      │
//!     └─────────────────────────┴── dismissed, or 15 minutes later┘
//! ```
//!
//! # When the process ends
//!
//! | in the middle of | what lies on disk | what happens next |
//! | --- | --- | --- |
//! | a try with a password | nothing; what was typed is forgotten | the person types it again |
//! | making a calendar for it | nothing; an empty calendar is in the account | the next try finds it by its name; a consent has kept which it is |
//! | the probe | nothing; an object with our mark is in the calendar | the first survey of a link there removes it |
//! | exchanging a code | `returned`, with a code that may be used up | goes on with it; refused, the person consents again |
//! | a consent whose code was exchanged | `granted`, with its tokens | goes on without exchanging anything |
//! | storing a link | nothing, or all: the link, all held events wanted in it, its first resync | its person tries again, or the reconciler begins |

mod again;
mod attempt;
pub mod browser;
mod carrying;
mod choosing;
mod connect;
pub mod consent;
mod error;
mod establish;
mod keeping;
mod links_of;
mod logins;
mod making;
mod named;
mod page_link;
mod parked;
mod proof;
mod show;
mod situation;
mod switching;
mod token;
mod tries;
pub mod unlink;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::accounts::{Place, Turns};
use crate::agenda::Agenda;
use crate::gateway::Gateway;
use crate::ids::Holder;
use crate::link::{Offer, ProviderKind};
use crate::outbound::Patience;
use crate::providers::Providers;

use logins::Logins;
use tries::Tries;

pub use carrying::NotCarried;
pub use connect::LinkRequest;
pub use error::{LinkError, NotMade};
pub use page_link::PageLink;

pub use attempt::{Choosing, Stopped, Try};
pub use show::LinkView;
pub use situation::Situation;
pub use switching::Switched;
pub use unlink::UnlinkProgress;

pub use crate::providers::caldav::{Preset, presets};

/// How long one try waits in all where a server puts requests off: a person looks at it, and a client system waits for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long all calls of one try take together. A place for links is kept no longer.
const WHOLE: Duration = Duration::from_secs(120);

/// Makes and ends links. Remembers whose turn it is, the tries that people began on their page, and the passwords that were
/// refused.
pub struct Linking {
    gateway: Arc<Gateway>,
    agenda: Agenda,
    /// One linking per holder at a time.
    turns: Turns<Holder>,
    /// Whose turn it is at a calendar that comes or goes.
    places: Turns<Place>,
    tries: Tries,
    /// Passwords that were refused.
    logins: Logins,
}

impl Linking {
    /// That of one gateway. It shares the `places` with the reconciler.
    pub fn new(gateway: Arc<Gateway>, agenda: Agenda, places: Turns<Place>) -> Self {
        Self { gateway, agenda, turns: Turns::default(), places, tries: Tries::default(), logins: Logins::default() }
    }

    /// The providers that can be linked with here, those first that people are asked for first.
    pub fn offers(&self) -> Vec<Offer> {
        self.gateway.providers.offers()
    }

    /// The ways to the providers for one try to link `holder` with `provider`, with the patience that it has.
    fn patiently(&self, holder: &Holder, provider: ProviderKind) -> Result<Providers, LinkError> {
        let link = links_of::in_slot(&self.gateway, holder, provider)?;
        let permit = self.gateway.permit_to_link(holder, link.as_ref()).map_err(LinkError::off)?;
        Ok(self.gateway.providers.under(&permit, &Patience::of(&self.gateway.clock, PATIENCE).ending_within(WHOLE)))
    }

    /// The origins that people are sent to for a consent.
    pub fn consent_origins(&self) -> Vec<String> {
        self.gateway.providers.consent_origins()
    }
}

/// Shows what is remembered, and nothing of what can be reached.
impl fmt::Debug for Linking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linking").field("tries", &self.tries).finish_non_exhaustive()
    }
}
