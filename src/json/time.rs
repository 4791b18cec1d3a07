//! When an event is, out of seven fields, and into them.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time as OfDay};
use serde_json::{Map, Value};

use super::defaults::Defaults;
use super::fields::{Field, Fields};
use super::instants::{self, WallClock, Written};
use super::invalid::{Invalid, Mistake};
use crate::calendar::{Span, When};
use crate::ical::MAX_DAYS;

/// The fields that say when.
pub(super) const FIELDS: [&str; 7] =
    ["all_day", "start_date", "end_date", "start_datetime", "end_datetime", "timezone", "end_timezone"];

/// From when until when, and on which clock that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// The span.
    pub span: Span,
    /// The clock of `timezone`; none for whole days, and for times that hang on no clock (which only iCalendar has).
    pub(super) clock: Option<WallClock>,
    /// The clock that the end is shown on, where that is another one (a flight).
    pub(super) end_clock: Option<WallClock>,
}

impl Time {
    /// The time of a span as iCalendar says it.
    pub fn of(span: &Span) -> Self {
        let (clock, end) = (clock_of(&span.start), clock_of(&span.end));
        let end_clock = if end == clock { None } else { end };
        Self { span: span.clone(), clock, end_clock }
    }

    /// The same kind of time, with another span. Its clocks stay where the span is on the same ones.
    #[must_use]
    pub fn at(&self, span: &Span) -> Self {
        let same =
            clock_of(&self.span.start) == clock_of(&span.start) && clock_of(&self.span.end) == clock_of(&span.end);
        if same { Self { span: span.clone(), ..self.clone() } } else { Self::of(span) }
    }

    /// Whether it is whole days.
    pub fn is_all_day(&self) -> bool {
        self.span.start.is_date()
    }

    /// The name of the zone whose clock it is shown on.
    pub fn zone_name(&self) -> Option<&str> {
        self.clock.as_ref().map(WallClock::name)
    }

    /// The same, begun at another point: the clock shows as much later as it did, and days stay days.
    pub(super) fn begun_at(&self, start: &When) -> Self {
        let (from, to) = (self.span.start.reading(), self.span.end.reading());
        let same_clock = clock_of(&self.span.start) == clock_of(&self.span.end);
        let end = match (self.span.start.instant(), self.span.end.instant()) {
            // On two clocks it is the time that passes that stays.
            (Some(from), Some(to)) if !same_clock => start
                .instant()
                .and_then(|at| at.checked_add(to.duration_since(from)).ok())
                .map(|at| clock_of(&self.span.end).map_or(When::Utc(at), |clock| on(&clock, at))),
            _ => start.reading().checked_add(to.duration_since(from)).ok().map(|reading| start.at_reading(reading)),
        };
        let end = end.unwrap_or_else(|| start.clone());
        Self { span: Span { start: start.clone(), end }, ..self.clone() }
    }

    /// The fields that say it.
    pub(super) fn write(&self, fields: &mut Map<String, Value>) {
        let Span { start, end } = &self.span;
        if self.is_all_day() {
            fields.insert("all_day".to_owned(), Value::Bool(true));
            fields.insert("start_date".to_owned(), instants::written(start, None).into());
            fields.insert("end_date".to_owned(), instants::written(end, None).into());
            return;
        }
        let end_clock = self.end_clock.as_ref().or(self.clock.as_ref());
        fields.insert("start_datetime".to_owned(), instants::written(start, self.clock.as_ref()).into());
        fields.insert("end_datetime".to_owned(), instants::written(end, end_clock).into());
        if let Some(clock) = &self.clock {
            fields.insert("timezone".to_owned(), clock.name().into());
        }
        if let Some(clock) = &self.end_clock {
            fields.insert("end_timezone".to_owned(), clock.name().into());
        }
    }

    /// Reads the fields that say when, over what was said before.
    ///
    /// # Errors
    /// When they don't say it, or say what can't be.
    pub(super) fn read(fields: &Fields<'_>, before: Option<&Self>, defaults: &Defaults) -> Result<Self, Invalid> {
        if let Some(before) = before.filter(|_| !fields.any(&FIELDS)) {
            return Ok(before.clone());
        }
        let reader = Reader { fields, before, clock: clock(fields, before, defaults)? };
        let time = if reader.is_all_day()? { reader.days()? } else { reader.times()? };
        bounded(fields, &time)?;
        Ok(time)
    }
}

fn clock_of(point: &When) -> Option<WallClock> {
    match point {
        When::Zoned { zone, .. } => Some(WallClock::Place(zone.clone())),
        When::Utc(_) => Some(WallClock::Utc),
        When::Date(_) | When::Floating(_) => None,
    }
}

/// An instant on a clock.
fn on(clock: &WallClock, at: jiff::Timestamp) -> When {
    let reading = jiff::tz::TimeZone::UTC.to_datetime(at);
    Written::Instant(reading, jiff::tz::Offset::UTC).on(clock).unwrap_or(When::Utc(at))
}

/// The clock of the event: as said, else as before, else as its holder's or its client system's.
fn clock(fields: &Fields<'_>, before: Option<&Time>, defaults: &Defaults) -> Result<Option<WallClock>, Invalid> {
    if let Some(field) = fields.given("timezone") {
        return WallClock::read(field).map(Some);
    }
    let before = if fields.get("timezone").is_none() { before.and_then(|time| time.clock.clone()) } else { None };
    Ok(before.or_else(|| defaults.clock.clone()))
}

struct Reader<'r, 'v> {
    fields: &'r Fields<'v>,
    before: Option<&'r Time>,
    clock: Option<WallClock>,
}

impl<'v> Reader<'_, 'v> {
    /// Whether whole days are meant. An event of whole days stays one under midnights, and becomes one of times under others.
    fn is_all_day(&self) -> Result<bool, Invalid> {
        if let Some(field) = self.fields.given("all_day") {
            return field.flag();
        }
        let date = self.fields.given("start_date").or(self.fields.given("end_date"));
        let time = self.fields.given("start_datetime").or(self.fields.given("end_datetime"));
        match (date, time) {
            (Some(date), Some(time)) => {
                let reason = format!("{} is given too: is it whole days, or times? Say all_day", time.pointer);
                Err(date.wrong(reason))
            }
            (Some(_), None) => Ok(true),
            (None, None) => Ok(self.before.is_some_and(Time::is_all_day)),
            (None, Some(_)) if !self.before.is_some_and(Time::is_all_day) => Ok(false),
            (None, Some(_)) => {
                let times = [self.fields.given("start_datetime"), self.fields.given("end_datetime")];
                let midnight = |field: &Field<'_>| Ok(Written::read(field)?.reading().time() == OfDay::midnight());
                let midnights = times.into_iter().flatten().map(midnight).collect::<Result<Vec<bool>, Invalid>>()?;
                Ok(midnights.into_iter().all(|is| is))
            }
        }
    }

    fn days(&self) -> Result<Time, Invalid> {
        let before = self.before.map(|time| (self.date_of(&time.span.start), &time.span));
        let start = match (self.fields.given("start_date"), self.fields.given("start_datetime")) {
            (Some(field), _) => self.date(field)?,
            (None, Some(field)) => self.date(field)?,
            (None, None) => match before {
                Some((start, _)) => start,
                None => return Err(self.fields.missing("start_date", "the first day is missing")),
            },
        };
        let said = self.fields.given("end_date").or(self.fields.given("end_datetime"));
        let end = match said {
            Some(field) if self.fields.given("end_date").is_some() => Some(self.date(field)?),
            Some(field) => Some(self.last_date(field)?),
            None if self.fields.any(&["end_date"]) => None,
            None => before.map(|(_, span)| self.end_date_of(span)),
        };
        let end = end.unwrap_or(start);
        if end < start {
            return Err(self.ends_before(said));
        }
        let end = if end == start { end.checked_add(1.day()).unwrap_or(end) } else { end };
        Ok(Time { span: Span { start: When::Date(start), end: When::Date(end) }, clock: None, end_clock: None })
    }

    /// The date that a field gives. A midnight is a date as it is written; another time is one on the clock of the event.
    fn date(&self, field: &Field<'_>) -> Result<Date, Invalid> {
        let written = Written::read(field)?;
        if written.reading().time() == OfDay::midnight() {
            return Ok(written.date());
        }
        let point = self.clock.as_ref().and_then(|clock| written.on(clock));
        Ok(point.map_or_else(|| written.date(), |point| self.date_of(&point)))
    }

    /// The same of an end: one second to midnight is that midnight.
    fn last_date(&self, field: &Field<'_>) -> Result<Date, Invalid> {
        let date = self.date(field)?;
        let last_minute = Written::read(field)?.reading().time() >= OfDay::constant(23, 59, 0, 0);
        Ok(if last_minute { date.checked_add(1.day()).unwrap_or(date) } else { date })
    }

    fn date_of(&self, point: &When) -> Date {
        match (point.instant(), &self.clock) {
            (Some(at), Some(WallClock::Place(zone))) => zone.rules().to_datetime(at).date(),
            _ => point.reading().date(),
        }
    }

    /// The date after the last day that a span of times touches.
    fn end_date_of(&self, span: &Span) -> Date {
        let date = self.date_of(&span.end);
        let whole = span.end.is_date() || span.end.reading().time() == OfDay::midnight();
        if whole { date } else { date.checked_add(1.day()).unwrap_or(date) }
    }

    fn times(&self) -> Result<Time, Invalid> {
        let before = self.before.filter(|time| !time.is_all_day());
        let end_clock = match self.fields.get("end_timezone") {
            Some(field) if field.value.is_null() => None,
            Some(field) => Some(WallClock::read(field)?),
            None => before.and_then(|time| time.end_clock.clone()),
        };
        let end_on = end_clock.as_ref().or(self.clock.as_ref());
        let start = self.point("start_datetime", self.clock.as_ref(), before.map(|time| &time.span.start))?;
        let end = self.point("end_datetime", end_on, before.map(|time| &time.span.end))?;
        // Without any zone an instant is one all the same.
        let clock = self.clock.clone().or_else(|| start.instant().map(|_| WallClock::Utc));
        let end_clock = end_clock.filter(|end| Some(end) != clock.as_ref());
        let span = Span { start, end };
        if is_backwards(&span) {
            return Err(self.ends_before(self.fields.given("end_datetime")));
        }
        let repeats = self.fields.given("recurrence").is_some();
        Ok(Time { span: if repeats { span } else { out_of_gap(span) }, clock, end_clock })
    }

    /// A point that a field gives, else the one before: the same instant, on the clock of now.
    fn point(&self, name: &'static str, clock: Option<&WallClock>, before: Option<&When>) -> Result<When, Invalid> {
        let Some(field) = self.fields.given(name) else {
            let Some(before) = before else {
                return Err(self
                    .fields
                    .missing(name, "a time is missing; for whole days send start_date and end_date"));
            };
            return Ok(match (before.instant(), clock) {
                (Some(at), Some(clock)) if clock_of(before).as_ref() != Some(clock) => on(clock, at),
                _ => before.clone(),
            });
        };
        let written = Written::read(field)?;
        if matches!(written, Written::Date(_)) {
            return Err(field.wrong("there is no time of day: for whole days send all_day, or start_date and end_date"));
        }
        let repeats = self.fields.given("recurrence").is_some();
        let clock = match (clock, written) {
            (Some(clock), _) => clock,
            (None, Written::Instant(_, offset)) if repeats && !offset.is_zero() => {
                let reason =
                    "a series goes by the clock of a place, and an offset says only where it stood once: send timezone";
                return Err(self.fields.lacking("timezone", Mistake::TimeZoneMissing, reason));
            }
            (None, Written::Instant(..)) => &WallClock::Utc,
            // What floated (which only iCalendar says) floats on.
            (None, Written::Reading(reading)) if matches!(before, Some(When::Floating(_))) => {
                return Ok(When::Floating(reading));
            }
            (None, _) => {
                let reason =
                    "the time has no offset, and there is no timezone, nor one that holds without: send one of them";
                return Err(field.error(Mistake::TimeZoneMissing, reason));
            }
        };
        written.on(clock).ok_or_else(|| field.wrong("this time is out of bounds"))
    }

    fn ends_before(&self, end: Option<&Field<'_>>) -> Invalid {
        let reason = "the end is before the start";
        let start = self.fields.given("start_datetime").or(self.fields.given("start_date"));
        match end.or(start) {
            Some(field) => field.error(Mistake::EndBeforeStart, reason),
            None => Invalid::at("", Mistake::EndBeforeStart, reason),
        }
    }
}

/// Around a change of the clocks the readings are what the person sees.
fn is_backwards(span: &Span) -> bool {
    match (&span.start, &span.end) {
        (When::Zoned { local, zone }, When::Zoned { local: end, zone: end_zone }) if zone == end_zone => end < local,
        (start, end) => end.order() < start.order(),
    }
}

/// What begins in the hour that clocks skip begins an hour later (RFC 5545 §3.3.5); then its end moves too where it would
/// come first. A series keeps its reading: only that one occurrence is skipped.
fn out_of_gap(span: Span) -> Span {
    let (Some(from), Some(to)) = (span.start.instant(), span.end.instant()) else { return span };
    let (Some(clock), true) = (clock_of(&span.start), to < from) else { return span };
    let length = span.end.reading().duration_since(span.start.reading());
    let end = from.checked_add(length).map_or_else(|_| span.end.clone(), |at| on(&clock, at));
    Span { start: on(&clock, from), end }
}

fn bounded(fields: &Fields<'_>, time: &Time) -> Result<(), Invalid> {
    let lasts = time.span.end.order().duration_since(time.span.start.order());
    if lasts.as_secs() <= MAX_DAYS * 86_400 {
        return Ok(());
    }
    let end = fields.given("end_datetime").or(fields.given("end_date"));
    let pointer = end.map_or_else(String::new, |field| field.pointer.clone());
    Err(Invalid::at(pointer, Mistake::InvalidValue, format!("the event lasts longer than {MAX_DAYS} days")))
}
