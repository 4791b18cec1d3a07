//! Sets up what is told on standard error.

use std::io;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// Starts logging for the whole process. A second call changes nothing.
pub(super) fn start(log: &Log) {
    let builder = fmt()
        .with_env_filter(EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(io::stderr);
    let started = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was set up already");
    }
}
