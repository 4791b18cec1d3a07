//! What every calendar must let us do, whatever the provider: tried through the same doors that the engine uses.
//!
//! The suite holds for a faulty way to a server too: where an answer is lost, it does as the engine does (look, then
//! act), and the end must be the same.

use std::collections::BTreeSet;
use std::thread;

use pasarela::clients;
use pasarela::ids::{EventId, Holder, LinkId};
use pasarela::placement::{Mark, RemoteKey};
use pasarela::providers::RemoteError;

use super::room::{Room, event, settled};

/// A server on which calendars can be made.
pub(super) trait Ground {
    /// What it is called.
    fn name(&self) -> &'static str;
    /// Makes a calendar and opens it with this mark.
    fn room<'a>(&'a self, name: &str, mark: &Mark) -> Room<'a>;
}

/// Runs every part, each in calendars of its own, which it removes.
pub(super) fn run(ground: &dyn Ground) {
    // Other runs may have left something: a mark of our own keeps us out of each other's way.
    let instance = uuid::Uuid::new_v4().to_string();
    let suite = Suite { ground, mark: Mark::of(&instance, &Holder::of(clients::puentes::ID, "+593991234567")) };
    suite.an_object_lives_from_insert_to_delete();
    suite.nothing_happens_to_what_is_in_another_state();
    suite.only_ours_is_listed_and_the_rest_stays_as_it_was();
    suite.a_calendar_that_was_removed_is_lost();
    suite.any_event_id_and_any_text_goes();
    suite.many_objects_are_listed_completely();
    suite.a_calendar_is_removed_only_when_it_is_empty();
}

struct Suite<'a> {
    ground: &'a dyn Ground,
    mark: Mark,
}

impl Suite<'_> {
    fn room(&self, name: &str) -> Room<'_> {
        self.ground.room(name, &self.mark)
    }

    fn key(&self, event: &str) -> RemoteKey {
        RemoteKey::derive(&self.mark, LinkId(1), &EventId::new(event).unwrap(), 0)
    }

    fn an_object_lives_from_insert_to_delete(&self) {
        let mut room = self.room("Life");
        let key = self.key("life");
        assert_eq!(room.version(&key), None);
        let first = room.inserted(&key, &event("First"));
        assert_eq!(room.version(&key).as_ref(), Some(&first), "{}", self.server());
        assert!(room.raw.text(&key).contains("First"), "{}", self.server());
        let second = room.updated(&key, &event("Second"), &first);
        assert_ne!(second, first, "{}", self.server());
        assert_eq!(room.version(&key), Some(second), "{}", self.server());
        assert!(room.raw.text(&key).contains("Second"), "{}", self.server());
        assert_eq!(room.ours(), BTreeSet::from([key.clone()]));
        assert_eq!(settled(&room.clock, || room.remote.is_gone()), Ok(false), "{}", self.server());
        room.deleted(&key);
        assert_eq!(room.version(&key), None, "{}", self.server());
        room.deleted(&key);
        let back = room.inserted(&key, &event("Back again"));
        assert_eq!(room.version(&key), Some(back), "{}", self.server());
        room.deleted(&key);
        room.removed();
    }

    fn nothing_happens_to_what_is_in_another_state(&self) {
        let mut room = self.room("States");
        let (key, missing) = (self.key("states"), self.key("missing"));
        let first = room.inserted(&key, &event("First"));
        assert_eq!(room.insert(&key, &event("Other")), Err(RemoteError::Conflict), "{}", self.server());
        let second = room.updated(&key, &event("Second"), &first);
        assert_eq!(room.update(&key, &event("Stale"), &first), Err(RemoteError::Conflict), "{}", self.server());
        assert_eq!(room.update(&missing, &event("New"), &second), Err(RemoteError::NotFound), "{}", self.server());
        assert_eq!(room.version(&missing), None, "{}", self.server());
        assert_eq!(room.version(&key), Some(second), "{}", self.server());
        assert!(room.raw.text(&key).contains("Second"), "{}", self.server());
        room.deleted(&key);
        room.removed();
    }

    fn only_ours_is_listed_and_the_rest_stays_as_it_was(&self) {
        let mut room = self.room("Shared");
        room.raw.put_foreign("holida1", "Holiday");
        // Of this product, but of another holder.
        let other = Mark::of("elsewhere", &Holder::of(clients::puentes::ID, "+593990000000"));
        let other = RemoteKey::derive(&other, LinkId(1), &EventId::new("x").unwrap(), 0);
        room.raw.put_foreign(other.as_str(), "Theirs");
        let before = (room.raw.foreign("holida1"), room.raw.foreign(other.as_str()));
        assert!(before.0.is_some() && before.1.is_some(), "{}", self.server());
        let keys: BTreeSet<RemoteKey> = ["a", "b", "c"].map(|id| self.key(id)).into();
        for key in &keys {
            room.inserted(key, &event("Ours"));
        }
        assert_eq!(room.ours(), keys, "{}", self.server());
        for key in &keys {
            room.deleted(key);
        }
        assert_eq!(room.ours(), BTreeSet::new(), "{}", self.server());
        let after = (room.raw.foreign("holida1"), room.raw.foreign(other.as_str()));
        assert_eq!(after, before, "{}", self.server());
        room.raw.remove();
    }

    fn a_calendar_that_was_removed_is_lost(&self) {
        let mut room = self.room("Gone");
        let key = self.key("gone");
        let version = room.inserted(&key, &event("Ours"));
        room.raw.remove();
        let lost = |outcome: &Result<(), RemoteError>| {
            matches!(outcome, Err(RemoteError::CalendarLost { .. } | RemoteError::CalendarGone { .. }))
        };
        let inserted = room.insert(&self.key("new"), &event("New"));
        assert!(lost(&inserted), "{}: {inserted:?}", self.server());
        let updated = room.update(&key, &event("Changed"), &version);
        assert!(lost(&updated), "{}: {updated:?}", self.server());
        let listed = settled(&room.clock, || room.remote.list_ours()).map(|_| ());
        assert!(lost(&listed), "{}: {listed:?}", self.server());
        if matches!(listed, Err(RemoteError::CalendarLost { .. })) {
            assert_eq!(settled(&room.clock, || room.remote.is_gone()), Ok(true), "{}", self.server());
        }
        assert_eq!(settled(&room.clock, || room.remote.delete(&key, None)), Ok(()), "{}", self.server());
        assert_eq!(settled(&room.clock, || room.remote.remove_if_empty()), Ok(true), "{}", self.server());
    }

    fn any_event_id_and_any_text_goes(&self) {
        let room = self.room("Odd");
        let long = "x".repeat(EventId::MAX_BYTES);
        let ids = ["a b", "á/é?#%25", "../..", "日本", "😀", "\"quoted\"", "40000008200E00074C5B7101A82E008", &long];
        let texts =
            ["", "Reunión; «ñandú», \\ 日本 😀", "a line that is far too long to stay on one line ".repeat(9).leak()];
        let mut keys = BTreeSet::new();
        for (id, text) in ids.iter().zip(texts.iter().cycle()) {
            let key = self.key(id);
            let version = room.inserted(&key, &event(text));
            assert_eq!(room.version(&key), Some(version), "{}: {id}", self.server());
            keys.insert(key);
        }
        assert_eq!(room.ours(), keys, "{}", self.server());
        keys.iter().for_each(|key| room.deleted(key));
        room.removed();
    }

    fn many_objects_are_listed_completely(&self) {
        let room = self.room("Many");
        let keys: Vec<RemoteKey> = (0..300).map(|n| self.key(&format!("many-{n}"))).collect();
        let event = event("One of many");
        let lanes = keys.len().div_ceil(8);
        thread::scope(|scope| {
            for lane in keys.chunks(lanes) {
                scope.spawn(|| lane.iter().for_each(|key| drop(room.inserted(key, &event))));
            }
        });
        assert_eq!(room.ours(), keys.iter().cloned().collect(), "{}", self.server());
        thread::scope(|scope| {
            for lane in keys.chunks(lanes) {
                scope.spawn(|| lane.iter().for_each(|key| room.deleted(key)));
            }
        });
        assert_eq!(room.ours(), BTreeSet::new(), "{}", self.server());
        room.removed();
    }

    fn a_calendar_is_removed_only_when_it_is_empty(&self) {
        let mut room = self.room("Empty");
        room.raw.put_foreign("foreign", "Foreign");
        assert_eq!(settled(&room.clock, || room.remote.remove_if_empty()), Ok(false), "{}", self.server());
        assert!(room.raw.foreign("foreign").is_some(), "{}", self.server());
        room.raw.remove_foreign("foreign");
        assert_eq!(settled(&room.clock, || room.remote.remove_if_empty()), Ok(true), "{}", self.server());
        assert!(!room.raw.is_there(), "{}", self.server());
    }

    fn server(&self) -> &'static str {
        self.ground.name()
    }
}
