//! Sets up what is told on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// Libraries that tell every step at `info`, or whole requests (or phone numbers) at `debug` and `trace`: only their
/// warnings are of use here.
const QUIET: &str = "refinery_core=warn,ureq=warn,ureq_proto=warn,rustls=warn,hyper=warn,rlibphonenumber=warn";

/// What is asked for, after what is quiet by default: a directive for one of those still wins.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{QUIET},{level}")).unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")))
}

/// Starts logging for the whole process. A second call changes nothing.
pub(super) fn start(log: &Log) {
    let builder = fmt().with_env_filter(filter(&log.level)).with_writer(io::stderr);
    // Colours are for eyes: a file or a collector gets none. (For eyes, NO_COLOR is honoured already.)
    let builder = if io::stderr().is_terminal() { builder } else { builder.with_ansi(false) };
    let started = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was set up already");
    }
}
