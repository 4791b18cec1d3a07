//! Where a page of a list ended, as its asker carries it to the next one.
//!
//! Rule: a token says nothing and can't be made up. It names a row, and rows count what there is of all holders: how much
//! others have is nobody's business. It is good for the list of its own holder only, for as long as the installation lasts.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use crate::ids::Holder;

/// Bytes of the row, and of the proof before it.
const HALF: usize = 8;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken(String);

impl PageToken {
    /// Behind this row of a holder's. Deterministic: the proof is made of the row, and what hides the row of the proof.
    pub fn of(row: i64, instance: &str, holder: &Holder) -> Self {
        let row = row.to_be_bytes();
        let proof = digest("proof", instance, holder, row);
        let hidden = xor(row, digest("row", instance, holder, proof));
        Self(BASE32HEX_NOPAD.encode(&[proof, hidden].concat()).to_ascii_lowercase())
    }

    /// The row that a token names; none when it was not made here for this holder.
    pub fn read(text: &str, instance: &str, holder: &Holder) -> Option<i64> {
        let bytes = BASE32HEX_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        let (proof, hidden) = bytes.split_at_checked(HALF)?;
        let (proof, hidden): ([u8; HALF], [u8; HALF]) = (proof.try_into().ok()?, hidden.try_into().ok()?);
        let row = xor(hidden, digest("row", instance, holder, proof));
        (digest("proof", instance, holder, row) == proof).then(|| i64::from_be_bytes(row))
    }

    /// The token as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keyed by the installation's random name, which never leaves it.
fn digest(what: &str, instance: &str, holder: &Holder, bytes: [u8; HALF]) -> [u8; HALF] {
    let mut digest = Sha256::new();
    let client = holder.client.0.to_be_bytes();
    for part in
        ["page token".as_bytes(), what.as_bytes(), instance.as_bytes(), &client, holder.key.as_str().as_bytes(), &bytes]
    {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let mut half = [0; HALF];
    half.iter_mut().zip(digest.finalize()).for_each(|(half, byte)| *half = byte);
    half
}

fn xor(one: [u8; HALF], other: [u8; HALF]) -> [u8; HALF] {
    let mut both = one;
    both.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientSystemId;

    #[test]
    fn a_token_leads_back_to_its_row_for_its_holder_alone() {
        let (ana, luis) =
            (Holder::of(ClientSystemId(1), "+593991234567"), Holder::of(ClientSystemId(1), "+593991234568"));
        let other_system = Holder::of(ClientSystemId(2), "+593991234567");
        for row in [0, 1, 255, 12_192, i64::MAX] {
            let token = PageToken::of(row, "one", &ana);
            assert!(token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token:?}");
            assert_eq!(PageToken::read(token.as_str(), "one", &ana), Some(row));
            assert_eq!(PageToken::read(token.as_str(), "another", &ana), None);
            assert_eq!(PageToken::read(token.as_str(), "one", &luis), None);
            assert_eq!(PageToken::read(token.as_str(), "one", &other_system), None);
        }
    }

    #[test]
    fn what_was_made_up_or_changed_is_no_token() {
        let ana = Holder::of(ClientSystemId(1), "+593991234567");
        let token = PageToken::of(7, "one", &ana);
        for place in 0..token.as_str().len() - 1 {
            let mut changed = token.as_str().as_bytes().to_vec();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(PageToken::read(std::str::from_utf8(&changed).unwrap(), "one", &ana), None, "{place}");
        }
        for made_up in ["", "7", "ñ", "00000000000000000000000000", &"0".repeat(100_000)] {
            assert_eq!(PageToken::read(made_up, "one", &ana), None);
        }
    }

    #[test]
    fn tokens_do_not_tell_how_far_rows_are_apart() {
        let ana = Holder::of(ClientSystemId(1), "+593991234567");
        let bytes =
            |row| BASE32HEX_NOPAD.decode(PageToken::of(row, "one", &ana).0.to_ascii_uppercase().as_bytes()).unwrap();
        let (one, next) = (bytes(1), bytes(2));
        let alike = one.iter().zip(&next).filter(|(one, next)| one == next).count();
        assert!(alike < HALF, "{one:?} {next:?}");
    }
}
