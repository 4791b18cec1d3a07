//! Linking with an account whose password is known.

use super::Linking;
use super::error::{LinkError, NotMade};
use super::logins::Guess;
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
        let providers = self.patiently(holder, request.provider)?;
        let Some(Provider::Password(accounts)) = providers.of(request.provider) else {
            return Err(LinkError::not_offered(request.provider));
        };
        let login = Login {
            address: request.address.clone(),
            username: request.username.clone(),
            password: request.password.clone(),
            scheme: None,
        };
        let server = accounts.server(&login.address);
        let guess = server.as_deref().map(|server| Guess { holder, server, username: &login.username });
        if let Some(wait) = guess.and_then(|guess| self.logins.wait(guess, self.gateway.clock.moment())) {
            return Err(LinkError::too_many_logins(wait));
        }
        let named = request.calendar.as_deref().map(str::trim).filter(|named| !named.is_empty());
        let making = Making {
            linking: self,
            holder,
            provider: request.provider,
            which: named.map_or(Which::Unsaid, Which::Named),
            earlier: Earlier { made: None, remember: &|_| Ok(()) },
        };
        let made = making.link(&turn, || Ok(accounts.log_in(&login)?));
        if let Some(guess) = guess {
            self.remember(guess, &made);
        }
        match made {
            Ok(()) => {}
            Err(Unmade::Not(not)) => return Err(LinkError::NotMade(not)),
            Err(Unmade::Choose(instead)) => {
                let detail = "one of the account's calendars has to be named";
                let not = NotMade::new(Obstacle::NoWritableCalendar, detail);
                return Err(LinkError::NotMade(NotMade { instead: Some(instead), ..not }));
            }
            Err(Unmade::Store(error)) => return Err(error.into()),
        }
        // Whoever unlinked it in this very moment is right.
        self.view_at(holder, request.provider)?
            .ok_or_else(|| LinkError::not(Obstacle::Interrupted, "the link was ended at once"))
    }

    /// Whether a password was right. Of one that met something else than a refusal nothing is known.
    fn remember(&self, guess: Guess<'_>, made: &Result<(), Unmade>) {
        match made {
            Ok(()) => self.logins.right(guess),
            Err(Unmade::Not(not)) if not.obstacle == Obstacle::LoginFailed => {
                self.logins.refused(guess, self.gateway.clock.moment());
            }
            Err(_) => {}
        }
    }
}
