//! One instance, by its name.

use jiff::civil::DateTime;

use super::series::{CLOCKS_DIFFER, Series, repeats};
use super::{Instance, Name};
use crate::calendar::{Event, Zone};

/// The instance of that name, wherever it was moved to; called off ones among them, if the event still says what they
/// were. None where the series has no such occurrence, or excludes it.
pub fn find(event: &Event, zone: &Zone, name: &Name) -> Option<Instance> {
    if !repeats(event) {
        return None;
    }
    let series = Series::of(event, zone);
    let point = name.in_series(&event.master.span.start)?;
    let order = point.order();
    if let Some((at, one)) = event.overrides.iter().enumerate().find(|(_, one)| one.replaces.at.order() == order) {
        return Some(series.override_alone(at, one));
    }
    let window = around(point.reading());
    let point = series.point(order, window)?;
    let excepted = series.is_excepted(&series.excepted(window), order);
    series.happening(point).filter(|_| !excepted)
}

/// Wide enough to hold a reading in the hour that clocks skip, whichever way it is written.
fn around(reading: DateTime) -> (DateTime, DateTime) {
    let from = reading.checked_sub(CLOCKS_DIFFER).unwrap_or(DateTime::MIN);
    (from, reading.checked_add(CLOCKS_DIFFER).unwrap_or(DateTime::MAX))
}
