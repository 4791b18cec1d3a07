//! Tries to link that people began on their page: under way, waiting for a choice, or not ended well.
//!
//! Rule: a try outlives the request that began it, so that a page may be closed, loaded again, or opened twice while a
//! calendar is checked. It is kept in memory alone: what was typed is written nowhere unless the link is made, and a
//! gateway that starts again has forgotten it.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;

use super::attempt::{Choosing, Stopped, Try};
use super::connect::LinkRequest;
use super::consent::Next;
use super::{LinkError, Linking};
use crate::clock::{self, Clock, Moment};
use crate::guarded::Guarded;
use crate::ids::{AuthorizationId, Holder};
use crate::link::{Obstacle, ProviderKind};
use crate::providers::caldav::server_named;
use crate::store::StoreError;

/// How long a try that is over is told of, and one that waits for a choice keeps what was typed.
const KEPT: Duration = Duration::from_mins(15);

/// The tries of all holders.
#[derive(Clone, Debug, Default)]
pub(super) struct Tries(Arc<Guarded<HashMap<Holder, Tried>>>);

#[derive(Debug)]
struct Tried {
    since: Moment,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Running(ProviderKind),
    Choosing { choosing: Choosing, of: Try },
    Stopped(Stopped),
}

impl Tries {
    /// Those that are told now; what was typed for the others is forgotten, whoever asks.
    fn told(&self, clock: &Clock) -> MutexGuard<'_, HashMap<Holder, Tried>> {
        let (now, moment) = (clock.now(), clock.moment());
        let mut tries = self.0.lock();
        tries.retain(|_, tried| tried.is_told_at(now, moment));
        tries
    }

    fn set(&self, holder: &Holder, step: Step, clock: &Clock) {
        self.told(clock).insert(holder.clone(), Tried { since: clock.moment(), step });
    }
}

impl Tried {
    fn is_running(&self) -> bool {
        matches!(self.step, Step::Running(_))
    }

    fn is_told_at(&self, now: Timestamp, moment: Moment) -> bool {
        match &self.step {
            Step::Running(_) => true,
            // Once nobody has to wait, there is nothing to tell.
            Step::Stopped(Stopped { until: Some(until), .. }) if clock::is_over(*until, now) => false,
            Step::Choosing { .. } | Step::Stopped(_) => moment.since(self.since) < KEPT,
        }
    }
}

/// How a try ended.
enum End {
    Linked,
    Choose(Choosing),
    Stopped(Obstacle),
    /// The next one has to wait so long first.
    Waits(Duration),
}

/// Keeps how a try ended, also when it broke off.
struct Running<'a> {
    linking: &'a Linking,
    holder: &'a Holder,
    what: Try,
    end: End,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let clock = &self.linking.gateway.clock;
        let step = match std::mem::replace(&mut self.end, End::Linked) {
            End::Linked => {
                self.linking.tries.0.lock().remove(self.holder);
                return;
            }
            End::Choose(choosing) => Step::Choosing { choosing, of: self.what.clone() },
            End::Stopped(obstacle) => Step::Stopped(self.what.stopped(obstacle)),
            End::Waits(wait) => {
                let until = clock.now().checked_add(wait).ok();
                Step::Stopped(Stopped { until, ..self.what.stopped(Obstacle::TooManyLogins) })
            }
        };
        self.linking.tries.set(self.holder, step, clock);
    }
}

impl Linking {
    /// Whether a try of this holder is running: then nothing else is begun, and nothing that it needs may be taken away.
    pub fn is_trying(&self, holder: &Holder) -> bool {
        self.tries.0.lock().get(holder).is_some_and(Tried::is_running)
    }

    /// Notes that a try begins; `false` while another of this holder is running. Then [`Linking::run_try`] it.
    pub fn begin_try(&self, holder: &Holder, what: &Try) -> bool {
        let since = self.gateway.clock.moment();
        let mut tries = self.tries.0.lock();
        if tries.get(holder).is_some_and(Tried::is_running) {
            return false;
        }
        tries.insert(holder.clone(), Tried { since, step: Step::Running(what.provider()) });
        true
    }

    /// Where a try goes, as all who go there name it.
    pub fn server_of(&self, holder: &Holder, what: &Try) -> String {
        let by_link = || server_named(&self.view_at(holder, what.provider()).ok()??.calendar_url);
        let of_provider = || what.provider().as_str().to_owned();
        match what {
            Try::Password(request) => request.server(),
            Try::Again { provider: ProviderKind::Caldav, .. } => by_link().unwrap_or_else(of_provider),
            Try::Consent { .. } | Try::Again { .. } => of_provider(),
        }
    }

    /// Notes that a try was begun in vain: too many were under way.
    pub fn try_crowded_out(&self, holder: &Holder, what: &Try) {
        let step = Step::Stopped(what.stopped(Obstacle::Crowded));
        self.tries.set(holder, step, &self.gateway.clock);
    }

    /// Carries out a try that was begun, and keeps how it ended. Speaks to the provider: it can take a minute.
    pub fn run_try(&self, holder: &Holder, what: Try) {
        let mut running = Running { linking: self, holder, what, end: End::Stopped(Obstacle::Interrupted) };
        let ended = match &running.what {
            Try::Password(request) => with_password(self, holder, request),
            Try::Consent { provider, flow, chosen } => with_consent(self, holder, (*provider, *flow), chosen.as_ref()),
            Try::Again { provider, chosen } => with_what_it_has(self, holder, *provider, chosen.as_ref()),
        };
        match ended {
            Ok(end) => running.end = end,
            Err(error) => tracing::error!(%error, "a link could not be made"),
        }
    }
}

fn with_password(linking: &Linking, holder: &Holder, request: &LinkRequest) -> Result<End, StoreError> {
    let not = match linking.link(holder, request) {
        Ok(_) => return Ok(End::Linked),
        Err(LinkError::Store(error)) => return Err(error),
        Err(LinkError::NotMade(not)) => not,
    };
    // The words may name the person's account.
    tracing::debug!("a link was not made: {}", not.detail);
    tracing::info!(provider = %request.provider, obstacle = not.obstacle.code(), "a link was not made");
    Ok(match not.instead {
        Some(calendars) if !calendars.is_empty() => {
            End::Choose(Choosing { provider: request.provider, calendars, or_new: false })
        }
        _ => not.wait.map_or(End::Stopped(not.obstacle), End::Waits),
    })
}

fn with_consent(
    linking: &Linking,
    holder: &Holder,
    (provider, flow): (ProviderKind, AuthorizationId),
    chosen: Option<&Option<String>>,
) -> Result<End, StoreError> {
    Ok(match linking.finish_consent(holder, flow, chosen.map(Option::as_deref))? {
        Some(Next::Over(ending)) => ending.obstacle().map_or(End::Linked, End::Stopped),
        Some(Next::Choose(calendars)) => End::Choose(Choosing { provider, calendars, or_new: true }),
        Some(Next::Confirm) => End::Stopped(Obstacle::Interrupted),
        None => End::Stopped(Obstacle::LinkExpired),
    })
}

fn with_what_it_has(
    linking: &Linking,
    holder: &Holder,
    provider: ProviderKind,
    chosen: Option<&Option<String>>,
) -> Result<End, StoreError> {
    match linking.link_again(holder, provider, chosen.map(Option::as_deref)) {
        Ok(None) => Ok(End::Linked),
        Ok(Some(calendars)) => Ok(End::Choose(Choosing { provider, calendars, or_new: true })),
        Err(LinkError::Store(error)) => Err(error),
        Err(LinkError::NotMade(not)) => {
            tracing::debug!("a link did not go on: {}", not.detail);
            Ok(match not.instead {
                Some(calendars) if !calendars.is_empty() => {
                    End::Choose(Choosing { provider, calendars, or_new: false })
                }
                _ => End::Stopped(not.obstacle),
            })
        }
    }
}

impl Linking {
    /// A try that ended before it began: the person came back without a consent. One that is running is told instead.
    pub(super) fn try_refused(&self, holder: &Holder, provider: ProviderKind, obstacle: Obstacle) {
        if !self.is_trying(holder) {
            let stopped = Stopped { provider, obstacle, address: String::new(), username: String::new(), until: None };
            self.tries.set(holder, Step::Stopped(stopped), &self.gateway.clock);
        }
    }

    /// The try that goes on with a calendar that the person chose, by its id; none of them means a new one. `None`: nothing
    /// waits for a choice, or this can't be chosen.
    pub fn chosen(&self, holder: &Holder, calendar: Option<&str>) -> Option<Try> {
        let tries = self.tries.told(&self.gateway.clock);
        let Step::Choosing { choosing, of } = &tries.get(holder)?.step else { return None };
        let known = |id: &str| choosing.calendars.iter().any(|calendar| calendar.id == id);
        if !calendar.map_or(choosing.or_new, known) {
            return None;
        }
        let calendar = calendar.map(str::to_owned);
        Some(match of.clone() {
            Try::Password(request) => Try::Password(LinkRequest { calendar, ..request }),
            Try::Consent { provider, flow, .. } => Try::Consent { provider, flow, chosen: Some(calendar) },
            Try::Again { provider, .. } => Try::Again { provider, chosen: Some(calendar) },
        })
    }

    /// Forgets a try that is over, or that waits for a choice. One that is running goes on.
    pub fn dismiss(&self, holder: &Holder) {
        let mut tries = self.tries.0.lock();
        if tries.get(holder).is_some_and(|tried| !tried.is_running()) {
            tries.remove(holder);
        }
    }
}

/// Where a try stands.
#[derive(Clone, Debug)]
pub(super) enum TryState {
    /// It is under way.
    Running(ProviderKind),
    /// It waits for a choice.
    Choosing(Choosing),
    /// It did not end well.
    Stopped(Stopped),
}

impl Linking {
    /// Where the holder's try stands, while there is something to tell.
    pub(super) fn try_state(&self, holder: &Holder) -> Option<TryState> {
        let tries = self.tries.told(&self.gateway.clock);
        Some(match &tries.get(holder)?.step {
            Step::Running(provider) => TryState::Running(*provider),
            Step::Choosing { choosing, .. } => TryState::Choosing(choosing.clone()),
            Step::Stopped(stopped) => TryState::Stopped(stopped.clone()),
        })
    }

    /// What was typed for the try that did not end well, for a form that begins with it.
    pub fn stopped(&self, holder: &Holder) -> Option<Stopped> {
        match self.try_state(holder)? {
            TryState::Stopped(stopped) => Some(stopped),
            TryState::Running(_) | TryState::Choosing(_) => None,
        }
    }
}
