//! Which zone a TZID means, and how a zone is written down.
//!
//! Rule: a zone is never guessed. A TZID is an IANA name, perhaps behind a vendor's prefix, or a Windows name, or an
//! Outlook label, or an offset; else its VTIMEZONE says which zone it is (`X-LIC-LOCATION`) or has the rules of one. What
//! is none of these is a custom zone: it can tell the instant of one happening, but no calendar could go on with a series
//! in it. What is no zone's name to the letter and can mean one zone only is that zone, with a note.
//!
//! Where a name and its VTIMEZONE contradict each other: `Area/City` and Windows names win, because what was agreed is
//! the clock of that place, and VTIMEZONEs go out of date (and an answer that depended on when it is asked would move
//! past events). Every other name (`EST`, `Etc/GMT+5`, a label) is taken for what its VTIMEZONE says; only where no zone
//! on earth has those rules does the place that a label names count.
//!
//! The offsets are jiff's, whose rules are current; of calcard's zones (chrono-tz) nothing is used.

mod component;
#[cfg(test)]
mod label_tests;
mod labels;
mod likeness;
mod localized;
mod names;
mod offsets;
mod regions;
mod rules;
#[cfg(test)]
mod tests;
mod windows;

use std::cell::RefCell;
use std::rc::Rc;

use jiff::civil::DateTime;

use super::limits::{MAX_ZONE_NAME, MAX_ZONES};
use super::outline::{Outline, Part};
use super::text::unescape;
use crate::calendar::Zone;
use crate::quoted::Quoted;
use likeness::Like;
use names::{Named, Sort};

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
    /// What calendars name as their own.
    calendars: RefCell<Vec<(String, Option<Place>)>>,
}

impl<'a> Zones<'a> {
    pub(in crate::ical) fn of(outline: &'a Outline<'a>, notes: &'a RefCell<Vec<String>>) -> Self {
        Self { outline, notes, known: RefCell::default(), calendars: RefCell::default() }
    }

    /// What a TZID means for an event around `near`.
    ///
    /// # Errors
    /// When nothing says which zone it is.
    pub(in crate::ical) fn find(&self, tzid: &str, near: DateTime) -> Result<Place, String> {
        if let Some((_, place)) = self.known.borrow().iter().find(|(name, _)| name == tzid) {
            return Ok(place.clone());
        }
        let Meaning { place, note } = self.meaning(tzid, near)?;
        note.into_iter().for_each(|note| self.note(note));
        self.known.borrow_mut().push((tzid.to_owned(), place.clone()));
        Ok(place)
    }

    /// The zone that a calendar names for times that name none (X-WR-TIMEZONE, no standard property); none when it can't
    /// be told, which is said.
    pub(in crate::ical) fn of_calendar(&self, name: &str, near: DateTime) -> Option<Place> {
        if let Some((_, place)) = self.calendars.borrow().iter().find(|(known, _)| known == name) {
            return place.clone();
        }
        let place = match self.meaning(name, near) {
            Ok(Meaning { place: place @ (Place::Utc | Place::Zone(_)), note }) => {
                note.into_iter().for_each(|note| self.note(note));
                Some(place)
            }
            Ok(_) | Err(_) => {
                let name = Quoted(name);
                self.note(format!("the calendar's own zone {name} is not known: times without a zone stay without"));
                None
            }
        };
        self.calendars.borrow_mut().push((name.to_owned(), place.clone()));
        place
    }

    fn meaning(&self, tzid: &str, near: DateTime) -> Result<Meaning, String> {
        let name = tzid.trim().trim_matches('"').trim();
        // Exchange's way to say so; what follows is a name of Windows', or `Custom` with a VTIMEZONE.
        let bare = name.strip_prefix("tzone://Microsoft/");
        let name = bare.filter(|name| is_utc(name) || names::zone(name).is_some()).unwrap_or(name);
        if name.len() > MAX_ZONE_NAME || self.known.borrow().len() + self.calendars.borrow().len() >= MAX_ZONES {
            return Err(format!("a text can use {MAX_ZONES} zones with names of {MAX_ZONE_NAME} bytes"));
        }
        self.resolve(name, near)
    }

    fn resolve(&self, tzid: &str, near: DateTime) -> Result<Meaning, String> {
        if is_utc(tzid) {
            return Ok(Place::Utc.into());
        }
        let part = definition(self.outline, tzid);
        let rules = part.and_then(|part| Rules::read(self.outline, part));
        let named = names::zone(tzid).or_else(|| {
            let zone = part.and_then(|part| by_location(self.outline, part))?;
            Some(Named { zone, sort: Sort::Place, exact: true })
        });
        match (named, rules) {
            (Some(named), Some(rules)) if named.sort == Sort::Place => Ok(self.at_place(tzid, named, &rules, near)),
            (named, Some(rules)) => Ok(by_rules(tzid, named, rules, near)),
            (Some(named), None) => Ok(by_name(tzid, named)),
            (None, None) => offset(tzid).ok_or_else(|| unknown(tzid)),
        }
    }

    /// The clock of a place, whose VTIMEZONE may be out of date or wrong: then that is said, where it moves the event.
    fn at_place(&self, tzid: &str, named: Named, rules: &Rules, near: DateTime) -> Meaning {
        let zone = &named.zone;
        let moved = rules.instant(near) != zone.instant(near);
        let moves_later = || self.outline.repeats() && !likeness::is_like(zone, rules, near);
        if !moved && !moves_later() {
            return by_name(tzid, named);
        }
        let note =
            format!("the VTIMEZONE of {} says otherwise: the rules of {} are followed", Quoted(tzid), zone.name());
        Meaning { place: place(named.zone), note: Some(note) }
    }

    fn note(&self, what: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&what) {
            notes.push(what);
        }
    }
}

/// What a TZID means, and what its sender should know of that.
struct Meaning {
    place: Place,
    note: Option<String>,
}

impl From<Place> for Meaning {
    fn from(place: Place) -> Self {
        Self { place, note: None }
    }
}

fn by_name(tzid: &str, named: Named) -> Meaning {
    let note = (!named.exact).then(|| format!("the zone {} is taken for {}", Quoted(tzid), named.zone.name()));
    Meaning { place: place(named.zone), note }
}

/// What a VTIMEZONE says whose name is not that of a place.
fn by_rules(tzid: &str, named: Option<Named>, rules: Rules, near: DateTime) -> Meaning {
    let named = named.or_else(|| hinted(tzid, &rules, near));
    match named {
        Some(named) if likeness::is_like(&named.zone, &rules, near) => return by_name(tzid, named),
        _ => {}
    }
    if let Some(like) = likeness::zone(&rules, near) {
        let note = taken_for(tzid, &like);
        return Meaning { place: place(like.zone), note: Some(note) };
    }
    if let Some(Named { zone, .. }) = named.filter(|named| named.sort == Sort::Label) {
        let (tzid, name) = (Quoted(tzid), zone.name());
        let note = format!("no zone has the rules of the VTIMEZONE of {tzid}: those of {name} are followed");
        return Meaning { place: place(zone), note: Some(note) };
    }
    Meaning { place: Place::Custom(Rc::new(rules)), note: Some(in_utc(tzid)) }
}

/// The zone that a short name of Lotus Notes' would be (`Eastern`, which may be anywhere), where its VTIMEZONE has the same
/// offsets.
fn hinted(tzid: &str, rules: &Rules, near: DateTime) -> Option<Named> {
    let zone = Zone::named(windows::short(tzid)?)?;
    likeness::has_offsets(&zone, rules, near).then_some(Named { zone, sort: Sort::Label, exact: false })
}

fn taken_for(tzid: &str, like: &Like) -> String {
    let Like { zone, slips, until } = like;
    let (tzid, name) = (Quoted(tzid), zone.name());
    let same =
        if *slips { "which changes its clocks at another hour of the same nights" } else { "which has the same rules" };
    match until {
        Some(year) => format!(
            "the zone {tzid} is taken for {name}, {same}, until {year}: from then on those of {name} are followed"
        ),
        None => format!("the zone {tzid} is taken for {name}, {same}"),
    }
}

/// An offset that no zone of the world has kept to.
fn offset(tzid: &str) -> Option<Meaning> {
    let rules = Rules::fixed(offsets::offset(tzid)?)?;
    let note = in_utc(tzid);
    Some(Meaning { place: Place::Custom(Rc::new(rules)), note: Some(note) })
}

fn in_utc(tzid: &str) -> String {
    format!("the zone {} is none that calendars know: the event is written in UTC", Quoted(tzid))
}

fn unknown(tzid: &str) -> String {
    let tzid = Quoted(tzid);
    format!(
        "the zone {tzid} is not known, and no VTIMEZONE says what it is: send a name of the IANA database, such as \
         America/Guayaquil, or times in UTC"
    )
}

fn place(zone: Zone) -> Place {
    if is_utc(zone.name()) { Place::Utc } else { Place::Zone(zone) }
}

/// The zone that a name means by itself, exactly: of the IANA database, of Windows, a label of Outlook's, an offset that a
/// zone of the world keeps to.
pub fn zone(name: &str) -> Option<Zone> {
    let name = name.trim();
    names::zone(name).filter(|named| named.exact && name.len() <= MAX_ZONE_NAME).map(|named| named.zone)
}

/// The names of UTC; `GMT` is one, `GMT Standard Time` (London) is not.
pub fn is_utc(name: &str) -> bool {
    let name = name.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(name);
    let name = name.strip_prefix("Etc/").unwrap_or(name);
    ["UTC", "GMT", "Z", "UCT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"]
        .iter()
        .any(|utc| name.eq_ignore_ascii_case(utc))
}

/// The VTIMEZONE of a TZID.
fn definition<'o, 'a>(outline: &'o Outline<'a>, tzid: &str) -> Option<&'o Part<'a>> {
    outline.parts.iter().filter(|part| part.is("VTIMEZONE")).find(|part| {
        let named = outline.property(part, "TZID", 0).map(|line| line.value());
        named.is_some_and(|named| {
            let named = unescape(named);
            named.trim().trim_matches('"').eq_ignore_ascii_case(tzid)
        })
    })
}

/// The zone that a VTIMEZONE says it is (a property of libical's).
fn by_location(outline: &Outline<'_>, part: &Part<'_>) -> Option<Zone> {
    Zone::named(outline.property(part, "X-LIC-LOCATION", 0)?.value().trim())
}
