//! Has what had its time taken away while the gateway runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::janitor::LOOKS_EVERY;
use crate::tasks;

/// The first look: a start has other things to do.
const FIRST_LOOK: Duration = Duration::from_secs(60);
/// Between two looks whether a client system goes.
const REST: Duration = Duration::from_secs(2);

/// Looks now and then, until a stop.
pub(super) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut next = app.clock.moment() + FIRST_LOOK;
    while !*stop.borrow() {
        let janitor = Arc::clone(&app.janitor);
        let removing = tasks::blocking(move || janitor.go_on_removing()).await;
        if let Err(error) = removing {
            tracing::warn!(%error, "a client system that goes could not be taken further; it is tried again");
        }
        if app.clock.moment() >= next {
            let janitor = Arc::clone(&app.janitor);
            match tasks::blocking(move || janitor.sweep()).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(rows = gone, "what had its time was taken away"),
                Err(error) => tracing::warn!(%error, "what had its time could not be taken away; it is tried again"),
            }
            next = app.clock.moment() + LOOKS_EVERY;
        }
        // A stop during the rest ends it; a sender that is gone does too.
        let _ = tokio::time::timeout(REST, stop.wait_for(|stop| *stop)).await;
    }
}
