//! What one connection is doing, as far as its deadlines, and its place, depend on it.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// From the connection to the end of the first request's head: a TLS handshake and what HTTP/2 begins with included.
pub(super) const FIRST_HEAD: Duration = Duration::from_secs(10);
/// From the end of an answer to the end of the next request's head: how long an idle connection is kept, whatever else than
/// requests (pings) may come on it.
pub(super) const IDLE: Duration = Duration::from_secs(60);
/// How long a client without a request is waited for after it was told that the connection ends.
const FAREWELL: Duration = Duration::from_secs(1);
/// The same for one that has not sent the rest of a request, or takes nothing more of an answer.
const HURRY: Duration = Duration::from_secs(5);

/// A connection that has a place.
#[derive(Debug)]
pub(super) struct Guest {
    /// Whose share of the room it takes.
    pub(super) origin: IpAddr,
    state: Mutex<State>,
    sent_away: Notify,
    answered: Notify,
}

#[derive(Debug)]
struct State {
    /// Not one whole head has come.
    is_stranger: bool,
    /// Requests whose head came and whose answer is not out yet.
    requests: usize,
    /// Those of them that we work on: neither their body nor the taking of their answer is waited for.
    ours: usize,
    /// When the connection, the last request, or the time without one that is ours, began.
    since: Instant,
    /// When something of an answer was taken last.
    taken: Instant,
    is_leaving: bool,
    /// It is not kept beyond the answers that it waits for.
    ends_with_answer: bool,
}

/// A connection that waits for nothing of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Idle {
    /// We wait for it: for its first head, the rest of a body, or that it takes an answer. Else it is only kept.
    pub(super) is_waited_for: bool,
    /// Since when.
    pub(super) since: Instant,
}

impl Guest {
    /// One that came just now.
    pub(super) fn new(origin: IpAddr) -> Self {
        let now = Instant::now();
        let state = State {
            is_stranger: true,
            requests: 0,
            ours: 0,
            since: now,
            taken: now,
            is_leaving: false,
            ends_with_answer: false,
        };
        Self { origin, state: Mutex::new(state), sent_away: Notify::new(), answered: Notify::new() }
    }

    /// Counts a request whose head has come; none any more for who was sent away.
    pub(super) fn request(self: &Arc<Self>) -> Option<Arc<Asked>> {
        let mut state = self.state();
        if state.is_leaving {
            return None;
        }
        state.is_stranger = false;
        state.requests += 1;
        state.since = Instant::now();
        Some(Arc::new(Asked { guest: Arc::clone(self), turn: Mutex::new(Turn::Arriving) }))
    }

    /// How it waits for nothing of ours, if so.
    pub(super) fn idle(&self) -> Option<Idle> {
        let state = self.state();
        let is_waited_for = state.is_stranger || state.requests > 0;
        (state.ours == 0 && !state.is_leaving).then_some(Idle { is_waited_for, since: state.since })
    }

    /// Sends it away, unless it waits for us.
    pub(super) fn send_away(&self) -> bool {
        let mut state = self.state();
        if state.ours == 0 {
            state.is_leaving = true;
            self.sent_away.notify_one();
        }
        state.is_leaving
    }

    /// Waits until it was sent away.
    pub(super) async fn is_sent_away(&self) {
        self.sent_away.notified().await;
    }

    /// Waits until it has its answers, if it is not kept beyond them.
    pub(super) async fn has_its_answers(&self) {
        self.answered.notified().await;
    }

    /// Waits until it asked for nothing for too long. A body and an answer have deadlines of their own.
    pub(super) async fn is_overdue(&self) {
        let ends = || {
            let state = self.state();
            (state.requests == 0).then(|| state.since + if state.is_stranger { FIRST_HEAD } else { IDLE })
        };
        until(ends, IDLE).await;
    }

    /// Waits until it has nothing more to wait for, or makes us wait too long, counted from now at the earliest.
    pub(super) async fn has_said_farewell(&self) {
        let now = Instant::now();
        let ends = || {
            let state = self.state();
            let patience = if state.requests == 0 { FAREWELL } else { HURRY };
            (state.ours == 0).then(|| state.since.max(state.taken).max(now) + patience)
        };
        until(ends, FAREWELL).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for a point in time that moves. Nobody tells that it did: each look reckons when, at the earliest, it makes sense to
/// look again; that is after `shortest` while there is none.
async fn until(ends: impl Fn() -> Option<Instant>, shortest: Duration) {
    loop {
        let now = Instant::now();
        let next = ends().unwrap_or(now + shortest);
        if next <= now {
            return;
        }
        sleep_until(next).await;
    }
}

/// A request, from its head until its answer is out.
#[derive(Debug)]
pub(super) struct Asked {
    guest: Arc<Guest>,
    turn: Mutex<Turn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The client's: its body is on the way.
    Arriving,
    /// Ours.
    Ours,
    /// The client's: it takes the answer.
    Taking,
}

impl Asked {
    /// It has come whole.
    pub(super) fn has_arrived(&self) {
        let mut turn = self.turn();
        // An answer may come before the end of its request.
        if *turn == Turn::Arriving {
            *turn = Turn::Ours;
            self.guest.state().ours += 1;
        }
    }

    /// There is an answer to it.
    pub(super) fn is_answered(&self) {
        let mut turn = self.turn();
        if std::mem::replace(&mut *turn, Turn::Taking) == Turn::Ours {
            self.guest.state().one_less_of_ours();
        }
    }

    /// Once it is answered, and nothing else is asked, its connection is not kept.
    pub(super) fn is_the_last(&self) {
        self.guest.state().ends_with_answer = true;
    }

    /// Its client takes more of the answer.
    pub(super) fn is_taken(&self) {
        self.guest.state().taken = Instant::now();
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let was_ours = *self.turn() == Turn::Ours;
        let mut state = self.guest.state();
        state.requests -= 1;
        if was_ours {
            state.one_less_of_ours();
        }
        if state.requests == 0 {
            state.since = Instant::now();
            if state.ends_with_answer {
                self.guest.answered.notify_one();
            }
        }
    }
}

impl State {
    fn one_less_of_ours(&mut self) {
        self.ours -= 1;
        if self.ours == 0 {
            self.since = Instant::now();
        }
    }
}
