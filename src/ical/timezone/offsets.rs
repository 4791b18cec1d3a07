//! Offsets that stand where the name of a zone belongs: `GMT-0500`, `UTC+5:30`, `(GMT-03:00)`, `+02:00`.
//!
//! The sign is that of clocks: `GMT-0500` is five hours behind Greenwich, as people and RFC 5545 §3.3.14 write it. The
//! database's own `Etc/GMT+5` has it the other way round, and is a name like any other.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::windows;
use crate::calendar::Zone;

/// The seconds east of Greenwich that a text means; none when it is no offset, or one that no clock has.
pub(super) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(text).trim();
    let named = ["UTC", "GMT"].into_iter().find_map(|name| {
        let head = text.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name))?;
        text.get(head.len()..)
    });
    let rest = named.unwrap_or(text).trim();
    // A real minus sign, as typography has it, is one as well.
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits = rest.trim_start_matches(['+', '-', '\u{2212}']).trim();
    let (hours, minutes) = match digits.split_once([':', '.']) {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        // A number alone is not worth a zone: `+5` may be anything.
        None => (digits, if named.is_some() { "00" } else { return None }),
    };
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = (hours * 60 + minutes) * 60;
    (minutes < 60 && seconds <= 14 * 3_600).then_some(sign * seconds)
}

/// The zone of clocks that are always this far from UTC: the database's own for whole hours, else the place that has
/// kept to that offset and will (Kathmandu for +05:45).
pub(super) fn zone(seconds: i64) -> Option<Zone> {
    if seconds % 3_600 == 0 {
        // The names have the sign the other way round.
        return Zone::named(&format!("Etc/GMT{:+}", -seconds / 3_600));
    }
    windows::zones().filter_map(Zone::named).find(|zone| always(zone.rules(), seconds))
}

/// Whether clocks have been that far from UTC since 2000, and will be.
fn always(rules: &TimeZone, seconds: i64) -> bool {
    let since = Timestamp::from_second(946_684_800).unwrap_or_default();
    let offset = |at| i64::from(rules.to_offset(at).seconds());
    offset(since) == seconds
        && rules.following(since).take(200).all(|change| i64::from(change.offset().seconds()) == seconds)
}
