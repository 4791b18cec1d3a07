//! The client system is asked. Its answer is heard whole or not at all; single events that can't be read are passed over.

use jiff::Timestamp;

use super::take_over::{Answer, Heard, Refusal, take_over};
use crate::clients::{SourceError, Telling};
use crate::gateway::Gateway;
use crate::happened::{Happened, ResyncFailure, Skipped, Unread};
use crate::ical::IcalError;
use crate::ids::{EventId, LinkId, PublicEventId};
use crate::reading::{self, Text};
use crate::store::events::{Content, Traits};
use crate::store::{StoreError, activity, events, holders, links, resyncs};

/// Asks for everything, and hands on what comes.
pub(in crate::sync) fn ask(gateway: &Gateway, link: LinkId) -> Result<(), StoreError> {
    let asked_at = gateway.clock.now();
    let found = gateway.store.read(|tx| match links::get(tx, link)? {
        Some(link) => Ok::<_, StoreError>(holders::get(tx, link.holder)?.map(|holder| (holder, link))),
        None => Ok(None),
    })?;
    let Some((holder, row)) = found else { return Ok(()) };
    let source = gateway.clients.source_of(&holder).ok_or(SourceError::NotConfigured);
    let told = source.and_then(|source| source.all_events(&holder.key, asked_at, &gateway.permit(&holder, &row)?));
    match told {
        // The run goes on waiting, until the link is on again.
        Err(SourceError::Off(_)) => Ok(()),
        told => answered(gateway, link, told, asked_at),
    }
}

/// What the client system answered to a question of `asked_at`: taken over, or the run fails and nothing changes.
///
/// # Errors
/// Only when the store fails.
pub fn answered(
    gateway: &Gateway,
    link: LinkId,
    told: Result<Telling, SourceError>,
    asked_at: Timestamp,
) -> Result<(), StoreError> {
    let now = gateway.clock.now();
    let going = gateway.store.read(|tx| {
        let Some(run) = resyncs::going(tx, link)? else { return Ok(None) };
        Ok::<_, StoreError>(holders::get(tx, run.holder)?.map(|holder| (run, holder)))
    })?;
    let Some((run, holder)) = going else { return Ok(()) };
    let row = run.id;
    let failed = match told {
        Err(error) => Some(ResyncFailure::Unavailable { why: error.to_string() }),
        Ok(told) => {
            let heard = understood(told, now);
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

/// Everything that was told, each event understood or with the reason why not.
fn understood(told: Telling, now: Timestamp) -> Heard {
    let mut heard = Heard { contents: Vec::with_capacity(told.events.len()), skipped: told.skipped };
    for (index, told) in told.events.into_iter().enumerate() {
        match EventId::new(told.event_id.as_str()) {
            Err(error) => {
                let why = Unread::NoId { place: format!("events[{index}]"), reason: error.to_string() };
                heard.skipped.push(Skipped { event: None, why });
            }
            Ok(event_id) => match reading::ical(&told.event_data) {
                Ok(draft) => {
                    let (public_id, text) = (PublicEventId::new(now), Text::ical(told.event_data));
                    let (fingerprint, traits) = (draft.fingerprint, Some(Traits::of(&draft.event)));
                    heard.contents.push(Content { event_id, public_id, text, fingerprint, traits });
                }
                Err(IcalError { line, property, reason }) => {
                    let why = Unread::Invalid { line, property, reason };
                    heard.skipped.push(Skipped { event: Some(event_id), why });
                }
            },
        }
    }
    heard
}
