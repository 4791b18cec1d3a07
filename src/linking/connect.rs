//! Linking with an account whose password is known.

use super::Linking;
use super::error::{LinkError, NotMade};
use super::making::{Earlier, Making, Unmade, Which};
use super::show::LinkView;
use crate::ids::Holder;
use crate::link::{Obstacle, ProviderKind};
use crate::providers::Provider;
use crate::providers::caldav::{Login, server_named};
use crate::secret::SecretString;

/// What a link needs to be made. For Apple the address is the configured one.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The provider.
    pub provider: ProviderKind,
    /// URL or e-mail address (CalDAV).
    pub address: String,
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretString,
    /// The calendar to use, by URL, path or name; our own is made when none is named.
    pub calendar: Option<String>,
}

impl LinkRequest {
    /// The server that it is about, as all who go there name it.
    pub fn server(&self) -> String {
        server_named(&self.address).unwrap_or_else(|| self.provider.as_str().to_owned())
    }
}

impl Linking {
    /// `POST /link`: checks everything live, stores the link, wants all held events in it and starts a first resync. A link
    /// that waits for its person goes on with what is given: in its calendar where that can be written, else in another one,
    /// as if it were new.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn link(&self, holder: &Holder, request: &LinkRequest) -> Result<LinkView, LinkError> {
        let turn = self.turns.take(holder).ok_or_else(LinkError::busy)?;
        let providers = self.patiently();
        let Some(Provider::Password(accounts)) = providers.of(request.provider) else {
            return Err(LinkError::not_offered(request.provider));
        };
        let login = Login {
            address: request.address.clone(),
            username: request.username.clone(),
            password: request.password.clone(),
            scheme: None,
        };
        let named = request.calendar.as_deref().map(str::trim).filter(|named| !named.is_empty());
        let making = Making {
            linking: self,
            holder,
            provider: request.provider,
            which: named.map_or(Which::Unsaid, Which::Named),
            earlier: Earlier { made: None, remember: &|_| Ok(()) },
        };
        match making.link(&turn, || Ok(accounts.log_in(&login)?)) {
            Ok(()) => {}
            Err(Unmade::Not(not)) => return Err(LinkError::NotMade(not)),
            Err(Unmade::Choose(instead)) => {
                let detail = "one of the account's calendars has to be named".to_owned();
                let not = NotMade { obstacle: Obstacle::NoWritableCalendar, detail, instead: Some(instead) };
                return Err(LinkError::NotMade(not));
            }
            Err(Unmade::Store(error)) => return Err(error.into()),
        }
        // Whoever unlinked it in this very moment is right.
        self.view(holder)?.ok_or_else(|| LinkError::not(Obstacle::Interrupted, "the link was ended at once"))
    }
}
