//! Where a person stands who opens their page: one of these, whatever came before.

use super::attempt::{Choosing, Stopped};
use super::browser::BrowserSession;
use super::tries::TryState;
use super::{LinkView, Linking};
use crate::link::{LinkState, ProviderKind, UnlinkReceipt};
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
    /// The person was sent to the provider from this browser, and is not back.
    Opening(ProviderKind),
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

impl Linking {
    /// Where the person of a browser session stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn situation(&self, session: &BrowserSession) -> Result<Situation, StoreError> {
        let holder = &session.holder;
        if let Some(state) = self.try_state(holder) {
            return Ok(match state {
                TryState::Running(provider) => Situation::Checking(provider),
                TryState::Choosing(choosing) => Situation::Choosing(choosing),
                TryState::Stopped(stopped) => Situation::Stopped(stopped),
            });
        }
        if let Some(link) = self.view(holder)? {
            return Ok(match link.state {
                LinkState::Active => Situation::Linked(link),
                LinkState::NeedsReauthorization | LinkState::CalendarLost => Situation::Attention(link),
                LinkState::Unlinking => Situation::CleaningUp(link),
            });
        }
        if let Some(provider) = self.consent_going_on(session)? {
            return Ok(Situation::Opening(provider));
        }
        let last_unlink = self.last_receipt(holder)?;
        let held = self.gateway.store.read(|tx| match holders::find(tx, holder)? {
            Some(holder) => events::count(tx, holder),
            None => Ok(0),
        })?;
        Ok(Situation::NotLinked { last_unlink, held })
    }
}
