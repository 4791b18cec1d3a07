//! Client systems that repeat a request until it is answered, as every careful client does.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::json;
use testing::gateway::{Phone, appointment};
use testing::wire::{Answer, Client};

use super::promises::{Promises, summary};
use super::{CREATED, Dice, THREADS};

/// One request of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create { event: u32 },
    Change { event: u32, revision: u32 },
    Delete { event: u32 },
}

/// The requests of one thread in one round. An event belongs to one thread, so its requests have one order.
#[derive(Debug)]
pub(super) struct Work(Vec<Step>);

impl Work {
    /// New events, changes of new and old ones, and some deletions, shuffled as far as their order allows.
    pub(super) fn plan(dice: &mut Dice, promises: &Promises, round: u32, thread: u32) -> Self {
        let mut live = promises.live_of(|event| event % THREADS == thread);
        let mut steps = Vec::new();
        for n in 0..CREATED {
            let event = (round * CREATED + n) * THREADS + thread;
            steps.push(Step::Create { event });
            live.push((event, 0));
            // As many as are created, on average: one change for each, one deletion for three.
            for _ in 0..dice.roll(3) {
                let index = dice.roll(u32::try_from(live.len()).unwrap()) as usize;
                live[index].1 += 1;
                steps.push(Step::Change { event: live[index].0, revision: live[index].1 });
            }
            if dice.roll(3) == 0 {
                let (event, _) = live.swap_remove(dice.roll(u32::try_from(live.len()).unwrap()) as usize);
                steps.push(Step::Delete { event });
            }
        }
        Self(steps)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap()
    }

    /// Carries out every step until it has a 2xx, and tells of each.
    pub(super) fn carry_out(&self, reachable: &Reachable, phone: &Phone, done: &Sender<()>) {
        let mut visitor = Visitor { reachable, phone, client: None };
        for step in &self.0 {
            visitor.insist(*step);
            // Nobody counts any more once the gateway has been killed.
            done.send(()).ok();
        }
    }
}

/// Where the gateway is, and how often it has been started. A client that is cut waits for the next start.
pub(crate) struct Reachable {
    host: Client,
    starts: Mutex<Starts>,
    changed: Condvar,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Starts {
    count: u32,
    is_up: bool,
}

impl Reachable {
    pub(crate) fn new(host: Client) -> Self {
        Self { host, starts: Mutex::new(Starts { count: 1, is_up: true }), changed: Condvar::new() }
    }

    pub(crate) fn gone(&self) {
        self.starts.lock().unwrap().is_up = false;
    }

    pub(crate) fn back(&self) {
        let mut starts = self.starts.lock().unwrap();
        *starts = Starts { count: starts.count + 1, is_up: true };
        self.changed.notify_all();
    }

    /// A client of the running gateway that is not the `last` one, and its number.
    pub(crate) fn next(&self, last: u32) -> (u32, Client) {
        let starts = self.starts.lock().unwrap();
        let (starts, wait) = self
            .changed
            .wait_timeout_while(starts, Duration::from_secs(90), |now| !now.is_up || now.count == last)
            .unwrap();
        assert!(!wait.timed_out(), "cut off by a gateway that was not killed");
        (starts.count, self.host.another())
    }
}

struct Visitor<'a> {
    reachable: &'a Reachable,
    phone: &'a Phone,
    client: Option<(u32, Client)>,
}

impl Visitor<'_> {
    /// Repeats `step` until it is answered; any answer but a 2xx is a failure.
    fn insist(&mut self, step: Step) {
        let mut last = 0;
        let mut is_repeated = false;
        loop {
            let (start, mut client) = self.client.take().unwrap_or_else(|| self.reachable.next(last));
            match ask(&mut client, self.phone, step) {
                Ok(answer) => {
                    // The first try may have been carried out before it was cut.
                    let was_done = is_repeated && matches!(step, Step::Delete { .. }) && answer.status == 404;
                    let is_fine = (200..300).contains(&answer.status) || was_done;
                    assert!(is_fine, "{step:?}: {} {}", answer.status, answer.text());
                    self.client = Some((start, client));
                    return;
                }
                Err(_) => {
                    last = start;
                    is_repeated = true;
                }
            }
        }
    }
}

fn ask(client: &mut Client, phone: &Phone, step: Step) -> io::Result<Answer> {
    let path = |event: u32| format!("/events/crash-{event}");
    let data = |event: u32, revision: u32| {
        appointment(&format!("crash-{event}@example.org"), &summary(event, revision), event)
    };
    match step {
        Step::Create { event } => {
            let fields = json!({ "event_id": format!("crash-{event}"), "event_data": data(event, 0) });
            client.send("POST", "/events", &phone.headers(), &phone.body(fields))
        }
        Step::Change { event, revision } => {
            let fields = json!({ "event_data": data(event, revision) });
            client.send("PUT", &path(event), &phone.headers(), &phone.body(fields))
        }
        Step::Delete { event } => client.send("DELETE", &path(event), &phone.headers(), b""),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::ROUNDS;
    use super::*;

    #[test]
    fn the_plan_creates_500_events_and_touches_only_living_ones() {
        let mut dice = Dice::new(1);
        let mut promises = Promises::default();
        let (mut created, mut changed, mut deleted) = (0, 0, 0);
        for round in 0..ROUNDS {
            for thread in 0..THREADS {
                let work = Work::plan(&mut dice, &promises, round, thread);
                let mut live: BTreeSet<u32> =
                    promises.live_of(|event| event % THREADS == thread).iter().map(|e| e.0).collect();
                for step in work.steps() {
                    match *step {
                        Step::Create { event } => (created, _) = (created + 1, assert!(live.insert(event))),
                        Step::Change { event, .. } => (changed, _) = (changed + 1, assert!(live.contains(&event))),
                        Step::Delete { event } => (deleted, _) = (deleted + 1, assert!(live.remove(&event))),
                    }
                }
                promises.keep(&work);
            }
        }
        assert_eq!(created, 500);
        assert!(changed > 300 && deleted > 100, "{changed} changed, {deleted} deleted");
        assert_eq!(promises.live(), created - deleted);
    }
}
