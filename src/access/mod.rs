//! Who comes in with what: the keys of client systems, and how much each of them may ask at a time.
//!
//! Rule: a [`Tenant`] is made here, from a key that was seen to be right, and nowhere else but by the operator's own commands. A key
//! is compared by its hash and in constant time; one that is unknown and one whose secret is wrong take the same way and get the
//! same answer. What was judged once is remembered by the hash of the whole key, so that only who brings the right one is
//! answered from memory; whatever changes a key forgets that.

mod admit;
mod holder;
mod memory;
mod records;
mod token;

use std::sync::Arc;

use crate::gateway::Gateway;
use crate::guarded::Guarded;

pub use admit::{Admitted, Bearer, NotAdmitted, Speaker};
pub use holder::NotAHolder;
pub use records::{KeyMade, KeysPage, NewApiKey, NotMinted};

pub use crate::store::api_keys::ApiKey;

use memory::Remembered;

/// The room of keys, with what it remembers.
pub struct Access {
    gateway: Arc<Gateway>,
    remembered: Guarded<Remembered>,
}

impl Access {
    /// The keys of a gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, remembered: Guarded::default() }
    }
}
