//! How much somebody may ask: so many requests at once, and then so many a second.
//!
//! One number is kept for each (GCRA, ITU-T I.371): the moment at which all that was asked would have been let through at the
//! steady rate. Nobody is made to wait here; who asks too much is told when to ask again.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::time::Duration;

use crate::clock::Moment;
use crate::profile::Rate;

/// Those whose pace is remembered: about 40 bytes each. Beyond, those who may ask as much as ever are forgotten, and if that is
/// no tenth, the tenth that asked least.
const MOST: usize = 100_000;

/// What was asked lately, by whom.
#[derive(Debug, Default)]
pub(super) struct Paces {
    hasher: RandomState,
    /// When all that each has asked would be through.
    through: HashMap<u64, Moment>,
}

impl Paces {
    /// Counts a request of `who` at `now`; or answers how long they are to wait, and counts nothing.
    pub(super) fn ask(&mut self, who: impl Hash, rate: Rate, now: Moment) -> Result<(), Duration> {
        let interval = Duration::from_secs(1) / rate.per_second.max(1);
        let ahead_at_most = interval * rate.burst.saturating_sub(1);
        let who = self.hasher.hash_one(who);
        let through = self.through.get(&who).copied().unwrap_or(now).max(now);
        let ahead = through.since(now);
        if ahead > ahead_at_most {
            return Err(ahead - ahead_at_most);
        }
        if self.through.len() >= MOST && !self.through.contains_key(&who) {
            self.make_room(now);
        }
        self.through.insert(who, through + interval);
        Ok(())
    }

    fn make_room(&mut self, now: Moment) {
        self.through.retain(|_, through| *through > now);
        let too_many = self.through.len().saturating_sub(MOST - MOST / 10);
        let mut by_least: Vec<(Moment, u64)> = self.through.iter().map(|(who, through)| (*through, *who)).collect();
        by_least.sort_unstable();
        for (_, who) in by_least.iter().take(too_many) {
            self.through.remove(who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 20, burst: 60 };

    fn at(millis: u64) -> Moment {
        Moment::from(Duration::from_millis(millis))
    }

    #[test]
    fn a_burst_passes_then_the_steady_rate_and_who_is_refused_is_told_when() {
        let mut paces = Paces::default();
        assert_eq!((0..200).filter(|_| paces.ask("a", RATE, at(0)).is_ok()).count(), 60);
        assert_eq!(paces.ask("a", RATE, at(0)), Err(Duration::from_millis(50)));
        assert_eq!(paces.ask("b", RATE, at(0)), Ok(()), "others are counted apart");
        assert_eq!(paces.ask("a", RATE, at(49)), Err(Duration::from_millis(1)));
        assert_eq!((paces.ask("a", RATE, at(50)), paces.ask("a", RATE, at(50)).is_err()), (Ok(()), true));
        // Ten seconds of asking all the time: the steady rate, whatever is refused beside it.
        let passed = (50..10_050).filter(|millis| paces.ask("a", RATE, at(*millis)).is_ok()).count();
        assert!((199..=200).contains(&passed), "{passed}");
        assert_eq!((0..200).filter(|_| paces.ask("a", RATE, at(60_000)).is_ok()).count(), 60, "rested");
    }

    #[test]
    fn one_at_a_time_is_one_at_a_time() {
        let mut paces = Paces::default();
        let slow = Rate { per_second: 1, burst: 1 };
        assert_eq!(paces.ask("a", slow, at(0)), Ok(()));
        assert_eq!(paces.ask("a", slow, at(0)), Err(Duration::from_secs(1)));
        assert_eq!(paces.ask("a", slow, at(1_000)), Ok(()));
    }

    #[test]
    fn however_many_ask_those_who_are_over_their_pace_are_remembered() {
        let mut paces = Paces::default();
        while paces.ask("busy", RATE, at(0)).is_ok() {}
        for who in 0..MOST {
            paces.ask(who, RATE, at(0)).unwrap();
        }
        assert!(paces.through.len() <= MOST);
        assert!(paces.ask("busy", RATE, at(0)).is_err());
    }
}
