//! Where an answer ended, as its asker carries it to the next one.
//!
//! Rule: a token says nothing and can't be made up. It holds rows and numbers that count what others have, too, and is good
//! for the same question of the same holder only, for as long as the installation lasts.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use super::asked::{Asked, Expand};
use crate::ids::Holder;

/// Bytes of the proof that stands before what a token holds.
const PROOF: usize = 8;
/// The most numbers in a token: as many as one hash hides.
const NUMBERS: usize = 4;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The next page of a range.
    Range,
    /// The next page of all events.
    All,
    /// What changes from now on.
    Sync,
    /// The next page of what changed.
    Changed,
}

/// Whose tokens these are, and of which question.
pub(super) struct Tokens([u8; 32]);

impl Tokens {
    /// Those of one question about one holder. `of` tells questions apart that have the same words.
    pub(super) fn of(instance: &str, holder: &Holder, of: &str, asked: &Asked) -> Self {
        let client = holder.client.0.to_be_bytes();
        let question = question(asked);
        let parts: [&[u8]; 6] = [
            b"range token",
            instance.as_bytes(),
            &client,
            holder.key.as_str().as_bytes(),
            of.as_bytes(),
            question.as_bytes(),
        ];
        Self(digest(&parts))
    }

    /// A token that holds these numbers. Deterministic: the proof is made of them, and what hides them of the proof.
    pub(super) fn seal<const N: usize>(&self, kind: Kind, numbers: [i64; N]) -> String {
        const { assert!(N <= NUMBERS, "one hash hides them") }
        let plain: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        let proof = self.proof(kind, &plain);
        let hidden = self.hidden(kind, proof, &plain);
        BASE32HEX_NOPAD.encode(&[proof.as_slice(), &hidden].concat()).to_ascii_lowercase()
    }

    /// The numbers that a token holds; none when it was not made here for this.
    pub(super) fn open<const N: usize>(&self, kind: Kind, token: &str) -> Option<[i64; N]> {
        if token.len() > 2 * (PROOF + 8 * NUMBERS) {
            return None;
        }
        let bytes = BASE32HEX_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?;
        let (proof, hidden) = bytes.split_at_checked(PROOF)?;
        let proof: [u8; PROOF] = proof.try_into().ok()?;
        let plain = self.hidden(kind, proof, hidden);
        if plain.len() != 8 * N || self.proof(kind, &plain) != proof {
            return None;
        }
        let mut numbers = [0; N];
        for (number, bytes) in numbers.iter_mut().zip(plain.chunks_exact(8)) {
            *number = i64::from_be_bytes(bytes.try_into().ok()?);
        }
        Some(numbers)
    }

    fn proof(&self, kind: Kind, plain: &[u8]) -> [u8; PROOF] {
        let whole = digest(&[b"proof", &self.0, &[kind as u8], plain]);
        let mut proof = [0; PROOF];
        proof.iter_mut().zip(whole).for_each(|(half, byte)| *half = byte);
        proof
    }

    fn hidden(&self, kind: Kind, proof: [u8; PROOF], plain: &[u8]) -> Vec<u8> {
        let cover = digest(&[b"cover", &self.0, &[kind as u8], &proof]);
        plain.iter().zip(cover.iter().cycle()).map(|(byte, cover)| byte ^ cover).collect()
    }
}

/// What is asked, but for how much of it and from where on.
fn question(asked: &Asked) -> String {
    let Asked { range, expand, updated_since, record, external, with_confidential, .. } = asked;
    let series = *expand == Some(Expand::Series);
    format!("{range:?} {series} {updated_since:?} {record:?} {external:?} {with_confidential}")
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientSystemId;

    fn tokens(key: &str, asked: &Asked) -> Tokens {
        Tokens::of("one", &Holder::of(ClientSystemId(1), key), "list", asked)
    }

    #[test]
    fn a_token_leads_back_to_its_numbers_for_its_question_and_holder_alone() {
        let asked = Asked::default();
        let ana = tokens("ana", &asked);
        for numbers in [[0, 0, 0, 0], [1, -1, i64::MAX, i64::MIN]] {
            let token = ana.seal(Kind::Range, numbers);
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
            assert_eq!(ana.open(Kind::Range, &token), Some(numbers));
            assert_eq!(ana.open::<4>(Kind::All, &token), None);
            assert_eq!(ana.open::<3>(Kind::Range, &token), None);
            assert_eq!(tokens("eva", &asked).open::<4>(Kind::Range, &token), None);
            let other = Asked { with_confidential: true, ..Asked::default() };
            assert_eq!(tokens("ana", &other).open::<4>(Kind::Range, &token), None);
            let fewer = Asked { limit: Some(3), page_token: Some(token.clone()), ..Asked::default() };
            assert_eq!(tokens("ana", &fewer).open(Kind::Range, &token), Some(numbers), "pages may differ in size");
            let elsewhere = Tokens::of("other", &Holder::of(ClientSystemId(1), "ana"), "list", &asked);
            assert_eq!(elsewhere.open::<4>(Kind::Range, &token), None);
        }
    }

    #[test]
    fn what_was_made_up_or_changed_is_no_token() {
        let ana = tokens("ana", &Asked::default());
        let token = ana.seal(Kind::Sync, [7]);
        for place in 0..token.len() - 1 {
            let mut changed = token.as_bytes().to_vec();
            changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(ana.open::<1>(Kind::Sync, std::str::from_utf8(&changed).unwrap()), None, "{place}");
        }
        for made_up in ["", "7", "ñ", &"0".repeat(26), &"0".repeat(100_000)] {
            assert_eq!(ana.open::<1>(Kind::Sync, made_up), None);
        }
    }
}
