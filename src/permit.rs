//! Permits: nothing is sent for somebody who is switched off.
//!
//! Rule: no request leaves without a permit, and each one asks it anew. Who switches off says so here first, and writes it down
//! then: so none *begins* after that is on disk. What was under way before is waited for, or told.
//!
//! Kept in memory: one process works on a database. What is switched off is written down beside what it concerns, and whoever
//! makes a permit has read that; here stands what was switched since, because a row in hand may be older than that.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, MutexGuard, PoisonError};
use std::time::Duration;

use crate::guarded::Guarded;
use crate::ids::{ClientSystemId, LinkId};

/// What can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switch {
    /// One link.
    Link(LinkId),
    /// Everything of a client system.
    Client(ClientSystemId),
}

/// On whose behalf requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Behalf {
    /// Whose holder it is about.
    pub client: ClientSystemId,
    /// The link that it is about; none where one is being made, or the client system itself is asked.
    pub link: Option<LinkId>,
}

impl Behalf {
    fn is_of(self, switch: Switch) -> bool {
        match switch {
            Switch::Link(link) => self.link == Some(link),
            Switch::Client(client) => self.client == client,
        }
    }

    fn switches(self) -> impl Iterator<Item = Switch> {
        self.link.map(Switch::Link).into_iter().chain([Switch::Client(self.client)])
    }
}

/// It is switched off: nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is switched off")]
pub struct Off;

/// All permits of a gateway. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Permits(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    requests: Guarded<Requests>,
    ended: Condvar,
    /// One switch is turned at a time: what is kept here is what was written down last.
    turning: Guarded<()>,
}

#[derive(Debug, Default)]
struct Requests {
    off: HashSet<Switch>,
    under_way: HashMap<Behalf, usize>,
}

impl Requests {
    fn are_under_way(&self, switch: Switch) -> bool {
        self.under_way.keys().any(|behalf| behalf.is_of(switch))
    }
}

/// Lets requests be sent on somebody's behalf, as long as nothing of theirs is switched off.
#[derive(Clone, Debug)]
pub struct Permit(Kind);

#[derive(Clone, Debug)]
enum Kind {
    For(Permits, Behalf),
    /// The operator's own looks, which no switch of a client system concerns.
    Operator,
}

/// One request. It is under way until this is dropped.
#[derive(Debug)]
pub struct UnderWay(Option<(Permits, Behalf)>);

impl Permits {
    /// A permit for `behalf`, which its caller has found switched on in what is written down.
    pub fn grant(&self, behalf: Behalf) -> Permit {
        Permit(Kind::For(self.clone(), behalf))
    }

    /// Switches off: no request begins any more, and `commit` writes that down. Where it fails, all is as before.
    ///
    /// # Errors
    /// What `commit` answers.
    pub fn turn_off<T, E>(&self, switch: Switch, commit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let _turning = self.0.turning.lock();
        let was_on = self.0.requests.lock().off.insert(switch);
        commit().inspect_err(|_| {
            if was_on {
                self.0.requests.lock().off.remove(&switch);
            }
        })
    }

    /// Switches on, once `commit` has written that down.
    ///
    /// # Errors
    /// What `commit` answers.
    pub fn turn_on<T, E>(&self, switch: Switch, commit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let _turning = self.0.turning.lock();
        let done = commit()?;
        self.0.requests.lock().off.remove(&switch);
        Ok(done)
    }

    /// Waits until no request that `switch` concerns is under way, so long at most. Answers whether that is so.
    pub fn ended(&self, switch: Switch, patience: Duration) -> bool {
        let requests = self.0.requests.lock();
        let waited = self.0.ended.wait_timeout_while(requests, patience, |requests| requests.are_under_way(switch));
        let (requests, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !requests.are_under_way(switch)
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.0.requests.lock()
    }
}

impl Permit {
    /// For a look that the operator asks for, at what is configured.
    pub fn of_operator() -> Self {
        Self(Kind::Operator)
    }

    /// One request begins.
    ///
    /// # Errors
    /// [`Off`], where it must not.
    pub fn begin(&self) -> Result<UnderWay, Off> {
        let Kind::For(permits, behalf) = &self.0 else { return Ok(UnderWay(None)) };
        let mut requests = permits.requests();
        if behalf.switches().any(|switch| requests.off.contains(&switch)) {
            return Err(Off);
        }
        *requests.under_way.entry(*behalf).or_default() += 1;
        Ok(UnderWay(Some((permits.clone(), *behalf))))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Some((permits, behalf)) = &self.0 else { return };
        let mut requests = permits.requests();
        if let Some(count) = requests.under_way.get_mut(behalf) {
            *count -= 1;
            if *count == 0 {
                requests.under_way.remove(behalf);
                permits.0.ended.notify_all();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUENTES: ClientSystemId = ClientSystemId(1);
    const LINK: Switch = Switch::Link(LinkId(7));
    const NO_TIME: Duration = Duration::ZERO;

    fn of(permits: &Permits, link: Option<i64>) -> Permit {
        permits.grant(Behalf { client: PUENTES, link: link.map(LinkId) })
    }

    #[test]
    fn none_begins_from_before_the_commit_until_it_is_on_again() {
        let permits = Permits::default();
        let (permit, other, making) = (of(&permits, Some(7)), of(&permits, Some(8)), of(&permits, None));
        let may = |permit: &Permit| permit.begin().is_ok();
        assert!(may(&permit));
        let during = permits.turn_off(LINK, || Ok::<_, ()>(may(&permit)));
        assert_eq!(during, Ok(false));
        assert_eq!((may(&permit), may(&other), may(&making)), (false, true, true));
        let during = permits.turn_on(LINK, || Ok::<_, ()>(may(&permit)));
        assert_eq!((during, may(&permit)), (Ok(false), true));
        permits.turn_off(Switch::Client(PUENTES), || Ok::<_, ()>(())).unwrap();
        assert_eq!((may(&permit), may(&other), may(&making), may(&Permit::of_operator())), (false, false, false, true));
        assert!(may(&permits.grant(Behalf { client: ClientSystemId(2), link: None })));
    }

    #[test]
    fn what_could_not_be_written_down_changes_nothing() {
        let permits = Permits::default();
        let permit = of(&permits, Some(7));
        permits.turn_off(LINK, || Err::<(), _>(())).unwrap_err();
        assert!(permit.begin().is_ok());
        permits.turn_off(LINK, || Ok::<_, ()>(())).unwrap();
        permits.turn_off(LINK, || Err::<(), _>(())).unwrap_err();
        permits.turn_on(LINK, || Err::<(), _>(())).unwrap_err();
        assert_eq!(permit.begin().err(), Some(Off));
    }

    #[test]
    fn what_is_under_way_is_waited_for() {
        let permits = Permits::default();
        let (permit, client) = (of(&permits, Some(7)), Switch::Client(PUENTES));
        let (first, second) = (permit.begin().unwrap(), permit.begin().unwrap());
        permits.turn_off(LINK, || Ok::<_, ()>(())).unwrap();
        assert!(!permits.ended(LINK, NO_TIME) && !permits.ended(client, NO_TIME));
        assert!(permits.ended(Switch::Link(LinkId(8)), NO_TIME));
        drop(first);
        assert!(!permits.ended(LINK, NO_TIME), "one of two");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| permits.ended(LINK, Duration::from_secs(60)));
            drop(second);
            assert!(waiting.join().unwrap());
        });
        assert!(permits.ended(client, NO_TIME));
    }

    #[test]
    fn no_request_is_let_through_however_the_threads_run() {
        let permits = Permits::default();
        let permit = of(&permits, Some(7));
        for _ in 0..200 {
            let late = std::thread::scope(|scope| {
                let asking = scope.spawn(|| while permit.begin().is_ok() {});
                permits.turn_off(LINK, || Ok::<_, ()>(())).unwrap();
                assert!(permits.ended(LINK, Duration::from_secs(60)));
                let late = permits.0.requests.lock().under_way.len();
                asking.join().unwrap();
                late
            });
            assert_eq!(late, 0);
            permits.turn_on(LINK, || Ok::<_, ()>(())).unwrap();
        }
    }
}
