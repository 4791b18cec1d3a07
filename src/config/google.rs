//! `[google]`: switched on by a client, off without one.

use url::Url;

use super::settings::Settings;
use super::{Google, shapes};

const CLIENT_ID: &str = "google.client_id";
const CLIENT_SECRET: &str = "google.client_secret";

/// The section; none when Google is switched off or something is wrong with it, which the settings then know.
pub(super) fn google(settings: &mut Settings) -> Option<Google> {
    let one_line = |text: &str| (!text.is_empty() && !text.chars().any(char::is_whitespace)).then(|| text.to_owned());
    let client_id = settings.parsed(CLIENT_ID, "the client ID that Google shows for the client", one_line);
    let client_secret = settings.secret(CLIENT_SECRET, "google.client_secret_file");
    let authorization_url = address(settings, "google.authorization_url");
    let token_url = address(settings, "google.token_url");
    let revocation_url = address(settings, "google.revocation_url");
    let api_url = address(settings, "google.api_url").map(root);
    let existing_calendars = settings.flag("google.existing_calendars");
    let a_budget = "a whole number from 60 to 1000000";
    let within = |number: &u32| (60..=1_000_000).contains(number);
    let user_requests_per_minute = settings.number("google.user_requests_per_minute", a_budget, within);
    let project_requests_per_minute = settings.number("google.project_requests_per_minute", a_budget, within);
    match (&client_id, &client_secret) {
        (Some(_), None) if !settings.says(CLIENT_SECRET) && !settings.says("google.client_secret_file") => {
            settings.wrong(CLIENT_ID, "is given, but no google.client_secret or google.client_secret_file");
        }
        (None, Some(_)) if !settings.says(CLIENT_ID) => {
            settings.wrong(CLIENT_SECRET, "is given, but no google.client_id");
        }
        _ => {}
    }
    Some(Google {
        client_id: client_id?,
        client_secret: client_secret?,
        authorization_url: authorization_url?,
        token_url: token_url?,
        revocation_url: revocation_url?,
        api_url: api_url?,
        existing_calendars: existing_calendars?,
        user_requests_per_minute: user_requests_per_minute?,
        project_requests_per_minute: project_requests_per_minute?,
    })
}

/// Tokens travel there, so it is https; plain HTTP is for a simulator on this machine.
fn address(settings: &mut Settings, key: &'static str) -> Option<Url> {
    let expected = "an https URL without user, password, query and #, as Google documents it";
    let url = settings.parsed(key, expected, |text| shapes::web_address(text).filter(|url| url.query().is_none()))?;
    if url.scheme() == "http" && !shapes::is_loopback(&url) {
        settings.wrong(key, "must be https (plain HTTP is for a simulator on loopback)");
    }
    Some(url)
}

/// The root of all calls, ending in `/`, whether the calendar's own part was given with it or not.
fn root(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/');
    let path = format!("{}/", path.strip_suffix("/calendar/v3").unwrap_or(path));
    url.set_path(&path);
    url
}
