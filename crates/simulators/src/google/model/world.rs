//! Everything the server knows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Calendar, Entry, Quirks, Tokens};

const CALLS_KEPT: usize = 5_000;

/// A client of the project.
#[derive(Clone, Debug)]
pub(in crate::google) struct Client {
    pub(in crate::google) secret: String,
    /// As the consent page shows it.
    pub(in crate::google) name: String,
    /// `None`: any.
    pub(in crate::google) redirect_uris: Option<Vec<String>>,
}

/// Mail that Google would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Of which event.
    pub event: String,
    /// `invitation`, `update` or `cancellation`.
    pub what: String,
}

/// A calendar that left somebody's list.
#[derive(Clone, Debug)]
pub(in crate::google) struct Gone {
    pub(in crate::google) user: String,
    pub(in crate::google) calendar: String,
    pub(in crate::google) revision: u64,
}

/// Everything.
#[derive(Debug, Default)]
pub(in crate::google) struct World {
    pub(in crate::google) users: Vec<String>,
    pub(in crate::google) clients: BTreeMap<String, Client>,
    pub(in crate::google) calendars: BTreeMap<String, Calendar>,
    pub(in crate::google) tokens: Tokens,
    pub(in crate::google) quirks: Quirks,
    pub(in crate::google) mails: Vec<Mail>,
    /// Calls that were refused because the token's scopes did not cover them.
    pub(in crate::google) refused_scopes: Vec<String>,
    /// API calls, those in batches too: `METHOD path?query status`; the last thousands.
    pub(in crate::google) calls: VecDeque<String>,
    /// Parts of batches so far.
    pub(in crate::google) parts: u64,
    /// Units used: when, by whom, how many.
    pub(in crate::google) units: VecDeque<(Timestamp, String, u32)>,
    /// Calendars made: when, by whom.
    pub(in crate::google) made: VecDeque<(Timestamp, String)>,
    /// Calendars that left a list.
    pub(in crate::google) gone: Vec<Gone>,
    /// Rises with each change of any calendar list.
    pub(in crate::google) lists: u64,
    etags: u64,
    ids: u64,
}

impl World {
    /// Nobody and nothing yet.
    pub(in crate::google) fn new(quirks: Quirks) -> Self {
        Self { quirks, ..Self::default() }
    }

    /// A new ETag, as a number; they only rise.
    pub(in crate::google) fn etag(&mut self) -> u64 {
        self.etags += 1;
        3_400_000_000_000_000 + self.etags * 2_000
    }

    /// A new word for ids made by the server.
    pub(in crate::google) fn id(&mut self, length: usize) -> String {
        self.ids += 1;
        let digit = || fastrand::char('a'..='v');
        let random: String = std::iter::repeat_with(digit).take(length).collect();
        format!("{random}{}", self.ids)
    }

    /// Notes a call and its outcome.
    pub(in crate::google) fn note(&mut self, line: &str, status: u16) {
        if self.calls.len() >= CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(format!("{line} {status}"));
    }

    /// Adds a user with their primary calendar.
    pub(in crate::google) fn add_user(&mut self, email: &str, zone: &str, now: Timestamp) {
        self.users.push(email.to_owned());
        let fields = [("summary".to_owned(), json!(email))].into_iter().collect();
        self.add_calendar(email.to_owned(), (email, None), zone, fields, now);
    }

    /// Adds a calendar of `owner`, made by a client or by the person.
    pub(in crate::google) fn add_calendar(
        &mut self,
        id: String,
        (owner, maker): (&str, Option<&str>),
        zone: &str,
        fields: Map<String, Value>,
        now: Timestamp,
    ) {
        let calendar = Calendar {
            primary: id == owner,
            id: id.clone(),
            owner: owner.to_owned(),
            maker: maker.map(str::to_owned),
            writers: BTreeSet::new(),
            time_zone: zone.to_owned(),
            fields,
            etag: self.etag(),
            updated: now,
            events: BTreeMap::new(),
            revision: 0,
            oldest_sync: 0,
            entries: BTreeMap::new(),
        };
        self.calendars.insert(id.clone(), calendar);
        self.list(&id, owner);
    }

    /// Puts a calendar into a user's list.
    pub(in crate::google) fn list(&mut self, calendar: &str, user: &str) {
        self.lists += 1;
        let fields = [("colorId".to_owned(), json!("14")), ("selected".to_owned(), json!(true))].into_iter().collect();
        let entry = Entry { fields, etag: self.etag(), revision: self.lists };
        self.gone.retain(|gone| !(gone.user == user && gone.calendar == calendar));
        if let Some(calendar) = self.calendars.get_mut(calendar) {
            calendar.entries.insert(user.to_owned(), entry);
        }
    }

    /// Takes a calendar from a user's list; `false` when it is not in it.
    pub(in crate::google) fn unlist(&mut self, calendar: &str, user: &str) -> bool {
        let there = self.calendars.get_mut(calendar).is_some_and(|calendar| calendar.entries.remove(user).is_some());
        if there {
            self.lists += 1;
            let gone = Gone { user: user.to_owned(), calendar: calendar.to_owned(), revision: self.lists };
            self.gone.push(gone);
        }
        there
    }

    /// Deletes a calendar for all who have it; `false` when there is none.
    pub(in crate::google) fn delete_calendar(&mut self, id: &str) -> bool {
        let users: Vec<String> =
            self.calendars.get(id).into_iter().flat_map(|one| one.entries.keys().cloned()).collect();
        for user in users {
            self.unlist(id, &user);
        }
        self.calendars.remove(id).is_some()
    }
}
