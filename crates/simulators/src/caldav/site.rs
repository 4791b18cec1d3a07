//! What it is while it runs: its world, who may come in, and its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::auth::Gate;
use super::model::World;
use crate::clock::Now;

/// The CalDAV site.
pub struct CalDav {
    world: Mutex<World>,
    pub(super) gate: Gate,
    pub(super) now: Now,
    /// What `GET /__sim/` tells: where this server listens.
    pub(super) urls: [String; 2],
}

impl CalDav {
    pub(super) fn new(world: World, gate: Gate, now: Now, urls: [String; 2]) -> Self {
        Self { world: Mutex::new(world), gate, now, urls }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
