//! The properties of each kind of resource.

use super::model::{Calendar, Hrefs, Object, Place, Quirks, User, World};
use super::validate::MOST_OCTETS;
use super::xml::{APPLE, CALDAV, CALENDAR_SERVER, DAV, Element, Name, cal, cs, dav};

/// A resource that is there.
pub(super) enum Resource<'a> {
    /// `/` or `/dav/`.
    Root,
    /// A principal.
    Principal,
    /// A calendar home.
    Home,
    /// A calendar and its name.
    Calendar(&'a Calendar, &'a str),
    /// A calendar object.
    Object(&'a Object, &'a str),
}

/// Answers property questions for one user.
pub(super) struct Desk<'a> {
    pub(super) user: &'a str,
    pub(super) hrefs: &'a Hrefs,
    pub(super) quirks: &'a Quirks,
}

/// Names of what only the server sets.
const PROTECTED: [(&str, &str); 24] = [
    (DAV, "resourcetype"),
    (DAV, "getetag"),
    (DAV, "getcontenttype"),
    (DAV, "getcontentlength"),
    (DAV, "getlastmodified"),
    (DAV, "creationdate"),
    (DAV, "lockdiscovery"),
    (DAV, "supportedlock"),
    (DAV, "owner"),
    (DAV, "sync-token"),
    (DAV, "current-user-principal"),
    (DAV, "current-user-privilege-set"),
    (DAV, "principal-URL"),
    (DAV, "principal-collection-set"),
    (DAV, "supported-report-set"),
    (CALDAV, "calendar-home-set"),
    (CALDAV, "calendar-user-address-set"),
    (CALDAV, "supported-calendar-component-set"),
    (CALDAV, "supported-calendar-data"),
    (CALDAV, "max-resource-size"),
    (CALDAV, "min-date-time"),
    (CALDAV, "max-date-time"),
    (CALENDAR_SERVER, "getctag"),
    (APPLE, "refreshrate"),
];

/// May a client not set this property?
pub(super) fn protected(name: &Name) -> bool {
    PROTECTED.iter().any(|(space, local)| name.is(space, local))
}

/// The resource at a place, if something is there.
pub(super) fn resource<'a>(world: &'a World, place: &'a Place) -> Option<Resource<'a>> {
    let calendar = |user: &str, name: &str| -> Option<&'a Calendar> { world.users.get(user)?.calendars.get(name) };
    Some(match place {
        Place::Root | Place::Dav => Resource::Root,
        Place::Principal(user) => world.users.get(user).map(|_: &User| Resource::Principal)?,
        Place::Home(user) => world.users.get(user).map(|_| Resource::Home)?,
        Place::Calendar(user, name) => Resource::Calendar(calendar(user, name)?, name),
        Place::Object(user, name, object) => {
            Resource::Object(calendar(user, name)?.objects.get(object.as_str())?, name)
        }
    })
}

impl Desk<'_> {
    /// The value of a property; `None` where the resource does not have it.
    pub(super) fn property(&self, resource: &Resource<'_>, name: &Name) -> Option<Element> {
        let local = name.local.as_ref();
        match name.space.as_ref() {
            DAV => self.dav(resource, local),
            CALDAV => self.caldav(resource, local),
            CALENDAR_SERVER => match resource {
                Resource::Calendar(calendar, _) if local == "getctag" => {
                    Some(cs("getctag").with_text(format!("\"{}\"", calendar.revision)))
                }
                _ => None,
            },
            _ => None,
        }
        .or_else(|| match resource {
            Resource::Calendar(calendar, _) => calendar.properties.get(name).cloned(),
            _ => None,
        })
    }

    /// The names `allprop` answers: those of RFC 4918 and what clients have set.
    pub(super) fn all_names(&self, resource: &Resource<'_>) -> Vec<Name> {
        let usual = ["resourcetype", "displayname", "getetag", "getcontenttype", "getcontentlength", "getlastmodified"];
        let mut names: Vec<_> = usual.map(|local| Name::new(DAV, local)).into();
        if let Resource::Calendar(calendar, _) = resource {
            names.extend(calendar.properties.keys().filter(|name| !name.is(DAV, "displayname")).cloned());
        }
        names.retain(|name| self.property(resource, name).is_some());
        names
    }

    fn dav(&self, resource: &Resource<'_>, local: &str) -> Option<Element> {
        let own = || dav("href").with_text(self.hrefs.of(&Place::Principal(self.user.to_owned())));
        Some(match (local, resource) {
            ("resourcetype", _) => resource_type(resource),
            ("displayname", Resource::Principal) => dav("displayname").with_text(self.user),
            ("current-user-principal", _) => dav("current-user-principal").with(own()),
            ("principal-URL", Resource::Principal) => dav("principal-URL").with(own()),
            ("owner", Resource::Home | Resource::Calendar(..) | Resource::Object(..)) => dav("owner").with(own()),
            ("principal-collection-set", _) => {
                dav("principal-collection-set").with(dav("href").with_text("/dav/principals/"))
            }
            ("current-user-privilege-set", _) => self.privileges(resource),
            ("supported-report-set", Resource::Calendar(..)) => self.reports(),
            ("sync-token", Resource::Calendar(calendar, _)) if !self.quirks.no_sync => {
                dav("sync-token").with_text(calendar.sync_token(calendar.revision))
            }
            ("getetag", Resource::Object(object, _)) => dav("getetag").with_text(&object.etag),
            ("getcontenttype", Resource::Object(..)) => {
                dav("getcontenttype").with_text("text/calendar; charset=utf-8; component=VEVENT")
            }
            ("getcontentlength", Resource::Object(object, _)) => {
                dav("getcontentlength").with_text(object.ics.len().to_string())
            }
            ("getlastmodified", Resource::Object(object, _)) => {
                dav("getlastmodified").with_text(http_date(object.modified))
            }
            _ => return None,
        })
    }

    fn caldav(&self, resource: &Resource<'_>, local: &str) -> Option<Element> {
        Some(match (local, resource) {
            ("calendar-home-set", Resource::Principal) => {
                cal("calendar-home-set").with(dav("href").with_text(self.hrefs.home(self.user)))
            }
            ("calendar-user-address-set", Resource::Principal) => cal("calendar-user-address-set")
                .with(dav("href").with_text(format!("mailto:{}@example.org", self.user)))
                .with(dav("href").with_text(self.hrefs.of(&Place::Principal(self.user.to_owned())))),
            ("supported-calendar-component-set", Resource::Calendar(calendar, _)) => {
                let component = |name: &String| cal("comp").with_attribute("name", name.as_str());
                cal("supported-calendar-component-set").with_all(calendar.components.iter().map(component))
            }
            ("supported-calendar-data", Resource::Calendar(..)) => cal("supported-calendar-data").with(
                cal("calendar-data").with_attribute("content-type", "text/calendar").with_attribute("version", "2.0"),
            ),
            ("max-resource-size", Resource::Calendar(..)) => {
                cal("max-resource-size").with_text(MOST_OCTETS.to_string())
            }
            _ => return None,
        })
    }

    fn privileges(&self, resource: &Resource<'_>) -> Element {
        let writable = match resource {
            Resource::Home => !self.quirks.no_mkcalendar,
            Resource::Calendar(_, name) | Resource::Object(_, name) => !self.quirks.read_only.iter().any(|r| r == name),
            Resource::Root | Resource::Principal => false,
        };
        let writes = ["write", "write-content", "write-properties", "bind", "unbind"];
        let granted =
            ["read", "read-current-user-privilege-set"].into_iter().chain(writes.into_iter().filter(|_| writable));
        dav("current-user-privilege-set").with_all(granted.map(|name| dav("privilege").with(dav(name))))
    }

    fn reports(&self) -> Element {
        let sync = (!self.quirks.no_sync).then(|| dav("sync-collection"));
        let reports = [cal("calendar-multiget"), cal("calendar-query")].into_iter().chain(sync);
        dav("supported-report-set")
            .with_all(reports.map(|report| dav("supported-report").with(dav("report").with(report))))
    }
}

fn resource_type(resource: &Resource<'_>) -> Element {
    let kind = dav("resourcetype");
    match resource {
        Resource::Root | Resource::Home => kind.with(dav("collection")),
        Resource::Principal => kind.with(dav("collection")).with(dav("principal")),
        Resource::Calendar(..) => kind.with(dav("collection")).with(cal("calendar")),
        Resource::Object(..) => kind,
    }
}

/// A date as HTTP writes it (RFC 9110 §5.6.7).
pub(super) fn http_date(at: jiff::Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
