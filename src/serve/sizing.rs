//! What goes on behind the doors until it is done: events from before there was an index over time are put into it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::ids::EventRowId;
use crate::tasks;

/// How long it rests after the database failed.
const REST: Duration = Duration::from_secs(60);

/// Sizes all events that have no size, a few at a time. A stop ends it between two of these; the next start goes on.
pub(super) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut after = EventRowId(0);
    while !*stop.borrow() {
        let ranges = app.ranges.clone();
        match tasks::blocking(move || ranges.size(after)).await {
            Ok(Some(last)) => after = last,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "events from before could not be put into the index over time; it is tried again");
                // A stop during the rest ends it; a sender that is gone does too.
                let _ = tokio::time::timeout(REST, stop.wait_for(|stop| *stop)).await;
            }
        }
    }
}
