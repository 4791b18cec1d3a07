//! The calls of one calendar (docs/providers.md#google-events). Pure.

use http::Method;
use serde_json::{Map, Value};

use super::call::{ApiCall, part};
use super::seen::{self, FIELDS};
use crate::placement::Version;

/// The most events of one page.
const PAGE: u32 = 2500;

/// Where the events of a calendar are.
#[derive(Clone, Debug)]
pub(super) struct Place(String);

impl Place {
    /// Of the calendar with that id.
    pub(super) fn of(calendar: &str) -> Self {
        Self(format!("calendar/v3/calendars/{}", part(calendar)))
    }

    fn event(&self, id: &str) -> String {
        format!("{}/events/{}", self.0, part(id))
    }

    /// Creates an event under an id of ours.
    pub(super) fn insert(&self, id: &str, mut body: Map<String, Value>) -> ApiCall {
        body.insert("id".to_owned(), id.into());
        let path = format!("{}/events?sendUpdates=none&fields={}", self.0, part(FIELDS));
        ApiCall::new(Method::POST, path).with_body(body.into())
    }

    /// Replaces an event or one occurrence, whatever its state, or only in the state `version`.
    pub(super) fn replace(&self, id: &str, version: Option<&Version>, body: Map<String, Value>) -> ApiCall {
        let path = format!("{}?sendUpdates=none&fields={}", self.event(id), part(FIELDS));
        let mut call = ApiCall::new(Method::PUT, path).with_body(body.into());
        call.if_match = version.map(|version| seen::etag_and_sequence(version).0.to_owned());
        call
    }

    /// Deletes an event.
    pub(super) fn delete(&self, id: &str) -> ApiCall {
        ApiCall::new(Method::DELETE, format!("{}?sendUpdates=none", self.event(id)))
    }

    /// Looks at one event.
    pub(super) fn look(&self, id: &str) -> ApiCall {
        ApiCall::get(format!("{}?fields={}", self.event(id), part(&format!("{FIELDS},recurrence"))))
    }

    /// All events with a private property of that value; deleted occurrences come along, deleted events don't.
    pub(super) fn marked(&self, property: &str, value: &str, page: Option<&str>) -> ApiCall {
        let filter = part(&format!("{property}={value}"));
        let fields = part(&format!("nextPageToken,items({FIELDS},originalStartTime)"));
        let mut path = format!(
            "{}/events?privateExtendedProperty={filter}&showDeleted=false&singleEvents=false&maxResults={PAGE}\
             &fields={fields}",
            self.0
        );
        if let Some(page) = page {
            path.push_str("&pageToken=");
            path.push_str(&part(page));
        }
        ApiCall::get(path)
    }

    /// The occurrence that would have started then.
    pub(super) fn occurrence(&self, id: &str, original_start: &str) -> ApiCall {
        let (start, fields) = (part(original_start), part("items(id,sequence)"));
        ApiCall::get(format!(
            "{}/instances?originalStart={start}&showDeleted=true&maxResults=1&fields={fields}",
            self.event(id)
        ))
    }

    /// Whether anything at all is in the calendar; tells nothing of what it is. It is also the cheapest way to learn
    /// whether the calendar is there, under whatever permission. A page may be empty and yet not the last one.
    pub(super) fn first(&self, page: Option<&str>) -> ApiCall {
        let fields = part("kind,nextPageToken,items(id)");
        let page = page.map(|page| format!("&pageToken={}", part(page))).unwrap_or_default();
        ApiCall::get(format!("{}/events?maxResults=1&showDeleted=false&fields={fields}{page}", self.0))
    }

    /// Deletes the calendar itself.
    pub(super) fn delete_calendar(&self) -> ApiCall {
        ApiCall::new(Method::DELETE, self.0.clone())
    }
}

/// Creates a calendar.
pub(super) fn create_calendar(name: &str, description: &str, zone: &str) -> ApiCall {
    let body = serde_json::json!({"summary": name, "description": description, "timeZone": zone});
    ApiCall::new(Method::POST, "calendar/v3/calendars".to_owned()).with_body(body)
}

/// The calendars in which the person may write.
pub(super) fn list_calendars(page: Option<&str>) -> ApiCall {
    let fields = part("nextPageToken,items(id,summary,summaryOverride,primary,accessRole,timeZone)");
    let page = page.map(|page| format!("&pageToken={}", part(page))).unwrap_or_default();
    ApiCall::get(format!("calendar/v3/users/me/calendarList?minAccessRole=owner&maxResults=250&fields={fields}{page}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_marks_travel_encoded() {
        let place = Place::of("c_1#x@group.calendar.google.com");
        let call = place.marked("psrMark", "psr=1", Some("a+b/="));
        assert_eq!(
            call.path,
            "calendar/v3/calendars/c_1%23x%40group.calendar.google.com/events?privateExtendedProperty=psrMark%3Dpsr%3D1\
             &showDeleted=false&singleEvents=false&maxResults=2500&fields=nextPageToken%2Citems%28id%2Cetag%2Cstatus%2C\
             sequence%2CrecurringEventId%2CoriginalStartTime%29&pageToken=a%2Bb%2F%3D"
        );
    }

    #[test]
    fn no_write_ever_mails_anybody() {
        let place = Place::of("c");
        for call in [place.insert("a", Map::new()), place.replace("a", None, Map::new()), place.delete("a")] {
            assert!(call.path.contains("sendUpdates=none"), "{}", call.path);
        }
    }

    #[test]
    fn a_replacement_compares_the_etag_alone() {
        let version = Version("\"34\";2;ABC".to_owned());
        assert_eq!(Place::of("c").replace("a", Some(&version), Map::new()).if_match.as_deref(), Some("\"34\""));
    }
}
