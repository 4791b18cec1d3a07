//! The zone that a TZID names by itself.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::{labels, localized, offsets, windows};
use crate::calendar::Zone;

/// What a TZID names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) zone: Zone,
    pub(super) sort: Sort,
    /// Whether it is the name of that zone, not just something that can mean nothing else.
    pub(super) exact: bool,
}

/// How much a name weighs against a VTIMEZONE that says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A place, by a name that is made for programs: the clock there is meant, whatever the VTIMEZONE says.
    Place,
    /// Places as people read them. A VTIMEZONE that is some other zone's counts more; one that is nobody's does not.
    Label,
    /// An offset, or what is known for one (`EST`): the VTIMEZONE counts.
    Offset,
}

/// The zone that a TZID names.
///
/// Every event names a zone and most name the same few, so answers are kept: up to a number, so that made-up names
/// can't fill the memory, and for good names only.
pub(super) fn zone(tzid: &str) -> Option<Named> {
    const MOST: usize = 1_000;
    static KNOWN: LazyLock<RwLock<HashMap<String, Named>>> = LazyLock::new(RwLock::default);
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

fn look_up(tzid: &str) -> Option<Named> {
    let named = |zone: Zone, sort, exact| Some(Named { zone, sort, exact });
    if let Some((zone, sort)) = iana(tzid) {
        return named(zone, sort, true);
    }
    if let Some(zone) = windows::iana(tzid).or_else(|| localized::iana(tzid)) {
        return named(Zone::named(zone)?, Sort::Place, true);
    }
    if let Some(seconds) = offsets::offset(tzid) {
        return named(offsets::zone(seconds)?, Sort::Offset, true);
    }
    if let Some(zone) = labels::zone(tzid) {
        return named(zone, Sort::Label, true);
    }
    if let Some((zone, sort)) = misspelt(tzid) {
        return named(zone, sort, false);
    }
    named(labels::places(tzid)?, Sort::Label, false)
}

/// A name of the IANA database. One of a place (`Area/City`) means the clock there.
fn listed(name: &str) -> Option<(Zone, Sort)> {
    let zone = Zone::named(name)?;
    let is_place = name.contains('/') && !name.to_ascii_lowercase().starts_with("etc/");
    Some((zone, if is_place { Sort::Place } else { Sort::Offset }))
}

/// An IANA name; after the solidus that RFC 5545 §3.8.3.1 puts before names of a registry; behind a vendor's prefix:
/// `/freeassociation.sourceforge.net/Tzfile/Europe/Madrid`, `/citadel.org/20210210_1/PRC`, `posix/Europe/Vaduz`.
fn iana(tzid: &str) -> Option<(Zone, Sort)> {
    let global = tzid.strip_prefix('/');
    let mut rest = global.unwrap_or(tzid);
    if let Some(zone) = listed(rest) {
        return Some(zone);
    }
    // A single word behind a prefix is a zone's only where the prefix is some registry's: `Office/Japan` is not.
    let registry = global.is_some() && rest.split_once('/').is_some_and(|(host, _)| host.contains('.'));
    while let Some((_, after)) = rest.split_once('/') {
        if let Some(zone) = listed(after).filter(|_| after.contains('/') || registry) {
            return Some(zone);
        }
        rest = after;
    }
    None
}

/// An IANA name as scripts and old programs spell it: `US-Eastern`, `Europe_Berlin`, `America/New York`,
/// `Europe\/Madrid`.
fn misspelt(tzid: &str) -> Option<(Zone, Sort)> {
    let text = tzid.trim_matches(['"', '\'']).replace('\\', "").replace("%2F", "/").trim().replace(' ', "_");
    let parted = |by: char| text.split_once(by).map(|(area, city)| format!("{area}/{city}"));
    [Some(text.clone()), parted('-'), parted('_')].into_iter().flatten().find_map(|name| iana(&name))
}
