//! What it is while it runs: its world, the trouble that was asked for, and its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::api::Troubles;
use super::model::World;
use crate::clock::Now;

/// The Google site.
pub struct GoogleSite {
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
}
