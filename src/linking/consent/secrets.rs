//! The secrets of a flow.

use serde::{Deserialize, Serialize};

use crate::gateway::Gateway;
use crate::link::{AccountName, ProviderKind};
use crate::secret::{ExposeSecret, SecretString};

/// What a flow keeps, sealed.
#[derive(Clone, Debug, Default)]
pub(super) struct Secrets {
    /// Proves at the exchange that the code was asked for by us.
    pub(super) verifier: Option<SecretString>,
    /// What the person came back with.
    pub(super) code: Option<SecretString>,
    /// What the code was exchanged for.
    pub(super) grant: Option<Granted>,
}

/// An exchanged code.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    /// What opens the account.
    pub(super) credentials: SecretString,
    /// The account's number.
    pub(super) subject: String,
    /// Its address, for people.
    pub(super) email: String,
    /// The calendar that was made for it already: nothing but this would ever find it again.
    pub(super) calendar: Option<String>,
}

impl Granted {
    /// The unique name of the account.
    pub(super) fn account(&self, provider: ProviderKind) -> AccountName {
        AccountName::of_subject(provider, &self.subject)
    }
}

/// How they lie in a seal.
#[derive(Serialize, Deserialize)]
struct Sealed {
    verifier: Option<String>,
    code: Option<String>,
    tokens: Option<String>,
    subject: Option<String>,
    email: Option<String>,
    calendar: Option<String>,
}

impl Secrets {
    /// As they lie in the store.
    pub(super) fn seal(&self, gateway: &Gateway) -> Vec<u8> {
        let open = |secret: &SecretString| secret.expose_secret().to_owned();
        let sealed = Sealed {
            verifier: self.verifier.as_ref().map(open),
            code: self.code.as_ref().map(open),
            tokens: self.grant.as_ref().map(|grant| open(&grant.credentials)),
            subject: self.grant.as_ref().map(|grant| grant.subject.clone()),
            email: self.grant.as_ref().map(|grant| grant.email.clone()),
            calendar: self.grant.as_ref().and_then(|grant| grant.calendar.clone()),
        };
        // Texts always serialise.
        gateway.vault.seal(&SecretString::from(serde_json::to_string(&sealed).unwrap_or_default())).bytes
    }

    /// From the store; none when the vault has another identity by now.
    pub(super) fn unseal(gateway: &Gateway, sealed: &[u8]) -> Option<Self> {
        let text = gateway.vault.unseal(sealed).ok()?;
        let sealed: Sealed = serde_json::from_str(text.expose_secret()).ok()?;
        let grant = match (sealed.tokens, sealed.subject, sealed.email) {
            (Some(credentials), Some(subject), Some(email)) => {
                Some(Granted { credentials: credentials.into(), subject, email, calendar: sealed.calendar })
            }
            _ => None,
        };
        Some(Self { verifier: sealed.verifier.map(Into::into), code: sealed.code.map(Into::into), grant })
    }
}
