//! What a good value is, after the grammars of RFC 5545 §3.3.

pub(super) fn all_digits(text: &str, many: std::ops::RangeInclusive<usize>) -> bool {
    many.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// §3.3.4.
pub(super) fn is_date(text: &str) -> bool {
    all_digits(text, 8..=8)
}

/// §3.3.5, or a date where both are taken.
pub(super) fn is_point(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    is_date(&text) || is_date_time(&text)
}

pub(super) fn is_date_time(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let time = |time: &str| all_digits(time.strip_suffix('Z').unwrap_or(time), 6..=6);
    text.split_once('T').is_some_and(|(day, at)| is_date(day) && time(at))
}

pub(super) fn is_points(text: &str) -> bool {
    text.split(',').all(is_point)
}

pub(super) fn is_dates(text: &str) -> bool {
    text.split(',').all(is_date)
}

/// §3.3.9.
pub(super) fn is_periods(text: &str) -> bool {
    let one = |text: &str| {
        text.split_once('/').is_some_and(|(from, to)| is_date_time(from) && (is_date_time(to) || is_length(to)))
    };
    text.split(',').all(one)
}

/// §3.3.6.
pub(super) fn is_length(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let Some(rest) = text.strip_prefix(['+', '-']).unwrap_or(&text).strip_prefix('P') else { return false };
    let part = |text: &str, unit: char| text.strip_suffix(unit).is_some_and(|number| all_digits(number, 1..=9));
    // Takes "12H" off the front.
    let take = |text: &str, unit: char| {
        text.split_once(unit).filter(|(number, _)| all_digits(number, 1..=9)).map(|(_, rest)| rest.to_owned())
    };
    let seconds = |text: &str| part(text, 'S');
    let minutes = |text: &str| take(text, 'M').is_some_and(|rest| rest.is_empty() || seconds(&rest));
    let hours = |text: &str| take(text, 'H').is_some_and(|rest| rest.is_empty() || minutes(&rest));
    let time = |text: &str| text.strip_prefix('T').is_some_and(|time| hours(time) || minutes(time) || seconds(time));
    let days = |text: &str| take(text, 'D').is_some_and(|rest| rest.is_empty() || time(&rest));
    part(rest, 'W') || days(rest) || time(rest)
}

/// §3.3.14.
pub(super) fn is_offset(text: &str) -> bool {
    text.strip_prefix(['+', '-']).is_some_and(|digits| all_digits(digits, 4..=4) || all_digits(digits, 6..=6))
}

pub(super) fn is_number(text: &str) -> bool {
    all_digits(text.strip_prefix('+').unwrap_or(text), 1..=9)
}

/// §3.3.10.
pub(super) fn is_rule(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let parts: Option<Vec<(&str, &str)>> = text.split(';').map(|part| part.split_once('=')).collect();
    let Some(parts) = parts else { return false };
    let mut names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let once = names.windows(2).all(|two| two[0] != two[1]);
    let both_ends = names.contains(&"COUNT") && names.contains(&"UNTIL");
    once && !both_ends && names.contains(&"FREQ") && parts.iter().all(|(name, value)| is_part(name, value))
}

pub(super) fn is_part(name: &str, value: &str) -> bool {
    const DAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    let list = |most: usize, signed: bool| {
        value.split(',').all(|one| {
            let digits = if signed { one.strip_prefix(['+', '-']).unwrap_or(one) } else { one };
            all_digits(digits, 1..=most)
        })
    };
    let day = |one: &str| {
        let at = one.len().saturating_sub(2);
        let (nth, day) = one.split_at_checked(at).unwrap_or(("", ""));
        DAYS.contains(&day) && (nth.is_empty() || all_digits(nth.strip_prefix(['+', '-']).unwrap_or(nth), 1..=2))
    };
    match name {
        "FREQ" => ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(&value),
        "INTERVAL" | "COUNT" => all_digits(value, 1..=9),
        "UNTIL" => is_point(value),
        "WKST" => DAYS.contains(&value),
        "BYDAY" => value.split(',').all(day),
        "BYSECOND" | "BYMINUTE" | "BYHOUR" | "BYMONTH" => list(2, false),
        "BYMONTHDAY" | "BYWEEKNO" => list(2, true),
        "BYYEARDAY" | "BYSETPOS" => list(3, true),
        _ => false,
    }
}
