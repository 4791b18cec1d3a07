//! What the address of a feed answers.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::words::{self, Words};
use super::{Feed, Feeds, Privacy, secret, veil};
use crate::calendar::{Class, Event, Status, Zone};
use crate::clients::ClientSystem;
use crate::ical::{self, Subscribed, Taken};
use crate::ids::{Holder, HolderId};
use crate::instances::{self, Range};
use crate::profile::ClientState;
use crate::ranges::{self, NotTold, Ranges};
use crate::reading;
use crate::store::feeds::{self, Leads};
use crate::store::{ReadTx, StoreError, changes, events, holders};

/// How far back and ahead a feed tells, in days.
const BACK: i64 = 90;
const AHEAD: i64 = 400;
/// How long what was called off is shown as such.
const CALLED_OFF: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The largest text that is served. Beyond, the feed tells of less time.
const MOST_BYTES: usize = 8 << 20;
/// The days of which free and busy times are asked for at once: so often a series may happen in as many as are told.
const AT_ONCE: i64 = 49;
const HOURS: i64 = 24;
const SECONDS_OF_A_DAY: i64 = 86_400;

/// Which of the two texts is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Events (`.ics`).
    Events,
    /// Free and busy times (`.ifb`).
    FreeBusy,
}

/// What a reader has seen already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Had {
    /// The marks of texts that they have; `*` stands for any.
    pub tags: Vec<String>,
    /// When they read last, where they told no mark.
    pub since: Option<Timestamp>,
}

/// What is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Marks the text: the same mark, the same bytes.
    pub tag: String,
    /// When it last changed, to the second.
    pub changed_at: Timestamp,
    /// The text; none: the reader has it.
    pub text: Option<String>,
}

/// A moment, the day that it is in, and what is told of it.
struct Desk<'a> {
    now: Timestamp,
    day: Timestamp,
    client: &'a ClientSystem,
    words: Words,
}

impl Feeds {
    /// What the address with this secret answers; none: nothing is there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn serve(&self, secret: &str, format: Format, seen: &Had) -> Result<Option<Served>, StoreError> {
        if !secret::is_one(secret) {
            return Ok(None);
        }
        let now = self.gateway.clock.now();
        let Some(leads) = self.gateway.store.read(|tx| feeds::leads(tx, &secret::hash(secret), now))? else {
            return Ok(None);
        };
        let (Leads::To(_, holder) | Leads::Nowhere(_, holder)) = &leads;
        let Some(client) = self.gateway.clients.get(holder.client) else { return Ok(None) };
        if client.profile.state != ClientState::Active {
            return Ok(None);
        }
        let words = words::of(client.profile.chosen.locale);
        let desk = Desk { now, day: day_of(now), client: &client, words };
        match &leads {
            Leads::Nowhere(name, _) => Ok(Some(desk.nowhere(name, format, seen))),
            Leads::To(feed, holder) => self.feed(&desk, feed, holder, format, seen).map(Some),
        }
    }

    fn feed(
        &self,
        desk: &Desk<'_>,
        feed: &Feed,
        holder: &Holder,
        format: Format,
        seen: &Had,
    ) -> Result<Served, StoreError> {
        let format = if feed.privacy == Privacy::FreeBusy { Format::FreeBusy } else { format };
        let (row, zone, newest) = self.gateway.store.read(|tx| {
            let row = holders::find(tx, holder)?;
            let zone = ranges::zone_of(tx, &self.gateway, holder, row)?;
            let newest = row.map(|row| changes::newest_of_holder(tx, row)).transpose()?.flatten();
            Ok::<_, StoreError>((row, zone, newest))
        })?;
        let changed_at = newest.as_ref().map_or(desk.day, |newest| newest.at.min(desk.now));
        let changed_at = changed_at.max(desk.day).max(feed.changed_at.min(desk.now));
        let newest = newest.map_or((0, 0), |newest| (newest.number.0, newest.at.as_millisecond()));
        let parts = [
            feed.id.as_str(),
            feed.privacy.as_str(),
            &feed.name,
            zone.name(),
            desk.words.busy,
            &format!("{format:?} {} {newest:?} {}", feed.with_confidential, desk.day),
        ];
        let mut served = Served { tag: tag(&parts), changed_at: whole_second(changed_at), text: None };
        if !served.is_seen(seen) {
            served.text = Some(match format {
                Format::Events => self.events(desk, feed, row, &zone)?,
                Format::FreeBusy => self.free_busy(desk, feed, holder)?,
            });
        }
        Ok(served)
    }

    /// The events of a feed, of as much time as fits.
    fn events(&self, desk: &Desk<'_>, feed: &Feed, row: Option<HolderId>, zone: &Zone) -> Result<String, StoreError> {
        let (mut back, mut ahead) = (BACK, AHEAD);
        loop {
            let range = desk.range(-back, ahead);
            let events = self.gateway.store.read(|tx| match row.zip(range) {
                Some((row, range)) => desk.told(tx, feed, (row, range), zone),
                None => Ok(Some(Vec::new())),
            })?;
            let text = events.and_then(|events| ical::subscription(&feed.name, zone, &events, MOST_BYTES));
            if let Some(text) = text {
                return Ok(text);
            }
            tracing::warn!(feed = %feed.id, back, ahead, "a feed is too large: it tells of less time");
            (back, ahead) = (back / 2, ahead / 2);
        }
    }

    /// When the holder of a feed is not free.
    fn free_busy(&self, desk: &Desk<'_>, feed: &Feed, holder: &Holder) -> Result<String, StoreError> {
        let ranges = Ranges::new(std::sync::Arc::clone(&self.gateway));
        let (mut busy, mut tentative, mut unknown) = (Vec::new(), Vec::new(), false);
        let mut from = -BACK;
        while from < AHEAD {
            let to = (from + AT_ONCE).min(AHEAD);
            if let Some(range) = desk.range(from, to) {
                match ranges.busy(holder, range) {
                    Ok(found) => {
                        joined(&mut busy, found.busy.iter().map(|block| (block.from, block.to)));
                        joined(&mut tentative, found.tentative.iter().map(|block| (block.from, block.to)));
                        unknown |= !found.unknown.is_empty();
                    }
                    Err(NotTold::Store(error)) => return Err(error),
                    // So much happens then that nobody counts it: what is not known is not free.
                    Err(_) => joined(&mut busy, [(range.from(), range.to())]),
                }
            }
            from = to;
        }
        let range = desk.range(-BACK, AHEAD).map_or((desk.day, desk.day), |range| (range.from(), range.to()));
        let comment = unknown.then_some(desk.words.unknown);
        let taken = Taken { range, busy: &busy, tentative: &tentative, comment };
        Ok(ical::free_busy(&feed.name, &uid(feed.id.as_str()), &taken))
    }
}

impl Desk<'_> {
    /// Days from today on.
    fn range(&self, from: i64, to: i64) -> Option<Range> {
        let at = |days: i64| self.day.checked_add(SignedDuration::from_hours(days * HOURS)).ok();
        Range::new(at(from)?, at(to)?)
    }

    /// The events of a holder that a feed tells; none: their texts alone are larger than what is served.
    fn told(
        &self,
        tx: &ReadTx<'_>,
        feed: &Feed,
        (holder, range): (HolderId, Range),
        zone: &Zone,
    ) -> Result<Option<Vec<Subscribed>>, StoreError> {
        let mut candidates = events::candidates(tx, holder, range)?;
        candidates.sort_unstable_by_key(|candidate| candidate.id);
        let (mut told, mut bytes) = (Vec::new(), 0);
        for candidate in candidates {
            let Some(held) = events::held_row(tx, holder, None, candidate.id)? else { continue };
            let Ok(draft) = reading::read(held.text.form, &held.text.body) else { continue };
            if !instances::happens_in(&draft.event, zone, range) {
                continue;
            }
            let revision = u32::try_from(held.revision.0).unwrap_or(u32::MAX);
            let Some(event) = self.shown(draft.event, feed, held.updated_at) else { continue };
            bytes += held.text.body.len();
            if bytes > MOST_BYTES {
                return Ok(None);
            }
            let event = veil::stamped(event, revision, held.updated_at);
            told.push(Subscribed { uid: uid(held.public_id.as_str()), event });
        }
        Ok(Some(told))
    }

    /// An event as the feed shows it, if it does.
    fn shown(&self, event: Event, feed: &Feed, updated_at: Timestamp) -> Option<Event> {
        let called_off = event.master.status == Some(Status::Cancelled);
        if called_off && self.day.duration_since(updated_at) > CALLED_OFF {
            return None;
        }
        match feed.privacy {
            Privacy::Full if event.master.class == Some(Class::Confidential) && !feed.with_confidential => None,
            Privacy::Full => Some(event),
            Privacy::Busy | Privacy::FreeBusy => veil::veiled(event, &self.words),
        }
    }

    /// What an address answers that was given up.
    fn nowhere(&self, name: &str, format: Format, seen: &Had) -> Served {
        let parts = ["given up", name, self.words.given_up, &format!("{format:?} {}", self.day)];
        let mut served = Served { tag: tag(&parts), changed_at: self.day, text: None };
        if served.is_seen(seen) {
            return served;
        }
        let zone = self.client.profile.chosen.time_zone.clone();
        let zone = zone.or_else(|| Zone::named("UTC"));
        let event = veil::given_up(self.day.to_zoned(TimeZone::UTC).date(), &self.words);
        let event = veil::stamped(event, 1, self.day);
        served.text = match (format, zone) {
            (Format::Events, Some(zone)) => {
                let all = [Subscribed { uid: uid("given-up"), event }];
                ical::subscription(name, &zone, &all, MOST_BYTES)
            }
            _ => {
                let range = self.range(-BACK, AHEAD).map_or((self.day, self.day), |range| (range.from(), range.to()));
                let taken = Taken { range, busy: &[], tentative: &[], comment: Some(self.words.given_up) };
                Some(ical::free_busy(name, &uid("given-up"), &taken))
            }
        };
        served
    }
}

impl Served {
    /// Whether a reader has it already. A mark says it for sure; a time, only where there was none.
    fn is_seen(&self, seen: &Had) -> bool {
        seen.tags.iter().any(|tag| tag == "*" || *tag == self.tag)
            || seen.since.is_some_and(|since| self.changed_at <= since)
    }
}

/// Adds blocks that follow, as one with the last where they touch.
fn joined(all: &mut Vec<(Timestamp, Timestamp)>, more: impl IntoIterator<Item = (Timestamp, Timestamp)>) {
    for (from, to) in more {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
}

fn uid(name: &str) -> String {
    format!("{name}@pasarela")
}

/// The day of a moment, in UTC: what a feed tells of moves on with it, and stands still in between.
fn day_of(now: Timestamp) -> Timestamp {
    let second = now.as_second();
    Timestamp::from_second(second - second.rem_euclid(SECONDS_OF_A_DAY)).unwrap_or(now)
}

/// HTTP knows no fractions of a second.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A mark of all that a text is made of, with the version of the program that makes it.
fn tag(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION")].iter().chain(parts) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    data_encoding::HEXLOWER.encode(digest.get(..16).unwrap_or_default())
}
