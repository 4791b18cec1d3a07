//! A link is made only when it works, carries what is held, and ends without a trace of ours.

mod apple;
mod beginning;
mod ending;
mod guesses;
mod lost;
mod obstacles;
mod pairs;
mod throttled;
mod trouble;

use std::time::Duration;

use serde_json::json;
use testing::eventually;
use testing::stage::Stage;

const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until nothing is on its way and no resync runs.
fn settle(stage: &Stage) {
    eventually("the link to settle", PATIENCE, || {
        let link = stage.shown();
        let settled = link["pending"] == 0 && link["last_resync"]["state"] != "in_progress";
        settled.then_some(())
    });
}

/// Waits until nothing is linked, and answers the receipt.
fn receipt(stage: &Stage) -> serde_json::Value {
    eventually("the unlink to end", PATIENCE, || {
        let link = stage.shown();
        (link["linked"] == json!(false)).then(|| link["last_unlink"].clone())
    })
}

/// The titles of the first `count` events.
fn titles(count: usize) -> Vec<String> {
    (0..count).map(|n| testing::stage::nth(n).1).collect()
}
