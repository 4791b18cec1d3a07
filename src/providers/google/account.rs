//! An account whose person consented.

use std::sync::Arc;

use super::session::{Client, Session};
use super::{Tokens, calendars, events, oauth};
use crate::calendar::Zone;
use crate::link::{AccountName, Site};
use crate::placement::Mark;
use crate::providers::account::{AccountCalendar, AccountError, Keep, RemoteAccount, StoredAccount, WishedCalendar};
use crate::providers::{RemoteCalendar, RemoteError};
use crate::secret::SecretString;

/// One account. All that is opened with it shares its tokens, so that they are renewed once.
pub(super) struct GoogleAccount<'k> {
    client: Client,
    name: AccountName,
    username: String,
    session: Arc<Session<'k>>,
}

impl<'k> GoogleAccount<'k> {
    pub(super) fn open(client: &Client, stored: StoredAccount<'_>, keep: Keep<'k>) -> Option<Self> {
        let tokens = Tokens::from_text(stored.credentials)?;
        let keep = Box::new(move |tokens: &Tokens| keep(&tokens.to_text()));
        let session = Arc::new(Session::new(client.clone(), stored.name.clone(), tokens, keep));
        let (name, username) = (stored.name.clone(), stored.username.to_owned());
        Some(Self { client: client.clone(), name, username, session })
    }
}

impl<'k> RemoteAccount<'k> for GoogleAccount<'k> {
    fn site(&self, _address: &str) -> Site {
        Site::of(&self.client.settings.api_url)
    }

    fn name(&self, _address: &str) -> AccountName {
        self.name.clone()
    }

    fn username(&self) -> &str {
        &self.username
    }

    fn home(&self) -> Result<String, AccountError> {
        Ok(self.name.as_str().to_owned())
    }

    fn seen(&self) -> Option<Vec<AccountCalendar>> {
        None
    }

    fn calendars(&self) -> Result<Vec<AccountCalendar>, AccountError> {
        // With the least permission nobody's calendars are seen, not even our own.
        if !self.client.settings.existing_calendars {
            return Ok(Vec::new());
        }
        Ok(calendars::list(&self.session)?)
    }

    fn asks_which(&self) -> bool {
        self.client.settings.existing_calendars
    }

    fn make(&self, wished: &WishedCalendar<'_>) -> Result<AccountCalendar, AccountError> {
        let address = calendars::create(&self.session, wished)?;
        let (name, zone) = (wished.name.to_owned(), Some(wished.zone.clone()));
        Ok(AccountCalendar { address, name, zone, writable: true })
    }

    fn open(&self, address: &str, zone: &Zone, mark: Mark) -> Result<Box<dyn RemoteCalendar + 'k>, RemoteError> {
        Ok(Box::new(events::Calendar::new(Arc::clone(&self.session), address, zone.clone(), mark)))
    }

    fn credentials(&self) -> SecretString {
        self.session.tokens().to_text()
    }

    fn give_back(&self) -> Result<(), String> {
        let Client { outbound, settings, .. } = &self.client;
        oauth::revoke(outbound, settings, &self.session.tokens()).map_err(|error| error.to_string())
    }
}
