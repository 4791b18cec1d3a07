//! Keys that were right lately, by the hash of the whole key.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::ids::ApiKeyId;
use crate::store::api_keys::ApiKey;

/// Keys kept in memory: about 300 bytes each. Beyond, those that were unused longest are forgotten and asked for again.
const MOST: usize = 10_000;

/// Keys that were right lately.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    by_hash: HashMap<[u8; 32], Known>,
    /// Counts uses, to tell which were longest ago.
    uses: u64,
    /// Counts what was forgotten on purpose: what was read before that is not remembered after it.
    forgettings: u64,
}

#[derive(Debug)]
struct Known {
    key: ApiKey,
    last: u64,
    /// When its use was last written down, or is about to be.
    noted_at: Option<Timestamp>,
}

impl Remembered {
    /// The key of this hash.
    pub(super) fn get(&mut self, hash: &[u8; 32]) -> Option<&ApiKey> {
        self.uses += 1;
        let known = self.by_hash.get_mut(hash)?;
        known.last = self.uses;
        Some(&known.key)
    }

    /// A mark of now: see [`Self::keep`].
    pub(super) fn mark(&self) -> u64 {
        self.forgettings
    }

    /// Keeps a key that was read after `mark`; not where something was forgotten since, which this key may be.
    pub(super) fn keep(&mut self, hash: [u8; 32], key: ApiKey, mark: u64) {
        if mark != self.forgettings {
            return;
        }
        if self.by_hash.len() >= MOST {
            self.make_room();
        }
        self.uses += 1;
        let (last, noted_at) = (self.uses, key.last_used_at);
        self.by_hash.insert(hash, Known { key, last, noted_at });
    }

    /// Forgets a key that was changed.
    pub(super) fn forget(&mut self, id: &ApiKeyId) {
        self.forgettings += 1;
        self.by_hash.retain(|_, known| known.key.id != *id);
    }

    /// The key, where its use at `now` is the first of a minute: that one is written down.
    pub(super) fn first_use(&mut self, hash: &[u8; 32], now: Timestamp) -> Option<ApiKeyId> {
        let known = self.by_hash.get_mut(hash)?;
        let minute = |at: Timestamp| at.as_second().div_euclid(60);
        if known.noted_at.is_some_and(|at| minute(at) == minute(now)) {
            return None;
        }
        known.noted_at = Some(now);
        Some(known.key.id.clone())
    }

    /// Forgets the tenth that was unused longest.
    fn make_room(&mut self) {
        let mut by_use: Vec<u64> = self.by_hash.values().map(|known| known.last).collect();
        by_use.sort_unstable();
        let least = by_use.get(MOST / 10).copied().unwrap_or_default();
        self.by_hash.retain(|_, known| known.last >= least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientSystemId;
    use crate::scope::Scopes;

    fn key(second: i64) -> ApiKey {
        let at = Timestamp::from_second(second).unwrap();
        ApiKey {
            id: ApiKeyId::new(at),
            client: ClientSystemId(1),
            lookup: String::new(),
            last4: String::new(),
            name: String::new(),
            scopes: Scopes::all(),
            pinned: None,
            networks: Vec::new(),
            created_by: String::new(),
            created_at: at,
            expires_at: None,
            revoked_at: None,
            rotated_to: None,
            last_used_at: None,
            last_used_from: None,
        }
    }

    fn hash(n: usize) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&n.to_le_bytes());
        hash
    }

    #[test]
    fn what_was_read_before_a_key_was_forgotten_is_not_remembered_after_it() {
        let mut remembered = Remembered::default();
        let (one, other) = (key(1), key(2));
        let mark = remembered.mark();
        remembered.forget(&one.id);
        remembered.keep(hash(1), one.clone(), mark);
        assert_eq!(remembered.get(&hash(1)), None, "it was read while somebody revoked it");
        remembered.keep(hash(1), one.clone(), remembered.mark());
        remembered.keep(hash(2), other.clone(), remembered.mark());
        remembered.forget(&one.id);
        assert_eq!(remembered.get(&hash(1)), None);
        assert_eq!(remembered.get(&hash(2)), Some(&other));
    }

    #[test]
    fn however_many_there_are_those_used_lately_stay() {
        let mut remembered = Remembered::default();
        for n in 0..MOST + 5 {
            remembered.keep(hash(n), key(1), 0);
            assert!(remembered.get(&hash(0)).is_some(), "used all the time, {n}");
        }
        assert!(remembered.by_hash.len() <= MOST && remembered.by_hash.len() > MOST / 2);
        assert_eq!(remembered.get(&hash(1)), None);
    }

    #[test]
    fn the_first_use_of_each_minute_is_noted() {
        let mut remembered = Remembered::default();
        remembered.keep(hash(1), key(1), 0);
        let noted = |second: i64| Timestamp::from_second(second).unwrap();
        let seen = [60, 61, 119, 120, 90].map(|second| remembered.first_use(&hash(1), noted(second)).is_some());
        assert_eq!(seen, [true, false, false, true, true]);
        assert_eq!(remembered.first_use(&hash(9), noted(60)), None);
    }
}
