//! Methods of the API: their paths, the scopes that open them, and what they cost.

/// A method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    CalendarsInsert,
    CalendarsGet,
    CalendarsUpdate,
    CalendarsPatch,
    CalendarsDelete,
    CalendarsClear,
    ListList,
    ListGet,
    ListInsert,
    ListUpdate,
    ListPatch,
    ListDelete,
    EventsInsert,
    EventsImport,
    EventsGet,
    EventsList,
    EventsInstances,
    EventsUpdate,
    EventsPatch,
    EventsDelete,
    EventsMove,
    FreeBusy,
    Colors,
    /// Exists at Google, not here.
    NotHere,
}

/// A method with the ids in its path; empty where it has none.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) calendar: String,
    pub(super) event: String,
}

impl Route {
    /// Finds the method of a path (after `/calendar/v3`).
    pub(super) fn find(method: &str, segments: &[String]) -> Option<Self> {
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (method, calendar, event) = match *segments.as_slice() {
            ["calendars", ref rest @ ..] => of_calendars(method, rest)?,
            ["users", "me", "calendarList", ref rest @ ..] => of_lists(method, rest)?,
            ["freeBusy"] if method == "POST" => (Method::FreeBusy, "", ""),
            ["colors"] if method == "GET" => (Method::Colors, "", ""),
            ["users", "me", "settings", ..] | ["channels", "stop"] => (Method::NotHere, "", ""),
            _ => return None,
        };
        Some(Self { method, calendar: calendar.to_owned(), event: event.to_owned() })
    }
}

fn of_calendars<'a>(method: &str, rest: &[&'a str]) -> Option<(Method, &'a str, &'a str)> {
    Some(match (method, rest) {
        ("POST", &[]) => (Method::CalendarsInsert, "", ""),
        ("GET", &[id]) => (Method::CalendarsGet, id, ""),
        ("PUT", &[id]) => (Method::CalendarsUpdate, id, ""),
        ("PATCH", &[id]) => (Method::CalendarsPatch, id, ""),
        ("DELETE", &[id]) => (Method::CalendarsDelete, id, ""),
        ("POST", &[id, "clear"]) => (Method::CalendarsClear, id, ""),
        ("GET", &[id, "events"]) => (Method::EventsList, id, ""),
        ("POST", &[id, "events"]) => (Method::EventsInsert, id, ""),
        ("POST", &[id, "events", "import"]) => (Method::EventsImport, id, ""),
        ("POST", &[id, "events", "quickAdd" | "watch"]) | (_, &[id, "acl", ..]) => (Method::NotHere, id, ""),
        ("GET", &[id, "events", event]) => (Method::EventsGet, id, event),
        ("PUT", &[id, "events", event]) => (Method::EventsUpdate, id, event),
        ("PATCH", &[id, "events", event]) => (Method::EventsPatch, id, event),
        ("DELETE", &[id, "events", event]) => (Method::EventsDelete, id, event),
        ("GET", &[id, "events", event, "instances"]) => (Method::EventsInstances, id, event),
        ("POST", &[id, "events", event, "move"]) => (Method::EventsMove, id, event),
        _ => return None,
    })
}

fn of_lists<'a>(method: &str, rest: &[&'a str]) -> Option<(Method, &'a str, &'a str)> {
    Some(match (method, rest) {
        ("GET", &[]) => (Method::ListList, "", ""),
        ("POST", &[]) => (Method::ListInsert, "", ""),
        ("POST", &["watch"]) => (Method::NotHere, "", ""),
        ("GET", &[id]) => (Method::ListGet, id, ""),
        ("PUT", &[id]) => (Method::ListUpdate, id, ""),
        ("PATCH", &[id]) => (Method::ListPatch, id, ""),
        ("DELETE", &[id]) => (Method::ListDelete, id, ""),
        _ => return None,
    })
}

impl Method {
    /// The scopes of which each alone opens it (the discovery document's list, without the common prefix).
    pub(super) fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::CalendarsInsert | Self::CalendarsUpdate | Self::CalendarsPatch | Self::CalendarsDelete => {
                &["calendar", "calendar.app.created", "calendar.calendars"]
            }
            Self::CalendarsGet => &[
                "calendar",
                "calendar.app.created",
                "calendar.calendars",
                "calendar.calendars.readonly",
                "calendar.readonly",
            ],
            Self::CalendarsClear => &["calendar", "calendar.calendars"],
            Self::ListList => {
                &["calendar", "calendar.calendarlist", "calendar.calendarlist.readonly", "calendar.readonly"]
            }
            Self::ListGet => &[
                "calendar",
                "calendar.app.created",
                "calendar.calendarlist",
                "calendar.calendarlist.readonly",
                "calendar.readonly",
            ],
            Self::ListInsert => &["calendar", "calendar.calendarlist"],
            Self::ListUpdate | Self::ListPatch | Self::ListDelete => {
                &["calendar", "calendar.app.created", "calendar.calendarlist"]
            }
            Self::EventsInsert | Self::EventsImport | Self::EventsUpdate | Self::EventsPatch | Self::EventsDelete => {
                &["calendar", "calendar.app.created", "calendar.events", "calendar.events.owned"]
            }
            Self::EventsMove => &["calendar", "calendar.events", "calendar.events.owned"],
            Self::EventsGet | Self::EventsList | Self::EventsInstances => &[
                "calendar",
                "calendar.app.created",
                "calendar.events",
                "calendar.events.freebusy",
                "calendar.events.owned",
                "calendar.events.owned.readonly",
                "calendar.events.public.readonly",
                "calendar.events.readonly",
                "calendar.readonly",
            ],
            Self::FreeBusy => &["calendar", "calendar.events.freebusy", "calendar.freebusy", "calendar.readonly"],
            Self::Colors => &[
                "calendar",
                "calendar.app.created",
                "calendar.calendarlist",
                "calendar.calendarlist.readonly",
                "calendar.events.freebusy",
                "calendar.events.owned",
                "calendar.events.owned.readonly",
                "calendar.events.public.readonly",
                "calendar.readonly",
            ],
            Self::NotHere => &["calendar"],
        }
    }

    /// Quota units.
    pub(super) fn cost(self) -> u32 {
        if matches!(self, Self::EventsPatch | Self::CalendarsPatch | Self::ListPatch) { 3 } else { 1 }
    }

    pub(super) fn writes(self) -> bool {
        !matches!(
            self,
            Self::CalendarsGet
                | Self::ListList
                | Self::ListGet
                | Self::EventsGet
                | Self::EventsList
                | Self::EventsInstances
                | Self::FreeBusy
                | Self::Colors
        )
    }
}
