//! The reconciler: makes what is known of a calendar equal to what is wanted in it.
//!
//! Rule: a reconcile takes no input but the link. Whatever happened — an event, a change, a deletion, a resync, an
//! unlink, a crash — is an edit of what is wanted or known, so there is one path for the happy case and for recovery.
//! No transaction is open while a provider is asked; every attempt is claim, act, record.
//!
//! # How a placement moves
//!
//! What is [known](crate::placement::Known) of it. What is wanted may change beside it at any moment, and only says which
//! way to go: [`crate::delivery::plan`] is the whole table.
//!
//! ```text
//!                     claimed               written, or a look showed it
//!  wanted ─▶ nothing ─────────▶ unsure ◀────────────────────────────────▶ at
//!              ▲    ◀─────────   ▲  │     put off, or a resync doubts it   │ ▲
//!              │    not begun    │  │                                      │ │
//!              │         claimed │  │ removed, or a look did not show it   │ └── a stray: a look showed
//!              │                 │  ▼                                      │     what no placement names
//!              └─────────────── gone ◀─────────────────────────────────────┘
//!          wanted anew: renamed
//!
//!  nothing, gone ── wanted absent ─▶ forgotten
//! ```
//!
//! A refusal moves nothing: it is kept beside the content that was refused, so new content is tried at once. (A creation
//! that is refused for its name, and a removal that is refused where the event is wanted anew, go on otherwise: under the
//! next name, and under the present one.)
//!
//! What goes first: what makes room. A stray is a placement without an event, wanted absent. A rebuild wants every event
//! *anew*: what stands under its name goes, and only then it gets the next name and is written. Rounds in which something
//! makes room write nothing; a removal that is put off keeps back its own event, and no other.
//!
//! What waits: where a survey finds suddenly many strays, the brake holds them. Perhaps our memory is old, and then what is
//! not found under its name stands there under another; so nothing of that is created before a resync with a confirmation,
//! or a survey that finds the strays gone. What is found goes on being changed and removed, and what is accepted after the
//! question is written.
//!
//! # When the process ends
//!
//! | in the middle of | what lies on disk | what the next start does |
//! | --- | --- | --- |
//! | taking an event in | nothing, or the whole edit | nothing, or what is wanted is due |
//! | a creation: claimed, perhaps sent, perhaps carried out | `Unsure` | looks under the derived name, creates or replaces what it saw |
//! | a change: perhaps carried out | `At` the old version, due | writes on the condition of that version; refused, it looks |
//! | a deletion: perhaps carried out | wanted absent, due | deletes again: what is not there is removed |
//! | a survey | nothing of it, or all: doubts settled, strays due | lists again, or goes on with what is due |
//! | a rebuild: some objects gone, some not, some back | each event wanted anew, or under its new name | goes on event by event, also when the run has ended |
//! | asking for everything again | a run that is `asking` | asks again |
//! | taking the answer over | nothing of it, or all: everything in doubt, a survey asked for | asks again, or lists |
//! | the last write of a resync, before the run was concluded | nothing due, the link awake | a round without work concludes it |
//! | making a calendar of ours again | the address of the one that is gone | makes another; the first stays behind, empty |
//! | an unlink | everything wanted absent, a survey asked for or its strays due | goes on; the receipt counts what was recorded |
//! | the end of an unlink: calendar removed, or permission given back | a link that is ending | hears that it is gone or shut out, and ends it |
//!
//! Nothing on this list is a case of its own in the code: each row is what an ordinary round finds.
//!
//! Another link of the same holder may carry what is exported from now on. Then the one that did leaves: nothing is wanted in its
//! calendar any more, and the other has no round before nothing of it is left there (`leaving`).
//!
//! A link that waits for its person has no rounds, but a second look now and then (`second_look`): refusals pass.
//!
//! What can't be written down is remembered: where the disk refuses, all rest in memory (`rests`), and no provider is asked
//! before the disk has taken a write. What is written down waits by the wall's clock: `set_back` sees it when that is set back.
//!
//! [`driver`] decides when, [`reconcile`] reads top to bottom, [`brake`] and [`backoff`] are pure; what one object and its
//! provider have to do with each other is [`crate::delivery`].

pub mod asked;
pub mod backoff;
pub mod brake;
pub mod driver;
mod ending;
mod halt;
mod lanes;
mod leaving;
pub mod reconcile;
mod record;
mod renew;
mod rests;
pub mod resync;
mod second_look;
mod set_back;
mod survey;
mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use crate::accounts::{Place, Turns};
use crate::gateway::Gateway;

/// Makes calendars as they are wanted. Remembers who is at work and whether to go on, and nothing about any link.
pub struct Reconciler {
    gateway: Arc<Gateway>,
    /// Whose turn it is at a calendar that comes or goes.
    places: Turns<Place>,
    /// Lanes that a link with much to do may borrow beside its own.
    spare_lanes: Semaphore,
    stopping: AtomicBool,
}

impl Reconciler {
    /// One for all links of a gateway. It shares the `places` with whoever makes links.
    pub fn new(gateway: Arc<Gateway>, places: Turns<Place>) -> Self {
        let spare_lanes = Semaphore::new(gateway.config.sync.lanes);
        Self { spare_lanes, gateway, places, stopping: AtomicBool::new(false) }
    }

    /// Asks the workers to finish what is in flight and begin nothing new.
    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether nothing new is to be begun.
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}
