//! Tries to link that people began on their page: under way, waiting for a choice, or not ended well.
//!
//! Rule: a try outlives the request that began it, so that a page may be closed, loaded again, or opened twice while a
//! calendar is checked. It is kept in memory alone: what was typed is written nowhere unless the link is made, and a
//! gateway that starts again has forgotten it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::consent::{self, Next};
use super::{LinkError, LinkRequest, Linking, link};
use crate::ids::{AuthorizationId, Holder};
use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::store::StoreError;

/// How long a try that is over is told of, and one that waits for a choice keeps what was typed.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// Calendars to choose from.
#[derive(Clone, Debug)]
pub struct Choosing {
    /// Where they are.
    pub provider: ProviderKind,
    /// Those that can be written.
    pub calendars: Vec<CalendarChoice>,
    /// Whether a new one can be made instead.
    pub or_new: bool,
}

/// A try that did not end well, and what was typed for it. No password.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Where.
    pub provider: ProviderKind,
    /// Why.
    pub obstacle: Obstacle,
    /// The address that was typed (CalDAV).
    pub address: String,
    /// The user name that was typed.
    pub username: String,
}

/// The tries of all holders.
#[derive(Clone, Debug, Default)]
pub struct Tries(Arc<Mutex<HashMap<Holder, Tried>>>);

/// One try to link.
#[derive(Clone, Debug)]
pub enum Try {
    /// With an account whose password was typed.
    Password(LinkRequest),
    /// With a consent that was given.
    Consent {
        /// Where.
        provider: ProviderKind,
        /// Its flow, which a browser session of the holder began.
        flow: AuthorizationId,
        /// What was chosen, once there was a choice: a calendar by its id, or a new one.
        chosen: Option<Option<String>>,
    },
}

impl Try {
    fn provider(&self) -> ProviderKind {
        match self {
            Self::Password(request) => request.provider,
            Self::Consent { provider, .. } => *provider,
        }
    }

    /// What was typed, but the password.
    fn stopped(&self, obstacle: Obstacle) -> Stopped {
        let (address, username) = match self {
            Self::Password(request) => (without_login(&request.address), request.username.clone()),
            Self::Consent { .. } => (String::new(), String::new()),
        };
        Stopped { provider: self.provider(), obstacle, address, username }
    }
}

/// An address as it may be shown again: people put passwords into it (`https://ana:secret@…`).
fn without_login(typed: &str) -> String {
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), typed),
    };
    match rest.rsplit_once('@') {
        Some((login, place)) if !scheme.is_empty() || login.contains(':') => format!("{scheme}{place}"),
        _ => typed.to_owned(),
    }
}

#[derive(Debug)]
struct Tried {
    since: Timestamp,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Running(ProviderKind),
    Choosing { choosing: Choosing, of: Try },
    Stopped(Stopped),
}

impl Tries {
    fn lock(&self) -> MutexGuard<'_, HashMap<Holder, Tried>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that are told at `now`; what was typed for the others is forgotten, whoever asks.
    fn told(&self, now: Timestamp) -> MutexGuard<'_, HashMap<Holder, Tried>> {
        let mut tries = self.lock();
        tries.retain(|_, tried| tried.is_told_at(now));
        tries
    }

    fn set(&self, holder: &Holder, step: Step, now: Timestamp) {
        self.told(now).insert(holder.clone(), Tried { since: now, step });
    }
}

impl Tried {
    fn is_running(&self) -> bool {
        matches!(self.step, Step::Running(_))
    }

    fn is_told_at(&self, now: Timestamp) -> bool {
        self.is_running() || now.duration_since(self.since) < KEPT
    }
}

/// How a try ended.
enum End {
    Linked,
    Choose(Choosing),
    Stopped(Obstacle),
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
        let step = match std::mem::replace(&mut self.end, End::Linked) {
            End::Linked => {
                self.linking.tries.lock().remove(self.holder);
                return;
            }
            End::Choose(choosing) => Step::Choosing { choosing, of: self.what.clone() },
            End::Stopped(obstacle) => Step::Stopped(self.what.stopped(obstacle)),
        };
        self.linking.tries.set(self.holder, step, self.linking.gateway.clock.now());
    }
}

/// Whether a try of this holder is running: then nothing else is begun, and nothing that it needs may be taken away.
pub fn is_running(linking: &Linking, holder: &Holder) -> bool {
    linking.tries.lock().get(holder).is_some_and(Tried::is_running)
}

/// Notes that a try begins; `false` while another of this holder is running. Then [`run`] it.
pub fn begin(linking: &Linking, holder: &Holder, what: &Try) -> bool {
    let now = linking.gateway.clock.now();
    let mut tries = linking.tries.lock();
    if tries.get(holder).is_some_and(Tried::is_running) {
        return false;
    }
    tries.insert(holder.clone(), Tried { since: now, step: Step::Running(what.provider()) });
    true
}

/// Carries out a try that was begun, and keeps how it ended. Speaks to the provider: it can take a minute.
pub fn run(linking: &Linking, holder: &Holder, what: Try) {
    let mut running = Running { linking, holder, what, end: End::Stopped(Obstacle::Interrupted) };
    let ended = match &running.what {
        Try::Password(request) => with_password(linking, holder, request),
        Try::Consent { provider, flow, chosen } => with_consent(linking, holder, (*provider, *flow), chosen.as_ref()),
    };
    match ended {
        Ok(end) => running.end = end,
        Err(error) => tracing::error!(%error, "a link could not be made"),
    }
}

fn with_password(linking: &Linking, holder: &Holder, request: &LinkRequest) -> Result<End, StoreError> {
    let not = match link(linking, holder, request) {
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
        _ => End::Stopped(not.obstacle),
    })
}

fn with_consent(
    linking: &Linking,
    holder: &Holder,
    (provider, flow): (ProviderKind, AuthorizationId),
    chosen: Option<&Option<String>>,
) -> Result<End, StoreError> {
    Ok(match consent::finish(linking, holder, flow, chosen.map(Option::as_deref))? {
        Some(Next::Over(ending)) => ending.obstacle().map_or(End::Linked, End::Stopped),
        Some(Next::Choose(calendars)) => End::Choose(Choosing { provider, calendars, or_new: true }),
        Some(Next::Confirm) => End::Stopped(Obstacle::Interrupted),
        None => End::Stopped(Obstacle::LinkExpired),
    })
}

/// A try that ended before it began: the person came back without a consent. One that is running is told instead.
pub fn refused(linking: &Linking, holder: &Holder, provider: ProviderKind, obstacle: Obstacle) {
    if !is_running(linking, holder) {
        let stopped = Stopped { provider, obstacle, address: String::new(), username: String::new() };
        linking.tries.set(holder, Step::Stopped(stopped), linking.gateway.clock.now());
    }
}

/// The try that goes on with a calendar that the person chose, by its id; none of them means a new one. `None`: nothing
/// waits for a choice, or this can't be chosen.
pub fn chosen(linking: &Linking, holder: &Holder, calendar: Option<&str>) -> Option<Try> {
    let tries = linking.tries.told(linking.gateway.clock.now());
    let Step::Choosing { choosing, of } = &tries.get(holder)?.step else { return None };
    let known = |id: &str| choosing.calendars.iter().any(|calendar| calendar.id == id);
    if !calendar.map_or(choosing.or_new, known) {
        return None;
    }
    let calendar = calendar.map(str::to_owned);
    Some(match of.clone() {
        Try::Password(request) => Try::Password(LinkRequest { calendar, ..request }),
        Try::Consent { provider, flow, .. } => Try::Consent { provider, flow, chosen: Some(calendar) },
    })
}

/// Forgets a try that is over, or that waits for a choice. One that is running goes on.
pub fn dismiss(linking: &Linking, holder: &Holder) {
    let mut tries = linking.tries.lock();
    if tries.get(holder).is_some_and(|tried| !tried.is_running()) {
        tries.remove(holder);
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

/// Where the holder's try stands, while there is something to tell.
pub(super) fn state(linking: &Linking, holder: &Holder) -> Option<TryState> {
    let tries = linking.tries.told(linking.gateway.clock.now());
    Some(match &tries.get(holder)?.step {
        Step::Running(provider) => TryState::Running(*provider),
        Step::Choosing { choosing, .. } => TryState::Choosing(choosing.clone()),
        Step::Stopped(stopped) => TryState::Stopped(stopped.clone()),
    })
}

/// What was typed for the try that did not end well, for a form that begins with it.
pub fn stopped(linking: &Linking, holder: &Holder) -> Option<Stopped> {
    match state(linking, holder)? {
        TryState::Stopped(stopped) => Some(stopped),
        TryState::Running(_) | TryState::Choosing(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_shown_again() {
        let table = [
            ("ana@example.org", "ana@example.org"),
            ("cloud.example.org/dav", "cloud.example.org/dav"),
            ("https://cloud.example.org:8443/dav/", "https://cloud.example.org:8443/dav/"),
            ("https://ana:secret@cloud.example.org/dav", "https://cloud.example.org/dav"),
            ("https://ana@cloud.example.org/", "https://cloud.example.org/"),
            ("ana:se/cr@t@cloud.example.org", "cloud.example.org"),
            ("http://ana:se/cret@cloud.example.org", "http://cloud.example.org"),
            ("", ""),
        ];
        for (typed, shown) in table {
            assert_eq!(without_login(typed), shown, "{typed}");
        }
    }
}
