//! The servers that people know by name, so that nobody has to know an address. What is known of them stands in
//! `quirks`; here is only which of them are offered, and in which order.

use std::sync::LazyLock;

use super::quirks::Profile;

/// A CalDAV server that many people have their calendar at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// A stable word for it.
    pub id: &'static str,
    /// Its name, as people know it.
    pub name: &'static str,
    /// Its address as a person types it, e.g. `caldav.fastmail.com`; empty where everybody has a host of their own.
    pub address: String,
    /// Whether it takes a password made for apps, and not the usual one.
    pub app_password: bool,
}

/// Ids and profiles, those first that most people have.
const OFFERED: [(&str, &str); 10] = [
    ("nextcloud", "Nextcloud"),
    ("fastmail", "Fastmail"),
    ("yahoo", "Yahoo"),
    ("zoho", "Zoho"),
    ("gmx", "GMX"),
    ("web_de", "web.de"),
    ("mailbox_org", "mailbox.org"),
    ("posteo", "Posteo"),
    ("infomaniak", "Infomaniak"),
    ("yandex", "Yandex"),
];

/// All of them. Apple is a provider of its own.
pub fn presets() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let preset = |(id, name)| {
            let profile = Profile::named(name)?;
            let address = profile.address().unwrap_or_default();
            Some(Preset { id, name: profile.name, address, app_password: profile.login_hint.is_some() })
        };
        OFFERED.into_iter().filter_map(preset).collect()
    });
    &PRESETS
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::providers::caldav::discover::starts;
    use crate::providers::caldav::{Login, discover};
    use crate::secret::SecretString;

    #[test]
    fn all_that_are_offered_are_known() {
        let names: Vec<_> = presets().iter().map(|preset| preset.name).collect();
        assert_eq!(names, OFFERED.map(|(_, name)| name));
        let addresses: Vec<_> = presets().iter().map(|preset| preset.address.as_str()).collect();
        assert_eq!(addresses[..3], ["", "caldav.fastmail.com", "caldav.calendar.yahoo.com"]);
        let wants_app_password: Vec<_> =
            presets().iter().filter(|preset| preset.app_password).map(|preset| preset.id).collect();
        assert_eq!(wants_app_password, ["fastmail", "yahoo", "zoho", "yandex"]);
        assert!(presets().iter().all(|preset| !discover::is_apple(&preset.address)));
    }

    #[test]
    fn an_address_that_is_offered_leads_where_the_server_begins() {
        for preset in presets().iter().filter(|preset| !preset.address.is_empty()) {
            let (username, password) = ("ana@example.org".to_owned(), SecretString::from("x"));
            let profile = Profile::named(preset.name).unwrap();
            let begins = profile.start(&username);
            let login = Login { address: preset.address.clone(), username, password, scheme: None };
            let starts: Vec<Url> = starts(&login).unwrap();
            assert_eq!(Some(starts), begins.map(|begins| vec![begins]), "{}", preset.name);
        }
    }
}
