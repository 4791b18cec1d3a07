//! The next occurrence of a series that is neither excluded nor called off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::told::{Changed, Happens, Series, Told, instant, is_over};
use crate::calendar::{Rule, Span, When, Zone};
use crate::ical;

/// Occurrences that are looked at before a series counts as having no next one.
const MOST: usize = 4_096;
/// More than any two clocks in the world differ.
const A_DAY_AND_MORE: SignedDuration = SignedDuration::from_hours(48);

/// What a person who lives in `zone` has before them at `now`: the happening itself, or of a series the occurrence that
/// begins first among those that are not over. None when nothing is left.
pub(super) fn next(told: &Told, zone: &Zone, now: Timestamp) -> Option<Happens> {
    let Some(series) = &told.series else {
        return Some(&told.own).filter(|own| !is_over(&own.span, zone, now)).cloned();
    };
    let changed = series.changed.iter().map(|changed| &changed.happens);
    let changed = changed.filter(|happens| !happens.cancelled && !is_over(&happens.span, zone, now)).cloned();
    changed.chain(unchanged(&told.own, series, zone, now)).min_by_key(|happens| instant(&happens.span.start, zone))
}

/// The next of those that the rules and dates give, as far as no override speaks of it alone.
fn unchanged(own: &Happens, series: &Series, zone: &Zone, now: Timestamp) -> Option<Happens> {
    let from = begin(own, series, zone, now);
    let changes = Changes::of(series);
    let mut most = 8;
    loop {
        let points = Points::of(own, series, from, most);
        let going = points.counting(&changes).filter_map(|point| happening(own, &changes, point));
        let next = going
            .filter(|happens| !is_over(&happens.span, zone, now))
            .min_by_key(|happens| instant(&happens.span.start, zone));
        if next.is_some() || points.complete_until.is_none() || most >= MOST {
            return next;
        }
        most *= 8;
    }
}

/// A clock reading before which every occurrence is over, by the clock of the series.
fn begin(own: &Happens, series: &Series, zone: &Zone, now: Timestamp) -> DateTime {
    let reading = match &own.span.start {
        When::Zoned { zone, .. } => zone.rules().to_datetime(now),
        When::Utc(_) => TimeZone::UTC.to_datetime(now),
        When::Date(_) | When::Floating(_) => zone.rules().to_datetime(now),
    };
    let later = series.changed.iter().filter(|changed| changed.and_later);
    let reach = later.map(|changed| shift(changed).abs().saturating_add(length(&changed.happens.span)));
    let reach = reach.chain([length(&own.span)]).max().unwrap_or_default();
    reading.checked_sub(reach.saturating_add(A_DAY_AND_MORE)).unwrap_or(DateTime::MIN)
}

/// Points at which a series happens.
struct Points {
    /// In order, each once.
    points: Vec<When>,
    except: Vec<DateTime>,
    /// Behind this point there are others that are not among them; none: these are all.
    complete_until: Option<DateTime>,
}

impl Points {
    /// From the reading `from` on, `most` of each rule.
    fn of(own: &Happens, series: &Series, from: DateTime, most: usize) -> Self {
        let start = &own.span.start;
        let mut complete_until: Option<DateTime> = None;
        let given = |rules: &[Rule], most: usize, until: &mut Option<DateTime>| {
            let mut given = Vec::new();
            for rule in rules {
                let points = ical::occurrences_from(rule, start, from, most);
                if points.len() >= most {
                    let last = points.last().map(When::order);
                    *until = [*until, last].into_iter().flatten().min();
                }
                given.extend(points);
            }
            given
        };
        let recurrence = &series.recurrence;
        let mut points = given(&recurrence.rules, most, &mut complete_until);
        points.extend(recurrence.dates.iter().chain([start]).filter(|point| point.reading() >= from).cloned());
        points.sort_by_key(When::order);
        points.dedup_by_key(|point| point.order());
        // Exceptions that were not reached would let through what they except, so there are plenty of them.
        let except = given(&recurrence.except_rules, MOST, &mut None);
        let mut except: Vec<DateTime> = except.iter().chain(&recurrence.except_dates).map(When::order).collect();
        except.sort_unstable();
        Self { points, except, complete_until }
    }

    /// Those that count, and that no override speaks of alone.
    fn counting(&self, changes: &Changes<'_>) -> impl Iterator<Item = &When> {
        let within = |order: DateTime| self.complete_until.is_none_or(|until| order <= until);
        self.points.iter().filter(move |point| {
            let order = point.order();
            within(order) && self.except.binary_search(&order).is_err() && !changes.alone.contains(&order)
        })
    }
}

/// The overrides of a series, to be asked for by the points that they replace: there may be thousands of both.
struct Changes<'s> {
    /// The points of which an override speaks.
    alone: BTreeSet<DateTime>,
    /// The overrides that speak of all later points, too.
    and_later: BTreeMap<DateTime, &'s Changed>,
}

impl<'s> Changes<'s> {
    fn of(series: &'s Series) -> Self {
        let changed = series.changed.iter().map(|changed| (changed.replaces.order(), changed));
        let and_later = changed.clone().filter(|(_, changed)| changed.and_later);
        Self { alone: changed.clone().map(|(order, _)| order).collect(), and_later: and_later.collect() }
    }
}

/// What happens at a point: as the series says, or as the newest override says that speaks of all later ones, too. None
/// when that calls them off.
fn happening(own: &Happens, changes: &Changes<'_>, point: &When) -> Option<Happens> {
    let Some((_, ruling)) = changes.and_later.range(..=point.order()).next_back() else {
        return Some(Happens { span: moved(&own.span, point.clone()), ..own.clone() });
    };
    let happens = &ruling.happens;
    let reading = point.reading().checked_add(shift(ruling)).ok()?;
    let start = happens.span.start.at_reading(reading);
    (!happens.cancelled).then(|| Happens { span: moved(&happens.span, start), ..happens.clone() })
}

/// How much later the clock reads at a changed occurrence than at the one that it replaces.
fn shift(changed: &Changed) -> SignedDuration {
    changed.happens.span.start.reading().duration_since(changed.replaces.reading())
}

fn length(span: &Span) -> SignedDuration {
    span.end.order().duration_since(span.start.order()).abs()
}

/// A span as long as `span` from `start` on: by the clock where one clock shows both ends, else by time.
fn moved(span: &Span, start: When) -> Span {
    let end = match (&span.start, &span.end) {
        (When::Zoned { zone: one, .. }, When::Zoned { zone: other, .. }) if one != other => later(&start, length(span)),
        (When::Zoned { .. }, When::Utc(_)) | (When::Utc(_), When::Zoned { .. }) => later(&start, length(span)),
        (from, to) => {
            let reading = start.reading().checked_add(to.reading().duration_since(from.reading()));
            Some(start.at_reading(reading.unwrap_or(DateTime::MAX)))
        }
    };
    Span { end: end.unwrap_or_else(|| start.clone()), start }
}

fn later(start: &When, by: SignedDuration) -> Option<When> {
    start.instant().and_then(|at| at.checked_add(by).ok()).map(When::Utc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Text;

    #[test]
    fn the_next_occurrence_among_thousands_of_changes_and_dates_is_the_right_one() {
        let start: jiff::civil::DateTime = "2026-11-05T10:00:00".parse().unwrap();
        let name = |day: i64| (start + jiff::Span::new().days(day)).strftime("%Y%m%dT%H%M%SZ").to_string();
        let change = |day: i64| {
            let at = name(day);
            format!(
                "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:{at}\nDTSTART:{at}\nSUMMARY:{day}\nEND:VEVENT\n"
            )
        };
        let changes: String = (1..4_000).map(change).collect();
        let dates: Vec<String> = (4_000..9_000).map(name).collect();
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:{}\nRRULE:FREQ=DAILY;COUNT=4000\nRDATE:{}\nEND:VEVENT\n{changes}END:VCALENDAR\n",
            name(0),
            dates.join(",")
        );
        let told = Told::read(&Text::ical(text)).unwrap();
        let zone = Zone::named("UTC").unwrap();
        let at =
            |now: &str| next(&told, &zone, now.parse().unwrap()).map(|next| (next.title, next.span.start.reading()));
        let [changed, added] = ["2030-01-01T00:00:00Z", "2045-01-01T00:00:00Z"].map(at);
        assert_eq!(changed, Some((Some("1153".to_owned()), "2030-01-01T10:00:00".parse().unwrap())));
        assert_eq!(
            added,
            Some((Some("3999".to_owned()), "2045-01-01T10:00:00".parse().unwrap())),
            "the last one rules"
        );
    }
}
