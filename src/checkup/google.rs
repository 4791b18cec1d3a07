//! Google: is our client known there, and do its permissions last?

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::State;
use crate::config::{Config, Google};
use crate::happened::Revoked;
use crate::providers::google::{TokenError, knows_client};
use crate::store::peek;

/// How far back to look for permissions that ended too early.
const LATELY: Duration = Duration::from_secs(30 * 86_400);

pub(super) fn look(config: &Config, google: &Google, now: Timestamp) -> State {
    let outbound = super::outbound(google.hosts_and_ports());
    let state = match knows_client(&outbound, google) {
        Ok(()) => State::Fine(format!(
            "Google knows the client; there, the redirect URI {}oauth/google/callback must be registered",
            config.server.public_url
        )),
        Err(TokenError::Operator(why) | TokenError::Refused(why)) => State::Wrong(why),
        Err(TokenError::Off(off)) => State::Wrong(off.to_string()),
        Err(TokenError::Unsure { why, .. }) => State::Wrong(format!("{why}; {} must be reachable", google.token_url)),
    };
    match (state, ended_early(&config.database, now)) {
        (State::Fine(_), ended @ 1..) => State::Doubtful(format!(
            "{ended} permissions ended seven days after they were given in the last thirty days: the consent screen is \
             still in \"Testing\". Publish it (docs/google.md), then have those people link again"
        )),
        (state, _) => state,
    }
}

/// Links that waited for their person lately because their permission ended after seven days.
fn ended_early(database: &Path, now: Timestamp) -> usize {
    let since = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
    peek::revoked(database, &Revoked::TestingPeriod, since).unwrap_or(0)
}
