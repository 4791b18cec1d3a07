//! A look at the whole calendar: settles every doubt with one listing, and finds strays.
//!
//! A stray is an object with our mark that no placement names: left by an earlier link, or a probe whose removal was
//! lost. What another link of the same holder named, which lives in the same calendar by another account, is none. It becomes a placement that is wanted absent, so it goes as everything goes: tried again by itself, counted,
//! remembered when the process ends. Strays go **before** anything is written.
//!
//! Where the brake holds them, perhaps our memory is old, and what is not found under its own name stands there under
//! another: nothing of that is created until somebody confirms that the strays may go, or they are none any more.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::brake;
use super::halt::Halt;
use super::record::Owner;
use crate::delivery::plan;
use crate::gateway::Gateway;
use crate::happened::{Happened, ResyncFailure, Shrink};
use crate::ids::LinkId;
use crate::link::{LinkRole, ResyncMode};
use crate::placement::{RemoteKey, Sight};
use crate::providers::RemoteCalendar;
use crate::store::links::LinkRow;
use crate::store::placements::{self, Sighting, known};
use crate::store::resyncs::Run;
use crate::store::{StoreError, WriteTx, activity, links, resyncs};

/// Looks, and records what was seen.
pub(super) fn run(gateway: &Gateway, link: &LinkRow, owner: &Owner, remote: &dyn RemoteCalendar) -> Result<(), Halt> {
    // Placements first: one that is added while the provider lists has no object yet, since only we write.
    let known = gateway.store.read(|tx| placements::all_of(tx, owner.link))?;
    let going = gateway.store.read(|tx| resyncs::going(tx, owner.link))?;
    let beside = gateway.store.read(|tx| placements::keys_beside(tx, owner.holder, owner.link))?;
    let listed = remote.list_ours()?.into_iter().filter(|object| !beside.contains(&object.key));
    let listed: HashMap<RemoteKey, Sight> = listed.map(|object| (object.key, object.sight)).collect();
    let strays = strays(&known, &listed);
    let shrink = Shrink { standing: listed.len(), going: strays.len() };
    let expected = is_expected(link, going.as_ref());
    let found =
        if brake::holds(shrink, expected, &gateway.config.sync) { Found::Held(shrink) } else { Found::Strays(strays) };
    record(gateway, owner, known, listed, found)?;
    gateway.settled.ring(owner.link);
    Ok(())
}

/// What is to become of the strays.
enum Found {
    /// They go.
    Strays(Vec<RemoteKey>),
    /// Too many of them: the brake holds.
    Held(Shrink),
}

fn strays(known: &[Sighting], listed: &HashMap<RemoteKey, Sight>) -> Vec<RemoteKey> {
    let named: HashSet<&RemoteKey> = known.iter().map(|sighting| &sighting.key).collect();
    listed.keys().filter(|key| !named.contains(key)).cloned().collect()
}

/// A link that was in step once has few strays: many of them mean that our memory is old (a restored backup). A new
/// link may find all that an earlier one left, a rebuild is to remove everything of ours, and one that leaves wants it all gone.
fn is_expected(link: &LinkRow, run: Option<&Run>) -> bool {
    link.role == LinkRole::Leaves
        || link.last_sync_at.is_none()
        || run.is_some_and(|run| run.confirmed || run.mode == ResyncMode::Rebuild)
}

fn record(
    gateway: &Gateway,
    owner: &Owner,
    known: Vec<Sighting>,
    listed: HashMap<RemoteKey, Sight>,
    found: Found,
) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let owner = owner.clone();
    gateway.store.write(move |tx| {
        for sighting in &known {
            let seen = plan::sighted(&sighting.known, listed.get(&sighting.key));
            known::sighted(tx, sighting.id, &seen, now)?;
        }
        known::forget_absent(tx, owner.link, owner.holder)?;
        known::hold_nothing(tx, owner.link)?;
        match &found {
            Found::Strays(strays) => {
                for (key, sight) in strays.iter().filter_map(|key| listed.get_key_value(key)) {
                    known::stray(tx, owner.link, key, sight)?;
                }
                links::surveyed(tx, owner.link, None, now)
            }
            Found::Held(shrink) => {
                known::hold_creations(tx, owner.link)?;
                links::surveyed(tx, owner.link, Some(*shrink), now)?;
                activity::log(tx, owner.holder, now, &Happened::Held(*shrink))?;
                ask(tx, owner.link, *shrink, now)
            }
        }
    })
}

/// A resync that is going on ends with the question, unless it was confirmed, which it may have been while this survey,
/// without its word, was going on.
fn ask(tx: &WriteTx<'_>, link: LinkId, shrink: Shrink, now: Timestamp) -> Result<(), StoreError> {
    match resyncs::going(tx, link)? {
        Some(run) if !run.confirmed => resyncs::fail_going(tx, link, ResyncFailure::Held(shrink), now),
        Some(_) | None => Ok(()),
    }
}
