//! Offsets that stand where the name of a zone belongs: `GMT-0500`, `UTC+5:30`, `(GMT-03:00)`, `+02:00`.
//!
//! The sign is that of clocks: `GMT-0500` is five hours behind Greenwich, as people and RFC 5545 §3.3.14 write it. The
//! database's own `Etc/GMT+5` has it the other way round, and is a name like any other.

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
