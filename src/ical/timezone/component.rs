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

use crate::calendar::{self, ByDay, Frequency, Rule, When, Zone};
use crate::ical::content_line::{ContentLine, Head, Lines};

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
        lines.push(&ContentLine::begin("VTIMEZONE"));
        lines.push(&Head::of("TZID").text(name));
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
        lines.push(&ContentLine::end("VTIMEZONE"));
        lines.finish()
    }

    /// The time before the first change of all.
    fn write_before(&self, lines: &mut Lines) {
        let (offset, name) = &self.before;
        lines.push(&ContentLine::begin("STANDARD"));
        lines.push(&Head::of("DTSTART").when(&When::Floating(jiff::civil::datetime(1601, 1, 1, 0, 0, 0, 0))));
        lines.push(&Head::of("TZOFFSETFROM").offset(*offset));
        lines.push(&Head::of("TZOFFSETTO").offset(*offset));
        lines.push(&Head::of("TZNAME").text(name));
        lines.push(&ContentLine::end("STANDARD"));
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
    lines.push(&ContentLine::begin(kind));
    lines.push(&Head::of("DTSTART").when(&When::Floating(first.reading())));
    lines.push(&Head::of("TZOFFSETFROM").offset(first.from));
    lines.push(&Head::of("TZOFFSETTO").offset(first.to));
    lines.push(&Head::of("TZNAME").text(&first.name));
    if let Some(rule) = rule {
        lines.push(&Head::of("RRULE").rule(&rule.rule()));
    }
    for other in others {
        lines.push(&Head::of("RDATE").when(&When::Floating(other.reading())));
    }
    lines.push(&ContentLine::end(kind));
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
    fn rule(self) -> Rule {
        let weekday = match self.weekday {
            Weekday::Monday => calendar::Weekday::Monday,
            Weekday::Tuesday => calendar::Weekday::Tuesday,
            Weekday::Wednesday => calendar::Weekday::Wednesday,
            Weekday::Thursday => calendar::Weekday::Thursday,
            Weekday::Friday => calendar::Weekday::Friday,
            Weekday::Saturday => calendar::Weekday::Saturday,
            Weekday::Sunday => calendar::Weekday::Sunday,
        };
        let (first, last) = (self.first_day, self.first_day + 6);
        let (nth, days) = if last == self.month_length && self.month != 2 {
            (Some(-1), Vec::new())
        } else if first % 7 == 1 {
            (Some(first / 7 + 1), Vec::new())
        } else {
            (None, (first..=last).map(i16::from).collect())
        };
        Rule {
            by_month: vec![i16::from(self.month)],
            by_month_day: days,
            by_day: vec![ByDay { nth, weekday }],
            ..Rule::every(Frequency::Yearly)
        }
    }
}
