//! One link, from what is wanted and known to the calendar and back. Reads top to bottom.

use std::sync::Arc;

use jiff::Timestamp;

use super::Reconciler;
use super::halt::Halt;
use super::record::{self, Owner};
use super::renew::{self, NotRenewed};
use super::trouble::Trouble;
use super::{backoff, ending, lanes, leaving, resync, second_look, survey};
use crate::accounts;
use crate::delivery::Outcome;
use crate::delivery::execute::{self, Attempt};
use crate::delivery::plan::{self, Step};
use crate::gateway::Gateway;
use crate::happened::{ResyncFailure, Revoked};
use crate::ids::LinkId;
use crate::link::{LinkRole, LinkState};
use crate::outbound::Patience;
use crate::placement::Due;
use crate::providers::{RemoteCalendar, RemoteError};
use crate::store::links::LinkRow;
use crate::store::placements::{self, known};
use crate::store::{ReadTx, StoreError, activity, events, holders, links, resyncs};

/// Most placements of one round; bounds memory, and how old a plan can get.
const ROUND: usize = 512;
/// Doubtful outcomes in a row after which the provider counts as unreachable.
const DOUBTS: u32 = 3;

impl Reconciler {
    /// Works on one link until nothing is due. Takes no input but the link: everything else is in the store.
    ///
    /// # Errors
    /// Only when the store fails; a provider's failure is recorded and shown.
    pub fn reconcile(&self, link: LinkId) -> Result<(), StoreError> {
        let gateway = &self.gateway;
        let Some(link) = ask_if_wanted(gateway, link)? else { return Ok(()) };
        if link.state.waits_for_person() {
            return second_look::take(self, &link);
        }
        // The end of a link has to come in one round. Any other work is begun again where it was.
        let patience = if link.state.is_ending() { ending::patience(gateway) } else { Patience::none() };
        match accounts::calendar(gateway, &link, &patience) {
            Ok(remote) => self.with_remote(&link, remote.as_ref()),
            Err(error) => react(self, &link, None, Halt::Remote(error)),
        }
    }

    /// The same on a calendar that is open already.
    ///
    /// # Errors
    /// Only when the store fails.
    pub fn with_remote(&self, link: &LinkRow, remote: &dyn RemoteCalendar) -> Result<(), StoreError> {
        match self.work(link, remote) {
            Ok(()) => finish(&self.gateway, link),
            Err(halt) => react(self, link, Some(remote), halt),
        }
    }

    pub(super) fn work(&self, link: &LinkRow, remote: &dyn RemoteCalendar) -> Result<(), Halt> {
        let gateway = &*self.gateway;
        let holder = gateway.store.read(|tx| holders::get(tx, link.holder))?;
        let Some(holder) = holder else { return Ok(()) };
        let owner = Owner {
            link: link.id,
            holder: link.holder,
            mark: gateway.mark(&holder),
            people: gateway.clients.people(&holder),
        };
        if link.role == LinkRole::Rests {
            return Ok(leaving::rests(gateway, link)?);
        }
        if link.survey {
            survey::run(gateway, link, &owner, remote)?;
        }
        loop {
            if self.is_stopping() {
                return Err(Halt::Stopping);
            }
            let now = gateway.clock.now();
            // Whole batches: a round that ends with half of one would cost a request more.
            let most = ROUND - ROUND % remote.batch_size().clamp(1, ROUND);
            let due = gateway.store.read(|tx| placements::due(tx, link.id, now, most))?;
            if due.is_empty() {
                break;
            }
            self.round(&owner, remote, due)?;
        }
        if link.state.is_ending() {
            ending::verify(gateway, &self.places, link, remote)?;
        }
        Ok(())
    }

    /// One round: plan, claim, execute, record.
    fn round(&self, owner: &Owner, remote: &dyn RemoteCalendar, due: Vec<Due>) -> Result<(), Halt> {
        let gateway = &*self.gateway;
        let attempts = claim(gateway, owner, due)?;
        let lanes = lanes::take(self, remote, attempts.len());
        let (mut doubts, mut doubt) = (0, None);
        let mut halt = None;
        let unbegun = execute::run(remote, attempts, lanes.count(), owner.people, |batch| {
            let stopper = record::round_stopper(&batch);
            for (_, outcome) in &batch {
                let Outcome::Failed(error @ RemoteError::Unsure { .. }) = outcome else {
                    doubts = 0;
                    continue;
                };
                (doubts, doubt) = (doubts + 1, Some(error.clone()));
            }
            if let Err(error) = record::record(gateway, owner, batch) {
                halt = Some(Halt::Store(error));
            } else if let Some(error) = stopper {
                halt = Some(Halt::Remote(error));
            } else if doubts >= DOUBTS && halt.is_none() {
                halt = doubt.take().map(Halt::Remote);
            } else if self.is_stopping() && halt.is_none() {
                halt = Some(Halt::Stopping);
            }
            halt.is_none()
        });
        record::release(gateway, unbegun)?;
        halt.map_or(Ok(()), Err)
    }
}

/// The link; before that, a run that waits for it asks the client system.
fn ask_if_wanted(gateway: &Gateway, link: LinkId) -> Result<Option<LinkRow>, StoreError> {
    if gateway.store.read(|tx| resync::is_asking(tx, link))? {
        resync::ask(gateway, link)?;
        gateway.settled.ring(link);
    }
    gateway.store.read(|tx| links::get(tx, link))
}

/// Plans, and writes down what is about to be created. Steps that need no provider are settled here, and creations
/// that are not wanted any more are dropped.
fn claim(gateway: &Gateway, owner: &Owner, due: Vec<Due>) -> Result<Vec<Attempt>, StoreError> {
    let mut planned: Vec<Attempt> =
        due.into_iter().map(|due| Attempt { step: plan::step(due.wanted, &due.known), due }).collect();
    if planned.iter().any(Attempt::makes_room) {
        // Nothing is written beside it; what else is due comes with the next round.
        planned.retain(|attempt| attempt.step == Step::Delete);
    }
    if !planned.iter().any(|attempt| settled_here(&attempt.step)) {
        return Ok(planned);
    }
    let (now, owner) = (gateway.clock.now(), owner.clone());
    let planned = Arc::new(planned);
    let plans = Arc::clone(&planned);
    let goes_on = gateway.store.write(move |tx| {
        let claimed = plans.iter().map(|attempt| match attempt.step {
            Step::Insert => known::claim(tx, &attempt.due),
            Step::Forget => known::removed(tx, attempt.due.id, now).map(|()| false),
            Step::Rename => record::rename(tx, &owner, &attempt.due, 0, now).map(|()| false),
            Step::Rest => known::rested(tx, attempt.due.id).map(|()| false),
            Step::Update(_) | Step::Look | Step::Delete => Ok(true),
        });
        let claimed = claimed.collect::<Result<Vec<bool>, StoreError>>()?;
        if plans.iter().any(|attempt| attempt.step == Step::Forget) {
            events::purge(tx, owner.holder)?;
        }
        Ok::<_, StoreError>(claimed)
    })?;
    let planned = Arc::unwrap_or_clone(planned);
    Ok(planned.into_iter().zip(goes_on).filter(|(_, goes_on)| *goes_on).map(|(attempt, _)| attempt).collect())
}

/// Whether something is written down of it before a provider is asked, if one is.
fn settled_here(step: &Step) -> bool {
    matches!(step, Step::Insert | Step::Rest | Step::Rename | Step::Forget)
}

/// Ends a reconcile in which the provider did not fail.
fn finish(gateway: &Gateway, link: &LinkRow) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let (id, holder) = (link.id, link.holder);
    gateway.store.write(move |tx| {
        links::rest(tx, id, now)?;
        resync::conclude(tx, id, holder, now)
    })?;
    leaving::finish(gateway, link)?;
    gateway.settled.ring(link.id);
    Ok(())
}

/// Ends a reconcile that the provider or a stop broke off. Without a remote the calendar could not even be opened.
fn react(
    reconciler: &Reconciler,
    link: &LinkRow,
    remote: Option<&dyn RemoteCalendar>,
    halt: Halt,
) -> Result<(), StoreError> {
    let gateway = &*reconciler.gateway;
    let now = gateway.clock.now();
    let error = match halt {
        Halt::Store(error) => return Err(error),
        Halt::Stopping => return Ok(()),
        Halt::Remote(error) => error,
    };
    tell(link, &error);
    if link.state.is_ending() && ending::gives_up(gateway, link, remote, &error, now)? {
        return Ok(());
    }
    if matches!(error, RemoteError::CalendarGone { .. }) {
        leaving::gone(gateway, link)?;
    }
    let error = match error {
        RemoteError::CalendarGone { why } if link.role == LinkRole::Carries => {
            match renew::calendar(gateway, &reconciler.places, link, why) {
                Ok(()) => return Ok(()),
                Err(NotRenewed::Store(error)) => return Err(error),
                Err(NotRenewed::Remote(error)) => error,
            }
        }
        error => error,
    };
    suffer(gateway, link, &error, now)?;
    gateway.settled.ring(link.id);
    Ok(())
}

fn tell(link: &LinkRow, error: &RemoteError) {
    let (link, attempts) = (link.id.0, link.attempts);
    match error {
        RemoteError::Operator { .. }
        | RemoteError::UsageLimit { .. }
        | RemoteError::AuthRevoked { cause: Revoked::TestingPeriod, .. } => {
            tracing::error!(link, attempts, %error, "a reconcile was broken off");
        }
        RemoteError::Excess { .. } => tracing::warn!(link, attempts, %error, "a reconcile was broken off"),
        RemoteError::OutOfBudget { .. } | RemoteError::SwitchedOff(_) => {
            tracing::debug!(link, %error, "a reconcile waits")
        }
        _ => tracing::info!(link, attempts, %error, "a reconcile was broken off"),
    }
}

/// Writes down what a failure means for the link.
fn suffer(gateway: &Gateway, link: &LinkRow, error: &RemoteError, now: Timestamp) -> Result<(), StoreError> {
    let (id, holder, chance, error) = (link.id, link.holder, fastrand::f64(), error.clone());
    let lost = link.clone();
    gateway.store.write(move |tx| match Trouble::of(&error, failures(tx, id)?, now, chance) {
        Trouble::Rest => Ok(()),
        Trouble::Wait { until } => links::wait(tx, id, until),
        Trouble::Pause { until, reason, lasting } => {
            links::pause(tx, id, until, &reason)?;
            if lasting {
                resyncs::fail_going(tx, id, ResyncFailure::CalendarUnreachable { why: reason }, now)?;
            }
            Ok::<_, StoreError>(())
        }
        Trouble::Park { state, happened, failure, reason } => {
            links::park(tx, id, state, &reason, now)?;
            if matches!(error, RemoteError::AuthRevoked { cause: Revoked::Unreadable, .. }) {
                links::cannot_be_opened(tx, id)?;
            }
            if link_is_ending(tx, id)? {
                return links::pause(tx, id, backoff::next(1, None, now, fastrand::f64()), &reason);
            }
            if state == LinkState::CalendarLost {
                links::warn_companions(tx, &lost, now)?;
            }
            second_look::plan(tx, &lost, &error, now, chance)?;
            activity::log(tx, holder, now, &happened)?;
            resyncs::fail_going(tx, id, failure, now)
        }
    })
}

/// Rounds that failed since anything was done. What the row in hand says is from before this one.
fn failures(tx: &ReadTx<'_>, link: LinkId) -> Result<u32, StoreError> {
    Ok(links::get(tx, link)?.map_or(0, |row| row.attempts))
}

/// An unlink may have been asked for while the round was going on: it is not parked, it goes on.
fn link_is_ending(tx: &ReadTx<'_>, link: LinkId) -> Result<bool, StoreError> {
    Ok(links::get(tx, link)?.is_some_and(|row| row.state.is_ending()))
}
