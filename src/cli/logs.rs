//! Sets up what is told on standard error.

use std::io::{self, IsTerminal};

use tracing::{Level, Metadata};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, filter, fmt};

use crate::config::{Log, LogFormat};

/// Libraries that tell every step at `info`, or more than anybody wants at `debug`: only their warnings are of use here.
const QUIET: &str = "refinery_core=warn,rustls=warn,hyper=warn";

/// Libraries that tell whole requests (a key in the query, a password in a header) or phone numbers below `warn`. No
/// setting lets them.
const SILENT: [&str; 3] = ["ureq", "ureq_proto", "rlibphonenumber"];

/// Whether this may be told, whatever was asked for.
fn is_harmless(about: &Metadata<'_>) -> bool {
    let library = about.target().split("::").next().unwrap_or_default();
    *about.level() <= Level::WARN || !SILENT.contains(&library)
}

/// What is asked for, after what is quiet by default: a directive for one of those still wins.
fn wanted(level: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{QUIET},{level}")).unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")))
}

/// Starts logging for the whole process. A second call changes nothing.
pub(super) fn start(log: &Log) {
    let lines = fmt::layer().with_writer(io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        // Colours are for eyes: a file or a collector gets none. (For eyes, NO_COLOR is honoured already.)
        LogFormat::Text if io::stderr().is_terminal() => lines.boxed(),
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let wanted = wanted(&log.level).and_then(filter::filter_fn(is_harmless));
    let started = tracing_subscriber::registry().with(lines).with(wanted).try_init();
    if started.is_err() {
        tracing::debug!("logging was set up already");
    }
}
