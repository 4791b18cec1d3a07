//! Two bells. They carry no data: whoever hears one reads the store, so a ring that is lost costs one tick and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Notify, watch};

use crate::guarded::Guarded;
use crate::ids::LinkId;

/// Rung after a commit that leaves work to do; the driver listens.
#[derive(Clone, Debug, Default)]
pub struct WorkBell(Arc<Notify>);

impl WorkBell {
    /// Wakes the driver, now or as soon as it listens.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for the next ring.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// Rung per link when outcomes were recorded; an answer that waits for its event listens.
#[derive(Clone, Debug, Default)]
pub struct SettledBell(Arc<Guarded<HashMap<LinkId, watch::Sender<u64>>>>);

impl SettledBell {
    /// Wakes all who wait for news of `link`.
    pub fn ring(&self, link: LinkId) {
        let mut waiting = self.0.lock();
        if let Some(sender) = waiting.get(&link) {
            sender.send_modify(|count| *count += 1);
            if sender.receiver_count() == 0 {
                waiting.remove(&link);
            }
        }
    }

    /// Listens for news of `link`. Take the listener **before** reading the store, or a ring in between is missed.
    pub fn listen(&self, link: LinkId) -> watch::Receiver<u64> {
        let mut waiting = self.0.lock();
        waiting.entry(link).or_insert_with(|| watch::channel(0).0).subscribe()
    }
}
