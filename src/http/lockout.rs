//! Who guesses keys is made to wait, longer each time.
//!
//! What is counted is the pair of a caller's address and a holder as they were named, which is a client system's name for
//! them: one caller's mistakes about one holder keep out neither another caller nor the same caller's other holders.
//! Nothing readable is kept: a pair is a keyed hash.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::guarded::Guarded;
use crate::ids::ClientSystemId;

/// Wrong keys within [`WINDOW`] that close the door.
const WRONG_KEYS: usize = 10;
const WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// The first time the door stays closed so long; each further time twice as long, up to [`LONGEST`].
const FIRST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// After so long without a wrong key all is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);
/// Pairs kept in memory, about 200 bytes each. Beyond, those that were quiet longest are forgotten.
const MOST_PAIRS: usize = 10_000;

/// A holder as a caller names them, before it is known whether there is one.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Named<'a> {
    /// The system that would know them.
    pub(super) client: ClientSystemId,
    /// The name as sent.
    pub(super) name: &'a str,
}

/// The memory of wrong keys.
#[derive(Debug, Default)]
pub(super) struct Lockout {
    hasher: RandomState,
    pairs: Guarded<HashMap<u64, Pair>>,
    /// How many pairs there are: while none, a right key costs no lock.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Pair {
    /// The wrong keys of the last [`WINDOW`], oldest first.
    wrong: Vec<Timestamp>,
    last: Timestamp,
    closed_until: Option<Timestamp>,
    times_closed: u32,
}

impl Lockout {
    /// How long this caller has to wait yet; none when the door is open.
    pub(super) fn closed_for(&self, caller: IpAddr, holder: Named<'_>, now: Timestamp) -> Option<SignedDuration> {
        if self.count.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let pairs = self.pairs.lock();
        let until = pairs.get(&self.key(caller, holder))?.closed_until?;
        Some(until.duration_since(now)).filter(SignedDuration::is_positive)
    }

    /// Notes a wrong key. Answers whether it closed the door.
    pub(super) fn wrong_key(&self, caller: IpAddr, holder: Named<'_>, now: Timestamp) -> bool {
        let key = self.key(caller, holder);
        let mut pairs = self.pairs.lock();
        if pairs.len() >= MOST_PAIRS && !pairs.contains_key(&key) {
            make_room(&mut pairs, now);
        }
        let closed = pairs.entry(key).or_insert_with(|| Pair::new(now)).wrong_key(now);
        self.count.store(pairs.len(), Ordering::Relaxed);
        closed
    }

    /// Forgets the mistakes of who knows the key after all.
    pub(super) fn right_key(&self, caller: IpAddr, holder: Named<'_>) {
        if self.count.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut pairs = self.pairs.lock();
        pairs.remove(&self.key(caller, holder));
        self.count.store(pairs.len(), Ordering::Relaxed);
    }

    fn key(&self, caller: IpAddr, holder: Named<'_>) -> u64 {
        self.hasher.hash_one((household(caller), holder))
    }
}

impl Pair {
    fn new(now: Timestamp) -> Self {
        Self { wrong: Vec::new(), last: now, closed_until: None, times_closed: 0 }
    }

    fn wrong_key(&mut self, now: Timestamp) -> bool {
        if now.duration_since(self.last) > FORGOTTEN {
            *self = Self::new(now);
        }
        self.last = now;
        self.wrong.retain(|at| now.duration_since(*at) < WINDOW);
        self.wrong.push(now);
        if self.wrong.len() < WRONG_KEYS {
            return false;
        }
        let factor = 1_i32.checked_shl(self.times_closed).filter(|factor| *factor > 0).unwrap_or(i32::MAX);
        self.closed_until = now.checked_add(FIRST.saturating_mul(factor).min(LONGEST)).ok();
        self.times_closed = self.times_closed.saturating_add(1).min(16);
        self.wrong.clear();
        true
    }
}

/// One who has an IPv6 network has 2^64 addresses in it; they count as one.
fn household(caller: IpAddr) -> IpAddr {
    match caller.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// Forgets what is of no use any more; if that isn't a tenth, the tenth that was quiet longest, open doors first.
fn make_room(pairs: &mut HashMap<u64, Pair>, now: Timestamp) {
    pairs.retain(|_, pair| now.duration_since(pair.last) < FORGOTTEN);
    let room = MOST_PAIRS - MOST_PAIRS / 10;
    if pairs.len() <= room {
        return;
    }
    let mut by_age: Vec<(bool, Timestamp, u64)> =
        pairs.iter().map(|(key, pair)| (pair.closed_until.is_some_and(|until| until > now), pair.last, *key)).collect();
    by_age.sort_unstable();
    for (_, _, key) in by_age.iter().take(pairs.len() - room) {
        pairs.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const PHONE: Named<'static> = named("+593991234567");

    const fn named(name: &str) -> Named<'_> {
        Named { client: ClientSystemId(1), name }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// Ten wrong keys, the last at `second`.
    fn ten_wrong(lockout: &Lockout, second: i64) {
        for n in 0..10 {
            assert_eq!(lockout.wrong_key(HOME, PHONE, at(second - 9 + n)), n == 9);
        }
    }

    fn closed(lockout: &Lockout, second: i64) -> Option<i64> {
        lockout.closed_for(HOME, PHONE, at(second)).map(|left| left.as_secs())
    }

    #[test]
    fn ten_wrong_keys_close_the_door_for_a_minute() {
        let lockout = Lockout::default();
        for n in 0..9 {
            lockout.wrong_key(HOME, PHONE, at(n));
        }
        assert_eq!(closed(&lockout, 9), None);
        lockout.wrong_key(HOME, PHONE, at(9));
        assert_eq!(closed(&lockout, 9), Some(60));
        assert_eq!(closed(&lockout, 68), Some(1));
        assert_eq!(closed(&lockout, 69), None);
    }

    #[test]
    fn wrong_keys_spread_over_more_than_five_minutes_close_nothing() {
        let lockout = Lockout::default();
        for n in 0..100 {
            assert!(!lockout.wrong_key(HOME, PHONE, at(n * 34)));
        }
    }

    #[test]
    fn each_further_time_the_door_stays_closed_twice_as_long_up_to_an_hour() {
        let lockout = Lockout::default();
        let mut second = 0;
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            ten_wrong(&lockout, second);
            assert_eq!(closed(&lockout, second), Some(minutes * 60));
            second += minutes * 60 + 10;
        }
        ten_wrong(&lockout, second + 25 * 3600);
        assert_eq!(closed(&lockout, second + 25 * 3600), Some(60), "a quiet day is a new beginning");
    }

    #[test]
    fn other_callers_and_other_phones_are_not_kept_out() {
        let lockout = Lockout::default();
        ten_wrong(&lockout, 0);
        let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
        assert_eq!(lockout.closed_for(elsewhere, PHONE, at(0)), None);
        assert_eq!(lockout.closed_for(HOME, named("+593991234568"), at(0)), None);
    }

    #[test]
    fn the_same_name_at_another_client_system_is_not_kept_out() {
        let lockout = Lockout::default();
        ten_wrong(&lockout, 0);
        let elsewhere = Named { client: ClientSystemId(2), ..PHONE };
        assert_eq!(lockout.closed_for(HOME, elsewhere, at(0)), None);
        lockout.right_key(HOME, elsewhere);
        assert_eq!(closed(&lockout, 0), Some(60), "nor does a key of one forgive guesses at the other");
    }

    #[test]
    fn a_right_key_forgives_the_mistakes_before_it() {
        let lockout = Lockout::default();
        for n in 0..9 {
            lockout.wrong_key(HOME, PHONE, at(n));
        }
        lockout.right_key(HOME, PHONE);
        assert!(!lockout.wrong_key(HOME, PHONE, at(10)));
        assert_eq!(lockout.count.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_caller() {
        let lockout = Lockout::default();
        for n in 0..10 {
            let address: IpAddr = format!("2001:db8:1:2::{n:x}").parse().unwrap();
            lockout.wrong_key(address, PHONE, at(0));
        }
        assert!(lockout.closed_for("2001:db8:1:2::ffff".parse().unwrap(), PHONE, at(0)).is_some());
        assert!(lockout.closed_for("2001:db8:1:3::1".parse().unwrap(), PHONE, at(0)).is_none());
    }

    #[test]
    fn the_memory_is_bounded_and_a_flood_does_not_open_a_closed_door() {
        let lockout = Lockout::default();
        ten_wrong(&lockout, 0);
        for n in 0..3 * MOST_PAIRS {
            lockout.wrong_key(HOME, named(&format!("flood {n}")), at(1));
        }
        assert!(lockout.count.load(Ordering::Relaxed) <= MOST_PAIRS);
        assert_eq!(closed(&lockout, 1), Some(59));
    }
}
