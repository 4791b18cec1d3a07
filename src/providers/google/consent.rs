//! What people consent to at Google, and what their coming back means.

use jiff::Timestamp;
use url::Url;

use super::account::GoogleAccount;
use super::oauth::{self, Grant, TokenError};
use super::session::Client;
use crate::happened::Revoked;
use crate::link::Obstacle;
use crate::providers::RemoteError;
use crate::providers::account::{Keep, RemoteAccount, StoredAccount};
use crate::providers::consent::{Ask, Consent, ConsentCode, Consented};

impl Consent for Client {
    fn address(&self, ask: &Ask<'_>) -> Url {
        oauth::authorization_url(&self.settings, ask)
    }

    fn page(&self) -> &Url {
        &self.settings.authorization_url
    }

    fn exchange(&self, code: ConsentCode<'_>, now: Timestamp) -> Result<Consented, Obstacle> {
        let grant =
            oauth::exchange(&self.outbound, &self.settings, code, now).map_err(|error| not_exchanged(&error))?;
        let Grant { tokens, scopes, subject, email } = grant;
        if !scopes.own_calendar() || (self.settings.existing_calendars && !scopes.existing_calendars()) {
            return Err(Obstacle::MissingScope);
        }
        Ok(Consented { credentials: tokens.to_text(), subject, email })
    }

    /// The errors are in docs/providers.md#google-consent.
    fn refusal(&self, error: &str) -> Obstacle {
        refusal(error)
    }

    fn lets_choose(&self) -> bool {
        self.settings.existing_calendars
    }

    fn account<'k>(
        &self,
        stored: StoredAccount<'_>,
        keep: Keep<'k>,
    ) -> Result<Box<dyn RemoteAccount<'k> + 'k>, RemoteError> {
        let account = GoogleAccount::open(self, stored, keep);
        let account = account.ok_or_else(|| RemoteError::AuthRevoked {
            why: "the stored credentials can't be read".to_owned(),
            cause: Revoked::Unreadable,
        })?;
        Ok(Box::new(account))
    }
}

fn refusal(error: &str) -> Obstacle {
    match error {
        "access_denied" | "cancelled" => Obstacle::Cancelled,
        "admin_policy_enforced" | "org_internal" => Obstacle::AdminBlocked,
        "server_error" | "temporarily_unavailable" => Obstacle::ProviderDown,
        other => {
            let other: String = other.chars().filter(char::is_ascii_graphic).take(60).collect();
            tracing::error!(error = other, "Google refuses our way of asking for a consent: see docs/google.md");
            Obstacle::Operator
        }
    }
}

fn not_exchanged(error: &TokenError) -> Obstacle {
    match error {
        TokenError::Off(_) => Obstacle::SwitchedOff,
        TokenError::Refused(why) => {
            tracing::info!("Google refused the code of a consent: {why}");
            Obstacle::LinkExpired
        }
        TokenError::Operator(why) => {
            tracing::error!("Google refuses our client: {why}");
            Obstacle::Operator
        }
        TokenError::Unsure { why, .. } => {
            tracing::warn!("Google did not exchange the code of a consent: {why}");
            Obstacle::ProviderDown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saying_no_is_no_error_and_an_operators_mistake_is_not_the_persons() {
        let table = [
            ("access_denied", Obstacle::Cancelled),
            ("admin_policy_enforced", Obstacle::AdminBlocked),
            ("org_internal", Obstacle::AdminBlocked),
            ("temporarily_unavailable", Obstacle::ProviderDown),
            ("redirect_uri_mismatch", Obstacle::Operator),
            ("invalid_client", Obstacle::Operator),
            ("\u{1b}[31m whatever", Obstacle::Operator),
        ];
        for (error, expected) in table {
            assert_eq!(refusal(error), expected, "{error}");
        }
    }
}
