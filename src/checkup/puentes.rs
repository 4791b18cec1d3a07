//! Puentes's events endpoint, asked about a phone that nobody has.

use super::State;
use crate::clients::puentes::EventsEndpoint;
use crate::config;
use crate::ids::HolderKey;
use crate::secret::ExposeSecret;

/// From the range that is kept free for fiction (North American Numbering Plan, 555-0100 to 555-0199).
const NOBODY: &str = "+12025550100";

/// Below this a secret can be guessed offline by whoever sees one link.
const SHORT: usize = 16;

pub(super) fn look(settings: &config::Puentes) -> State {
    let place = settings.host_and_port();
    let way = super::outbound(place.iter().cloned().collect());
    let Some((place, endpoint)) = place.zip(EventsEndpoint::of(settings, way)) else {
        return State::Doubtful(
            "puentes.events_url is not set: there is no resync, and a new link starts empty".to_owned(),
        );
    };
    match endpoint.all_events(&HolderKey::from_canonical(NOBODY)) {
        Ok(_) if settings.secret.expose_secret().len() < SHORT => State::Doubtful(format!(
            "{place} answers, but puentes.secret is shorter than {SHORT} characters: whoever sees one link can find it by trying"
        )),
        Ok(events) => State::Fine(format!("{place} answers ({} events for a made-up phone)", events.events.len())),
        Err(error) => State::Wrong(format!("{error} (asked about the made-up phone {NOBODY})")),
    }
}
