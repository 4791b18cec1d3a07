//! The providers that this gateway offers: built from the settings, and told apart here alone.

use std::sync::Arc;

use super::account::{Keep, RemoteAccount, StoredAccount};
use super::consent::Consent;
use super::{RemoteError, caldav, google};
use crate::clock::Clock;
use crate::config::Config;
use crate::link::{Offer, ProviderKind};
use crate::outbound::{Outbound, Patience};
use crate::permit::Permit;

/// How people give access to their account at a provider.
#[derive(Clone, Copy)]
pub enum Provider<'p> {
    /// They type a user name and a password here.
    Password(&'p caldav::Accounts),
    /// They consent there.
    Consent(&'p dyn Consent),
}

/// The providers that this gateway offers.
pub struct Providers {
    apple: caldav::Accounts,
    caldav: caldav::Accounts,
    google: Option<google::Client>,
}

impl Providers {
    /// Those of these settings; `outbound` is the way to servers whose address people type.
    pub fn new(config: &Config, outbound: Arc<Outbound>, clock: &Clock) -> Self {
        let apple = config.apple_url.clone();
        Self {
            apple: caldav::Accounts::at(apple, ProviderKind::Apple, Arc::clone(&outbound)),
            caldav: caldav::Accounts::anywhere(ProviderKind::Caldav, outbound),
            google: config.google.clone().map(|settings| google::Client::new(settings, clock.clone())),
        }
    }

    /// The same for what `permit` is for, and for somebody who waits where a provider puts a request off. Without a permit, nothing
    /// is sent.
    #[must_use]
    pub fn under(&self, permit: &Permit, patience: &Patience) -> Self {
        Self {
            apple: self.apple.under(permit, patience),
            caldav: self.caldav.under(permit, patience),
            google: self.google.as_ref().map(|google| google.under(permit, patience)),
        }
    }

    /// A provider; none where it is switched off. The one match on which provider it is.
    pub fn of(&self, kind: ProviderKind) -> Option<Provider<'_>> {
        Some(match kind {
            ProviderKind::Apple => Provider::Password(&self.apple),
            ProviderKind::Caldav => Provider::Password(&self.caldav),
            ProviderKind::Google => Provider::Consent(self.google.as_ref()?),
        })
    }

    /// A provider where people consent; none where they don't, or where it is switched off.
    pub fn consent(&self, kind: ProviderKind) -> Option<&dyn Consent> {
        match self.of(kind)? {
            Provider::Consent(consent) => Some(consent),
            Provider::Password(_) => None,
        }
    }

    /// All that are offered, those first that people are asked for first.
    pub fn offers(&self) -> Vec<Offer> {
        let offer = |kind| match self.of(kind)? {
            Provider::Password(_) => Some(Offer { kind, consents: false, lets_choose: false }),
            Provider::Consent(consent) => Some(Offer { kind, consents: true, lets_choose: consent.lets_choose() }),
        };
        ProviderKind::ALL.into_iter().filter_map(offer).collect()
    }

    /// Where people are sent to consent: their origins, for the policy of our pages.
    pub fn consent_origins(&self) -> Vec<String> {
        let consents = ProviderKind::ALL.into_iter().filter_map(|kind| self.consent(kind));
        consents.map(|consent| consent.page().origin().ascii_serialization()).collect()
    }

    /// Opens a stored account.
    ///
    /// # Errors
    /// [`RemoteError::Operator`] where the provider is switched off, [`RemoteError::AuthRevoked`] for credentials that
    /// can't be read.
    pub fn account<'k>(
        &self,
        kind: ProviderKind,
        stored: StoredAccount<'_>,
        keep: Keep<'k>,
    ) -> Result<Box<dyn RemoteAccount<'k> + 'k>, RemoteError> {
        match self.of(kind) {
            Some(Provider::Password(accounts)) => accounts.account(stored, keep),
            Some(Provider::Consent(consent)) => consent.account(stored, keep),
            None => Err(RemoteError::Operator {
                why: format!("{kind} is switched off here: there is no client_id in its section of the settings"),
            }),
        }
    }
}
