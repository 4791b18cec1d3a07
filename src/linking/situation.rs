//! Where a person stands who opens their page: one of these, whatever came before.

use super::browser::BrowserSession;
use super::consent;
use super::{LinkView, Linking, tries};
use crate::link::{LinkState, Obstacle, ProviderKind, UnlinkReceipt};
use crate::store::{StoreError, events, holders};

/// Where a person stands.
#[derive(Clone, Debug)]
pub enum Situation {
    /// Nothing is linked; perhaps something was.
    NotLinked {
        /// What the last unlink did.
        last_unlink: Option<UnlinkReceipt>,
        /// Events that wait for a calendar.
        held: u64,
    },
    /// The person was sent to Google from this browser, and is not back.
    Opening,
    /// A calendar is being tried at this moment.
    Checking(ProviderKind),
    /// Only the person can say which calendar.
    Choosing(Choosing),
    /// The last try did not end well.
    Stopped(Stopped),
    /// All is well.
    Linked(LinkView),
    /// The link waits for its person.
    Attention(LinkView),
    /// The link is being cleaned up.
    CleaningUp(LinkView),
}

/// Calendars to choose from.
#[derive(Clone, Debug)]
pub struct Choosing {
    /// Where they are.
    pub provider: ProviderKind,
    /// Those that can be written.
    pub calendars: Vec<CalendarChoice>,
    /// Whether a new one can be made instead.
    pub or_new: bool,
}

/// One calendar to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChoice {
    /// Its address; with Google its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A try that did not end well, and what was typed for it. No password.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Where.
    pub provider: ProviderKind,
    /// Why.
    pub obstacle: Obstacle,
    /// The address that was typed (CalDAV).
    pub address: String,
    /// The user name that was typed.
    pub username: String,
}

impl Linking {
    /// Where the person of a browser session stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn situation(&self, session: &BrowserSession) -> Result<Situation, StoreError> {
        let holder = &session.holder;
        if let Some(standing) = tries::standing(self, holder) {
            return Ok(standing);
        }
        if let Some(link) = self.view(holder)? {
            return Ok(match link.state {
                LinkState::Active => Situation::Linked(link),
                LinkState::NeedsReauthorization | LinkState::CalendarLost => Situation::Attention(link),
                LinkState::Unlinking => Situation::CleaningUp(link),
            });
        }
        if consent::goes_on(self, session)? {
            return Ok(Situation::Opening);
        }
        let last_unlink = self.last_receipt(holder)?;
        let held = self.gateway.store.read(|tx| match holders::find(tx, holder)? {
            Some(holder) => events::count(tx, holder),
            None => Ok(0),
        })?;
        Ok(Situation::NotLinked { last_unlink, held })
    }
}
