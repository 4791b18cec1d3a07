//! What particular servers do differently, as data. Each field is used by the code; each value says where it was seen.

use url::Url;

use super::auth::Scheme;

/// One server or family of servers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Profile {
    /// For people, in error texts.
    pub(super) name: &'static str,
    /// Its hosts. `*` at the beginning stands for anything; a plain entry also covers its subdomains.
    hosts: &'static [&'static str],
    /// How paths on any host begin that give the software away.
    paths: &'static [&'static str],
    /// Domains of e-mail addresses whose calendars are here.
    mail_domains: &'static [&'static str],
    /// Where discovery starts; `{user}` stands for the user name. None: where the person says.
    start: Option<&'static str>,
    /// The hosts above are one server: credentials go to these and to no other, not even of the same domain.
    closed: bool,
    /// How it wants to be shown the credentials, where that need not be asked.
    pub(super) scheme: Option<Scheme>,
    /// Whether it keeps the connections that it lets us keep (`docs/providers.md#connections`).
    pub(super) keeps_connections: bool,
    /// Whether `.well-known/caldav` is worth asking.
    pub(super) well_known: bool,
    /// Whether `If-None-Match: *` keeps a PUT from overwriting. Where not, we look first.
    pub(super) guards_creation: bool,
    /// Whether `If-Match` keeps a PUT from making anew what is gone. Where not, we look first.
    pub(super) guards_change: bool,
    /// Whether calendars can be made at all.
    pub(super) makes_calendars: bool,
    /// Whether deleted things go to a trash bin that keeps their names; we ask it not to.
    pub(super) has_trash_bin: bool,
    /// How many calls at once the server stands from one account.
    pub(super) max_in_flight: usize,
    /// What a person who is refused here should know.
    pub(super) login_hint: Option<&'static str>,
}

/// Where an Apple account is reached, whoever's it is (<https://support.apple.com/102654> names no other way in).
const APPLE_ADDRESS: &str = "https://caldav.icloud.com/";

const APP_PASSWORD: &str = "This provider takes an app password here, made on its account pages, not the usual one";

/// A server that does as the RFCs say.
const STANDARD: Profile = Profile {
    name: "CalDAV",
    hosts: &[],
    paths: &[],
    mail_domains: &[],
    start: None,
    closed: false,
    scheme: None,
    keeps_connections: true,
    well_known: true,
    guards_creation: true,
    guards_change: true,
    makes_calendars: true,
    has_trash_bin: false,
    // With 32 at once Cyrus became seven times slower and Radicale stalled (probed on both).
    max_in_flight: 8,
    login_hint: None,
};

/// One of those that many have an account at, under hosts of its own: all of them take Basic.
const PUBLIC: Profile = Profile { scheme: Some(Scheme::Basic), ..STANDARD };

/// iCloud. The home is on a partition host (`p42-caldav.icloud.com`); hrefs come with one or the other host, and a
/// partition answers `.well-known` with 401 (vdirsyncer#838).
const APPLE: Profile = Profile {
    name: "iCloud",
    hosts: &["caldav.icloud.com", "*-caldav.icloud.com"],
    mail_domains: &["icloud.com", "me.com", "mac.com"],
    start: Some(APPLE_ADDRESS),
    closed: true,
    well_known: false,
    // Its limits are unpublished; more draws 503 (providers seen in the field keep to two).
    max_in_flight: 2,
    login_hint: Some(
        "iCloud takes an app-specific password (xxxx-xxxx-xxxx-xxxx), not the one of the Apple Account; whoever changes \
         that one has to make a new app-specific password",
    ),
    ..PUBLIC
};

static PROFILES: [Profile; 13] = [
    APPLE,
    Profile {
        name: "Fastmail",
        hosts: &["fastmail.com"],
        mail_domains: &["fastmail.com", "fastmail.fm"],
        start: Some("https://caldav.fastmail.com/"),
        login_hint: Some(APP_PASSWORD),
        ..PUBLIC
    },
    // No `WWW-Authenticate` on its 401 (python-caldav's table of servers).
    Profile {
        name: "Yahoo",
        hosts: &["caldav.calendar.yahoo.com"],
        mail_domains: &["yahoo.com", "yahoo.es", "yahoo.com.mx", "yahoo.com.ar", "ymail.com", "rocketmail.com"],
        start: Some("https://caldav.calendar.yahoo.com/"),
        login_hint: Some(APP_PASSWORD),
        well_known: false,
        ..PUBLIC
    },
    Profile {
        name: "GMX",
        hosts: &["caldav.gmx.net"],
        mail_domains: &["gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.es"],
        start: Some("https://caldav.gmx.net/begenda/dav/{user}/"),
        well_known: false,
        // About one request in two seconds.
        max_in_flight: 1,
        ..PUBLIC
    },
    Profile {
        name: "web.de",
        hosts: &["caldav.web.de"],
        mail_domains: &["web.de"],
        start: Some("https://caldav.web.de/"),
        max_in_flight: 1,
        ..PUBLIC
    },
    // No MKCALENDAR and no well-known; a port of its own.
    Profile {
        name: "Posteo",
        hosts: &["posteo.de"],
        mail_domains: &["posteo.de", "posteo.net"],
        start: Some("https://posteo.de:8443/"),
        well_known: false,
        makes_calendars: false,
        ..PUBLIC
    },
    Profile {
        name: "mailbox.org",
        hosts: &["dav.mailbox.org"],
        mail_domains: &["mailbox.org"],
        start: Some("https://dav.mailbox.org/caldav/"),
        // Closes the socket on the redirect of the well-known path (keeper.sh#426).
        well_known: false,
        ..PUBLIC
    },
    Profile {
        name: "Yandex",
        hosts: &["caldav.yandex.ru"],
        mail_domains: &["yandex.ru", "yandex.com", "ya.ru"],
        start: Some("https://caldav.yandex.ru/"),
        // Slows writes down by itself, and answers 504 to a crowd.
        max_in_flight: 1,
        login_hint: Some(APP_PASSWORD),
        ..PUBLIC
    },
    Profile {
        name: "Zoho",
        hosts: &["calendar.zoho.com", "calendar.zoho.eu", "calendar.zoho.in", "calendar.zoho.com.au"],
        mail_domains: &["zoho.com", "zohomail.com"],
        start: Some("https://calendar.zoho.com/caldav/"),
        login_hint: Some(APP_PASSWORD),
        ..PUBLIC
    },
    Profile {
        name: "Infomaniak",
        hosts: &["sync.infomaniak.com"],
        start: Some("https://sync.infomaniak.com/"),
        ..PUBLIC
    },
    // Deleted objects and calendars keep their names in a trash bin (nextcloud/server#30096).
    Profile { name: "Nextcloud", paths: &["/remote.php/dav", "/remote.php/caldav"], has_trash_bin: true, ..STANDARD },
    // 204 to a PUT with `If-None-Match: *` on what exists: it overwrites; 201 to one with `If-Match` on what is gone. It closes
    // after a write and does not say so: of 445 PUTs over kept connections 144 had no answer (all probed on SOGo 5.8).
    Profile {
        name: "SOGo",
        paths: &["/SOGo/dav"],
        guards_creation: false,
        guards_change: false,
        keeps_connections: false,
        ..STANDARD
    },
    // Ignores `If-None-Match: *` (python-caldav's table). Its paths are too common to tell it by, its hosts often not.
    Profile { name: "Zimbra", hosts: &["*zimbra.*"], guards_creation: false, ..STANDARD },
];

/// Where servers have their calendars when nothing at their root leads there: SOGo, Nextcloud, Baikal, DAViCal, and a place
/// that many a server's manual names (`docs/providers.md#caldav-places`).
pub(super) const USUAL_PLACES: [&str; 5] = ["SOGo/dav/", "remote.php/dav/", "dav.php/", "caldav.php/", "dav/"];

impl Profile {
    /// The profile of the server at `url`.
    pub(super) fn of(url: &Url) -> &'static Self {
        static FALLBACK: Profile = STANDARD;
        let host = url.host_str().unwrap_or_default();
        PROFILES
            .iter()
            .find(|profile| profile.covers(host) || profile.paths.iter().any(|start| url.path().starts_with(start)))
            .unwrap_or(&FALLBACK)
    }

    /// The profile that serves the e-mail addresses of `domain`.
    pub(super) fn of_mail(domain: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.mail_domains.iter().any(|known| known.eq_ignore_ascii_case(domain)))
    }

    /// The profile of that name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// Its address as a person would type it: the host alone.
    pub(super) fn address(&self) -> Option<String> {
        Url::parse(self.start?).ok()?.host_str().map(str::to_owned)
    }

    /// Whether mail of `domain` is Apple's, or a host of it.
    pub(super) fn is_apple_s(domain: &str) -> bool {
        domain.eq_ignore_ascii_case("apple.com")
            || APPLE.mail_domains.iter().any(|known| known.eq_ignore_ascii_case(domain))
    }

    /// Where discovery starts for `user`, if this server has a place of its own.
    pub(super) fn start(&self, user: &str) -> Option<Url> {
        let user = percent_encoding::utf8_percent_encode(user, percent_encoding::NON_ALPHANUMERIC).to_string();
        Url::parse(&self.start?.replace("{user}", &user)).ok()
    }

    /// Whether `host` is one of its hosts.
    pub(super) fn covers(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| matches(pattern, host))
    }

    /// Whether the hosts of this profile are the only ones that may see its credentials.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

/// `*` stands for anything, at the beginning and at the end of a pattern.
fn matches(pattern: &str, host: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => host.contains(pattern.trim_matches('*')),
        (Some(end), None) => host.ends_with(end),
        (None, Some(start)) => host.starts_with(start),
        (None, None) => host == pattern || host.strip_suffix(pattern).is_some_and(|before| before.ends_with('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(url: &str) -> &'static str {
        Profile::of(&Url::parse(url).unwrap()).name
    }

    #[test]
    fn servers_are_known_by_host_or_by_path() {
        assert_eq!(profile("https://caldav.icloud.com/"), "iCloud");
        assert_eq!(profile("https://p42-caldav.icloud.com/17/calendars/"), "iCloud");
        assert_eq!(profile("https://www.icloud.com/"), "CalDAV");
        assert_eq!(profile("https://cloud.example.org/remote.php/dav/calendars/ana/"), "Nextcloud");
        assert_eq!(profile("https://mail.example.org/SOGo/dav/ana/Calendar/"), "SOGo");
        assert_eq!(profile("https://zimbra.example.org/dav/ana/"), "Zimbra");
        assert_eq!(profile("https://notfastmail.com/"), "CalDAV");
        assert_eq!(profile("https://example.org/"), "CalDAV");
    }

    #[test]
    fn mail_domains_lead_to_their_server() {
        let start = |domain: &str| Profile::of_mail(domain).and_then(|p| p.start("ana@gmx.net")).map(String::from);
        assert_eq!(start("ICLOUD.com").as_deref(), Some("https://caldav.icloud.com/"));
        assert_eq!(start("gmx.net").as_deref(), Some("https://caldav.gmx.net/begenda/dav/ana%40gmx%2Enet/"));
        assert_eq!(start("example.org"), None);
    }

    #[test]
    fn every_start_is_an_https_url_that_its_own_profile_covers() {
        for profile in &PROFILES {
            if let Some(start) = profile.start("ana@example.org") {
                assert_eq!(start.scheme(), "https", "{}", profile.name);
                assert_eq!(Profile::of(&start), profile, "{}", profile.name);
            }
        }
    }
}
