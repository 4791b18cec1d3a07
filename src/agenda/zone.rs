//! The time zone in which a holder lives, as far as their events tell.

use std::collections::HashMap;

use super::Agenda;
use super::shelf::Pile;
use crate::calendar::{When, Zone};
use crate::ids::Holder;
use crate::store::events::{self, Outlined};
use crate::store::{StoreError, holders};

/// Events looked at: the newest say best where somebody lives now.
const ENOUGH: usize = 200;

impl Agenda {
    /// The zone that most of the holder's newest events name, else the configured one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn zone_of_events(&self, holder: &Holder) -> Result<Zone, StoreError> {
        let held = self.gateway.store.read(|tx| match holders::find(tx, holder)? {
            Some(holder) => events::outlined(tx, holder, None).map(|held| Some((holder, held))),
            None => Ok::<_, StoreError>(None),
        })?;
        let named = held.map(|(holder, held)| {
            self.shelf.with(&self.gateway.store, holder, (&held, ENOUGH), |pile| named(pile, &held))
        });
        Ok(named.transpose()?.flatten().unwrap_or_else(|| self.gateway.config.calendar.time_zone.clone()))
    }
}

/// The zone that most of the newest events name, if any does.
pub(super) fn named(pile: &Pile, held: &[Outlined]) -> Option<Zone> {
    let mut zones: HashMap<&str, (usize, &Zone)> = HashMap::new();
    for told in held.iter().rev().take(ENOUGH).filter_map(|event| pile.told(event)) {
        if let When::Zoned { zone, .. } = &told.own.span.start {
            zones.entry(zone.name()).or_insert((0, zone)).0 += 1;
        }
    }
    // By name among equals, so that the answer does not depend on chance.
    let most = zones.into_iter().max_by(|(a, (m, _)), (b, (n, _))| m.cmp(n).then(b.cmp(a)));
    most.map(|(_, (_, zone))| zone.clone())
}
