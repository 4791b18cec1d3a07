//! The secret in the address of a feed.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::secret::SecretString;

/// Characters of a secret: 32 of five bits each.
const LENGTH: usize = 32;

/// A new secret, which nobody guesses: 160 random bits.
pub(super) fn new() -> SecretString {
    // Bytes 6 and 8 of such a UUID hold its version and variant; all others are random.
    let random = std::iter::repeat_with(|| Uuid::new_v4().into_bytes())
        .flat_map(|bytes| bytes.into_iter().enumerate().filter(|(at, _)| ![6, 8].contains(at)).map(|(_, byte)| byte));
    let bytes: Vec<u8> = random.take(LENGTH * 5 / 8).collect();
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase().into()
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether a text has the form of a secret: no other is asked for.
pub(super) fn is_one(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::ExposeSecret;

    #[test]
    fn every_secret_is_another_and_has_the_form_of_one() {
        let (one, other) = (new(), new());
        assert_ne!(one.expose_secret(), other.expose_secret());
        assert!(is_one(one.expose_secret()) && is_one(other.expose_secret()));
        for none in ["", "a", &"a".repeat(33), &"A".repeat(32), &"1".repeat(32), &"ñ".repeat(16)] {
            assert!(!is_one(none), "{none}");
        }
    }
}
