//! Looks at everything that a gateway needs before it can serve: keys, files, certificate, and every outside party.
//!
//! Rule: looking changes nothing. No migration, no repair, no write that stays; each finding says how to mend it.

mod certificate;
mod database;
mod files;
mod google;
mod hosts;
mod puentes;
mod roots;
mod vault;

use jiff::Timestamp;

use crate::config::{Config, Transport};
use crate::outbound::{Outbound, Rules};
use crate::permit::Permit;

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The thing: `vault`, `database`, a host.
    pub about: String,
    /// How it is.
    pub state: State,
}

/// How a thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// As it must be; says what was seen.
    Fine(String),
    /// It works, but somebody should look.
    Doubtful(String),
    /// It can't work; says why and how to mend it.
    Wrong(String),
}

impl Finding {
    fn new(about: impl Into<String>, state: State) -> Self {
        Self { about: about.into(), state }
    }
}

/// Looks at one thing after the other and tells each finding at once, as some take seconds.
pub fn run(config: &Config, now: Timestamp, mut tell: impl FnMut(Finding)) {
    vault::look(config, |state| tell(Finding::new("vault", state)));
    tell(Finding::new("database", database::look(&config.database)));
    for state in files::look(config) {
        tell(Finding::new("files", state));
    }
    if let Transport::Tls { certificate, private_key } = &config.server.transport {
        let state = certificate::look(certificate, private_key, config.server.public_url.host_str().unwrap_or(""), now);
        tell(Finding::new("certificate", state));
    }
    if let Some(state) = puentes::secret(&config.puentes) {
        tell(Finding::new("puentes.secret", state));
    }
    tell(Finding::new("puentes", puentes::look(&config.puentes, now)));
    if let Some(settings) = &config.google {
        tell(Finding::new("google", google::look(config, settings, now)));
    }
    for roots in &config.extra_roots {
        tell(Finding::new(&roots.host, roots::look(roots, now)));
    }
    let outbound = Outbound::new(impatient().with_hosts_of(config)).under(&Permit::of_operator());
    for host in &config.allowed_hosts {
        tell(Finding::new(host, hosts::look(&outbound, host)));
    }
}

/// A way to these hosts.
fn outbound(allowed_hosts: Vec<String>) -> Outbound {
    Outbound::new(Rules { allowed_hosts, ..impatient() }).under(&Permit::of_operator())
}

/// Somebody waits before a screen, so patience is short.
fn impatient() -> Rules {
    let seconds = std::time::Duration::from_secs;
    Rules {
        connect: seconds(5),
        first_byte: seconds(10),
        whole: seconds(15),
        max_body: 64 << 20,
        keep_per_host: 0,
        ..Rules::default()
    }
}

#[cfg(test)]
mod tests;
