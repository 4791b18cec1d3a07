//! From a request to the endpoint or a page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::Response;

use super::agenda::Agenda;
use super::dial::Dial;
use super::{endpoint, pages};
use crate::clock::Now;
use crate::wire::{Answer, Body, Request, Site, text};

/// What changes while it runs.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) agenda: Agenda,
    pub(super) dial: Dial,
}

/// The Puentes site.
pub(super) struct Puentes {
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

impl Site for Puentes {
    fn answer(&self, request: &Request) -> Answer {
        let mut state = self.lock();
        let reply = match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/events") => return endpoint::events(&state.agenda, &state.dial, &self.secret, request),
            ("GET", "/") => pages::list(self, &state, request),
            ("GET", "/event") => pages::edit(self, &state, request),
            ("POST", _) if from_elsewhere(request) => text(403, "the form is not from this page\n"),
            ("POST", "/event") => pages::save(self, &mut state, request),
            ("POST", "/delete") => pages::delete(&mut state, request),
            ("POST", "/dial") => pages::turn(&mut state, request),
            _ => text(404, "not here\n"),
        };
        Answer::Reply(reply)
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        super::control::control(self, request, segments)
    }
}

/// Was this form sent by a page of another site?
fn from_elsewhere(request: &Request) -> bool {
    request.header("origin").is_some_and(|origin| origin != request.origin())
}
