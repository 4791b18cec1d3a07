//! `events.instances`: a series, occurrence by occurrence.

use serde_json::Value;

use super::super::access::Visit;
use super::super::call::{Outcome, wrong_parameter};
use super::get::scope_shows_times_only;
use super::listing::{listing, window};
use super::resource::{resource, times};
use crate::google::model::{Event, World, read_date, read_instant, zone_named};
use crate::google::refusal::Refusal;
use crate::recurrence::Mark;

pub(in super::super) fn instances(world: &mut World, visit: &Visit<'_>) -> Outcome {
    let call = visit.call;
    let scope = visit.admit(world, visit.calendar_id())?;
    let window = window(visit)?;
    let original = call.parameter("originalStart").map(mark).transpose()?;
    let show_deleted = call.flag("showDeleted")?;
    let calendar = visit.calendar(world)?;
    let zone = call.parameter("timeZone").map_or_else(|| Ok(calendar.zone()), zone_named)?;
    let master = calendar.events.get(&visit.route.event).filter(|event| !event.dropped);
    let master = master.ok_or_else(Refusal::not_found)?;
    if master.series.is_none() {
        return Err(Refusal::invalid("The event is not recurring."));
    }
    let asked = match original {
        // One occurrence is looked for where it is, however far ahead.
        Some(mark) => {
            calendar.find(&master.instance_id(mark)).into_iter().filter(|one| one.overlaps(&window, &zone)).collect()
        }
        None => calendar.instances(master, &window, visit.now),
    };
    let shown = |event: Event| -> (String, Value) {
        let key = event.instance_of.as_ref().map(|(_, original)| original.mark().suffix()).unwrap_or_default();
        let times_only = scope_shows_times_only(scope);
        (key, if times_only { times(&event, &zone) } else { resource(&event, calendar, &zone) })
    };
    let fits = |event: &Event| master.is_live() && (event.is_live() || show_deleted);
    let found = asked.into_iter().filter(fits).map(shown).collect();
    listing(calendar, visit, found, false)
}

fn mark(text: &str) -> Result<Mark, Refusal> {
    let day = read_date(text).map(Mark::Day);
    day.or_else(|| read_instant(text).map(Mark::At)).ok_or_else(|| wrong_parameter("originalStart"))
}
