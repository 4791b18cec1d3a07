//! What held texts say, kept in memory: a page asks every other second, and reading a thousand texts anew each time
//! would cost more than all the rest.
//!
//! Rule: a reading is kept under the fingerprint of its content, so it is never out of date. What is kept is bounded;
//! the holder whose page was not asked for the longest time goes first. Of one holder, too, only so much is in memory that
//! says how series repeat: a text may hold thousands of dates and changes. The others are read again for their next
//! occurrence, one at a time, and that is kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::next;
use super::told::{Happens, Told, is_over};
use crate::calendar::Zone;
use crate::guarded::Guarded;
use crate::ids::HolderId;
use crate::store::events::{self, Outlined};
use crate::store::{Store, StoreError};

/// What is kept of all holders together, and of one holder's repetitions, in units of one happening of some 300 bytes.
const MOST: usize = 20_000;
/// Texts that are in memory at once while they are read; each is at most a megabyte.
const AT_ONCE: usize = 32;

/// What held texts say, of the holders whose pages were asked for last.
#[derive(Default)]
pub(super) struct Shelf {
    /// Those asked for last stand last.
    holders: Guarded<Vec<Place>>,
}

struct Place {
    holder: HolderId,
    pile: Arc<Guarded<Pile>>,
    weight: usize,
}

/// What the texts of one holder say.
#[derive(Default)]
pub(super) struct Pile {
    read: HashMap<[u8; 32], Kept>,
}

struct Kept {
    /// None: the text can't be read. How a series repeats may be left out.
    told: Option<Told>,
    /// The next occurrence of a series, which takes a while to find.
    next: Option<Next>,
}

struct Next {
    zone: Zone,
    asked: Timestamp,
    happens: Option<Happens>,
}

impl Shelf {
    /// Hands what the texts of these events say to `work`: of the `newest` last ones at least, for a reading costs more
    /// than all that is done with it.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn with<T>(
        &self,
        store: &Store,
        holder: HolderId,
        (held, newest): (&[Outlined], usize),
        work: impl FnOnce(&mut Pile) -> T,
    ) -> Result<T, StoreError> {
        let pile = self.pile(holder);
        let mut open = pile.lock();
        open.refresh(store, held, newest)?;
        let done = work(&mut open);
        let weight = open.weight();
        drop(open);
        self.weigh(holder, weight);
        Ok(done)
    }

    fn pile(&self, holder: HolderId) -> Arc<Guarded<Pile>> {
        let mut holders = self.holders.lock();
        let at = holders.iter().position(|place| place.holder == holder);
        let place = at.map(|at| holders.remove(at));
        let place = place.unwrap_or_else(|| Place { holder, pile: Arc::default(), weight: 0 });
        let pile = Arc::clone(&place.pile);
        holders.push(place);
        pile
    }

    fn weigh(&self, holder: HolderId, weight: usize) {
        let mut holders = self.holders.lock();
        if let Some(place) = holders.iter_mut().find(|place| place.holder == holder) {
            place.weight = weight;
        }
        while holders.iter().map(|place| place.weight).sum::<usize>() > MOST {
            holders.remove(0);
        }
    }
}

impl Pile {
    /// Reads those of the `newest` texts that were not read yet, and forgets all that are held no more.
    fn refresh(&mut self, store: &Store, held: &[Outlined], newest: usize) -> Result<(), StoreError> {
        let current: HashSet<&[u8; 32]> = held.iter().map(|event| &event.fingerprint).collect();
        self.read.retain(|fingerprint, _| current.contains(fingerprint));
        let asked = held.iter().skip(held.len().saturating_sub(newest));
        let new: Vec<_> = asked.filter(|event| !self.read.contains_key(&event.fingerprint)).collect();
        let mut repetition = self.repetition();
        for some in new.chunks(AT_ONCE) {
            let rows: Vec<_> = some.iter().map(|event| event.id).collect();
            for (fingerprint, text) in store.read(|tx| events::texts(tx, &rows))? {
                let mut told = Told::read(&text);
                let weight = told.as_ref().map_or(0, Told::weight);
                if repetition + weight > MOST {
                    told.iter_mut().for_each(|told| told.series = None);
                } else {
                    repetition += weight;
                }
                self.read.insert(fingerprint, Kept { told, next: None });
            }
        }
        Ok(())
    }

    /// What all that says how series repeat takes.
    fn repetition(&self) -> usize {
        self.read.values().filter_map(|kept| kept.told.as_ref()).map(Told::weight).sum()
    }

    fn weight(&self) -> usize {
        1 + self.read.len() + self.repetition()
    }

    /// What the text of this event says; none when it can't be read, or was not asked for.
    pub(super) fn told(&self, event: &Outlined) -> Option<&Told> {
        self.read.get(&event.fingerprint)?.told.as_ref()
    }

    /// What a person who lives in `zone` has before them of this event at `now`.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn next(
        &mut self,
        store: &Store,
        event: &Outlined,
        (zone, now): (&Zone, Timestamp),
    ) -> Result<Option<Happens>, StoreError> {
        let Some(kept) = self.read.get_mut(&event.fingerprint) else { return Ok(None) };
        let Some(told) = &kept.told else { return Ok(None) };
        if !told.repeats {
            return Ok(next::next(told, zone, now));
        }
        // What was first among those not over is so until it is over itself.
        let stands = kept.next.as_ref().is_some_and(|next| {
            next.zone == *zone
                && next.asked <= now
                && next.happens.as_ref().is_none_or(|happens| !is_over(&happens.span, zone, now))
        });
        if !stands {
            let happens = if told.series.is_some() {
                next::next(told, zone, now)
            } else {
                read_again(store, event, (zone, now))?
            };
            kept.next = Some(Next { zone: zone.clone(), asked: now, happens });
        }
        Ok(kept.next.as_ref().and_then(|next| next.happens.clone()))
    }
}

/// The next occurrence of a series whose repetition is not kept.
fn read_again(store: &Store, event: &Outlined, (zone, now): (&Zone, Timestamp)) -> Result<Option<Happens>, StoreError> {
    let texts = store.read(|tx| events::texts(tx, &[event.id]))?;
    // What was changed since is told when the page is asked for next.
    let text = texts.iter().find(|(fingerprint, _)| *fingerprint == event.fingerprint);
    Ok(text.and_then(|(_, text)| Told::read(text)).and_then(|told| next::next(&told, zone, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Text;
    use crate::ids::{ClientSystemId, EventId, Holder, PublicEventId};
    use crate::store::events::Content;
    use crate::store::{WriteTx, holders};

    fn insert(tx: &WriteTx<'_>, n: u8) -> Result<HolderId, StoreError> {
        insert_with(tx, n, "")
    }

    fn insert_with(tx: &WriteTx<'_>, n: u8, lines: &str) -> Result<HolderId, StoreError> {
        let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+593991234567"))?;
        let ical = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{n}\nDTSTART:20261105T100000Z\n{lines}END:VEVENT\nEND:VCALENDAR\n"
        );
        let content = Content {
            event_id: EventId::new(n.to_string()).unwrap(),
            public_id: PublicEventId::new(Timestamp::UNIX_EPOCH),
            text: Text::ical(ical),
            fingerprint: [n; 32],
            traits: None,
        };
        events::insert(tx, holder, &content, Timestamp::UNIX_EPOCH)?;
        Ok(holder)
    }

    #[test]
    fn only_the_newest_texts_are_read_where_no_others_are_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("pasarela.db")).unwrap();
        let holder = (1..=5).map(|n| store.write(move |tx| insert(tx, n)).unwrap()).last().unwrap();
        let held = store.read(|tx| events::outlined(tx, holder, None)).unwrap();
        let shelf = Shelf::default();
        let read = |newest| {
            let told = |pile: &mut Pile| held.iter().map(|event| pile.told(event).is_some()).collect::<Vec<_>>();
            shelf.with(&store, holder, (&held, newest), told).unwrap()
        };
        assert_eq!(read(2), [false, false, false, true, true]);
        assert_eq!(read(5), [true; 5]);
        assert_eq!(read(1), [true; 5], "what was read stays");
    }

    #[test]
    fn who_was_asked_for_longest_ago_goes_first_when_the_shelf_is_full() {
        let shelf = Shelf::default();
        for holder in 1..=3 {
            shelf.pile(HolderId(holder));
            shelf.weigh(HolderId(holder), MOST / 3);
        }
        let kept = |shelf: &Shelf| shelf.holders.lock().iter().map(|place| place.holder.0).collect::<Vec<_>>();
        assert_eq!(kept(&shelf), [1, 2, 3]);
        shelf.pile(HolderId(1));
        shelf.pile(HolderId(4));
        shelf.weigh(HolderId(4), MOST / 3);
        assert_eq!(kept(&shelf), [3, 1, 4]);
        shelf.weigh(HolderId(4), MOST + 1);
        assert_eq!(kept(&shelf), Vec::<i64>::new(), "who alone is too much is read anew each time");
    }

    /// Dates of hours in a row from the start on, as many as these.
    fn dates(many: i64) -> String {
        let start: Timestamp = "2026-11-05T10:00:00Z".parse().unwrap();
        let date = |hour: i64| (start + jiff::SignedDuration::from_hours(hour)).strftime("%Y%m%dT%H%M%SZ").to_string();
        format!("RDATE:{}\n", (1..=many).map(date).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn series_that_repeat_more_than_is_kept_are_read_again_for_their_next_occurrence() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("pasarela.db")).unwrap();
        let lines = dates(9_000);
        let holder = store.write(move |tx| (1..=3).map(|n| insert_with(tx, n, &lines)).last().unwrap()).unwrap();
        let held = store.read(|tx| events::outlined(tx, holder, None)).unwrap();
        let zone = Zone::named("UTC").unwrap();
        let now: Timestamp = "2027-01-01T00:30:00Z".parse().unwrap();
        let shelf = Shelf::default();
        let look = |pile: &mut Pile| {
            let kept: Vec<bool> = held.iter().map(|event| pile.told(event).unwrap().series.is_some()).collect();
            assert_eq!(kept, [true, true, false], "two of them are as much as is kept");
            assert!(pile.weight() <= MOST + held.len() + 1);
            let next =
                |event| pile.next(&store, event, (&zone, now)).unwrap().unwrap().span.start.reading().to_string();
            held.iter().map(next).collect::<Vec<_>>()
        };
        assert_eq!(shelf.with(&store, holder, (&held, 3), look).unwrap(), ["2027-01-01T01:00:00"; 3]);
    }
}
