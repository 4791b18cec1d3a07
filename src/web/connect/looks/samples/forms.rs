//! The two forms in which an access is typed in: empty, filled, and with what was wrong.

use super::{Samples, visitor};
use crate::link::Obstacle;
use crate::web::connect::looks::{Apple, Caldav, PresetLook, apple, caldav};

/// A sample of each.
pub(super) fn forms(phone: &str, theirs: &str) -> Samples {
    let (at_apple, at_caldav) = (visitor(phone, "/connect/apple"), visitor(phone, "/connect/caldav"));
    let apples = apples(theirs).into_iter().map(|(name, look)| (name.to_owned(), apple(&at_apple, &look)));
    let caldavs = caldavs(theirs).into_iter().map(|(name, look)| (name.to_owned(), caldav(&at_caldav, &look)));
    apples.chain(caldavs).collect()
}

fn apples(theirs: &str) -> [(&'static str, Apple); 5] {
    [
        ("apple", Apple { username: String::new(), fault: None, minutes: None, renew: false }),
        ("apple-renew", Apple { username: "ana@example.com".to_owned(), fault: None, minutes: None, renew: true }),
        (
            "apple-wrong",
            Apple {
                username: theirs.to_owned(),
                fault: Some(Obstacle::AppleRegularPassword),
                minutes: None,
                renew: false,
            },
        ),
        (
            "apple-refused",
            Apple { username: theirs.to_owned(), fault: Some(Obstacle::LoginFailed), minutes: None, renew: true },
        ),
        (
            "apple-waits",
            Apple { username: theirs.to_owned(), fault: Some(Obstacle::TooManyLogins), minutes: Some(4), renew: true },
        ),
    ]
}

fn caldavs(theirs: &str) -> [(&'static str, Caldav); 6] {
    let presets = || {
        let preset = |id, name| PresetLook { id, name };
        vec![
            preset("fastmail", "Fastmail"),
            preset("nextcloud", "Nextcloud"),
            preset("yahoo", "Yahoo"),
            preset("zoho", "Zoho"),
        ]
    };
    let empty = || Caldav {
        presets: presets(),
        chosen: None,
        address: String::new(),
        username: String::new(),
        app_password: false,
        fault: None,
        minutes: None,
        renew: false,
    };
    let (address, username) = ("dav.example.com".to_owned(), theirs.to_owned());
    [
        ("caldav", empty()),
        ("caldav-preset", Caldav { chosen: Some("fastmail"), app_password: true, ..empty() }),
        ("caldav-app-password", Caldav { app_password: true, presets: vec![], ..empty() }),
        (
            "caldav-wrong",
            Caldav {
                address: address.clone(),
                username: username.clone(),
                fault: Some(Obstacle::LoginFailed),
                ..empty()
            },
        ),
        (
            "caldav-waits",
            Caldav { address: address.clone(), fault: Some(Obstacle::TooManyLogins), minutes: Some(1), ..empty() },
        ),
        ("caldav-renew", Caldav { address, username, renew: true, ..empty() }),
    ]
}
