//! A link that its person has to make, or to consent to, as it travels.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object, Union};

use super::super::time::Time;
use crate::linking::consent::Begun;

/// What is left to the person. `status` says which it is.
#[derive(Clone, Debug, Union)]
#[oai(rename = "LinkNextStep", one_of)]
pub(super) enum NextStep {
    /// To consent.
    Consent(ConsentNeeded),
    /// To choose.
    Choice(ChoiceNeeded),
}

/// The person has to consent at the provider first.
#[derive(Clone, Debug, Object)]
#[oai(rename = "LinkAuthorization", example)]
pub(super) struct ConsentNeeded {
    /// `authorization_required`
    status: ConsentWord,
    /// Open this, or send it to the person: there they consent, come back to a page of this gateway that names the phone, and
    /// confirm. Whoever has it can link a calendar of their own with this phone, so send it to the person alone.
    authorization_url: String,
    /// Until when it is good.
    expires_at: Time,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "LinkAuthorizationStatus", rename_all = "snake_case")]
enum ConsentWord {
    /// The person has to consent at the provider.
    AuthorizationRequired,
}

/// The person chooses what to link with, on a page of this gateway.
#[derive(Clone, Debug, Object)]
#[oai(rename = "LinkChoice", example)]
pub(super) struct ChoiceNeeded {
    /// `choose`
    status: ChoiceWord,
    /// Send this to the person: their page, on which they link a calendar of any provider that is offered. Whoever has it can
    /// open that page, so send it to the person alone. It is good for as long as the shared secret stays the same.
    connect_url: String,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "LinkChoiceStatus", rename_all = "snake_case")]
enum ChoiceWord {
    /// The person has to choose.
    Choose,
}

impl ChoiceNeeded {
    /// On the page at this address.
    pub(super) fn at(connect_url: String) -> Self {
        Self { status: ChoiceWord::Choose, connect_url }
    }
}

impl Example for ChoiceNeeded {
    fn example() -> Self {
        Self::at("https://calendar.example.org/connect?phone_number=%2B593991234567&secure_key=0f4e3b1c9a7d52e86b0c1d2e3f405162".to_owned())
    }
}

impl From<Begun> for ConsentNeeded {
    fn from(begun: Begun) -> Self {
        Self {
            status: ConsentWord::AuthorizationRequired,
            authorization_url: begun.authorization_url.into(),
            expires_at: Time(begun.expires_at),
        }
    }
}

impl Example for ConsentNeeded {
    fn example() -> Self {
        Self {
            status: ConsentWord::AuthorizationRequired,
            authorization_url: "https://accounts.google.com/o/oauth2/v2/auth?client_id=1234567890-abc".to_owned(),
            expires_at: Time::example(3600),
        }
    }
}
