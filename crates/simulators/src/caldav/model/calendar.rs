//! One calendar and its objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::xml::{Element, Name};

/// A calendar object resource.
#[derive(Clone, Debug)]
pub(in crate::caldav) struct Object {
    /// The iCalendar text as it is served.
    pub(in crate::caldav) ics: Arc<str>,
    /// Strong ETag, with its quotes.
    pub(in crate::caldav) etag: String,
    /// The UID of its components.
    pub(in crate::caldav) uid: String,
    /// When it was stored.
    pub(in crate::caldav) modified: Timestamp,
    /// The calendar's revision that stored it.
    pub(in crate::caldav) revision: u64,
}

/// A calendar collection.
#[derive(Clone, Debug)]
pub(in crate::caldav) struct Calendar {
    /// Tells this calendar from an earlier one of the same name.
    pub(in crate::caldav) incarnation: u64,
    /// What PROPPATCH can set, known or not.
    pub(in crate::caldav) properties: BTreeMap<Name, Element>,
    /// Component types it takes.
    pub(in crate::caldav) components: Vec<String>,
    /// Its objects by name.
    pub(in crate::caldav) objects: BTreeMap<String, Object>,
    /// Grows with every change of an object.
    pub(in crate::caldav) revision: u64,
    /// Deleted objects with the revision that deleted them.
    pub(in crate::caldav) gone: BTreeMap<String, u64>,
    /// So many more requests are told that it is not there.
    pub(in crate::caldav) late: u32,
}

/// What happened to a member since a revision.
#[derive(Debug)]
pub(in crate::caldav) struct Change {
    pub(in crate::caldav) name: String,
    pub(in crate::caldav) revision: u64,
}

impl Calendar {
    /// An empty calendar for events.
    pub(in crate::caldav) fn new(incarnation: u64) -> Self {
        Self {
            incarnation,
            properties: BTreeMap::new(),
            components: vec!["VEVENT".to_owned()],
            objects: BTreeMap::new(),
            revision: 1,
            gone: BTreeMap::new(),
            late: 0,
        }
    }

    /// The token of its present state (RFC 6578).
    pub(in crate::caldav) fn sync_token(&self, revision: u64) -> String {
        format!("urn:x-simulator:sync:{}:{revision}", self.incarnation)
    }

    /// The revision a token stands for; `None` when it is not one of this calendar's.
    pub(in crate::caldav) fn revision_of(&self, token: &str) -> Option<u64> {
        let (incarnation, revision) = token.strip_prefix("urn:x-simulator:sync:")?.split_once(':')?;
        let revision = revision.parse().ok().filter(|revision| *revision <= self.revision)?;
        (incarnation.parse() == Ok(self.incarnation)).then_some(revision)
    }

    /// Members changed or deleted after a revision, oldest first. From the beginning (0) deletions are not told.
    pub(in crate::caldav) fn changes_since(&self, revision: u64) -> Vec<Change> {
        let kept = self.objects.iter().map(|(name, object)| Change { name: name.clone(), revision: object.revision });
        let gone = self.gone.iter().map(|(name, revision)| Change { name: name.clone(), revision: *revision });
        let gone = gone.filter(|_| revision > 0);
        let mut changes: Vec<_> = kept.chain(gone).filter(|change| change.revision > revision).collect();
        changes.sort_by_key(|change| change.revision);
        changes
    }
}
