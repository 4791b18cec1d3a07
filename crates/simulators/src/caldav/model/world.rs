//! All users with their calendars.

use std::collections::{BTreeMap, HashMap};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use md5::{Digest, Md5};
use serde::Serialize;

use super::super::xml::{DAV, Element, Name, apple, dav};
use super::{Calendar, Object, Quirks};

/// Mail that a server with automatic scheduling (RFC 6638) would have sent. One per ORGANIZER or ATTENDEE line that does not forbid it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The object's UID.
    pub uid: String,
    /// The line's value, mostly `mailto:…`.
    pub to: String,
}

/// A user.
#[derive(Clone, Debug)]
pub(in crate::caldav) struct User {
    pub(in crate::caldav) password: String,
    pub(in crate::caldav) calendars: BTreeMap<String, Calendar>,
    /// Where each UID is: calendar and object. With `uid_per_calendar` one of several places.
    uids: HashMap<String, Vec<(String, String)>>,
}

/// Everything.
#[derive(Debug)]
pub(in crate::caldav) struct World {
    pub(in crate::caldav) users: BTreeMap<String, User>,
    pub(in crate::caldav) quirks: Quirks,
    pub(in crate::caldav) mails: Vec<Mail>,
    incarnations: u64,
}

/// What a PUT did.
#[derive(Debug)]
pub(in crate::caldav) struct Stored {
    pub(in crate::caldav) etag: String,
    pub(in crate::caldav) created: bool,
}

impl World {
    /// Users, each with the calendar `personal`.
    pub(in crate::caldav) fn new(users: &[(String, String)], quirks: Quirks) -> Self {
        let mut world = Self { users: BTreeMap::new(), quirks, mails: Vec::new(), incarnations: 0 };
        for (name, password) in users {
            let user = User { password: password.clone(), calendars: BTreeMap::new(), uids: HashMap::new() };
            world.users.insert(name.clone(), user);
            let color = apple("calendar-color").with_text("#3b7dd8ff");
            world.make(name, "personal", vec![dav("displayname").with_text("Personal"), color], None);
        }
        world
    }

    /// Makes a calendar (the caller has checked that there is none) and returns the name it got.
    pub(in crate::caldav) fn make(
        &mut self,
        user: &str,
        name: &str,
        properties: Vec<Element>,
        components: Option<Vec<String>>,
    ) -> Option<String> {
        self.incarnations += 1;
        let mut calendar = Calendar::new(self.incarnations);
        calendar.components = components.unwrap_or(calendar.components);
        calendar.properties = properties.into_iter().map(|element| (element.name.clone(), element)).collect();
        let user = self.users.get_mut(user)?;
        // The first calendar of a user is there from the beginning and has no quirks.
        let asked = !user.calendars.is_empty();
        let numbered = asked && self.quirks.numeric_calendar_names;
        if asked {
            calendar.late = self.quirks.late_calendar;
            if self.quirks.no_display_name_at_creation {
                calendar.properties.remove(&Name::new(DAV, "displayname"));
            }
        }
        let name = if numbered { (4_000 + self.incarnations * 7).to_string() } else { name.to_owned() };
        user.calendars.insert(name.clone(), calendar);
        Some(name)
    }
}

impl User {
    /// Another object than this one that has the UID.
    pub(in crate::caldav) fn conflict(
        &self,
        uid: &str,
        calendar: &str,
        object: &str,
        per_calendar: bool,
    ) -> Option<(String, String)> {
        let places = self.uids.get(uid)?;
        let other = |(c, o): &&(String, String)| (c != calendar && !per_calendar) || (c == calendar && o != object);
        places.iter().find(other).cloned()
    }

    /// Stores an object; `None` when there is no such calendar. Unchanged bytes change nothing, unless `fresh`.
    pub(in crate::caldav) fn put(
        &mut self,
        (calendar_name, name): (&str, &str),
        (ics, uid): (String, String),
        fresh: bool,
        now: Timestamp,
    ) -> Option<Stored> {
        let calendar = self.calendars.get_mut(calendar_name)?;
        let old = calendar.objects.get(name);
        if let Some(old) = old.filter(|old| *old.ics == *ics && !fresh) {
            return Some(Stored { etag: old.etag.clone(), created: false });
        }
        let (created, old_uid) = (old.is_none(), old.map(|old| old.uid.clone()));
        calendar.revision += 1;
        let salt = if fresh { calendar.revision } else { 0 };
        let etag = etag(&ics, salt);
        let object = Object {
            ics: ics.into(),
            etag: etag.clone(),
            uid: uid.clone(),
            modified: now,
            revision: calendar.revision,
        };
        calendar.objects.insert(name.to_owned(), object);
        calendar.gone.remove(name);
        if let Some(old_uid) = old_uid {
            self.forget_uid(&old_uid, calendar_name, name);
        }
        self.uids.entry(uid).or_default().push((calendar_name.to_owned(), name.to_owned()));
        Some(Stored { etag, created })
    }

    /// Deletes an object; `false` when there is none.
    pub(in crate::caldav) fn delete(&mut self, calendar_name: &str, name: &str) -> bool {
        let Some(calendar) = self.calendars.get_mut(calendar_name) else { return false };
        let Some(object) = calendar.objects.remove(name) else { return false };
        calendar.revision += 1;
        calendar.gone.insert(name.to_owned(), calendar.revision);
        self.forget_uid(&object.uid, calendar_name, name);
        true
    }

    /// Deletes a calendar with all in it; `false` when there is none.
    pub(in crate::caldav) fn delete_calendar(&mut self, name: &str) -> bool {
        let Some(calendar) = self.calendars.remove(name) else { return false };
        for (object_name, object) in &calendar.objects {
            self.forget_uid(&object.uid, name, object_name);
        }
        true
    }

    fn forget_uid(&mut self, uid: &str, calendar: &str, name: &str) {
        if let Some(places) = self.uids.get_mut(uid) {
            places.retain(|(c, o)| !(c == calendar && o == name));
            if places.is_empty() {
                self.uids.remove(uid);
            }
        }
    }
}

/// A strong ETag from the bytes: the same bytes have the same one, as with most servers.
fn etag(ics: &str, salt: u64) -> String {
    let mut hash = Md5::new();
    hash.update(ics.as_bytes());
    hash.update(salt.to_be_bytes());
    format!("\"{}\"", HEXLOWER.encode(&hash.finalize()))
}
