//! Seals credentials with an age identity, so that the database alone opens nothing (P16).

use std::path::Path;

use crate::secret::SecretString;

/// Holds the identity; seals and opens.
pub struct Vault {}

/// Why the vault can't be opened or a seal not broken.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no identity file. Says how to make one.
    #[error("{0}")]
    Missing(String),
    /// Others may read the identity file. Says the command that mends it.
    #[error("{0}")]
    Exposed(String),
    /// The file is no age identity.
    #[error("{0}")]
    Unreadable(String),
    /// Sealed with another identity, or damaged.
    #[error("{0}")]
    WrongIdentity(String),
}

impl Vault {
    /// Opens the identity at `path`; its mode must be 0600 or stricter.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn open(_path: &Path) -> Result<Self, VaultError> {
        Err(VaultError::Missing("not built yet".to_owned()))
    }

    /// Seals a secret.
    pub fn seal(&self, _plain: &SecretString) -> Vec<u8> {
        Vec::new()
    }

    /// Opens a seal.
    ///
    /// # Errors
    /// [`VaultError::WrongIdentity`] when it was sealed with another identity or is damaged.
    pub fn unseal(&self, _sealed: &[u8]) -> Result<SecretString, VaultError> {
        Err(VaultError::WrongIdentity("not built yet".to_owned()))
    }
}
