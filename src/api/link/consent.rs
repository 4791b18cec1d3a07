//! A link that needs the person's consent first, as it travels.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::super::time::Time;
use crate::linking::consent::Begun;

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
