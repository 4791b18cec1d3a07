//! Zone labels as Outlook shows them to people: `(UTC-05:00) Bogota, Lima, Quito, Rio Branco`, in the language of the
//! sender's Windows, in any of the versions of thirty years.
//!
//! There is no table of them all. A label names an offset and places; a place whose standard time has that offset is
//! what it means. A place is a region that Windows uses, or a city of the IANA database.

use jiff::tz::{Dst, TimeZone};
use jiff::{Timestamp, tz};

use crate::calendar::Zone;

/// The zone behind a label; none when it is no label, or names no place that is known with its offset.
pub(super) fn zone(label: &str) -> Option<Zone> {
    let (offset, places) = parts(label)?;
    let places = plain(places);
    let whole = REGIONS.iter().filter(|(region, _)| places.starts_with(region));
    let cities = places.split([',', '/', ';', '&']).map(str::trim).filter(|city| !city.is_empty());
    let cities = cities.flat_map(|city| {
        let region = REGIONS.iter().filter(move |(region, _)| *region == city).map(|(_, zone)| (*zone).to_owned());
        region.chain(with_city(city))
    });
    whole
        .map(|(_, zone)| (*zone).to_owned())
        .chain(cities)
        .filter_map(|name| Zone::named(&name))
        .find(|zone| standard_offset(zone.rules()) == Some(offset))
}

/// The offset in seconds and the places of `(UTC-05:00) Bogota, Lima`, `(GMT+01.00) Madrid/Paris`, `(UTC) Lisboa`.
fn parts(label: &str) -> Option<(i32, &str)> {
    let (offset, places) = label.trim().strip_prefix('(')?.split_once(')')?;
    let name = offset.get(..3)?;
    if !name.eq_ignore_ascii_case("UTC") && !name.eq_ignore_ascii_case("GMT") {
        return None;
    }
    let offset = offset.get(3..)?.trim();
    if offset.is_empty() {
        return Some((0, places.trim()));
    }
    // A real minus sign, as typography has it, is one as well.
    let digits = offset.trim_start_matches(['+', '-', '\u{2212}']);
    let sign = if offset.starts_with('+') { 1 } else { -1 };
    let (hours, minutes) = digits.split_once([':', '.'])?;
    let seconds = hours.parse::<i32>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?.checked_mul(60)?;
    (seconds <= 15 * 3_600).then_some((sign * seconds, places.trim()))
}

/// Lower case, without accents.
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c => c,
    };
    text.chars().flat_map(char::to_lowercase).map(letter).collect()
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

/// The offset in seconds outside of summer time, by the rules of 2026.
fn standard_offset(rules: &TimeZone) -> Option<i32> {
    // 15 January and 15 July 2026.
    [1_768_435_200, 1_784_073_600].into_iter().find_map(|at| {
        let info = rules.to_offset_info(Timestamp::from_second(at).ok()?);
        // Ireland's standard time is its summer time by the letter; for labels it is winter's.
        (info.dst() == Dst::No || info.offset().seconds() == 0).then(|| info.offset().seconds())
    })
}

/// Places of Windows labels that are not cities of the IANA database, in English and Spanish, without accents.
const REGIONS: [(&str, &str); 66] = [
    ("abu dhabi", "Asia/Dubai"),
    ("alaska", "America/Anchorage"),
    ("arizona", "America/Phoenix"),
    ("astana", "Asia/Almaty"),
    ("atlantic time", "America/Halifax"),
    ("baja california", "America/Tijuana"),
    ("beijing", "Asia/Shanghai"),
    ("pekin", "Asia/Shanghai"),
    ("bern", "Europe/Zurich"),
    ("berna", "Europe/Zurich"),
    ("brasilia", "America/Sao_Paulo"),
    ("bruselas", "Europe/Brussels"),
    ("cabo verde", "Atlantic/Cape_Verde"),
    ("canberra", "Australia/Sydney"),
    ("cape verde", "Atlantic/Cape_Verde"),
    ("central america", "America/Guatemala"),
    ("america central", "America/Guatemala"),
    ("central time", "America/Chicago"),
    ("hora central", "America/Chicago"),
    ("chennai", "Asia/Kolkata"),
    ("copenhague", "Europe/Copenhagen"),
    ("coordinated universal time", "UTC"),
    ("hora universal coordinada", "UTC"),
    ("easter island", "Pacific/Easter"),
    ("isla de pascua", "Pacific/Easter"),
    ("eastern time", "America/New_York"),
    ("hora del este", "America/New_York"),
    ("edimburgo", "Europe/London"),
    ("edinburgh", "Europe/London"),
    ("estambul", "Europe/Istanbul"),
    ("greenland", "America/Nuuk"),
    ("groenlandia", "America/Nuuk"),
    ("greenwich mean time", "Europe/London"),
    ("harare", "Africa/Harare"),
    ("hawaii", "Pacific/Honolulu"),
    ("indiana (east)", "America/Indiana/Indianapolis"),
    ("indiana (este)", "America/Indiana/Indianapolis"),
    ("islamabad", "Asia/Karachi"),
    ("la habana", "America/Havana"),
    ("lisboa", "Europe/Lisbon"),
    ("londres", "Europe/London"),
    ("moscu", "Europe/Moscow"),
    ("mountain time", "America/Denver"),
    ("hora de las montanas", "America/Denver"),
    ("mumbai", "Asia/Kolkata"),
    ("new delhi", "Asia/Kolkata"),
    ("nueva delhi", "Asia/Kolkata"),
    ("newfoundland", "America/St_Johns"),
    ("terranova", "America/St_Johns"),
    ("osaka", "Asia/Tokyo"),
    ("pacific time", "America/Los_Angeles"),
    ("hora del pacifico", "America/Los_Angeles"),
    ("pretoria", "Africa/Johannesburg"),
    ("quito", "America/Guayaquil"),
    ("rangoon", "Asia/Yangon"),
    ("roma", "Europe/Rome"),
    ("salvador", "America/Bahia"),
    ("saskatchewan", "America/Regina"),
    ("solomon is.", "Pacific/Guadalcanal"),
    ("sri jayawardenepura", "Asia/Colombo"),
    ("st. petersburg", "Europe/Moscow"),
    ("tijuana", "America/Tijuana"),
    ("viena", "Europe/Vienna"),
    ("volgogrado", "Europe/Volgograd"),
    ("wellington", "Pacific/Auckland"),
    ("west central africa", "Africa/Lagos"),
];
