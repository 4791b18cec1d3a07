//! Puentes, the first client system: how it names holders, how its callers prove themselves, and its events endpoint.
//!
//! Rule: a holder is a phone number in E.164 form whatever way it was written; a proof is checked over the text as it was
//! sent; and an answer of the events endpoint that is partial or odd is an error, because a resync deletes
//! what Puentes no longer tells.

mod answer;
mod credentials;
mod endpoint;
#[cfg(test)]
mod fuzz;
mod key;
mod met;
mod phone;
mod proof;
mod written;

pub use credentials::{CHALLENGE, Found, HOW_TO_PROVE, TOO_MANY_WRONG};
pub use endpoint::EventsEndpoint;
pub use key::SharedSecret;
pub use phone::{PhoneError, PhoneNumbers};
pub use proof::{Live, Proof};

use jiff::Timestamp;

use crate::ids::{ClientSystemId, PublicClientId, Slug};
use crate::profile::{Chosen, ClientState, Naming, Profile};

/// Its row, which the first migration made.
pub const ID: ClientSystemId = ClientSystemId(1);
/// The name of that row.
pub const NAME: &str = "puentes";

/// What is known of it before the store was asked.
pub(super) fn profile() -> Profile {
    #[expect(clippy::expect_used, reason = "a test makes it")]
    let slug = Slug::new(NAME).expect("the name of the first row");
    Profile {
        id: ID,
        public_id: PublicClientId::new(Timestamp::UNIX_EPOCH),
        slug,
        state: ClientState::Active,
        naming: Naming::Phone,
        chosen: Chosen::of_new("Puentes"),
        created_at: None,
    }
}
