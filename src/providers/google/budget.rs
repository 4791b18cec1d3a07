//! Our own budgets of requests, so that Google never has to refuse for speed (docs/providers.md#google-quotas).
//!
//! Google counts requests of any sixty seconds. A bucket that holds a fifth of that and fills at four fifths a minute
//! never lets more through. Nobody sleeps here: who finds the bucket empty learns how long to wait.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Moment;
use crate::guarded::Guarded;

/// The budgets of one client at Google: one for all together, one for each account.
#[derive(Debug)]
pub struct Budgets {
    user_per_minute: f64,
    state: Guarded<State>,
}

#[derive(Debug)]
struct State {
    project: Bucket,
    users: HashMap<String, Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    per_minute: f64,
    left: f64,
    seen: Moment,
    blocked_until: Moment,
}

/// The share of a minute's budget that may be used at once.
const BURST: f64 = 0.2;
/// Who found too little comes back for this share of a burst at least: some pieces of work take several requests, and
/// would begin for ever without coming to their end if they were let in for the first of them.
const COME_BACK: f64 = 0.25;
/// Full buckets of accounts that are not at work are forgotten beyond this many.
const KEEP: usize = 1000;
/// How long everybody waits after Google said that the project itself is refused.
const PROJECT_PAUSE: Duration = Duration::from_secs(60);

impl Budgets {
    /// Budgets of so many requests a minute.
    pub fn new(user_per_minute: u32, project_per_minute: u32) -> Self {
        let project = Bucket::full(project_per_minute.into());
        Self { user_per_minute: user_per_minute.into(), state: Guarded::new(State { project, users: HashMap::new() }) }
    }

    /// The most requests that can ever be had at once; at least one.
    pub(super) fn most_at_once(&self) -> usize {
        let project = self.state.lock().project.per_minute;
        let most = (self.user_per_minute.min(project) * BURST).max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 200,000")]
        let most = most as usize;
        most
    }

    /// Takes so many requests for `account`, or says how long to wait for them.
    pub(super) fn take(&self, account: &str, requests: usize, now: Moment) -> Result<(), Duration> {
        let mut state = self.state.lock();
        let state = &mut *state;
        if state.users.len() > KEEP {
            state.users.retain(|_, bucket| !bucket.is_full(now));
        }
        let per_minute = self.user_per_minute;
        let user = state.users.entry(account.to_owned()).or_insert_with(|| Bucket::full(per_minute));
        #[expect(clippy::cast_precision_loss, reason = "a request holds fifty calls at most")]
        let wanted = requests as f64;
        let wait = user.wait(wanted, now).max(state.project.wait(wanted, now));
        if wait.is_zero() {
            user.left -= wanted;
            state.project.left -= wanted;
            return Ok(());
        }
        Err(wait)
    }

    /// Google found `account` too fast all the same: its bucket is empty now.
    pub(super) fn slow_down(&self, account: &str) {
        let mut state = self.state.lock();
        if let Some(bucket) = state.users.get_mut(account) {
            bucket.left = 0.0;
        }
    }

    /// Google refuses the project as a whole: nobody asks for a while.
    pub(super) fn pause_project(&self, now: Moment) {
        let mut state = self.state.lock();
        state.project.blocked_until = now + PROJECT_PAUSE;
    }
}

impl Bucket {
    fn full(per_minute: f64) -> Self {
        let (left, beginning) = ((per_minute * BURST).max(1.0), Moment::from(Duration::ZERO));
        Self { per_minute, left, seen: beginning, blocked_until: beginning }
    }

    fn fill(&mut self, now: Moment) {
        let minutes = now.since(self.seen).as_secs_f64() / 60.0;
        let most = (self.per_minute * BURST).max(1.0);
        self.left = (self.left + minutes * self.per_minute * (1.0 - BURST)).min(most);
        self.seen = now;
    }

    fn is_full(&mut self, now: Moment) -> bool {
        self.fill(now);
        self.left >= (self.per_minute * BURST).max(1.0)
    }

    /// How long until `wanted` can be had; nothing when at once.
    fn wait(&mut self, wanted: f64, now: Moment) -> Duration {
        self.fill(now);
        let blocked = self.blocked_until.since(now);
        let enough = if wanted <= self.left { 0.0 } else { wanted.max(self.per_minute * BURST * COME_BACK) };
        let missing = (enough - self.left).max(0.0);
        let seconds = missing * 60.0 / (self.per_minute * (1.0 - BURST));
        // Rounded up to what the store keeps, so that nobody comes back a moment too early.
        let filling = Duration::from_millis(Duration::from_secs_f64(seconds).as_micros().div_ceil(1000) as u64);
        blocked.max(filling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Moment {
        Moment::from(Duration::from_secs_f64(seconds))
    }

    /// The most requests that any sixty seconds saw, for somebody who takes all that can be had.
    fn most_in_a_minute(budgets: &Budgets) -> usize {
        let mut taken: Vec<(f64, usize)> = Vec::new();
        for tenth in 0..3000_u32 {
            let now = f64::from(tenth) / 10.0;
            while budgets.take("ana", 5, at(now)).is_ok() {
                taken.push((now, 5));
            }
        }
        let within = |from: f64| taken.iter().filter(|(at, _)| *at >= from && *at < from + 60.0).map(|(_, n)| n).sum();
        taken.iter().map(|(from, _)| within(*from)).max().unwrap()
    }

    #[test]
    fn no_minute_sees_more_than_the_budget_and_most_of_it_is_used() {
        let most = most_in_a_minute(&Budgets::new(600, 10_000));
        assert!((580..=600).contains(&most), "{most}");
        let most = most_in_a_minute(&Budgets::new(10_000, 300));
        assert!((285..=300).contains(&most), "{most}");
    }

    #[test]
    fn who_waits_as_told_gets_what_was_asked_for() {
        let budgets = Budgets::new(600, 10_000);
        assert_eq!(budgets.take("ana", 120, at(0.0)), Ok(()));
        let wait = budgets.take("ana", 50, at(0.0)).unwrap_err();
        assert_eq!(wait, Duration::from_millis(6250));
        assert_eq!(budgets.take("ana", 50, at(6.25)), Ok(()));
    }

    #[test]
    fn who_found_too_little_does_not_come_back_for_a_drop() {
        let budgets = Budgets::new(600, 10_000);
        assert_eq!(budgets.take("ana", 119, at(0.0)), Ok(()));
        assert_eq!(budgets.take("ana", 1, at(0.0)), Ok(()));
        assert_eq!(budgets.take("ana", 1, at(0.0)), Err(Duration::from_millis(3750)));
        for _ in 0..30 {
            assert_eq!(budgets.take("ana", 1, at(3.75)), Ok(()));
        }
        assert!(budgets.take("ana", 1, at(3.75)).is_err());
    }

    #[test]
    fn one_account_leaves_the_others_alone() {
        let budgets = Budgets::new(600, 10_000);
        assert_eq!(budgets.take("ana", 120, at(0.0)), Ok(()));
        assert!(budgets.take("ana", 1, at(0.0)).is_err());
        assert_eq!(budgets.take("eva", 1, at(0.0)), Ok(()));
        budgets.slow_down("eva");
        assert!(budgets.take("eva", 1, at(0.0)).is_err());
        assert_eq!(budgets.take("luz", 1, at(0.0)), Ok(()));
    }

    #[test]
    fn a_refused_project_stops_everybody_for_a_minute() {
        let budgets = Budgets::new(600, 10_000);
        budgets.pause_project(at(0.0));
        assert_eq!(budgets.take("ana", 1, at(1.0)), Err(Duration::from_secs(59)));
        assert_eq!(budgets.take("ana", 1, at(60.0)), Ok(()));
    }

    #[test]
    fn no_request_is_larger_than_what_can_ever_be_had() {
        assert_eq!(Budgets::new(600, 10_000).most_at_once(), 120);
        let budgets = Budgets::new(60, 10_000);
        assert_eq!(budgets.most_at_once(), 12);
        assert_eq!(budgets.take("ana", 12, at(0.0)), Ok(()));
        let wait = budgets.take("ana", 12, at(0.0)).unwrap_err();
        assert_eq!(budgets.take("ana", 12, at(wait.as_secs_f64())), Ok(()));
    }
}
