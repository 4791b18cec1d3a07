//! How much work of one kind is under way at once, and how much of that one of those who ask may have.
//!
//! Rule: whoever asks gets a place, waits for one within bounds, or hears that it is full. A place that gets free goes to
//! whoever waits longest of those whose share is not used up: so a share that is used up keeps nobody else waiting.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::oneshot;

use super::blocking;
use crate::guarded::Guarded;

/// What a pool holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Work under way at once.
    pub places: usize,
    /// Those who wait for a place at once. Of one share no more than its part of them: what its part of the places is.
    pub waiting: usize,
    /// How long somebody waits for a place.
    pub patience: Duration,
}

/// One of those who ask, and how many places they may have at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    of: u64,
    most: usize,
}

impl Share {
    /// The share of `who`: `most` places. Whoever asks twice as the same has one share.
    pub fn of(who: impl Hash, most: usize) -> Self {
        // With keys that nobody outside knows: names can't be chosen to fall together.
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        Self { of: KEYS.hash_one(who), most: most.max(1) }
    }
}

/// Nobody may wait any more, or it took too long: nothing was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// When it is worth asking again.
    pub again_in: Duration,
}

/// One kind of work. Clones are the same pool.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    state: Guarded<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    by_share: HashMap<u64, usize>,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    shares: Vec<Share>,
    turn: oneshot::Sender<Place>,
}

/// One place; free again when dropped.
#[derive(Debug)]
struct Place {
    pool: Pool,
    shares: Vec<Share>,
}

impl Pool {
    /// An empty one.
    pub fn new(bounds: Bounds) -> Self {
        Self(Arc::new(Shared { bounds, state: Guarded::default() }))
    }

    /// The line for its places, in which one stands for these shares.
    pub fn line(&self, shares: Vec<Share>) -> Line {
        Line { pool: self.clone(), shares }
    }

    async fn enter(&self, shares: Vec<Share>) -> Result<Place, Full> {
        let bounds = self.0.bounds;
        let full = Full { again_in: bounds.patience };
        let turn = {
            let mut state = self.0.state.lock();
            if state.admits(&shares, bounds.places) {
                return Ok(self.place(&mut state, shares));
            }
            if !state.lets_wait(&shares, bounds) {
                return Err(full);
            }
            let (turn, mine) = oneshot::channel();
            state.waiting.push_back(Waiting { shares, turn });
            mine
        };
        // A place that comes in the very moment in which nobody waits any more goes back with the channel.
        tokio::time::timeout(bounds.patience, turn).await.ok().and_then(Result::ok).ok_or(full)
    }

    /// Takes a place that is free.
    fn place(&self, state: &mut State, shares: Vec<Share>) -> Place {
        state.taken += 1;
        for share in &shares {
            *state.by_share.entry(share.of).or_default() += 1;
        }
        Place { pool: self.clone(), shares }
    }

    /// Hands free places on, and answers those that nobody took: they are to be dropped where nothing is locked.
    fn hand_on(&self, state: &mut State) -> Vec<Place> {
        let mut left = Vec::new();
        let mut next = 0;
        while state.taken < self.0.bounds.places
            && let Some(waiting) = state.waiting.get(next)
        {
            if !state.admits(&waiting.shares, self.0.bounds.places) {
                next += 1;
                continue;
            }
            let Some(Waiting { shares, turn }) = state.waiting.remove(next) else { break };
            if !turn.is_closed() {
                let place = self.place(state, shares);
                left.extend(turn.send(place).err());
            }
        }
        left
    }
}

/// The line for the places of a pool, for one who asks.
#[derive(Clone, Debug)]
pub struct Line {
    pool: Pool,
    shares: Vec<Share>,
}

impl Line {
    /// Runs blocking `work` in a place of its own. Who asks may go away: work that was begun goes on, and keeps its place to
    /// its end.
    ///
    /// # Errors
    /// When it is [`Full`]; then nothing of it was done.
    ///
    /// # Panics
    /// Goes on with the panic of `work`.
    pub async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Full> {
        let place = self.pool.enter(self.shares).await?;
        let in_place = move || {
            let _place = place;
            work()
        };
        Ok(blocking(in_place).await)
    }
}

impl State {
    /// Whether there is a place, for all of these.
    fn admits(&self, shares: &[Share], places: usize) -> bool {
        let used = |share: &Share| self.by_share.get(&share.of).copied().unwrap_or(0);
        self.taken < places && shares.iter().all(|share| used(share) < share.most)
    }

    /// Whether one more may wait. Those who went away wait no more.
    fn lets_wait(&mut self, shares: &[Share], bounds: Bounds) -> bool {
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
        let waits = |share: &Share| self.waiting.iter().filter(|waiting| waiting.shares.contains(share)).count();
        let part = |share: &Share| (bounds.waiting * share.most).div_ceil(bounds.places.max(1));
        self.waiting.len() < bounds.waiting && shares.iter().all(|share| waits(share) < part(share))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let nobody_s = {
            let mut state = self.pool.0.state.lock();
            state.taken -= 1;
            for share in &self.shares {
                if let Some(used) = state.by_share.get_mut(&share.of) {
                    *used -= 1;
                    if *used == 0 {
                        state.by_share.remove(&share.of);
                    }
                }
            }
            self.pool.hand_on(&mut state)
        };
        drop(nobody_s);
    }
}

#[cfg(test)]
mod tests;
