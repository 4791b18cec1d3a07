//! What happened to a holder's link and events, for people.

use crate::gateway::Gateway;
use crate::ids::HolderKey;
use crate::store::{StoreError, activity, holders};

pub use crate::store::activity::{Happened, Happening};

/// The newest things that happened to a holder, newest first, at most `most`. Unknown holders have none.
///
/// # Errors
/// When the store fails.
pub fn happened(gateway: &Gateway, holder: &HolderKey, most: u32) -> Result<Vec<Happening>, StoreError> {
    gateway.store.read(|tx| match holders::find(tx, holder)? {
        Some(holder) => activity::newest(tx, holder, most),
        None => Ok(Vec::new()),
    })
}
