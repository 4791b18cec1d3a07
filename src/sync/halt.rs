//! Why a reconcile ends before all is done.

use crate::providers::RemoteError;
use crate::store::StoreError;

/// Why a reconcile ended before all was done.
#[derive(Debug)]
pub(super) enum Halt {
    /// The store.
    Store(StoreError),
    /// The provider, as a whole.
    Remote(RemoteError),
    /// The gateway is stopping; the next start goes on.
    Stopping,
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RemoteError> for Halt {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}
