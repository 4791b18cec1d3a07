//! The VTIMEZONE of an IANA zone, from jiff's rules (RFC 5545 §3.6.5).
//!
//! Most zones have long kept the rules that they have now: then two observances with an RRULE each, or one without,
//! say it all, and the text is the same for all events since. What an event needs of the time before is written change
//! by change. Zones whose future is no simple rule (Palestine's follows the moon; Egypt's last Thursday at 24:00 is now
//! and then the first of the next month) are written change by change up to 2100.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jiff::civil::{DateTime, Weekday};
use jiff::tz::{Dst, Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use crate::calendar::Zone;
use crate::ical::stamp::compact_reading;
use crate::ical::text::Lines;

/// Changes are listed up to this year; a rule has to hold for its last forty.
const LAST_YEAR: i16 = 2100;

/// The VTIMEZONE of a zone, right from `from` on.
pub(in crate::ical) fn component(zone: &Zone, from: Timestamp) -> Arc<str> {
    let known = known_zone(zone);
    if known.since.is_none_or(|since| since <= from) {
        known.text.clone()
    } else {
        known.history.write(zone.name(), from).into()
    }
}

/// What is kept of a zone: the text that serves every event since `since`.
struct Known {
    history: History,
    since: Option<Timestamp>,
    text: Arc<str>,
}

/// Zones are some hundred, so nothing is ever dropped.
fn known_zone(zone: &Zone) -> Arc<Known> {
    static KNOWN: LazyLock<RwLock<HashMap<String, Arc<Known>>>> = LazyLock::new(RwLock::default);
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(zone.name()) {
        return known.clone();
    }
    let history = History::of(zone.rules());
    let since = history.settled_since();
    let text = history.write(zone.name(), Timestamp::MAX).into();
    let known = Arc::new(Known { history, since, text });
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(zone.name().to_owned(), known.clone());
    known
}

/// One change of a zone's offset.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at: Timestamp,
    from: Offset,
    to: Offset,
    name: String,
    summer: bool,
}

impl Change {
    /// What the clocks show that are about to change.
    fn reading(&self) -> DateTime {
        self.from.to_datetime(self.at)
    }

    /// Whether two changes are of the same kind, so that one observance can hold both.
    fn is_like(&self, other: &Self) -> bool {
        (self.from, self.to, &self.name, self.summer) == (other.from, other.to, &other.name, other.summer)
    }
}

/// The days in a year of a change that comes each year: a day of the week, in a week that starts on one of the 1st to
/// the 25th of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Yearly {
    month: i8,
    weekday: Weekday,
    first_day: i8,
    month_length: i8,
}

/// All changes of a zone up to [`LAST_YEAR`], and those of them that follow the rules of its future.
struct History {
    before: (Offset, String),
    changes: Vec<Change>,
    /// The rules, and where in `changes` they begin to hold.
    yearly: Option<(usize, [Yearly; 2])>,
}

impl History {
    fn of(rules: &TimeZone) -> Self {
        let first = rules.to_offset_info(Timestamp::MIN);
        let before = (first.offset(), first.abbreviation().to_owned());
        let (mut offset, mut dst) = (first.offset(), first.dst());
        let mut changes = Vec::new();
        for change in rules.following(Timestamp::MIN) {
            if change.offset().to_datetime(change.timestamp()).year() > LAST_YEAR {
                break;
            }
            let (from, was) = (offset, dst);
            (offset, dst) = (change.offset(), change.dst());
            if from != offset {
                // Where the database counts winter as the exception (Ireland, Morocco) calendars expect summer.
                let summer = offset > from && (dst == Dst::Yes || was == Dst::Yes);
                let name = change.abbreviation().to_owned();
                changes.push(Change { at: change.timestamp(), from, to: offset, name, summer });
            }
        }
        let yearly = yearly(&changes);
        Self { before, changes, yearly }
    }

    /// Since when the text for the future serves; none when it always does.
    fn settled_since(&self) -> Option<Timestamp> {
        let first = match self.yearly {
            Some((since, _)) => self.changes.get(since),
            None => self.changes.last(),
        };
        first.map(|change| change.at)
    }

    /// The VTIMEZONE from the observance in force at `from` on.
    fn write(&self, name: &str, from: Timestamp) -> String {
        let mut lines = Lines::new();
        lines.push(&["BEGIN:VTIMEZONE"]);
        lines.push(&["TZID:", name]);
        let (settled, rules) = match self.yearly {
            Some((since, rules)) => (since, Some(rules)),
            None => (self.changes.len(), None),
        };
        let in_force = self.changes.partition_point(|change| change.at <= from);
        if in_force == 0 {
            self.write_before(&mut lines);
        }
        let single = self.changes.get(in_force.saturating_sub(1)..settled).unwrap_or_default();
        for changes in alike(single) {
            observance(&mut lines, &changes, None);
        }
        let ruled = self.changes.get(settled..).unwrap_or_default();
        for (change, rule) in ruled.iter().zip(rules.into_iter().flatten()) {
            observance(&mut lines, &[change], Some(rule));
        }
        lines.push(&["END:VTIMEZONE"]);
        lines.finish()
    }

    /// The time before the first change of all.
    fn write_before(&self, lines: &mut Lines) {
        let (offset, name) = &self.before;
        let offset = written(*offset);
        lines.push(&["BEGIN:STANDARD"]);
        lines.push(&["DTSTART:16010101T000000"]);
        lines.push(&["TZOFFSETFROM:", &offset]);
        lines.push(&["TZOFFSETTO:", &offset]);
        lines.push(&["TZNAME:", name]);
        lines.push(&["END:STANDARD"]);
    }
}

/// Changes of the same kind together, in the order of the first of each.
fn alike(changes: &[Change]) -> Vec<Vec<&Change>> {
    let mut kinds: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        match kinds.iter_mut().find(|kind| kind.first().is_some_and(|first| first.is_like(change))) {
            Some(kind) => kind.push(change),
            None => kinds.push(vec![change]),
        }
    }
    kinds
}

fn observance(lines: &mut Lines, changes: &[&Change], rule: Option<Yearly>) {
    let Some((first, others)) = changes.split_first() else { return };
    let kind = if first.summer { "DAYLIGHT" } else { "STANDARD" };
    lines.push(&["BEGIN:", kind]);
    lines.push(&["DTSTART:", &compact_reading(first.reading())]);
    lines.push(&["TZOFFSETFROM:", &written(first.from)]);
    lines.push(&["TZOFFSETTO:", &written(first.to)]);
    lines.push(&["TZNAME:", &first.name]);
    if let Some(rule) = rule {
        lines.push(&["RRULE:", &rule.written()]);
    }
    for other in others {
        lines.push(&["RDATE:", &compact_reading(other.reading())]);
    }
    lines.push(&["END:", kind]);
}

/// `+0200`; with seconds where a zone's time was that of its sun.
fn written(offset: Offset) -> String {
    let sign = if offset.seconds() < 0 { '-' } else { '+' };
    let all = offset.seconds().abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

/// The rules that the last forty years of changes follow, two a year, and since when all do.
fn yearly(changes: &[Change]) -> Option<(usize, [Yearly; 2])> {
    let tail = changes.get(changes.len().checked_sub(80)?..)?;
    let newest = tail.last()?.reading().year();
    if newest != LAST_YEAR || tail.first()?.reading().year() != LAST_YEAR - 39 {
        return None;
    }
    let halves = [0, 1].map(|half| tail.iter().skip(half).step_by(2).collect::<Vec<_>>());
    let [Some(one), Some(two)] = halves.map(|half| Yearly::of(&half)) else { return None };
    let model = |nth_from_end: usize| {
        if nth_from_end.is_multiple_of(2) { (two, tail.last()) } else { (one, tail.iter().rev().nth(1)) }
    };
    let fits = |(nth_from_end, change): &(usize, &Change)| {
        let (rule, like) = model(*nth_from_end);
        let year = LAST_YEAR - i16::try_from(nth_from_end / 2).unwrap_or(LAST_YEAR);
        let same_time =
            like.is_some_and(|like| like.is_like(change) && like.reading().time() == change.reading().time());
        same_time && rule.in_year(year) == Some(change.reading().date())
    };
    let ruled = changes.iter().rev().enumerate().take_while(fits).count();
    let since = changes.len() - ruled;
    let rules = if ruled % 2 == 0 { [one, two] } else { [two, one] };
    Some((since, rules))
}

impl Yearly {
    /// The rule that changes of successive years follow.
    fn of(changes: &[&Change]) -> Option<Self> {
        let dates: Vec<_> = changes.iter().map(|change| change.reading().date()).collect();
        let first = dates.first()?;
        let (month, weekday) = (first.month(), first.weekday());
        let like = changes.first()?;
        let same_time = |change: &&&Change| change.is_like(like) && change.reading().time() == like.reading().time();
        let same = dates.iter().all(|date| date.month() == month && date.weekday() == weekday);
        let (least, most) = (dates.iter().map(|date| date.day()).min()?, dates.iter().map(|date| date.day()).max()?);
        let whole = same && changes.iter().all(|change| same_time(&change)) && most - least == 6;
        whole.then_some(Self { month, weekday, first_day: least, month_length: first.days_in_month() })
    }

    fn in_year(self, year: i16) -> Option<jiff::civil::Date> {
        let start = jiff::civil::Date::new(year, self.month, self.first_day).ok()?;
        let wait = self.weekday.since(start.weekday());
        start.checked_add(i32::from(wait).days()).ok()
    }

    /// `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`, or with the seven days of the month that it can fall on.
    fn written(self) -> String {
        let day = match self.weekday {
            Weekday::Monday => "MO",
            Weekday::Tuesday => "TU",
            Weekday::Wednesday => "WE",
            Weekday::Thursday => "TH",
            Weekday::Friday => "FR",
            Weekday::Saturday => "SA",
            Weekday::Sunday => "SU",
        };
        let month = self.month;
        let (first, last) = (self.first_day, self.first_day + 6);
        if last == self.month_length && month != 2 {
            return format!("FREQ=YEARLY;BYMONTH={month};BYDAY=-1{day}");
        }
        if first % 7 == 1 {
            return format!("FREQ=YEARLY;BYMONTH={month};BYDAY={}{day}", first / 7 + 1);
        }
        let days: Vec<_> = (first..=last).map(|day| day.to_string()).collect();
        format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={};BYDAY={day}", days.join(","))
    }
}
