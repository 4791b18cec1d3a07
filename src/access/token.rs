//! The text of a key: `pas_live_`, eight characters by which it is found, 43 that are its secret, and six that say
//! whether it was copied whole.
//!
//! The prefix and the checksum (CRC-32, in base 62) let scanners for leaked secrets know one, and let a slip be refused without
//! asking the store.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::secret::SecretString;

/// What every key begins with.
pub(super) const PREFIX: &str = "pas_live_";
/// Characters by which it is found.
const LOOKUP: usize = 8;
/// Characters that nobody guesses: 256 bits.
const SECRET: usize = 43;
/// Characters of the checksum.
const CHECKSUM: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text that has the form of a key. Whether it opens anything, its hash tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Presented {
    /// By what it is found.
    pub(super) lookup: String,
    /// SHA-256 of the whole.
    pub(super) hash: [u8; 32],
}

impl Presented {
    /// Reads a text; none where it has not the form of a key, or was not copied whole.
    pub(super) fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let well_formed =
            rest.len() == LOOKUP + SECRET + CHECKSUM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (body, checksum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        if !well_formed || checksum_of(body) != checksum {
            return None;
        }
        Some(Self { lookup: rest.get(..LOOKUP)?.to_owned(), hash: hash(text) })
    }
}

/// A new key, and what is kept of it.
pub(super) struct NewToken {
    /// The whole key.
    pub(super) secret: SecretString,
    /// What it is found and known by.
    pub(super) presented: Presented,
    /// Its last four characters.
    pub(super) last4: String,
}

/// Makes a key.
pub(super) fn mint() -> NewToken {
    let mut text = String::with_capacity(PREFIX.len() + LOOKUP + SECRET + CHECKSUM);
    text.push_str(PREFIX);
    text.extend(random().take(LOOKUP + SECRET));
    text.push_str(&checksum_of(&text));
    let lookup = text.chars().skip(PREFIX.len()).take(LOOKUP).collect();
    let last4 = text.chars().skip(text.len() - 4).collect();
    let presented = Presented { lookup, hash: hash(&text) };
    NewToken { secret: text.into(), presented, last4 }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Random characters, without end. Of an UUID's 16 bytes two hold its version and variant; a byte that would prefer some
/// characters is passed over.
fn random() -> impl Iterator<Item = char> {
    let bytes = std::iter::repeat_with(|| Uuid::new_v4().into_bytes())
        .flat_map(|bytes| bytes.into_iter().enumerate().filter(|(at, _)| ![6, 8].contains(at)).map(|(_, byte)| byte));
    let even = 256 / ALPHABET.len() * ALPHABET.len();
    bytes.map(usize::from).filter(move |byte| *byte < even).filter_map(|byte| digit(byte % ALPHABET.len()))
}

fn checksum_of(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes()) as usize;
    let mut digits: Vec<char> = Vec::with_capacity(CHECKSUM);
    for _ in 0..CHECKSUM {
        digits.extend(digit(rest % ALPHABET.len()));
        rest /= ALPHABET.len();
    }
    digits.iter().rev().collect()
}

fn digit(value: usize) -> Option<char> {
    ALPHABET.get(value).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::secret::ExposeSecret;

    #[test]
    fn a_new_key_has_the_form_that_is_told_and_is_read_as_what_is_kept() {
        let mut seen = HashSet::new();
        for _ in 0..1_000 {
            let NewToken { secret, presented, last4 } = mint();
            let text = secret.expose_secret();
            assert_eq!(text.len(), 66, "{text}");
            assert!(text.starts_with("pas_live_") && text.ends_with(&last4));
            assert_eq!(Presented::read(text), Some(presented.clone()));
            assert!(seen.insert(presented.lookup) & seen.insert(text.to_owned()));
        }
    }

    #[test]
    fn a_slip_of_one_character_or_two_changed_places_is_no_key() {
        let secret = mint().secret;
        let text = secret.expose_secret();
        for at in 0..text.len() {
            let mut slipped = text.as_bytes().to_vec();
            slipped[at] = if slipped[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(Presented::read(&String::from_utf8(slipped).unwrap()), None, "{at}");
            let mut swapped = text.as_bytes().to_vec();
            let next = (at + 1) % text.len();
            swapped.swap(at, next);
            if swapped != text.as_bytes() {
                assert_eq!(Presented::read(&String::from_utf8(swapped).unwrap()), None, "{at}");
            }
        }
        for other in ["", "pas_live_", "ñ", &text[..65], &format!("{text}0"), &format!(" {text}"), &text.to_uppercase()]
        {
            assert_eq!(Presented::read(other), None, "{other}");
        }
    }

    /// By a program of another maker: `python3 -c "import zlib; print(zlib.crc32(b'pas_live_' + b'0'*51))"` says 1044284083.
    #[test]
    fn the_checksum_is_the_crc_32_of_everybody() {
        let body = format!("{PREFIX}{}", "0".repeat(51));
        let mut value = 0_usize;
        for digit in checksum_of(&body).bytes() {
            value = value * 62 + ALPHABET.iter().position(|known| *known == digit).unwrap();
        }
        assert_eq!(value, 1044284083);
    }

    #[test]
    fn every_character_is_as_likely() {
        let mut counts = [0_u32; 128];
        for character in random().take(62_000) {
            counts[character as usize] += 1;
        }
        let used: Vec<u32> = counts.iter().copied().filter(|count| *count > 0).collect();
        assert_eq!(used.len(), 62);
        // A thousand each; eight standard deviations around that.
        assert!(used.iter().all(|count| (750..1_250).contains(count)), "{used:?}");
    }
}
