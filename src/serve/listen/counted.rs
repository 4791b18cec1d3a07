//! What is counted of connections, and when it is worth a line in the log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

/// A crowd is said once in so long, however many it turns away.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// Counters of one listener.
#[derive(Debug, Default)]
pub(in crate::serve) struct Counted {
    pub(super) open: Gauge,
    pub(super) sent_away: Counter,
    pub(super) refused: Counter,
    last_said: Mutex<Option<Instant>>,
}

impl Counted {
    /// Counters that show in `registry`.
    pub(in crate::serve) fn register(registry: &mut Registry) -> Self {
        let counted = Self::default();
        registry.register("connections", "Connections now, half-open handshakes included", counted.open.clone());
        let sent_away = "Connections that waited for nothing of ours and were ended for a newcomer";
        registry.register("connections_sent_away", sent_away, counted.sent_away.clone());
        let refused = "Connections closed at once: all of their address waited for us";
        registry.register("connections_refused", refused, counted.refused.clone());
        counted
    }

    /// Whether to say now that it is crowded.
    pub(super) fn is_worth_saying(&self) -> bool {
        let now = Instant::now();
        let mut last = self.last_said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now - last >= SAID_EVERY);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_crowd_is_said_once_a_minute() {
        let counted = Counted::default();
        assert!(counted.is_worth_saying() && !counted.is_worth_saying());
        tokio::time::advance(SAID_EVERY).await;
        assert!(counted.is_worth_saying() && !counted.is_worth_saying());
    }
}
