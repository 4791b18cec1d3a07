//! From a request to what answers it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::Response;
use jiff::{SignedDuration, Timestamp};

use super::api::{self, Call, Troubles};
use super::model::World;
use super::sent::Sent;
use super::{agenda, control, oauth};
use crate::clock::Now;
use crate::wire::{Answer, Body, Request, Site, text};

/// The Google site.
pub(super) struct GoogleSite {
    world: Mutex<World>,
    troubles: Mutex<Troubles>,
    base: Now,
    /// How far the clock was moved.
    moved: Mutex<SignedDuration>,
}

impl GoogleSite {
    pub(super) fn new(world: World, base: Now) -> Self {
        let (troubles, moved) = (Mutex::default(), Mutex::default());
        Self { world: Mutex::new(world), troubles, base, moved }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn troubles(&self) -> MutexGuard<'_, Troubles> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        let moved = *self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        (self.base)().saturating_add(moved).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock on.
    pub(super) fn advance(&self, by: SignedDuration) {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        *moved = moved.saturating_add(by);
    }

    /// Sets the clock; it goes on from there.
    pub(super) fn set_clock(&self, now: Timestamp) {
        let moved = now.duration_since((self.base)());
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    fn respond(&self, request: &Request) -> Response<Body> {
        let now = self.now();
        let mut world = self.lock();
        match (request.method.as_str(), request.path.as_str()) {
            ("GET" | "POST", "/o/oauth2/v2/auth") => oauth::authorize(&mut world, request, now),
            ("POST", "/token") => oauth::token(&mut world, request, now),
            ("POST", "/revoke") => oauth::revoke(&mut world, request, now),
            ("GET" | "POST", "/oauth2/v3/userinfo" | "/userinfo") => oauth::userinfo(&world, request, now),
            ("POST", "/batch" | "/batch/calendar/v3") => api::batch(&mut world, &mut self.troubles(), request, now),
            ("GET" | "HEAD", "/" | "/calendar/r") => agenda::page(&world, request, now),
            _ => match Call::read(request) {
                Some(call) => {
                    let sent = Sent::from(api::answer(&mut world, &mut self.troubles(), &call, now));
                    world.note(&call.line, sent.status);
                    sent.response()
                }
                None => text(404, "not found\n"),
            },
        }
    }
}

impl Site for GoogleSite {
    fn answer(&self, request: &Request) -> Answer {
        Answer::Reply(self.respond(request))
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        control::control(self, request, segments)
    }
}
