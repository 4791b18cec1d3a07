//! Where people consent at the provider (OAuth 2.0) instead of typing a password here.

use jiff::Timestamp;
use url::Url;

use super::account::{Keep, RemoteAccount, StoredAccount};
use crate::link::Obstacle;
use crate::providers::RemoteError;
use crate::secret::SecretString;

/// What a person is sent to the provider with.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Where the provider sends them back to.
    pub redirect_uri: &'a str,
    /// Names the flow; random and used once.
    pub state: &'a SecretString,
    /// Proves at the exchange that it is ours (PKCE, RFC 7636): 43 to 128 characters.
    pub verifier: &'a SecretString,
    /// The account that is asked for, where one is known.
    pub login_hint: Option<&'a str>,
}

/// What a person came back with, to be exchanged.
#[derive(Clone, Copy, Debug)]
pub struct ConsentCode<'a> {
    /// The code.
    pub code: &'a SecretString,
    /// The verifier of the flow.
    pub verifier: &'a SecretString,
    /// As it was asked with.
    pub redirect_uri: &'a str,
}

/// What came of a consent.
#[derive(Clone, Debug)]
pub struct Consented {
    /// What opens the account. To be sealed.
    pub credentials: SecretString,
    /// The account's number at the provider, which never changes.
    pub subject: String,
    /// Its address, for people.
    pub email: String,
}

/// A provider where people consent.
pub trait Consent: Send + Sync {
    /// The page where a person consents.
    fn address(&self, ask: &Ask<'_>) -> Url;

    /// Where that page is; forms of ours may lead there.
    fn page(&self) -> &Url;

    /// Exchanges the code that a person came back with.
    ///
    /// # Errors
    /// What its person meets: the code was worth nothing, not enough was granted, the provider fails, or the gateway is
    /// not set up right. The last two are told to the operator in the log.
    fn exchange(&self, code: ConsentCode<'_>, now: Timestamp) -> Result<Consented, Obstacle>;

    /// What the provider means that sends a person back with this `error` instead of a code.
    fn refusal(&self, error: &str) -> Obstacle;

    /// Whether people may choose one of their own calendars, which takes a wider consent.
    fn lets_choose(&self) -> bool;

    /// Opens an account whose person consented.
    ///
    /// # Errors
    /// [`RemoteError::AuthRevoked`] when the credentials can't be read.
    fn account<'k>(
        &self,
        stored: StoredAccount<'_>,
        keep: Keep<'k>,
    ) -> Result<Box<dyn RemoteAccount<'k> + 'k>, RemoteError>;
}
