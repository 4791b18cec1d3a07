//! A [`Rule`] into its text.

use std::fmt::Write as _;

use super::words::{FREQUENCIES, WEEKDAYS};
use crate::calendar::{Rule, RuleEnd, Weekday};
use crate::ical::stamp;

/// Writes the value of an RRULE or EXRULE. What the standard takes for granted is left out.
pub fn write(rule: &Rule) -> String {
    let mut text = String::with_capacity(64);
    let _ = write!(text, "FREQ={}", name_of(&FREQUENCIES, rule.frequency));
    match &rule.end {
        RuleEnd::Never => {}
        RuleEnd::Count(count) => drop(write!(text, ";COUNT={count}")),
        RuleEnd::Until(until) => drop(write!(text, ";UNTIL={}", stamp::compact(until))),
    }
    if rule.interval != 1 {
        let _ = write!(text, ";INTERVAL={}", rule.interval);
    }
    let lists = [
        ("BYSECOND", &rule.by_second),
        ("BYMINUTE", &rule.by_minute),
        ("BYHOUR", &rule.by_hour),
        ("BYMONTHDAY", &rule.by_month_day),
        ("BYYEARDAY", &rule.by_year_day),
        ("BYWEEKNO", &rule.by_week_number),
        ("BYMONTH", &rule.by_month),
        ("BYSETPOS", &rule.by_set_position),
    ];
    for (name, list) in lists {
        write_list(&mut text, name, list.iter().map(i16::to_string));
    }
    write_list(
        &mut text,
        "BYDAY",
        rule.by_day.iter().map(|day| {
            let nth = day.nth.map(|nth| nth.to_string()).unwrap_or_default();
            format!("{nth}{}", name_of(&WEEKDAYS, day.weekday))
        }),
    );
    if rule.week_start != Weekday::Monday {
        let _ = write!(text, ";WKST={}", name_of(&WEEKDAYS, rule.week_start));
    }
    text
}

fn write_list(text: &mut String, name: &str, items: impl Iterator<Item = String>) {
    for (at, item) in items.enumerate() {
        let _ = if at == 0 { write!(text, ";{name}={item}") } else { write!(text, ",{item}") };
    }
}

fn name_of<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    words.iter().find(|(_, is)| *is == meaning).map_or("", |(word, _)| word)
}
