//! Where permits are made, and nowhere else: after a look at what is written down about the switches.

use super::Gateway;
use crate::ids::Holder;
use crate::permit::{Behalf, Off, Permit};
use crate::profile::ClientState;
use crate::store::links::LinkRow;

impl Gateway {
    /// For what is sent for a link of `holder`: its calendar, its account, its client system's events.
    ///
    /// # Errors
    /// [`Off`], where the link or its client system is switched off.
    pub fn permit(&self, holder: &Holder, link: &LinkRow) -> Result<Permit, Off> {
        if !link.is_on() {
            return Err(Off);
        }
        Ok(self.permits.grant(Behalf { client: holder.client, link: Some(link.id) }))
    }

    /// For what is sent while a calendar of `holder` is linked; `link` is the one that this is about, where there is one already.
    ///
    /// # Errors
    /// As [`Gateway::permit`].
    pub fn permit_to_link(&self, holder: &Holder, link: Option<&LinkRow>) -> Result<Permit, Off> {
        match link {
            Some(link) => self.permit(holder, link),
            None if self
                .clients
                .get(holder.client)
                .is_none_or(|system| system.profile.state != ClientState::Active) =>
            {
                Err(Off)
            }
            None => Ok(self.permits.grant(Behalf { client: holder.client, link: None })),
        }
    }
}
