//! How many requests one link has under way at once.
//!
//! A link has one lane of its own, and borrows spare ones for as long as a round lasts: those who have much to do get
//! on, and nobody waits for them.

use tokio::sync::SemaphorePermit;

use super::Reconciler;
use crate::gateway::Gateway;
use crate::providers::RemoteCalendar;

/// The lanes of a round; what was borrowed goes back with them.
pub(super) struct Lanes<'a>(Option<SemaphorePermit<'a>>);

impl Lanes<'_> {
    /// How many there are, its own included.
    pub(super) fn count(&self) -> usize {
        1 + self.0.as_ref().map_or(0, SemaphorePermit::num_permits)
    }
}

/// Lanes for that many objects: the link's own, and as many more as are useful and free.
pub(super) fn take<'a>(reconciler: &'a Reconciler, remote: &dyn RemoteCalendar, objects: usize) -> Lanes<'a> {
    let wanted = u32::try_from(useful(&reconciler.gateway, remote, objects).saturating_sub(1)).unwrap_or(0);
    Lanes((1..=wanted).rev().find_map(|lanes| reconciler.spare_lanes.try_acquire_many(lanes).ok()))
}

/// More lanes than these would have nothing to do, or more at once than the settings or the provider allow.
pub(super) fn useful(gateway: &Gateway, remote: &dyn RemoteCalendar, objects: usize) -> usize {
    let requests = objects.div_ceil(remote.batch_size().max(1));
    gateway.config.sync.lanes_per_account.min(remote.max_in_flight()).min(requests)
}
