//! Random texts that come back to us: each proves that whoever brings it is the one that it was given to.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::secret::{ExposeSecret, SecretString};

/// 244 random bits in 43 characters of `A-Za-z0-9-_`: a `state`, a ticket, a session, or a PKCE verifier.
pub(super) fn random() -> SecretString {
    let bytes = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    BASE64URL_NOPAD.encode(&bytes).into()
}

/// What the store keeps of a secret that comes back to us. It is random enough not to be guessed from its hash.
pub(super) fn hash(secret: &SecretString) -> [u8; 32] {
    Sha256::digest(secret.expose_secret().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_text_is_new_and_a_verifier_of_pkce() {
        let text = random();
        let text = text.expose_secret();
        assert_eq!(text.len(), 43);
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{text}");
        assert_ne!(text, random().expose_secret());
    }
}
