//! Memory for bodies of those who have proven nothing yet: so much for all of them together.
//!
//! Where the key stands in the body, the body is read before anybody knows whose it is. When the memory is used up, who has
//! occupied most of it for longest loses the place (bytes times time). So a small body that arrives in one go always gets
//! through, however many large or slow ones hold theirs. Who proves with headers takes nothing of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// Bytes for all bodies together.
const ROOM: usize = 64 << 20;

/// The memory; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Unproven(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    room: usize,
    held: Mutex<Holdings>,
}

#[derive(Debug, Default)]
struct Holdings {
    bodies: HashMap<u64, Holding>,
    used: usize,
    next: u64,
}

#[derive(Debug)]
struct Holding {
    bytes: usize,
    since: Instant,
    taken_away: Arc<Notify>,
}

/// What one body holds, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Unproven,
    number: u64,
    taken_away: Arc<Notify>,
}

impl Default for Unproven {
    fn default() -> Self {
        Self::of(ROOM)
    }
}

impl Unproven {
    fn of(room: usize) -> Self {
        Self(Arc::new(Shared { room, held: Mutex::default() }))
    }

    /// A body that holds nothing yet.
    pub(crate) fn body(&self) -> Held {
        let taken_away = Arc::new(Notify::new());
        let mut held = self.held();
        let number = held.next;
        held.next += 1;
        let holding = Holding { bytes: 0, since: Instant::now(), taken_away: Arc::clone(&taken_away) };
        held.bodies.insert(number, holding);
        Held { memory: self.clone(), number, taken_away }
    }

    fn held(&self) -> MutexGuard<'_, Holdings> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Holds `bytes` in all; others lose theirs for it, or it loses its own: then [`Held::taken_away`] ends.
    pub(crate) fn grow(&self, bytes: usize) {
        let mut held = self.memory.held();
        let Some(holding) = held.bodies.get_mut(&self.number) else { return };
        let more = bytes.saturating_sub(holding.bytes);
        holding.bytes += more;
        held.used += more;
        while held.used > self.memory.0.room && held.take_away() {}
    }

    /// Waits until somebody else needed the memory more.
    pub(crate) async fn taken_away(&self) {
        self.taken_away.notified().await;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.held().remove(self.number);
    }
}

impl Holdings {
    /// Takes the memory of who occupied most for longest, if anybody holds some.
    fn take_away(&mut self) -> bool {
        let now = Instant::now();
        // A body that came this very moment has occupied something, too.
        let occupied = |body: &Holding| body.bytes as u128 * (now - body.since).as_micros().max(1);
        let most = self.bodies.iter().max_by_key(|(_, body)| occupied(body)).map(|(number, _)| *number);
        let Some(body) = most.and_then(|number| self.remove(number)) else { return false };
        body.taken_away.notify_one();
        true
    }

    fn remove(&mut self, number: u64) -> Option<Holding> {
        let body = self.bodies.remove(&number)?;
        self.used -= body.bytes;
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{advance, timeout};

    use super::*;

    async fn is_gone(body: &Held) -> bool {
        timeout(Duration::ZERO, body.taken_away()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_occupied_most_for_longest_loses_it() {
        let memory = Unproven::of(100);
        let (large, old) = (memory.body(), memory.body());
        old.grow(20);
        advance(Duration::from_secs(10)).await;
        large.grow(60);
        advance(Duration::from_secs(1)).await;
        let fresh = memory.body();
        fresh.grow(30);
        assert!(is_gone(&large).await, "60 for 11 s are more than 20 for 11 s");
        assert!(!is_gone(&old).await && !is_gone(&fresh).await);
        fresh.grow(90);
        assert!(is_gone(&old).await, "what came just now has not occupied much yet");
        assert!(!is_gone(&fresh).await);
        assert_eq!(memory.held().used, 90);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_alone_is_too_much_loses_its_own() {
        let memory = Unproven::of(100);
        let body = memory.body();
        body.grow(101);
        assert!(is_gone(&body).await);
        assert_eq!(memory.held().used, 0);
        body.grow(200);
        assert_eq!(memory.held().used, 0, "what was taken away takes nothing more");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_done_with_is_given_back_once() {
        let memory = Unproven::of(100);
        let (kept, done) = (memory.body(), memory.body());
        kept.grow(40);
        done.grow(50);
        drop(done);
        assert_eq!(memory.held().used, 40);
        drop(kept);
        let held = memory.held();
        assert_eq!((held.used, held.bodies.len()), (0, 0));
    }
}
