//! Many events in one text, for who subscribes to it (RFC 5545 §3.4; RFC 7986).
//!
//! Rule: nothing in it depends on when it is written, so the same events make the same bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::component::{self, Common};
use super::zones;
use crate::calendar::{Event, People, Zone};
use crate::ical::content_line::{ContentLine, Head, Lines};
use crate::ical::stamp::compact_utc;
use crate::ical::timezone;

/// How often a calendar may ask for the text again. Few follow it.
const ASK_AGAIN: i64 = 3_600;

/// One event of a subscription.
#[derive(Clone, Debug)]
pub struct Subscribed {
    /// What its UID is.
    pub uid: String,
    /// Itself, with the count and the time of its last change.
    pub event: Event,
}

/// Stretches of time that somebody is not free in.
#[derive(Clone, Debug)]
pub struct Taken<'a> {
    /// From when on, and until when, something is said.
    pub range: (Timestamp, Timestamp),
    /// Surely taken.
    pub busy: &'a [(Timestamp, Timestamp)],
    /// Perhaps.
    pub tentative: &'a [(Timestamp, Timestamp)],
    /// What there is to say about it, for people.
    pub comment: Option<&'a str>,
}

/// Writes events for who subscribes; `name` is what calendars show, `zone` where their person is. None: it would be larger than
/// `most` bytes.
pub fn subscription(name: &str, zone: &Zone, events: &[Subscribed], most: usize) -> Option<String> {
    let mut lines = opened(name);
    lines.push(&Head::of("X-WR-TIMEZONE").text(zone.name()));
    lines.push(&Head::of("REFRESH-INTERVAL").typed_duration(ASK_AGAIN));
    lines.push(&Head::of("X-PUBLISHED-TTL").duration(ASK_AGAIN));
    let mut needed: BTreeMap<String, (Zone, Timestamp)> = BTreeMap::new();
    for (name, (zone, at)) in events.iter().flat_map(|one| zones(&one.event)) {
        let (_, first) = needed.entry(name).or_insert((zone, at));
        *first = at.min(*first);
    }
    for (zone, from) in needed.into_values() {
        lines.push_folded(&timezone::component(&zone, from));
    }
    for Subscribed { uid, event } in events {
        let common = Common { uid, event_id: None, people: People::AsText };
        let changed = event.overrides.iter().map(|one| (&one.details, Some(&one.replaces)));
        for one in std::iter::once((&event.master, None)).chain(changed) {
            component::write(&mut lines, &mut Vec::new(), &common, one);
            if lines.len() > most {
                return None;
            }
        }
    }
    lines.push(&ContentLine::end("VCALENDAR"));
    Some(lines.finish())
}

/// Writes when somebody is not free (RFC 5545 §3.6.4).
pub fn free_busy(name: &str, uid: &str, taken: &Taken<'_>) -> String {
    let mut lines = opened(name);
    lines.push(&ContentLine::begin("VFREEBUSY"));
    lines.push(&Head::of("UID").text(uid));
    lines.push(&Head::of("DTSTAMP").instant(taken.range.0));
    lines.push(&Head::of("DTSTART").instant(taken.range.0));
    lines.push(&Head::of("DTEND").instant(taken.range.1));
    for (kind, blocks) in [("BUSY", taken.busy), ("BUSY-TENTATIVE", taken.tentative)] {
        for (from, to) in blocks {
            let period = format!("{}/{}", compact_utc(*from), compact_utc(*to));
            lines.push(&Head::of("FREEBUSY").parameter("FBTYPE", kind).written(&period));
        }
    }
    if let Some(comment) = taken.comment {
        lines.push(&Head::of("COMMENT").text(comment));
    }
    lines.push(&ContentLine::end("VFREEBUSY"));
    lines.push(&ContentLine::end("VCALENDAR"));
    lines.finish()
}

/// How every such text begins.
fn opened(name: &str) -> Lines {
    let mut lines = Lines::new();
    lines.push(&ContentLine::begin("VCALENDAR"));
    lines.push(&Head::of("VERSION").word("2.0"));
    lines.push(&Head::of("PRODID").text("-//Pasarela//1.0//ES"));
    lines.push(&Head::of("CALSCALE").word("GREGORIAN"));
    lines.push(&Head::of("METHOD").word("PUBLISH"));
    lines.push(&Head::of("NAME").text(name));
    lines.push(&Head::of("X-WR-CALNAME").text(name));
    lines
}
