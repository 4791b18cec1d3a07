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
mod phone;
mod written;

pub use credentials::{CHALLENGE, Found, HOW_TO_PROVE, TOO_MANY_WRONG};
pub use endpoint::EventsEndpoint;
pub use key::SharedSecret;
pub use phone::{PhoneError, PhoneNumbers};

use crate::ids::ClientSystemId;

/// Its row, which the first migration made.
pub const ID: ClientSystemId = ClientSystemId(1);
/// The name of that row.
pub const NAME: &str = "puentes";
