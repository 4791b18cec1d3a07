//! Seals credentials with an age identity, so that the database alone opens nothing.
//!
//! Rule: what is sealed is opened only here, into a [`SecretString`], and every buffer on the way is wiped. The identity
//! is a file as `age-keygen` writes it (X25519, `AGE-SECRET-KEY-1…`) that only its owner may read; what we seal can be
//! opened with the `age` command as well, so nobody's data depends on this program alone.

mod file;
mod identity;

use std::fmt;
use std::io::Read;
use std::path::Path;

use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor};
use zeroize::{Zeroize, Zeroizing};

use crate::secret::{ExposeSecret, SecretString};

pub use file::create_private;
pub use identity::create_identity;

/// Holds the identity; seals and opens.
pub struct Vault {
    /// The first seals; all are tried at opening.
    identities: Vec<Identity>,
    recipient: Recipient,
}

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
    /// Opens the identity at `path`; its mode must be 0600 or stricter. A file of several identities seals with the
    /// first and opens with any.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let identities = identity::read(path)?;
        let recipient = identities
            .first()
            .map(Identity::to_public)
            .ok_or_else(|| VaultError::Unreadable(format!("{} holds no age identity", path.display())))?;
        Ok(Self { identities, recipient })
    }

    /// Seals a secret. Two seals of one secret differ.
    pub fn seal(&self, plain: &SecretString) -> Vec<u8> {
        let sealed = age::encrypt(&self.recipient, plain.expose_secret().as_bytes());
        #[expect(clippy::expect_used, reason = "fails only when the writer does, and it writes into a Vec")]
        sealed.expect("sealing into memory")
    }

    /// Opens a seal.
    ///
    /// # Errors
    /// [`VaultError::WrongIdentity`] when it was sealed with another identity or is damaged.
    pub fn unseal(&self, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let mut plain = self.decrypt(sealed).map_err(|error| VaultError::WrongIdentity(why(&error)))?;
        match std::str::from_utf8(&plain) {
            Ok(text) => Ok(SecretString::from(text)),
            Err(_) => {
                plain.zeroize();
                Err(VaultError::WrongIdentity("a sealed secret is damaged: it is not text".to_owned()))
            }
        }
    }

    fn decrypt(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let decryptor = Decryptor::new_buffered(sealed)?;
        let identities: Vec<&dyn age::Identity> = self.identities.iter().map(|identity| identity as _).collect();
        let mut reader = decryptor.decrypt(identities.into_iter())?;
        // The text is shorter than its seal: with that capacity the buffer never moves and leaves no copy behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader.read_to_end(&mut plain)?;
        Ok(plain)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("recipient", &self.recipient.to_string()).finish_non_exhaustive()
    }
}

fn why(error: &DecryptError) -> String {
    match error {
        DecryptError::NoMatchingKeys => {
            "a sealed secret belongs to another age identity than vault.identity_file: put the former identity back \
             (it may stand below the new one in the same file)"
                .to_owned()
        }
        _ => "a sealed secret is damaged, or no age file".to_owned(),
    }
}

#[cfg(test)]
mod tests;
