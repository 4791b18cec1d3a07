//! The text of a rule into a [`Rule`].

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::words::{FREQUENCIES, WEEKDAYS};
use crate::calendar::{ByDay, Frequency, Rule, RuleEnd, When};
use crate::ical::limits::{MAX_PER_DAY, YEARS};
use crate::ical::written::Written;
use crate::quoted::Quoted;

/// What a rule's text says; both ends at once are left to the caller.
pub(in crate::ical) struct Read {
    /// The rule; where both ends are given, it carries UNTIL.
    pub(in crate::ical) rule: Rule,
    /// COUNT, where UNTIL is given as well.
    pub(in crate::ical) count_too: Option<u32>,
    /// What had to be repaired, in words for who sent it.
    pub(in crate::ical) notes: Vec<String>,
}

/// Reads the value of an RRULE or EXRULE of a series that starts at `start`.
///
/// # Errors
/// When it is no rule, or one that floods a calendar.
pub(in crate::ical) fn read(text: &str, start: &When) -> Result<Read, String> {
    let mut parts = Parts {
        start,
        rule: Rule::every(Frequency::Daily),
        frequency: None,
        count: None,
        until: None,
        seen: Vec::new(),
        notes: Vec::new(),
    };
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("{} is not part of a rule", Quoted(part)))?;
        parts.take(name.trim(), value.trim())?;
    }
    parts.finish()
}

struct Parts<'a> {
    start: &'a When,
    rule: Rule,
    frequency: Option<Frequency>,
    count: Option<u32>,
    until: Option<When>,
    /// Each part's name and value so far.
    seen: Vec<(String, String)>,
    notes: Vec<String>,
}

impl Parts<'_> {
    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let (name, value) = (name.to_ascii_uppercase(), value.to_ascii_uppercase());
        if self.is_known(&name, &value)? {
            return Ok(());
        }
        let (name, value) = (name.as_str(), value.as_str());
        let rule = &mut self.rule;
        match name {
            "FREQ" => self.frequency = Some(word(&FREQUENCIES, name, value)?),
            "INTERVAL" => rule.interval = number(name, value, 1..=10_000)?,
            "COUNT" if value == "-1" => self.notes.push("COUNT=-1 is read as a rule without end".to_owned()),
            "COUNT" => self.count = Some(number(name, value, 1..=100_000)?),
            "UNTIL" => self.until = self.read_until(value)?,
            "WKST" => rule.week_start = word(&WEEKDAYS, name, value)?,
            "BYSECOND" => rule.by_second = numbers(name, value, 0..=60)?,
            "BYMINUTE" => rule.by_minute = numbers(name, value, 0..=59)?,
            "BYHOUR" => rule.by_hour = numbers(name, value, 0..=23)?,
            "BYDAY" => rule.by_day = days(value)?,
            "BYMONTHDAY" => rule.by_month_day = signed(name, value, 31)?,
            "BYYEARDAY" => rule.by_year_day = signed(name, value, 366)?,
            "BYWEEKNO" => rule.by_week_number = signed(name, value, 53)?,
            "BYMONTH" => rule.by_month = numbers(name, value, 1..=12)?,
            "BYSETPOS" => rule.by_set_position = signed(name, value, 366)?,
            "RSCALE" if value == "GREGORIAN" => {}
            "RSCALE" => return Err(format!("rules by the calendar {} are not supported", Quoted(value))),
            // OMIT is what a rule without RSCALE does anyway (RFC 7529 §4.1).
            "SKIP" if value == "OMIT" => {}
            other if other.starts_with("X-") => {}
            other => return Err(format!("{} is not a part of rules that is known", Quoted(other))),
        }
        Ok(())
    }

    /// Whether a part stands there already with the same value.
    fn is_known(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match self.seen.iter().find(|(known, _)| known == name) {
            Some((_, before)) if before == value || name.starts_with("X-") => Ok(true),
            Some(_) => Err(format!("{:#} stands twice, with two values", Quoted(name))),
            None => {
                self.seen.push((name.to_owned(), value.to_owned()));
                Ok(false)
            }
        }
    }

    /// UNTIL; none where it means no end: Microsoft writes the year 1 for that, others the end of time.
    fn read_until(&mut self, text: &str) -> Result<Option<When>, String> {
        let written = Written::of_any_year(text).map_err(|reason| format!("UNTIL: {reason}"))?;
        let year = written.reading().year();
        if year <= 1 || year > *YEARS.end() {
            self.notes.push(format!("UNTIL={:#} is read as a rule without end", Quoted(text)));
            return Ok(None);
        }
        if year < *YEARS.start() {
            return Err(format!("UNTIL={}: the year is out of bounds", Quoted(text)));
        }
        if let Some(repaired) = written.repaired() {
            self.notes.push(format!("UNTIL={} is read as {repaired}", Quoted(text)));
        }
        let time = written.reading().time();
        let at_an_edge = time == Time::midnight() || time == Time::constant(23, 59, 59, 0);
        if self.start.is_date() && !at_an_edge {
            let what =
                "UNTIL gives a time for an event of whole days: its date counts, and the last day may be missing";
            self.notes.push(what.to_owned());
        }
        until(written, self.start).map(Some)
    }

    fn finish(self) -> Result<Read, String> {
        let Self { mut rule, frequency, count, until, start, seen: _, notes } = self;
        rule.frequency = frequency.ok_or("the rule has no FREQ")?;
        let count_too = count.filter(|_| until.is_some());
        rule.end = match (until, count) {
            (Some(until), _) => RuleEnd::Until(until),
            (None, Some(count)) => RuleEnd::Count(count),
            (None, None) => RuleEnd::Never,
        };
        if start.is_date() {
            // RFC 5545 §3.3.10: times of day are ignored among dates.
            rule.by_hour.clear();
            rule.by_minute.clear();
            rule.by_second.clear();
        }
        check_rate(&rule, start)?;
        check_parts(&rule)?;
        Ok(Read { rule, count_too, notes })
    }
}

/// UNTIL, brought to what the start asks for: a date for dates, an instant for zoned times and instants, a reading for
/// floating times (RFC 5545 §3.3.10). A date among times means the end of that day.
fn until(written: Written, start: &When) -> Result<When, String> {
    let is_date = written.whole_day().is_some();
    let reading =
        if is_date { written.reading().date().to_datetime(Time::constant(23, 59, 59, 0)) } else { written.reading() };
    let instant = match start {
        When::Date(_) => return Ok(When::Date(reading.date())),
        When::Floating(_) => return Ok(When::Floating(reading)),
        When::Zoned { zone, .. } => written.instant().or_else(|| zone.instant(reading)),
        When::Utc(_) => written.instant().or_else(|| TimeZone::UTC.to_timestamp(reading).ok()),
    };
    instant.map(When::Utc).ok_or_else(|| "UNTIL is out of bounds".to_owned())
}

fn word<T: Copy>(words: &[(&str, T)], name: &str, value: &str) -> Result<T, String> {
    words
        .iter()
        .find(|(word, _)| value.eq_ignore_ascii_case(word))
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| format!("{name}={} is not known", Quoted(value)))
}

fn number(name: &str, value: &str, bounds: std::ops::RangeInclusive<u32>) -> Result<u32, String> {
    value
        .parse()
        .ok()
        .filter(|number| bounds.contains(number))
        .ok_or_else(|| format!("{name}={} is not a number from {} to {}", Quoted(value), bounds.start(), bounds.end()))
}

fn numbers(name: &str, value: &str, bounds: std::ops::RangeInclusive<i16>) -> Result<Vec<i16>, String> {
    list(value, |item| written(item, bounds.end().to_string().len()).filter(|number| bounds.contains(number)))
        .ok_or_else(|| format!("{name}={}: from {} to {}, please", Quoted(value), bounds.start(), bounds.end()))
}

fn signed(name: &str, value: &str, most: i16) -> Result<Vec<i16>, String> {
    list(value, |item| written(item, most.to_string().len()).filter(|number| (1..=most).contains(&number.abs())))
        .ok_or_else(|| format!("{name}={}: from 1 to {most} or -{most} to -1, please", Quoted(value)))
}

fn days(value: &str) -> Result<Vec<ByDay>, String> {
    list(value, |item| {
        let (nth, day) = item.split_at_checked(item.len().checked_sub(2)?)?;
        let weekday = word(&WEEKDAYS, "BYDAY", day).ok()?;
        let nth = match nth {
            "" => None,
            nth => Some(i8::try_from(written(nth, 2)?).ok().filter(|nth| (1..=53).contains(&nth.unsigned_abs()))?),
        };
        Some(ByDay { nth, weekday })
    })
    .ok_or_else(|| format!("BYDAY={} is not a list of days", Quoted(value)))
}

/// A number of at most so many digits, as the standard has it: `012` may have been 1, 12 or 01.
fn written(item: &str, most_digits: usize) -> Option<i16> {
    let digits = item.strip_prefix(['+', '-']).unwrap_or(item);
    item.parse().ok().filter(|_| digits.len() <= most_digits)
}

/// The items of a list, sorted, each once.
fn list<T: Ord>(value: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut items = value.split(',').map(|text| item(text.trim())).collect::<Option<Vec<T>>>()?;
    items.sort_unstable();
    items.dedup();
    Some(items)
}

/// Refuses rules that would fill a person's calendar.
fn check_rate(rule: &Rule, start: &When) -> Result<(), String> {
    if start.is_date() && rule.frequency < Frequency::Daily {
        return Err("a whole day can't happen more than once a day".to_owned());
    }
    let interval = u64::from(rule.interval);
    let times = |list: &[i16], every: u64| u64::try_from(list.len()).ok().filter(|&n| n > 0).unwrap_or(every);
    let (hours, minutes, seconds) = (&rule.by_hour, &rule.by_minute, &rule.by_second);
    let a_day = match rule.frequency {
        Frequency::Secondly => 86_400 / interval,
        Frequency::Minutely => 1_440 * times(seconds, 1) / interval,
        Frequency::Hourly => 24 * times(minutes, 1) * times(seconds, 1) / interval,
        _ => times(hours, 1) * times(minutes, 1) * times(seconds, 1),
    };
    if a_day > MAX_PER_DAY {
        return Err(format!("the rule happens {a_day} times a day; {MAX_PER_DAY} are accepted"));
    }
    Ok(())
}

/// The combinations that RFC 5545 §3.3.10 rules out, and strict servers refuse.
fn check_parts(rule: &Rule) -> Result<(), String> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let frequency = rule.frequency;
    let numbered = rule.by_day.iter().any(|day| day.nth.is_some());
    let counts_days = match frequency {
        Monthly => true,
        Yearly => rule.by_week_number.is_empty(),
        _ => false,
    };
    let wrong = if numbered && !counts_days {
        Some("BYDAY counts days (as in 2MO), which only MONTHLY and YEARLY rules can")
    } else if !rule.by_month_day.is_empty() && frequency == Weekly {
        Some("BYMONTHDAY has no meaning in a WEEKLY rule")
    } else if !rule.by_year_day.is_empty() && matches!(frequency, Daily | Weekly | Monthly) {
        Some("BYYEARDAY has no meaning in a DAILY, WEEKLY or MONTHLY rule")
    } else if !rule.by_week_number.is_empty() && frequency != Yearly {
        Some("BYWEEKNO has a meaning in YEARLY rules only")
    } else if !rule.by_set_position.is_empty() && !has_set(rule) {
        Some("BYSETPOS needs another BY part to choose from")
    } else {
        None
    };
    wrong.map_or(Ok(()), |reason| Err(reason.to_owned()))
}

fn has_set(rule: &Rule) -> bool {
    let lists = [
        &rule.by_second,
        &rule.by_minute,
        &rule.by_hour,
        &rule.by_month_day,
        &rule.by_year_day,
        &rule.by_week_number,
        &rule.by_month,
    ];
    !rule.by_day.is_empty() || lists.iter().any(|list| !list.is_empty())
}
