//! Placeholder of the driver's signature until the engine lands.

use std::sync::Arc;

use tokio::sync::watch;

use crate::gateway::Gateway;

/// Reconciles what is due until `stop` says so.
pub async fn run(_gateway: Arc<Gateway>, mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
