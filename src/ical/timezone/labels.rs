//! Zone labels as Outlook shows them to people: `(UTC-05:00) Bogota, Lima, Quito, Rio Branco`, in the language of the
//! sender's Windows, in any of the versions of thirty years.
//!
//! There is no table of them all. A label names an offset and places; a place whose standard time has that offset, or
//! had it when the label was made, is what it means. A place is a region that Windows uses, or a city of the IANA
//! database.

use jiff::tz::{self, Dst, TimeZone};

use super::{offsets, regions};
use crate::calendar::Zone;

/// The zone behind a label; none when it is no label, or names no place that is known with its offset.
pub(super) fn zone(label: &str) -> Option<Zone> {
    let (offset, places) = parts(label)?;
    let places = plain(places);
    if regions::begins(&places).any(|zone| zone == "UTC") {
        // `Coordinated Universal Time-11`.
        return offsets::zone(offset);
    }
    let whole = regions::begins(&places).map(str::to_owned);
    let cities = cities(&places).flat_map(known);
    let zones: Vec<Zone> = whole.chain(cities).filter_map(|name| Zone::named(&name)).collect();
    let now = zones.iter().find(|zone| standard_offset(zone.rules(), THIS_YEAR) == Some(offset));
    now.or_else(|| zones.iter().find(|zone| was_standard(zone.rules(), offset))).cloned()
}

/// The zone of a label that lost its offset, or never had one: a region as only Windows names it (`Pacific Time (US &
/// Canada)`), or several places that have one standard time (`Paris, Madrid`). One city alone says too little: there is
/// a Córdoba on either side of the Atlantic.
pub(super) fn places(label: &str) -> Option<Zone> {
    let places = plain(label);
    if places.contains(" time") || places.starts_with("hora ") {
        return regions::begins(&places).find_map(Zone::named);
    }
    let zones: Option<Vec<Zone>> =
        cities(&places).map(|city| known(city).find_map(|name| Zone::named(&name))).collect();
    let zones = zones.filter(|zones| zones.len() > 1)?;
    let mut offsets = zones.iter().map(|zone| standard_offset(zone.rules(), THIS_YEAR));
    let first = offsets.next()??;
    offsets.all(|offset| offset == Some(first)).then(|| zones.first().cloned())?
}

/// The offset in seconds and the places of `(UTC-05:00) Bogota, Lima`, `(GMT+01.00) Madrid/Paris`, `(UTC) Lisboa`,
/// `GMT -05:00 Lima`.
fn parts(label: &str) -> Option<(i64, &str)> {
    let label = label.trim();
    let (offset, places) = match label.strip_prefix('(') {
        Some(inside) => inside.split_once(')')?,
        None => label.split_at_checked(label.find(|c: char| c.is_ascii_digit())?).and_then(|(head, rest)| {
            let end = rest.find(char::is_whitespace)?;
            label.split_at_checked(head.len() + end)
        })?,
    };
    let name = offset.get(..3)?;
    if !name.eq_ignore_ascii_case("UTC") && !name.eq_ignore_ascii_case("GMT") {
        return None;
    }
    let is_zero = offset.trim().len() == 3;
    Some((if is_zero { 0 } else { offsets::offset(offset)? }, places.trim()))
}

/// Lower case, without accents.
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        '’' => '\'',
        c => c,
    };
    text.chars().flat_map(char::to_lowercase).map(letter).collect()
}

/// The places that a label lists.
fn cities(places: &str) -> impl Iterator<Item = &str> {
    places.split([',', '/', ';', '&']).map(str::trim).filter(|city| !city.is_empty())
}

/// The zones that a place of a label may lie in, by name.
fn known(city: &str) -> impl Iterator<Item = String> {
    regions::zones(city).map(str::to_owned).chain(with_city(city))
}

/// The zones of the IANA database that are named after a city.
fn with_city(city: &str) -> Vec<String> {
    let city = city.replace([' ', '-'], "_");
    let named_so = |name: &String| {
        let last = name.rsplit_once('/').map(|(_, last)| last.replace('-', "_"));
        last.is_some_and(|last| last.eq_ignore_ascii_case(&city))
    };
    tz::db().available().map(|name| name.to_string()).filter(named_so).collect()
}

/// The year whose rules count first.
const THIS_YEAR: i16 = 2026;

/// Whether an offset was the standard time in any of the years that labels were made in, or the time of all the year
/// (Santiago's -03:00 of 2015, Casablanca's +01:00 of 2019).
fn was_standard(rules: &TimeZone, offset: i64) -> bool {
    (1995..THIS_YEAR).any(|year| {
        let [winter, summer] = seasons(rules, year).map(|info| info.map(|(offset, _)| offset));
        standard_offset(rules, year) == Some(offset) || [winter, summer] == [Some(offset); 2]
    })
}

/// The offset in seconds outside of summer time, by the rules of a year.
fn standard_offset(rules: &TimeZone, year: i16) -> Option<i64> {
    // Ireland's standard time is its summer time by the letter; for labels it is winter's.
    seasons(rules, year)
        .into_iter()
        .flatten()
        .find(|(offset, dst)| *dst == Dst::No || *offset == 0)
        .map(|(offset, _)| offset)
}

/// The offsets in the middle of January and of July, and whether they are of summer time.
fn seasons(rules: &TimeZone, year: i16) -> [Option<(i64, Dst)>; 2] {
    [1, 7].map(|month| {
        let middle = jiff::civil::Date::new(year, month, 15).ok()?.at(0, 0, 0, 0);
        let info = rules.to_offset_info(TimeZone::UTC.to_timestamp(middle).ok()?);
        Some((i64::from(info.offset().seconds()), info.dst()))
    })
}
