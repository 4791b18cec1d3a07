//! The client system is asked, and its answer is understood whole or not at all.

use std::collections::HashSet;

use jiff::Timestamp;

use super::take_over::{Answer, Refusal, take_over};
use crate::clients::{SourceError, Told};
use crate::gateway::Gateway;
use crate::happened::{Happened, ResyncFailure};
use crate::ids::{EventId, LinkId};
use crate::reading;
use crate::store::events::Content;
use crate::store::{StoreError, activity, events, holders, links, resyncs};

/// Asks for everything, and hands on what comes.
pub(in crate::sync) fn ask(gateway: &Gateway, link: LinkId) -> Result<(), StoreError> {
    let asked_at = gateway.clock.now();
    let holder = gateway.store.read(|tx| match links::get(tx, link)? {
        Some(link) => holders::get(tx, link.holder),
        None => Ok(None),
    })?;
    let Some(holder) = holder else { return Ok(()) };
    let source = gateway.clients.source_of(&holder).ok_or(SourceError::NotConfigured);
    let told = source.and_then(|source| source.all_events(&holder.key));
    answered(gateway, link, told, asked_at)
}

/// What the client system answered to a question of `asked_at`: taken over whole, or the run fails and nothing changes.
///
/// # Errors
/// Only when the store fails.
pub fn answered(
    gateway: &Gateway,
    link: LinkId,
    told: Result<Vec<Told>, SourceError>,
    asked_at: Timestamp,
) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let going = gateway.store.read(|tx| {
        let Some(run) = resyncs::going(tx, link)? else { return Ok(None) };
        Ok::<_, StoreError>(holders::get(tx, run.holder)?.map(|holder| (run, holder)))
    })?;
    let Some((run, holder)) = going else { return Ok(()) };
    let row = run.id;
    let failed = match told.map_err(|error| error.to_string()).and_then(understood) {
        Err(why) => Some(ResyncFailure::Unavailable { why }),
        Ok(heard) => {
            let mark = gateway.mark(&holder);
            let since = run.requested_at.min(asked_at);
            let answer = Answer { run, mark, heard, since };
            let limits = gateway.config.sync.clone();
            match gateway.store.write(move |tx| take_over(tx, &answer, &limits, now)) {
                Ok(()) => None,
                Err(Refusal::Store(error)) => return Err(error),
                Err(Refusal::Held(shrink)) => Some(ResyncFailure::Held(shrink)),
            }
        }
    };
    let Some(failure) = failed else { return Ok(()) };
    tracing::warn!(link = link.0, code = failure.code(), "a resync ended without a change: {failure}");
    gateway.store.write(move |tx| {
        let Some(link) = links::get(tx, link)? else { return Ok(()) };
        resyncs::fail(tx, row, &failure, 0, now)?;
        events::purge(tx, link.holder)?;
        activity::log(tx, link.holder, now, &Happened::ResyncFailed(failure.clone()))
    })
}

/// Everything that was told, understood, or the reason why not.
fn understood(told: Vec<Told>) -> Result<Vec<Content>, String> {
    let mut heard = Vec::with_capacity(told.len());
    let mut ids = HashSet::new();
    for told in told {
        let event_id = EventId::new(told.event_id).map_err(|error| format!("an event of the answer: {error}"))?;
        let draft = reading::read(&told.event_data)
            .map_err(|error| format!("event {event_id} of the answer can't be read: {error}"))?;
        if !ids.insert(event_id.clone()) {
            return Err(format!("the answer tells event {event_id} twice"));
        }
        heard.push(Content { event_id, ical: told.event_data, fingerprint: draft.fingerprint });
    }
    Ok(heard)
}
