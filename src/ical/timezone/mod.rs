//! Which zone a TZID means, and how a zone is written down.
//!
//! Rule: a zone is never guessed. A TZID is an IANA name, perhaps behind a vendor's prefix, or a Windows name, or an
//! Outlook label; else its VTIMEZONE says which zone it is (`X-LIC-LOCATION`) or has the rules of one. What is none of
//! these is a custom zone: it can tell the instant of one happening, but no calendar could go on with a series in it.
//!
//! Where a name and its VTIMEZONE contradict each other: `Area/City` and Windows names win, because what was agreed is
//! the clock of that place, and VTIMEZONEs go out of date (and an answer that depended on when it is asked would move
//! past events); every other name (`EST`, `Etc/GMT+5`, a label) is taken for what its VTIMEZONE says.
//!
//! The offsets are jiff's, whose rules are current; of calcard's zones (chrono-tz) nothing is used.

mod component;
mod labels;
mod likeness;
mod rules;
#[cfg(test)]
mod tests;
mod windows;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{LazyLock, PoisonError, RwLock};

use jiff::civil::DateTime;

use super::limits::{MAX_ZONE_NAME, MAX_ZONES};
use super::outline::{Outline, Part};
use super::text::unescape;
use crate::calendar::Zone;

pub(in crate::ical) use component::component;
pub(in crate::ical) use rules::Rules;

/// What a TZID means.
#[derive(Clone, Debug)]
pub(in crate::ical) enum Place {
    /// UTC by one of its names.
    Utc,
    /// A zone that calendars know.
    Zone(Zone),
    /// Rules of the text's own.
    Custom(Rc<Rules>),
}

/// The zones of one text.
pub(in crate::ical) struct Zones<'a> {
    outline: &'a Outline<'a>,
    notes: &'a RefCell<Vec<String>>,
    known: RefCell<Vec<(String, Place)>>,
}

impl<'a> Zones<'a> {
    pub(in crate::ical) fn of(outline: &'a Outline<'a>, notes: &'a RefCell<Vec<String>>) -> Self {
        Self { outline, notes, known: RefCell::default() }
    }

    /// What a TZID means for an event around `near`.
    ///
    /// # Errors
    /// When nothing says which zone it is.
    pub(in crate::ical) fn find(&self, tzid: &str, near: DateTime) -> Result<Place, String> {
        if let Some((_, place)) = self.known.borrow().iter().find(|(name, _)| name == tzid) {
            return Ok(place.clone());
        }
        let name = tzid.trim();
        // Exchange's way to say so; what follows is `Utc`, or `Custom` with a VTIMEZONE.
        let name = name.strip_prefix("tzone://Microsoft/").filter(|name| is_utc(name)).unwrap_or(name);
        if name.len() > MAX_ZONE_NAME || self.known.borrow().len() >= MAX_ZONES {
            return Err(format!("a text can use {MAX_ZONES} zones with names of {MAX_ZONE_NAME} bytes"));
        }
        let place = self.resolve(name, near)?;
        self.known.borrow_mut().push((tzid.to_owned(), place.clone()));
        Ok(place)
    }

    fn resolve(&self, tzid: &str, near: DateTime) -> Result<Place, String> {
        if is_utc(tzid) {
            return Ok(Place::Utc);
        }
        let part = definition(self.outline, tzid);
        let rules = part.and_then(|part| Rules::read(self.outline, part));
        let (named, is_place) = match by_name(tzid) {
            Some((zone, is_place)) => (Some(zone), is_place),
            None => (part.and_then(|part| by_location(self.outline, part)), true),
        };
        let Some(rules) = rules else {
            let nothing = || format!("the zone {tzid:?} is not known, and no VTIMEZONE says what it is");
            return named.map(place).ok_or_else(nothing);
        };
        match named {
            Some(zone) if is_place => {
                if rules.instant(near) != zone.instant(near) {
                    let name = zone.name();
                    self.note(format!("the VTIMEZONE of {tzid:?} says otherwise: the rules of {name} are followed"));
                }
                return Ok(place(zone));
            }
            Some(zone) if likeness::is_like(&zone, &rules, near) => return Ok(place(zone)),
            _ => {}
        }
        if let Some(zone) = likeness::zone(&rules, near) {
            self.note(format!("the zone {tzid:?} is taken for {}, which has the same rules", zone.name()));
            return Ok(place(zone));
        }
        self.note(format!("the zone {tzid:?} is none that calendars know: the event is written in UTC"));
        Ok(Place::Custom(Rc::new(rules)))
    }

    fn note(&self, what: String) {
        self.notes.borrow_mut().push(what);
    }
}

fn place(zone: Zone) -> Place {
    if is_utc(zone.name()) { Place::Utc } else { Place::Zone(zone) }
}

/// The names of UTC; `GMT` is one, `GMT Standard Time` (London) is not.
fn is_utc(name: &str) -> bool {
    let name = name.strip_prefix("Etc/").unwrap_or(name);
    ["UTC", "GMT", "Z", "UCT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"]
        .iter()
        .any(|utc| name.eq_ignore_ascii_case(utc))
}

/// The zone that a TZID names by itself, and whether the name is one of a place, so that it means the clock there.
///
/// Every event names a zone and most name the same few, so answers are kept: up to a number, so that made-up names
/// can't fill the memory, and for good names only.
fn by_name(tzid: &str) -> Option<(Zone, bool)> {
    const MOST: usize = 1_000;
    static KNOWN: LazyLock<RwLock<HashMap<String, (Zone, bool)>>> = LazyLock::new(RwLock::default);
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(tzid) {
        return Some(known.clone());
    }
    let found = look_up(tzid)?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < MOST {
        known.insert(tzid.to_owned(), found.clone());
    }
    Some(found)
}

fn look_up(tzid: &str) -> Option<(Zone, bool)> {
    if let Some(zone) = iana(tzid) {
        let is_place = tzid.contains('/') && !tzid.to_ascii_lowercase().contains("etc/");
        return Some((zone, is_place));
    }
    if let Some(zone) = windows::iana(tzid) {
        return Some((Zone::named(zone)?, true));
    }
    labels::zone(tzid).map(|zone| (zone, false))
}

/// An IANA name, or one behind a vendor's prefix: `/freeassociation.sourceforge.net/Europe/Madrid`,
/// `/softwarestudio.org/Olson_20011030_5/America/Argentina/Salta`.
fn iana(tzid: &str) -> Option<Zone> {
    if let Some(zone) = Zone::named(tzid) {
        return Some(zone);
    }
    let mut rest = tzid.strip_prefix('/')?;
    while let Some((_, after)) = rest.split_once('/') {
        if let Some(zone) = after.contains('/').then(|| Zone::named(after)).flatten() {
            return Some(zone);
        }
        rest = after;
    }
    None
}

/// The VTIMEZONE of a TZID.
fn definition<'o, 'a>(outline: &'o Outline<'a>, tzid: &str) -> Option<&'o Part<'a>> {
    outline.parts.iter().filter(|part| part.is("VTIMEZONE")).find(|part| {
        let named = outline.property(part, "TZID", 0).map(|line| line.value());
        named.is_some_and(|named| {
            let named = unescape(&named);
            named.trim().trim_matches('"').eq_ignore_ascii_case(tzid)
        })
    })
}

/// The zone that a VTIMEZONE says it is (a property of libical's).
fn by_location(outline: &Outline<'_>, part: &Part<'_>) -> Option<Zone> {
    Zone::named(outline.property(part, "X-LIC-LOCATION", 0)?.value().trim())
}
