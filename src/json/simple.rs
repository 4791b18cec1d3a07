//! The simple fields of a repetition: read into a rule (RFC 5545 §3.3.10), and shown where they say all that a rule says.

use serde_json::{Map, Value};

use super::fields::{Field, Fields};
use super::instants::{self, WallClock, Written};
use super::invalid::{Invalid, Mistake};
use super::names;
use super::words::word;
use crate::calendar::{ByDay, Frequency, Rule, RuleEnd, Weekday, When};
use crate::ical;
use jiff::civil::Time;

/// The fields.
pub(super) const FIELDS: [&str; 9] =
    ["rrule_type", "interval", "end_type", "count", "until", "weekdays", "month_by", "day_of_month", "week_of_month"];

const FREQUENCIES: &[(&str, Frequency)] = &[
    ("daily", Frequency::Daily),
    ("weekly", Frequency::Weekly),
    ("monthly", Frequency::Monthly),
    ("yearly", Frequency::Yearly),
];

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("mo", Weekday::Monday),
    ("tu", Weekday::Tuesday),
    ("we", Weekday::Wednesday),
    ("th", Weekday::Thursday),
    ("fr", Weekday::Friday),
    ("sa", Weekday::Saturday),
    ("su", Weekday::Sunday),
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The text of the rule that the simple fields say, for a series that starts at `start`.
///
/// # Errors
/// When they don't say one.
pub(super) fn rule(fields: &Fields<'_>, start: &When, clock: Option<&WallClock>) -> Result<String, Invalid> {
    let Some(kind) = fields.given("rrule_type") else {
        return Err(fields.missing("rrule_type", "how does it repeat? daily, weekly, monthly or yearly, or rules"));
    };
    let frequency = kind.word(FREQUENCIES)?;
    let mut rule = format!("FREQ={}", word(FREQUENCIES, frequency).to_ascii_uppercase());
    if let Some(field) = fields.given("interval") {
        rule.push_str(&format!(";INTERVAL={}", field.number(1..=10_000)?));
    }
    let days = fields.given("weekdays").map(weekdays).transpose()?.unwrap_or_default();
    match frequency {
        Frequency::Monthly => rule.push_str(&in_month(fields, start, &days)?),
        Frequency::Weekly if !days.is_empty() => rule.push_str(&format!(";BYDAY={}", list(&days))),
        _ => {}
    }
    rule.push_str(&end(fields, clock)?);
    Ok(rule)
}

fn list(days: &[Weekday]) -> String {
    days.iter().map(|day| short(*day)).collect::<Vec<_>>().join(",")
}

fn short(day: Weekday) -> String {
    word(WEEKDAYS, day).to_ascii_uppercase()
}

/// The day of the month, or the n-th of a weekday; what is not said is as on the first day.
fn in_month(fields: &Fields<'_>, start: &When, days: &[Weekday]) -> Result<String, Invalid> {
    let first = start.reading().date();
    let by_day = match fields.given("month_by") {
        Some(field) => field.word(&[("date", false), ("day", true)])?,
        None => fields.given("week_of_month").is_some() && fields.given("day_of_month").is_none(),
    };
    if !by_day {
        let day = fields.given("day_of_month").map(|field| field.number(1..=31)).transpose()?;
        return Ok(format!(";BYMONTHDAY={}", day.unwrap_or_else(|| u32::from(first.day().unsigned_abs()))));
    }
    let nth = match fields.given("week_of_month") {
        Some(field) => field.number(1..=5)?,
        None => (u32::from(first.day().unsigned_abs()) - 1) / 7 + 1,
    };
    let own = DAYS.into_iter().find(|day| jiff::civil::Weekday::from(*day) == first.weekday());
    let days: Vec<Weekday> = if days.is_empty() { own.into_iter().collect() } else { days.to_vec() };
    let days: Vec<String> = days.into_iter().map(|day| format!("{nth}{}", short(day))).collect();
    Ok(format!(";BYDAY={}", days.join(",")))
}

fn end(fields: &Fields<'_>, clock: Option<&WallClock>) -> Result<String, Invalid> {
    #[derive(Clone, Copy, PartialEq)]
    enum End {
        Forever,
        Count,
        Until,
    }
    let words = [
        ("forever", End::Forever),
        ("count", End::Count),
        ("until", End::Until),
        ("never", End::Forever),
        ("end_date", End::Until),
    ];
    let (count, until) = (fields.given("count"), fields.given("until"));
    let end = match fields.given("end_type") {
        Some(field) => field.word(&words)?,
        None if count.is_some() && until.is_some() => {
            return Err(count.map_or_else(
                || fields.missing("end_type", ""),
                |field| field.wrong("until is given too: say in end_type which of them counts"),
            ));
        }
        None if count.is_some() => End::Count,
        None if until.is_some() => End::Until,
        None => End::Forever,
    };
    match end {
        End::Forever => Ok(String::new()),
        End::Count => {
            let field = count.ok_or_else(|| fields.missing("count", "after how many times does it end?"))?;
            Ok(format!(";COUNT={}", field.number(1..=100_000)?))
        }
        End::Until => {
            let field = until.ok_or_else(|| fields.missing("until", "when does it end?"))?;
            Ok(format!(";UNTIL={}", last(field, clock)?))
        }
    }
}

/// The last moment as rules write it: a date is the whole day.
fn last(field: &Field<'_>, clock: Option<&WallClock>) -> Result<String, Invalid> {
    let compact = |text: String| text.replace(['-', ':'], "");
    Ok(match Written::read(field)? {
        Written::Date(date) => compact(date.to_string()),
        written @ Written::Instant(..) => {
            let point =
                written.on(&WallClock::Utc).map(|point| compact(instants::written(&point, Some(&WallClock::Utc))));
            point.ok_or_else(|| field.wrong("this time is out of bounds"))?
        }
        Written::Reading(reading) if clock.is_none() => compact(reading.date().to_string()),
        Written::Reading(reading) => compact(reading.to_string()),
    })
}

/// Days of the week: a list of names, or a number whose lowest bit is Monday.
fn weekdays(field: &Field<'_>) -> Result<Vec<Weekday>, Invalid> {
    if field.value.is_number() {
        let bits = field.number(0..=127)?;
        return Ok(DAYS.into_iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, day)| day).collect());
    }
    if field.value.is_string() {
        return Err(field.wrong("a list such as [\"MO\", \"WE\"] is needed, or a number whose lowest bit is Monday"));
    }
    let mut days =
        field.items(DAYS.len())?.iter().map(|day| day.word(WEEKDAYS)).collect::<Result<Vec<_>, Invalid>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// The simple fields that say all that a rule says; none where they can't.
pub(super) fn shown(rule: &Rule, clock: Option<&WallClock>) -> Option<Map<String, Value>> {
    let Rule {
        frequency,
        interval,
        end,
        by_second,
        by_minute,
        by_hour,
        by_day,
        by_month_day,
        by_year_day,
        by_week_number,
        by_month,
        by_set_position,
        week_start,
    } = rule;
    let lists = [by_second, by_minute, by_hour, by_year_day, by_week_number, by_month, by_set_position];
    let weeks_differ = *frequency == Frequency::Weekly && *interval > 1 && *week_start != Weekday::Monday;
    if lists.into_iter().any(|list| !list.is_empty()) || weeks_differ {
        return None;
    }
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    put("rrule_type", word(FREQUENCIES, *frequency).into());
    put("interval", (*interval).into());
    FREQUENCIES.iter().find(|(_, known)| known == frequency)?;
    match (frequency, by_day.as_slice(), by_month_day.as_slice()) {
        (_, [], []) => {}
        (Frequency::Weekly, days, []) if days.iter().all(|day| day.nth.is_none()) => {
            put("weekdays", days.iter().map(|day| Value::from(short(day.weekday))).collect());
        }
        (Frequency::Monthly, [], [day @ 1..=31]) => {
            put("month_by", "date".into());
            put("day_of_month", (*day).into());
        }
        (Frequency::Monthly, days @ [ByDay { nth: Some(nth @ 1..=5), .. }, ..], [])
            if days.iter().all(|day| day.nth == Some(*nth)) =>
        {
            put("month_by", "day".into());
            put("week_of_month", (*nth).into());
            put("weekdays", days.iter().map(|day| Value::from(short(day.weekday))).collect());
        }
        _ => return None,
    }
    match end {
        RuleEnd::Never => put("end_type", "forever".into()),
        RuleEnd::Count(count) => {
            put("end_type", "count".into());
            put("count", (*count).into());
        }
        RuleEnd::Until(until) => {
            put("end_type", "until".into());
            put("until", shown_until(until, clock).into());
        }
    }
    Some(fields)
}

/// The last moment of a day is that day.
fn shown_until(until: &When, clock: Option<&WallClock>) -> String {
    let reading = match (until.instant(), clock) {
        (Some(at), Some(WallClock::Place(zone))) => zone.rules().to_datetime(at),
        _ => until.reading(),
    };
    if !until.is_date() && reading.time() == Time::constant(23, 59, 59, 0) {
        return reading.date().to_string();
    }
    instants::written(until, clock)
}

/// Whether fields that were sent beside `rules` say the same as those.
///
/// # Errors
/// When they don't: what of them would count could only be guessed.
pub(super) fn agree(
    fields: &Fields<'_>,
    rules: &[Rule],
    start: &When,
    clock: Option<&WallClock>,
) -> Result<(), Invalid> {
    let Some(said) = FIELDS.iter().find_map(|name| fields.given(name)) else { return Ok(()) };
    if let [one] = rules
        && let Some(mut shown) = shown(one, clock)
    {
        FIELDS.iter().for_each(|name| {
            if let Some(field) = fields.given(name) {
                shown.insert((*name).to_owned(), field.value.clone());
            }
        });
        let merged = Value::Object(shown);
        let field = Field::whole(&merged);
        let text = Fields::of(&field, names::RECURRENCE).and_then(|fields| rule(&fields, start, clock));
        if text.ok().and_then(|text| ical::rule(&text, start).ok()?.rule).as_ref() == Some(one) {
            return Ok(());
        }
    }
    let reason = "it says something else than rules: rules count where both are sent, so leave one of them out";
    Err(said.error(Mistake::InvalidRecurrence, reason))
}
