//! What it is while it runs: its agenda, its dial, and what it shares with the gateway.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::agenda::Agenda;
use super::dial::Dial;
use crate::clock::Now;

/// What changes while it runs.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) agenda: Agenda,
    pub(super) dial: Dial,
}

/// The Puentes site.
pub struct Puentes {
    state: Mutex<State>,
    pub(super) secret: String,
    pub(super) url: String,
    /// Where the gateway's pages are, for the link that Puentes gives to people.
    pub(super) gateway: Option<String>,
    pub(super) now: Now,
}

impl Puentes {
    pub(super) fn new(state: State, secret: String, url: String, gateway: Option<String>, now: Now) -> Self {
        Self { state: Mutex::new(state), secret, url, gateway, now }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
