//! Linking by a person's consent at the provider (OAuth): from the address that they open to the link.
//!
//! Rule: the address may have been sent on, so who comes back is not known. Nothing is linked before the page that named
//! the phone was confirmed. `state` names one flow and carries one code; code and credentials lie sealed, and each is
//! stored before it is used, so that a page that is loaded again, or a gateway that starts again, goes on where it was. A
//! consent that was not given is a normal end, not an error.
//!
//! `begin` sends a person away, `back` takes in what they came back with, `ticket` is where a guest's page stands, `finish`
//! leads to the link, and `onward` says where to go for who wants to be there.

mod back;
mod begin;
mod ending;
mod finish;
mod onward;
mod secrets;
mod ticket;
mod told;

use jiff::Timestamp;
use url::Url;

use crate::gateway::Gateway;
use crate::happened::Happened;
use crate::ids::Holder;
use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::linking::attempt::Try;
use crate::secret::SecretString;
use crate::store::authorizations::{self, Authorization};
use crate::store::{StoreError, activity};

pub use begin::redirect_uri;
pub use ending::Ending;
pub use onward::{Again, Onward};
pub use told::ConsentStanding;

/// A consent that was asked for.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the person consents.
    pub authorization_url: Url,
    /// Until when that is good.
    pub expires_at: Timestamp,
}

/// What the provider sent a person back with.
#[derive(Clone, Debug)]
pub struct Back {
    /// Names the flow.
    pub state: SecretString,
    /// What is exchanged for tokens.
    pub code: Option<SecretString>,
    /// Why there is none.
    pub error: Option<String>,
}

/// Where a flow stands, as its page shows it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whose calendar it is about.
    pub holder: Holder,
    /// Where the person consents.
    pub provider: ProviderKind,
    /// What the next form of the page sends along: it proves that it is this page.
    pub ticket: SecretString,
    /// What is to be done.
    pub next: Next,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The person confirms that it is their phone.
    Confirm,
    /// The person says which calendar; none of these means a new one.
    Choose(Vec<CalendarChoice>),
    /// Nothing: it is over. A flow that did not end well can be begun again.
    Over(Ending),
}

/// Who came back from the provider.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// Somebody whose flow began over the API: who they are is not known, so they are asked.
    Guest(Standing),
    /// The browser session that the flow began in, which needs no ticket: the session says whose flow it is. They have
    /// confirmed by coming back, so the rest goes on behind the answer; when it is over, their page tells how it ended.
    Own {
        /// Whose.
        holder: Holder,
        /// What goes on, unless it is over.
        goes_on: Option<Try>,
    },
    /// Another browser than the one that the flow began in. Nothing was taken in from it.
    Elsewhere,
}

/// How an ended flow ended.
fn ending_of(row: &Authorization) -> Ending {
    row.ending.as_deref().and_then(Ending::from_code).unwrap_or(Ending::Not(Obstacle::Interrupted))
}

fn end(gateway: &Gateway, row: &Authorization, ending: Ending) -> Result<(), StoreError> {
    let (id, holder, provider, now) = (row.id, row.holder, row.provider, gateway.clock.now());
    gateway.store.write(move |tx| {
        authorizations::end(tx, id, ending.code())?;
        let Some(obstacle) = ending.obstacle() else { return Ok(()) };
        activity::log(tx, holder, now, &Happened::LinkNotMade { provider, obstacle })
    })
}
