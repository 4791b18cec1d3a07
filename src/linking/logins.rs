//! Passwords that servers refused, and how long who had them refused waits before the next one is tried.
//!
//! Rule: a link of one's own is no way to guess at accounts of others, and no way to have a server ban the gateway. What was
//! refused is counted for whom it was tried, and at which account and which server. **Who had none refused does not wait for
//! what others did**: whom a count kept out that others can fill, they would keep out of their own account. Who had some
//! refused waits, twice as long each time; after fewer of them where the account or the server had too many from anybody.
//! All this is in memory alone: a gateway that starts again has forgotten it.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use crate::clock::Moment;
use crate::guarded::Guarded;
use crate::ids::Holder;

/// Refused logins of a holder that are followed by no wait: people mistype.
const FREE: usize = 5;
/// The same where account or server had too many.
const FREE_UNDER_STRAIN: usize = 1;
/// Refused logins at one account, of whomever, within [`STRAIN`] that are too many.
const MOST_AT_AN_ACCOUNT: usize = 10;
/// The same at one server, whose people may be many.
const MOST_AT_A_SERVER: usize = 50;
const STRAIN: Duration = Duration::from_hours(1);
/// The first wait; each further one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);
/// After so long without a refused login a holder's are forgotten.
const FORGOTTEN: Duration = Duration::from_hours(24);
/// Holders, accounts and servers that are remembered, of each. Beyond, those that were quiet longest are forgotten.
const MOST: usize = 10_000;

/// The memory of refused logins. What is counted is kept as keyed hashes.
#[derive(Debug, Default)]
pub(super) struct Logins {
    hasher: RandomState,
    refused: Guarded<Refused>,
}

#[derive(Debug, Default)]
struct Refused {
    holders: Counted,
    accounts: Counted,
    servers: Counted,
}

/// One password that is tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess<'a> {
    /// For whom.
    pub(super) holder: &'a Holder,
    /// Where; all names of one server are one.
    pub(super) server: &'a str,
    /// The user name.
    pub(super) username: &'a str,
}

/// The keys of what a guess counts for.
struct Keys {
    holder: u64,
    account: u64,
    server: u64,
}

impl Logins {
    /// How long the next password has to wait yet.
    pub(super) fn wait(&self, guess: Guess<'_>, now: Moment) -> Option<Duration> {
        let (keys, refused) = (self.keys(guess), self.refused.lock());
        let strained = refused.accounts.lately(keys.account, now) >= MOST_AT_AN_ACCOUNT
            || refused.servers.lately(keys.server, now) >= MOST_AT_A_SERVER;
        let own = refused.holders.0.get(&keys.holder)?;
        let last = own.last()?.at;
        let beyond = own.len().checked_sub(if strained { FREE_UNDER_STRAIN } else { FREE })?;
        let factor = 1_u32.checked_shl(u32::try_from(beyond).ok()?).unwrap_or(u32::MAX);
        let left = FIRST.saturating_mul(factor).min(LONGEST).checked_sub(now.since(last))?;
        Some(left).filter(|left| !left.is_zero())
    }

    /// Notes that a password was refused.
    pub(super) fn refused(&self, guess: Guess<'_>, now: Moment) {
        let (keys, mut refused) = (self.keys(guess), self.refused.lock());
        let one = One { account: keys.account, at: now };
        let of_holder = refused.holders.of(keys.holder, now);
        if of_holder.last().is_some_and(|last| now.since(last.at) > FORGOTTEN) {
            of_holder.clear();
        }
        // Beyond these the wait is the longest.
        keep(of_holder, one, FREE + 8);
        keep(refused.accounts.of(keys.account, now), one, MOST_AT_AN_ACCOUNT);
        keep(refused.servers.of(keys.server, now), one, MOST_AT_A_SERVER);
    }

    /// Forgets what its own person mistyped; guesses at other accounts stay.
    pub(super) fn right(&self, guess: Guess<'_>) {
        let (keys, mut refused) = (self.keys(guess), self.refused.lock());
        refused.accounts.0.remove(&keys.account);
        if let Some(own) = refused.holders.0.get_mut(&keys.holder) {
            own.retain(|one| one.account != keys.account);
            if own.is_empty() {
                refused.holders.0.remove(&keys.holder);
            }
        }
    }

    fn keys(&self, guess: Guess<'_>) -> Keys {
        let username = guess.username.trim().to_lowercase();
        Keys {
            holder: self.hasher.hash_one(guess.holder),
            account: self.hasher.hash_one((guess.server, username)),
            server: self.hasher.hash_one(guess.server),
        }
    }
}

/// One refusal.
#[derive(Clone, Copy, Debug)]
struct One {
    account: u64,
    at: Moment,
}

/// Refusals by what they count for, oldest first. None is kept without any.
#[derive(Debug, Default)]
struct Counted(HashMap<u64, Vec<One>>);

impl Counted {
    fn lately(&self, key: u64, now: Moment) -> usize {
        let all = self.0.get(&key).map_or(&[][..], Vec::as_slice);
        all.iter().filter(|one| now.since(one.at) < STRAIN).count()
    }

    fn of(&mut self, key: u64, now: Moment) -> &mut Vec<One> {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        self.0.entry(key).or_default()
    }

    fn make_room(&mut self, now: Moment) {
        let last = |all: &[One]| all.last().map(|one| one.at);
        self.0.retain(|_, all| last(all).is_some_and(|last| now.since(last) < FORGOTTEN));
        let mut by_age: Vec<(Option<Moment>, u64)> = self.0.iter().map(|(key, all)| (last(all), *key)).collect();
        by_age.sort_unstable();
        for (_, key) in by_age.iter().take(self.0.len().saturating_sub(MOST - MOST / 10)) {
            self.0.remove(key);
        }
    }
}

/// Adds one, and forgets the oldest beyond `most`.
fn keep(all: &mut Vec<One>, one: One, most: usize) {
    all.push(one);
    all.drain(..all.len().saturating_sub(most));
}

#[cfg(test)]
mod tests;
