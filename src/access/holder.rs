//! How a client system names its holders.

use super::Access;
use crate::clients::puentes::PhoneError;
use crate::ids::{Holder, HolderKey, Tenant};

/// The longest name of a holder, in bytes.
const LONGEST: usize = 255;

/// Why a text names no holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAHolder {
    /// There is nothing.
    #[error("the id is empty")]
    Empty,
    /// It is too long.
    #[error("the id is longer than {LONGEST} bytes")]
    TooLong,
    /// It holds a character that is none to read.
    #[error("the id holds a control character")]
    Control,
    /// It is no text.
    #[error("the id is not text in UTF-8")]
    NotText,
    /// This client system names its holders by their phones.
    #[error("{0}")]
    NoPhone(PhoneError),
}

impl Access {
    /// The holder whom a client system knows by `name`: byte for byte, or by a phone number however it is written. Perhaps
    /// nothing was ever stored about them.
    ///
    /// # Errors
    /// See [`NotAHolder`].
    pub fn holder(&self, tenant: Tenant, name: &str) -> Result<Holder, NotAHolder> {
        if name.is_empty() {
            return Err(NotAHolder::Empty);
        }
        if name.len() > LONGEST {
            return Err(NotAHolder::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(NotAHolder::Control);
        }
        match self.gateway.clients.get(tenant.client()) {
            Some(system) => system.holder(name).map_err(NotAHolder::NoPhone),
            // It went meanwhile: whatever is asked about its holders finds nothing.
            None => Ok(tenant.holder(HolderKey::from_canonical(name))),
        }
    }
}
