//! Who sends wrong keys is told to wait, longer each time.
//!
//! Rule: **the right key passes whatever came before it.** A key has 128 bits and is not guessed, so what a count can do is
//! to slow down who sends wrong ones (an old link, another secret, a program that goes in circles) and to tell the operator.
//! A count that kept out the right one would be a stranger's to use: whoever names a phone, or shares an address with its
//! person, would lock them out.
//!
//! Counted is by holder, however they were named and from wherever, and, more coarsely, by address, whoever was named.
//! Nothing readable is kept: both are keyed hashes. What a page of another site has a browser load is counted nowhere.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::time::Duration;

use super::client::household;
use crate::clock::Moment;
use crate::guarded::Guarded;
use crate::ids::Holder;

/// Wrong keys for one holder within [`WINDOW`] after which further ones are told to wait.
const WRONG_KEYS_OF_A_HOLDER: u32 = 10;
/// The same from one address, for whomever: many people may share it.
const WRONG_KEYS_OF_AN_ADDRESS: u32 = 100;
const WINDOW: Duration = Duration::from_mins(5);
/// The first wait; each further one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);
/// After so long without a wrong key all is forgotten.
const FORGOTTEN: Duration = Duration::from_hours(24);
/// Holders, and addresses, kept in memory: about 60 bytes each. Beyond, those that were quiet longest are forgotten.
const MOST: usize = 10_000;

/// The memory of wrong keys.
#[derive(Debug, Default)]
pub(super) struct Lockout {
    hasher: RandomState,
    counts: Guarded<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    holders: Tallies,
    addresses: Tallies,
}

/// What a wrong key is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// That it is wrong.
    Wrong,
    /// The same; the next one is told to wait.
    Last,
    /// To wait so long.
    Wait(Duration),
}

impl Lockout {
    /// Notes a wrong key from `caller` for whoever was named; none where the name is nobody's.
    pub(super) fn wrong_key(&self, caller: IpAddr, holder: Option<&Holder>, now: Moment) -> Told {
        let address = self.hasher.hash_one(household(caller));
        let holder = holder.map(|holder| self.hasher.hash_one(holder));
        let mut counts = self.counts.lock();
        let waits = [counts.addresses.wait(address, now), holder.and_then(|it| counts.holders.wait(it, now))];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Told::Wait(wait);
        }
        let of_address = counts.addresses.count(address, WRONG_KEYS_OF_AN_ADDRESS, now);
        let of_holder = holder.is_some_and(|holder| counts.holders.count(holder, WRONG_KEYS_OF_A_HOLDER, now));
        if of_address || of_holder { Told::Last } else { Told::Wrong }
    }
}

/// Wrong keys by whom they were for, or by where they came from.
#[derive(Debug, Default)]
struct Tallies(HashMap<u64, Tally>);

#[derive(Debug)]
struct Tally {
    /// When the window began that is counted in.
    since: Moment,
    wrong: u32,
    last: Moment,
    wait_until: Option<Moment>,
    waits: u32,
}

impl Tallies {
    /// How long whoever this is has to wait yet.
    fn wait(&self, key: u64, now: Moment) -> Option<Duration> {
        let left = self.0.get(&key)?.wait_until?.since(now);
        Some(left).filter(|left| !left.is_zero())
    }

    /// Counts one, of `most`. Answers whether that was the last one.
    fn count(&mut self, key: u64, most: u32, now: Moment) -> bool {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        self.0.entry(key).or_insert_with(|| Tally::new(now)).count(most, now)
    }

    /// Forgets what is of no use any more; if that isn't a tenth, the tenth that was quiet longest, and those first that
    /// nobody waits for.
    fn make_room(&mut self, now: Moment) {
        self.0.retain(|_, tally| now.since(tally.last) < FORGOTTEN);
        let room = MOST - MOST / 10;
        let mut by_age: Vec<(bool, Moment, u64)> =
            self.0.iter().map(|(key, tally)| (tally.wait_until > Some(now), tally.last, *key)).collect();
        by_age.sort_unstable();
        for (_, _, key) in by_age.iter().take(self.0.len().saturating_sub(room)) {
            self.0.remove(key);
        }
    }
}

impl Tally {
    fn new(now: Moment) -> Self {
        Self { since: now, wrong: 0, last: now, wait_until: None, waits: 0 }
    }

    fn count(&mut self, most: u32, now: Moment) -> bool {
        if now.since(self.last) > FORGOTTEN {
            *self = Self::new(now);
        }
        if now.since(self.since) >= WINDOW {
            (self.since, self.wrong) = (now, 0);
        }
        self.last = now;
        self.wrong += 1;
        if self.wrong < most {
            return false;
        }
        let factor = 1_u32.checked_shl(self.waits).unwrap_or(u32::MAX);
        self.wait_until = Some(now + FIRST.saturating_mul(factor).min(LONGEST));
        self.waits = self.waits.saturating_add(1).min(16);
        self.wrong = 0;
        true
    }
}

#[cfg(test)]
mod tests;
