//! Puentes's events endpoint, asked about a phone that nobody has.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::State;
use crate::clients::puentes::EventsEndpoint;
use crate::config;
use crate::ids::HolderKey;
use crate::permit::Permit;
use crate::secret::ExposeSecret;

/// From the range that is kept free for fiction (North American Numbering Plan, 555-0100 to 555-0199).
const NOBODY: &str = "+12025550100";

/// Characters of the secret: with fewer, whoever sees one link finds it by trying, on a machine of their own.
const SHORTEST_SECRET: usize = 20;
/// Different ones among them, for the same reason.
const FEWEST_SIGNS: usize = 8;

/// What is wrong with the secret, if anything.
pub(super) fn secret(settings: &config::Puentes) -> Option<State> {
    let secret = settings.secret.expose_secret();
    let signs: BTreeSet<char> = secret.chars().collect();
    let why = if secret.chars().count() < SHORTEST_SECRET {
        format!("is shorter than {SHORTEST_SECRET} characters")
    } else if signs.len() < FEWEST_SIGNS {
        format!("is made of fewer than {FEWEST_SIGNS} different characters")
    } else {
        return None;
    };
    Some(State::Wrong(format!(
        "{why}: whoever sees one link can find it by trying, and then act for everybody. Agree on a new one with Puentes, \
         made at random (as `pasarela init` does)"
    )))
}

pub(super) fn look(settings: &config::Puentes, now: Timestamp) -> State {
    let place = settings.host_and_port();
    let way = super::outbound(place.iter().cloned().collect());
    let Some((place, endpoint)) = place.zip(EventsEndpoint::of(settings, way)) else {
        return State::Doubtful(
            "puentes.events_url is not set: there is no resync, and a new link starts empty".to_owned(),
        );
    };
    match endpoint.all_events(&HolderKey::from_canonical(NOBODY), now, &Permit::of_operator()) {
        Ok(events) => State::Fine(format!("{place} answers ({} events for a made-up phone)", events.events.len())),
        Err(error) => State::Wrong(format!("{error} (asked about the made-up phone {NOBODY})")),
    }
}
