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

use crate::secret::{ExposeSecret, Sealed, SecretString};

pub use file::create_private;
pub use identity::create_identity;

/// Holds the identity; seals and opens.
pub struct Vault {
    /// The first seals; all are tried at opening.
    identities: Vec<Identity>,
    recipient: Recipient,
    /// The public halves of all identities, in their order.
    recipients: Vec<String>,
    others: Others,
}

/// What becomes of secrets that are sealed for other identities than those of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// Those identities are expected back.
    #[default]
    Awaited,
    /// The operator says that they are lost for good.
    Lost,
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
    /// Sealed for an identity that is not here, but is expected back: a matter for the operator.
    #[error("{0}")]
    WrongIdentity(String),
    /// Sealed for an identity that the operator says is lost for good.
    #[error("{0}")]
    Lost(String),
    /// The seal or what is in it was changed.
    #[error("{0}")]
    Damaged(String),
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
        let recipients = identities.iter().map(|identity| identity.to_public().to_string()).collect();
        Ok(Self { identities, recipient, recipients, others: Others::default() })
    }

    /// The same, with what the operator says about other identities.
    #[must_use]
    pub fn with(self, others: Others) -> Self {
        Self { others, ..self }
    }

    /// Whether the operator says that other identities are lost.
    pub fn others_are_lost(&self) -> bool {
        self.others == Others::Lost
    }

    /// Seals a secret. Two seals of one secret differ.
    pub fn seal(&self, plain: &SecretString) -> Sealed {
        let sealed = age::encrypt(&self.recipient, plain.expose_secret().as_bytes());
        #[expect(clippy::expect_used, reason = "fails only when the writer does, and it writes into a Vec")]
        let bytes = sealed.expect("sealing into memory");
        Sealed { bytes, recipient: self.recipient.to_string() }
    }

    /// Whether the identity of this recipient (`age1…`) is here.
    pub fn opens(&self, recipient: &str) -> bool {
        self.recipients.iter().any(|known| known == recipient)
    }

    /// The recipient whose identity opens a seal; none when no identity here does. A seal does not name it itself.
    pub fn recipient_of(&self, sealed: &[u8]) -> Option<&str> {
        let opens =
            |identity: &Identity| Decryptor::new_buffered(sealed).ok()?.decrypt([identity as _].into_iter()).ok();
        let place = self.identities.iter().position(|identity| opens(identity).is_some())?;
        self.recipients.get(place).map(String::as_str)
    }

    /// Opens a seal.
    ///
    /// # Errors
    /// [`VaultError::WrongIdentity`] or [`VaultError::Lost`] when it was sealed for another identity,
    /// [`VaultError::Damaged`].
    pub fn unseal(&self, sealed: &[u8]) -> Result<SecretString, VaultError> {
        let mut plain = self.decrypt(sealed).map_err(|error| self.unopened(&error))?;
        match std::str::from_utf8(&plain) {
            Ok(text) => Ok(SecretString::from(text)),
            Err(_) => {
                plain.zeroize();
                Err(VaultError::Damaged("a sealed secret is damaged: it is not text".to_owned()))
            }
        }
    }

    fn unopened(&self, error: &DecryptError) -> VaultError {
        match error {
            DecryptError::NoMatchingKeys if self.others_are_lost() => {
                VaultError::Lost("the age identity that a sealed secret belongs to is lost".to_owned())
            }
            DecryptError::NoMatchingKeys => VaultError::WrongIdentity(
                "a sealed secret belongs to another age identity than vault.identity_file: put the former identity back \
                 (it may stand below the new one in the same file)"
                    .to_owned(),
            ),
            _ => VaultError::Damaged("a sealed secret is damaged, or no age file".to_owned()),
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

#[cfg(test)]
mod tests;
