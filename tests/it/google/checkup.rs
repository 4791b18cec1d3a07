//! `pasarela check` with Google switched on.

use pasarela::checkup::{self, State};
use pasarela::clock::Clock;
use pasarela::config::Config;

use super::studio::Studio;

/// What is found about Google.
fn look(config: &Config, clock: &Clock) -> State {
    let mut found = None;
    checkup::run(config, clock.now(), |finding| {
        if finding.about == "google" {
            found = Some(finding.state);
        }
    });
    found.expect("Google is looked at")
}

#[test]
fn a_known_client_is_fine_and_the_redirect_uri_is_named() {
    let studio = Studio::start();
    let state = look(&studio.gateway.engine().config, &studio.gateway.clock);
    assert!(matches!(&state, State::Fine(text) if text.contains("/oauth/google/callback")), "{state:?}");
}

#[test]
fn a_wrong_secret_and_a_google_out_of_reach_are_told_apart() {
    let studio = Studio::start();
    let mut config = studio.gateway.engine().config.as_ref().clone();
    if let Some(google) = &mut config.google {
        google.client_secret = "wrong".to_owned().into();
    }
    let state = look(&config, &studio.gateway.clock);
    assert!(matches!(&state, State::Wrong(text) if text.contains("invalid_client")), "{state:?}");
    if let Some(google) = &mut config.google {
        google.token_url = "http://127.0.0.1:1/token".parse().unwrap();
    }
    let state = look(&config, &studio.gateway.clock);
    assert!(matches!(&state, State::Wrong(text) if text.contains("must be reachable")), "{state:?}");
}

#[test]
fn permissions_that_died_after_seven_days_are_told() {
    let studio = Studio::after_a_week_of_testing();
    let state = look(&studio.gateway.engine().config, &studio.gateway.clock);
    assert!(matches!(&state, State::Doubtful(text) if text.contains("still in \"Testing\"")), "{state:?}");
}
