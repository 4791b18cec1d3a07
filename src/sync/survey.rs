//! A look at the whole calendar: settles every doubt with one listing, and removes strays.
//!
//! A stray is an object with our mark that no placement names: left by an earlier link, a probe whose removal was
//! lost, or the old names of a rebuild. Strays go **before** anything is written, so that a rebuild deletes first and
//! no event stands twice.

use std::collections::{HashMap, HashSet};

use super::brake;
use super::halt::Halt;
use super::lanes;
use super::record::Owner;
use crate::delivery::{execute, plan};
use crate::gateway::Gateway;
use crate::happened::Shrink;
use crate::link::{ResyncCounts, ResyncMode};
use crate::placement::{RemoteKey, Sight};
use crate::providers::{Listed, RemoteCalendar, RemoteError};
use crate::store::links::LinkRow;
use crate::store::placements::Sighting;
use crate::store::placements::{self, known};
use crate::store::resyncs::Run;
use crate::store::{StoreError, links, resyncs};

/// Looks, records what was seen, removes strays.
pub(super) fn run(gateway: &Gateway, link: &LinkRow, owner: &Owner, remote: &dyn RemoteCalendar) -> Result<(), Halt> {
    // Placements first: one that is added while the provider lists has no object yet, since only we write.
    let known = gateway.store.read(|tx| placements::all_of(tx, owner.link))?;
    let going = gateway.store.read(|tx| resyncs::going(tx, owner.link))?;
    let listed: HashMap<RemoteKey, Sight> =
        remote.list_ours()?.into_iter().map(|object| (object.key, object.sight)).collect();
    let strays = strays(&known, &listed);
    hold_sudden_loss(gateway, link, going.as_ref(), Shrink { standing: listed.len(), going: strays.len() })?;
    let removed = remove(remote, &strays, lanes::useful(gateway, remote, strays.len()))?;
    record(gateway, owner, known, listed, removed)?;
    gateway.settled.ring(owner.link);
    Ok(())
}

fn strays(known: &[Sighting], listed: &HashMap<RemoteKey, Sight>) -> Vec<Listed> {
    let named: HashSet<&RemoteKey> = known.iter().map(|sighting| &sighting.key).collect();
    let strays = listed.iter().filter(|(key, _)| !named.contains(key));
    strays.map(|(key, sight)| Listed { key: key.clone(), sight: sight.clone() }).collect()
}

/// A link that was in step once has few strays: many of them mean that our memory is old (a restored backup). A new
/// link may find all that an earlier one left, a rebuild has just renamed everything, and an unlink wants it all gone.
fn hold_sudden_loss(gateway: &Gateway, link: &LinkRow, run: Option<&Run>, shrink: Shrink) -> Result<(), Halt> {
    let expected = link.state.is_ending()
        || link.last_sync_at.is_none()
        || run.is_some_and(|run| run.confirmed || run.mode == ResyncMode::Rebuild);
    if brake::holds(shrink, expected, &gateway.config.sync) { Err(Halt::Held(shrink)) } else { Ok(()) }
}

fn remove(remote: &dyn RemoteCalendar, strays: &[Listed], lanes: usize) -> Result<u64, RemoteError> {
    let failed = execute::remove_all(remote, strays, lanes);
    match failed {
        None => Ok(strays.len() as u64),
        Some(error) => Err(error),
    }
}

fn record(
    gateway: &Gateway,
    owner: &Owner,
    known: Vec<Sighting>,
    listed: HashMap<RemoteKey, Sight>,
    removed: u64,
) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let (link, holder) = (owner.link, owner.holder);
    gateway.store.write(move |tx| {
        for sighting in &known {
            let seen = plan::sighted(&sighting.known, listed.get(&sighting.key));
            known::sighted(tx, sighting.id, &seen, now)?;
        }
        known::forget_absent(tx, link, holder)?;
        resyncs::count(tx, link, ResyncCounts { deleted: removed, ..ResyncCounts::default() })?;
        links::count_removed(tx, link, removed)?;
        links::surveyed(tx, link)
    })
}
