//! The sections, each read and checked as a whole.

use std::time::Duration;

use tracing_subscriber::EnvFilter;
use url::Url;

use super::apple::apple_url;
use super::google::google;
use super::roots::extra_roots;
use super::server::server;
use super::settings::Settings;
use super::{Calendar, Config, Log, LogFormat, Puentes, Retention, Sync, UsualRates, shapes};
use crate::calendar::Zone;
use crate::profile::Rate;

const EVENTS_URL: &str = "puentes.events_url";

/// All sections. None when one lacks something, and then the settings know why.
pub(super) fn config(settings: &mut Settings) -> Option<Config> {
    let server = server(settings);
    let database = settings.path("database.path");
    let identity_file = settings.path("vault.identity_file");
    let puentes = puentes(settings);
    let calendar = calendar(settings);
    let a_host = "a host:port, as in \"127.0.0.1:5232\" (no https://, no path)";
    let allowed_hosts = settings.list("caldav.allowed_hosts", a_host, shapes::host_and_port);
    let extra_roots = extra_roots(settings);
    let apple_url = apple_url(settings, allowed_hosts.as_deref());
    let google = google(settings);
    let sync = sync(settings);
    let limits = limits(settings);
    let retention = retention(settings);
    let log = log(settings);
    Some(Config {
        server: server?,
        database: database?,
        identity_file: identity_file?,
        puentes: puentes?,
        calendar: calendar?,
        allowed_hosts: allowed_hosts?,
        extra_roots: extra_roots?,
        apple_url: apple_url?,
        google,
        sync: sync?,
        limits: limits?,
        retention: retention?,
        log: log?,
        exposed_files: settings.exposed(),
    })
}

fn puentes(settings: &mut Settings) -> Option<Puentes> {
    let secret = settings.secret("puentes.secret", "puentes.secret_file");
    let events_url = events_url(settings);
    let region =
        |text: &str| (text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase())).then(|| text.to_owned());
    let default_region =
        settings.parsed("puentes.default_region", "a country in two capital letters, as in \"EC\"", region);
    Some(Puentes { secret: secret?, events_url, default_region: default_region? })
}

/// The operator names it, so a private address is fine; but it carries phone numbers and keys, so plain HTTP is not.
fn events_url(settings: &mut Settings) -> Option<Url> {
    let expected = "an http(s) URL without user, password and #, as in \"https://puentes.example.org/events\"";
    let url = settings.parsed_unseen(EVENTS_URL, expected, shapes::web_address)?;
    if url.scheme() == "http" && !shapes::is_loopback(&url) {
        settings
            .wrong(EVENTS_URL, "must be https: it is asked with phone numbers and keys (plain HTTP is for loopback)");
    }
    let ours = ["phone_number", "secure_key", "cursor"];
    if let Some((name, _)) = url.query_pairs().find(|(name, _)| ours.contains(&name.as_ref())) {
        settings.wrong(EVENTS_URL, format!("must not hold {name}; Pasarela adds it to each question"));
    }
    Some(url)
}

fn calendar(settings: &mut Settings) -> Option<Calendar> {
    let line = |most: usize| {
        move |text: &str| {
            let fine = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fine.then(|| text.to_owned())
        }
    };
    let name = settings.parsed("calendar.name", "a name of 1 to 100 characters in one line", line(100));
    let description = settings.parsed("calendar.description", "a text of 1 to 1000 characters in one line", line(1000));
    let time_zone =
        settings.parsed("calendar.time_zone", "a zone of the IANA database, as in \"America/Guayaquil\"", Zone::named);
    Some(Calendar { name: name?, description: description?, time_zone: time_zone? })
}

/// `[sync]`
pub(super) fn sync(settings: &mut Settings) -> Option<Sync> {
    let mut patience = |key, expected, least: Duration, most: Duration| {
        settings.parsed(key, expected, |text| shapes::duration(text).filter(|time| (least..=most).contains(time)))
    };
    let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
    let answer_within =
        patience("sync.answer_within", "a duration from \"0s\" to \"60s\"", Duration::ZERO, second * 60);
    let tick = patience("sync.tick", "a duration from \"100ms\" to \"1h\"", second / 10, hour);
    let unlink_gives_up_after =
        patience("sync.unlink_gives_up_after", "a duration from \"1m\" to \"8760h\"", second * 60, hour * 8760);
    let lanes = settings.number("sync.lanes", "a whole number from 1 to 256", |lanes| (1..=256).contains(lanes));
    let lanes_per_account =
        settings.number("sync.lanes_per_account", "a whole number from 1 to 32", |lanes| (1..=32).contains(lanes));
    let brake_events = settings.number("sync.brake_events", "a whole number, 0 or more", |_| true);
    let brake_share = settings.number("sync.brake_share", "a number from 0 to 1", |share| (0.0..=1.0).contains(share));
    Some(Sync {
        answer_within: answer_within?,
        tick: tick?,
        lanes: lanes?,
        lanes_per_account: lanes_per_account?,
        brake_events: brake_events?,
        brake_share: brake_share?,
        unlink_gives_up_after: unlink_gives_up_after?,
    })
}

/// `[limits]`
fn limits(settings: &mut Settings) -> Option<UsualRates> {
    let mut number =
        |key| settings.number(key, "a whole number from 1 to 1000000", |number| (1..=1_000_000).contains(number));
    let per_key = (number("limits.key_per_second"), number("limits.key_burst"));
    let per_holder = (number("limits.holder_per_second"), number("limits.holder_burst"));
    let rate = |(per_second, burst): (Option<u32>, Option<u32>)| Some(Rate { per_second: per_second?, burst: burst? });
    Some(UsualRates { per_key: rate(per_key)?, per_holder: rate(per_holder)? })
}

/// `[retention]`
fn retention(settings: &mut Settings) -> Option<Retention> {
    let mut days =
        |key| settings.number(key, "a whole number of days from 1 to 36500", |days| (1..=36_500).contains(days));
    let (activity_days, runs_days) = (days("retention.activity_days"), days("retention.runs_days"));
    let (changes_days, audit_days) = (days("retention.changes_days"), days("retention.audit_days"));
    Some(Retention {
        activity_days: activity_days?,
        runs_days: runs_days?,
        changes_days: changes_days?,
        audit_days: audit_days?,
    })
}

/// `[log]`
pub(super) fn log(settings: &mut Settings) -> Option<Log> {
    let level = settings.parsed(
        "log.level",
        "error, warn, info, debug or trace, or a filter as in \"info,pasarela::sync=debug\"",
        |text| EnvFilter::try_new(text).ok().map(|_| text.to_owned()),
    );
    let format = settings.parsed("log.format", "\"text\" or \"json\"", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    });
    Some(Log { level: level?, format: format? })
}
