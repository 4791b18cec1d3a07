//! The time zone of a holder's new calendar.

use std::collections::HashMap;

use crate::calendar::{When, Zone};
use crate::gateway::Gateway;
use crate::ical;
use crate::ids::HolderKey;
use crate::store::{StoreError, events, holders};

/// Events looked at: the newest say best where somebody lives now.
const ENOUGH: usize = 200;

/// The zone that most of the holder's events name, else the configured one.
pub(super) fn of_holder(gateway: &Gateway, holder: &HolderKey) -> Result<Zone, StoreError> {
    let held = gateway.store.read(|tx| match holders::find(tx, holder)? {
        Some(holder) => events::held(tx, holder, None),
        None => Ok(Vec::new()),
    })?;
    let mut zones: HashMap<String, (usize, Zone)> = HashMap::new();
    for event in held.iter().rev().take(ENOUGH) {
        let Ok(draft) = ical::parse(&event.ical, &ical::Limits::default()) else { continue };
        if let When::Zoned { zone, .. } = draft.event.master.span.start {
            zones.entry(zone.name().to_owned()).or_insert((0, zone)).0 += 1;
        }
    }
    // By name among equals, so that the answer does not depend on chance.
    let most = zones.into_iter().max_by(|(a, (m, _)), (b, (n, _))| m.cmp(n).then(b.cmp(a)));
    Ok(most.map_or_else(|| gateway.config.calendar.time_zone.clone(), |(_, (_, zone))| zone))
}
