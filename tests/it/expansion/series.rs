//! Series by the dice: rules of every kind, dates that are added and excepted, occurrences that move, are called off, or change
//! all that follow, in zones whose clocks change at odd hours.

use fastrand::Rng;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use pasarela::calendar::{When, Zone};
use pasarela::instances::{self, Range};
use pasarela::reading;

use super::{Case, PLENTY};

const ZONES: &[&str] = &[
    "Europe/Madrid",
    "America/New_York",
    "America/Santiago",
    "America/Guayaquil",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Pacific/Auckland",
];
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// How the points of a series are written.
#[derive(Clone, Copy)]
enum Clock {
    Days,
    Floating,
    Utc,
    Zone(&'static str),
}

impl Clock {
    fn of(dice: &mut Rng) -> Self {
        match dice.u8(0..10) {
            0 | 1 => Self::Days,
            2 => Self::Floating,
            3 | 4 => Self::Utc,
            _ => Self::Zone(one(dice, ZONES)),
        }
    }

    /// Parameters and value of a property.
    fn write(self, at: DateTime) -> String {
        let (day, time) = (at.strftime("%Y%m%d"), at.strftime("%Y%m%dT%H%M%S"));
        match self {
            Self::Days => format!(";VALUE=DATE:{day}"),
            Self::Floating => format!(":{time}"),
            Self::Utc => format!(":{time}Z"),
            Self::Zone(zone) => format!(";TZID={zone}:{time}"),
        }
    }
}

fn one<T: Copy>(dice: &mut Rng, of: &[T]) -> T {
    of[dice.usize(..of.len())]
}

/// Some numbers, each once.
fn some(dice: &mut Rng, most: usize, from: std::ops::RangeInclusive<i32>, signed: bool) -> String {
    let mut numbers: Vec<i32> = (0..dice.usize(1..=most)).map(|_| dice.i32(from.clone())).collect();
    if signed {
        numbers.iter_mut().filter(|_| dice.bool()).for_each(|number| *number = -*number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().map(i32::to_string).collect::<Vec<_>>().join(",")
}

/// The series of a seed; none where its text is refused.
pub(super) fn case(seed: u64) -> Option<Case> {
    let dice = &mut Rng::with_seed(seed);
    let clock = Clock::of(dice);
    let frequency = match clock {
        Clock::Days => one(dice, &["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        _ => {
            one(dice, &["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "HOURLY", "MINUTELY", "SECONDLY"])
        }
    };
    let often = matches!(frequency, "HOURLY" | "MINUTELY" | "SECONDLY");
    let start = start(dice, often);
    let mut lines = format!("DTSTART{}\n{}\n", clock.write(start), length(dice, clock, start));
    if dice.u8(0..20) > 0 {
        lines += &format!("RRULE:{}\n", rule(dice, clock, frequency, start));
    }
    if dice.u8(0..20) == 0 {
        lines += &format!(
            "EXRULE:FREQ={frequency};INTERVAL={}\n",
            dice.u8(2..4) as u32 * if frequency.len() > 7 { 900 } else { 1 }
        );
    }
    for _ in 0..dice.usize(..3) {
        lines += &format!("RDATE{}\n", clock.write(start + SignedDuration::from_hours(dice.i64(-100..9_000))));
    }
    let home = Zone::named(one(dice, ZONES))?;
    let changes = changes(dice, clock, &text(&lines, ""), &home);
    let text = text(&(lines + &changes.0), &changes.1);
    let event = reading::ical(&text).ok()?.event;
    Some(Case { name: format!("s{seed:05}"), text, event, home, ranges: ranges(dice, start, often) })
}

fn text(lines: &str, more: &str) -> String {
    let text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\n{lines}END:VEVENT\n{more}END:VCALENDAR\n"
    );
    text.replace('\n', "\r\n")
}

fn start(dice: &mut Rng, often: bool) -> DateTime {
    let first = if often { date(2026, 1, 1) } else { date(2016, 1, 1) };
    let day: Date = first + dice.i64(0..if often { 400 } else { 4_000 }).days();
    let time = match dice.u8(0..6) {
        0 => Time::midnight(),
        1 => Time::constant(2, 30, 0, 0),
        2 => Time::constant(0, 30, 0, 0),
        3 => Time::constant(23, 45, 0, 0),
        _ => Time::new(dice.i8(0..24), one(dice, &[0, 15, 30]), 0, 0).unwrap(),
    };
    day.to_datetime(time)
}

/// How long it lasts: nothing, some hours, over midnight, days.
fn length(dice: &mut Rng, clock: Clock, start: DateTime) -> String {
    if let Clock::Days = clock {
        return format!("DTEND{}", clock.write(start + dice.i64(1..5).days()));
    }
    match dice.u8(0..8) {
        0 => "SUMMARY:no length".to_owned(),
        1 => format!("DTEND:{}Z", (start + SignedDuration::from_hours(40)).strftime("%Y%m%dT%H%M%S")),
        2 => "DURATION:P2D".to_owned(),
        3 => "DURATION:P1DT3H".to_owned(),
        4 => format!("DTEND{}", clock.write(start + 20.days())),
        _ => format!("DTEND{}", clock.write(start + SignedDuration::from_mins(one(dice, &[15, 30, 60, 150, 600])))),
    }
}

fn rule(dice: &mut Rng, clock: Clock, frequency: &str, start: DateTime) -> String {
    let mut parts = vec![format!("FREQ={frequency}")];
    let interval = match frequency {
        "SECONDLY" => one(dice, &[900, 3_600, 5_000, 86_400]),
        "MINUTELY" => one(dice, &[15, 60, 77, 1_440]),
        _ => one(dice, &[1, 1, 1, 2, 3, 5]),
    };
    if interval > 1 {
        parts.push(format!("INTERVAL={interval}"));
    }
    let yearly = frequency == "YEARLY";
    let mut says = |dice: &mut Rng, of_ten: u8, name: &str, value: &dyn Fn(&mut Rng) -> String| {
        let is = dice.u8(0..20) < of_ten;
        if is {
            parts.push(format!("{name}={}", value(dice)));
        }
        is
    };
    let mut chooses = says(dice, 3, "BYMONTH", &|dice| some(dice, 4, 1..=12, false));
    let weeks = yearly && says(dice, 2, "BYWEEKNO", &|dice| some(dice, 3, 1..=53, true));
    let numbered = dice.bool() && (frequency == "MONTHLY" || yearly && !weeks);
    chooses |= weeks | says(dice, 7, "BYDAY", &|dice| days(dice, numbered, if yearly { 20 } else { 4 }));
    if frequency != "WEEKLY" {
        chooses |= says(dice, 3, "BYMONTHDAY", &|dice| some(dice, 5, 1..=31, true));
    }
    if yearly {
        chooses |= says(dice, 1, "BYYEARDAY", &|dice| some(dice, 5, 1..=366, true));
    }
    if !matches!(clock, Clock::Days) {
        chooses |= says(dice, 2, "BYHOUR", &|dice| some(dice, 3, 0..=23, false));
        chooses |= says(dice, 2, "BYMINUTE", &|dice| some(dice, 2, 0..=59, false));
    }
    if chooses {
        says(dice, 4, "BYSETPOS", &|dice| some(dice, 2, 1..=4, true));
    }
    says(dice, 4, "WKST", &|dice| one(dice, &WEEKDAYS).to_owned());
    match dice.u8(0..3) {
        0 => parts.push(format!("COUNT={}", dice.u32(1..300))),
        1 => parts.push(format!("UNTIL={}", until(dice, clock, start))),
        _ => {}
    }
    parts.join(";")
}

fn days(dice: &mut Rng, numbered: bool, most: i32) -> String {
    let mut days: Vec<String> = Vec::new();
    for _ in 0..dice.usize(1..4) {
        let number = if numbered { some(dice, 1, 1..=most, true) } else { String::new() };
        days.push(format!("{number}{}", one(dice, &WEEKDAYS)));
    }
    days.sort();
    days.dedup();
    days.join(",")
}

fn until(dice: &mut Rng, clock: Clock, start: DateTime) -> String {
    let at = start + SignedDuration::from_hours(dice.i64(1..60_000));
    match clock {
        Clock::Days => at.strftime("%Y%m%d").to_string(),
        Clock::Floating => at.strftime("%Y%m%dT%H%M%S").to_string(),
        Clock::Utc | Clock::Zone(_) => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
    }
}

/// Exceptions and changes of occurrences that the plain series has: lines of the series, and further components.
fn changes(dice: &mut Rng, clock: Clock, plain: &str, home: &Zone) -> (String, String) {
    let (mut lines, mut more) = (String::new(), String::new());
    let Ok(draft) = reading::ical(plain) else { return (lines, more) };
    let event = draft.event;
    let begin = event.master.span.start.reading();
    let from = jiff::tz::TimeZone::UTC.to_timestamp(begin - 3.days()).unwrap();
    let range = Range::new(from, from + SignedDuration::from_hours(24 * 400)).unwrap();
    let Ok(found) = instances::in_range(&event, home, range, PLENTY) else { return (lines, more) };
    let points: Vec<When> = found.into_iter().filter_map(|one| one.original).take(40).collect();
    if points.is_empty() {
        return (lines, more);
    }
    for _ in 0..dice.usize(..4) {
        let point = &points[dice.usize(..points.len())];
        lines += &format!("EXDATE{}\n", clock.write(point.reading()));
    }
    let mut changed: Vec<DateTime> = Vec::new();
    for _ in 0..dice.usize(..4) {
        let point = points[dice.usize(..points.len())].reading();
        if changed.contains(&point) {
            continue;
        }
        changed.push(point);
        let later = if dice.u8(0..4) == 0 { ";RANGE=THISANDFUTURE" } else { "" };
        let to = point + SignedDuration::from_hours(one(dice, &[0, 1, -1, 24, 240, -300, 2_000]));
        let kind = if matches!(clock, Clock::Zone(_)) && dice.u8(0..5) == 0 { Clock::Utc } else { clock };
        let off = if dice.u8(0..5) == 0 { "STATUS:CANCELLED\n" } else { "" };
        let lasts = if dice.bool() { length(dice, kind, to) } else { "SUMMARY:moved".to_owned() };
        more += &format!(
            "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID{later}{}\nDTSTART{}\n{lasts}\n{off}END:VEVENT\n",
            clock.write(point),
            kind.write(to)
        );
    }
    (lines, more)
}

/// Ranges of all lengths: around the start, and years later. What happens often is asked of a shorter time.
fn ranges(dice: &mut Rng, start: DateTime, often: bool) -> Vec<Range> {
    let start = jiff::tz::TimeZone::UTC.to_timestamp(start).unwrap();
    let least = if often { 6 } else { 1 };
    let range = |from: Timestamp, hours: i64| Range::new(from, from + SignedDuration::from_hours(hours)).unwrap();
    let hours = |hours: i64| SignedDuration::from_hours(hours / least);
    vec![
        range(start - hours(dice.i64(0..100)), dice.i64(1..3_000) / least + 1),
        range(start + hours(dice.i64(0..3_000)), dice.i64(1..800) / least + 1),
        range(start + hours(dice.i64(2_000..20_000)), dice.i64(1..9_000) / least + 1),
    ]
}
