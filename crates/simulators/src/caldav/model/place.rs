//! What a path points at, and how it is written as an href.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Quirks;
use crate::wire::decoded_segments;

/// A place in the tree of resources, whether or not something is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::caldav) enum Place {
    /// `/`
    Root,
    /// `/dav/` and the two collections below it.
    Dav,
    /// `/dav/principals/{user}/`
    Principal(String),
    /// `/dav/calendars/{user}/`
    Home(String),
    /// `/dav/calendars/{user}/{calendar}/`
    Calendar(String, String),
    /// `/dav/calendars/{user}/{calendar}/{object}`
    Object(String, String, String),
}

impl Place {
    /// Reads a path or an absolute URL; `None` for what can never be anything.
    pub(in crate::caldav) fn read(href: &str) -> Option<Self> {
        let path = match href.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
            None => href,
        };
        let segments = decoded_segments(path);
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        Some(match words.as_slice() {
            [] => Self::Root,
            ["dav"] | ["dav", "principals" | "calendars"] => Self::Dav,
            ["dav", "principals", user] => Self::Principal((*user).to_owned()),
            ["dav", "calendars", user] => Self::Home((*user).to_owned()),
            ["dav", "calendars", user, calendar] => Self::Calendar((*user).to_owned(), (*calendar).to_owned()),
            ["dav", "calendars", user, calendar, object] => {
                Self::Object((*user).to_owned(), (*calendar).to_owned(), (*object).to_owned())
            }
            _ => return None,
        })
    }

    /// Whose it is; `None` for what belongs to nobody.
    pub(in crate::caldav) fn user(&self) -> Option<&str> {
        match self {
            Self::Root | Self::Dav => None,
            Self::Principal(user) | Self::Home(user) | Self::Calendar(user, _) | Self::Object(user, ..) => Some(user),
        }
    }
}

/// How hrefs are written in one answer.
#[derive(Clone, Debug, Default)]
pub(in crate::caldav) struct Hrefs {
    origin: String,
    home_origin: String,
    eager: bool,
}

/// What stays as it is in a path segment (RFC 3986 unreserved, and a few that every server leaves).
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'!').remove(b'=');
const EAGER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.');

impl Hrefs {
    /// As the quirks want it, for a client that knows this server as `origin`.
    pub(in crate::caldav) fn new(quirks: &Quirks, origin: &str) -> Self {
        let own = if quirks.absolute_hrefs { origin.to_owned() } else { String::new() };
        Self {
            home_origin: quirks.other_host_home.clone().unwrap_or_else(|| own.clone()),
            origin: own,
            eager: quirks.encoded_hrefs,
        }
    }

    /// The href of a place.
    pub(in crate::caldav) fn of(&self, place: &Place) -> String {
        let segment = |text: &str| utf8_percent_encode(text, if self.eager { EAGER } else { PLAIN }).to_string();
        let path = match place {
            Place::Root => "/".to_owned(),
            Place::Dav => "/dav/".to_owned(),
            Place::Principal(user) => format!("/dav/principals/{}/", segment(user)),
            Place::Home(user) => format!("/dav/calendars/{}/", segment(user)),
            Place::Calendar(user, calendar) => format!("/dav/calendars/{}/{}/", segment(user), segment(calendar)),
            Place::Object(user, calendar, object) => {
                format!("/dav/calendars/{}/{}/{}", segment(user), segment(calendar), segment(object))
            }
        };
        format!("{}{path}", self.origin)
    }

    /// The href of the calendar home as the principal gives it: perhaps on another host.
    pub(in crate::caldav) fn home(&self, user: &str) -> String {
        let relative = Self { origin: String::new(), ..self.clone() };
        format!("{}{}", self.home_origin, relative.of(&Place::Home(user.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_href_reads_back_as_its_place_in_every_writing() {
        let place = Place::Object("ana@x.ec".into(), "mi agenda".into(), "a-b%2Fc é.ics".into());
        for quirks in [
            Quirks::default(),
            Quirks { absolute_hrefs: true, ..Quirks::default() },
            Quirks { encoded_hrefs: true, ..Quirks::default() },
        ] {
            let href = Hrefs::new(&quirks, "http://127.0.0.1:1").of(&place);
            assert_eq!(Place::read(&href), Some(place.clone()), "{href}");
        }
        assert_eq!(Place::read("http://h"), Some(Place::Root));
        assert_eq!(Place::read("/dav/x/"), None);
    }
}
