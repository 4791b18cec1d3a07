//! Before anybody works: do the identities that are here open what is stored?
//!
//! A wrong identity file is the operator's slip, and is never written down as anybody's lost permission: the gateway does
//! not start with one. Only where the operator says that an identity is lost for good do its links wait for their people.
//! What waits for such a reason goes on by itself once its credentials can be opened again.

use crate::gateway::{Gateway, StartError};
use crate::happened::Happened;
use crate::ids::LinkId;
use crate::store::links::{self, Shut};
use crate::store::{StoreError, activity};

/// Links that are looked at in one go, where it is not known what their credentials are sealed for.
const BATCH: usize = 256;

/// Looks at all links, and at few credentials: what they are sealed for stands beside them.
///
/// # Errors
/// [`StartError::ShutOut`] while an identity is missing that is not said to be lost.
pub fn settle(gateway: &Gateway) -> Result<(), StartError> {
    tell(gateway)?;
    let shut = gateway.store.read(|tx| links::shut(tx, |recipient| gateway.vault.opens(recipient)))?;
    if !shut.is_empty() && !gateway.vault.others_are_lost() {
        let links = shut.iter().map(|shut| shut.links).sum();
        let recipients = shut.into_iter().map(|shut| shut.recipient).collect();
        return Err(StartError::ShutOut { links, recipients, identity_file: gateway.config.identity_file.clone() });
    }
    for shut in shut {
        wake(gateway, shut)?;
    }
    Ok(revive(gateway)?)
}

/// Finds out what credentials are sealed for that are from before that was written down.
fn tell(gateway: &Gateway) -> Result<(), StoreError> {
    let mut after = LinkId(0);
    loop {
        let some = gateway.store.read(|tx| links::not_told(tx, after, BATCH))?;
        let Some((last, _)) = some.last() else { return Ok(()) };
        after = *last;
        let recipient = |(link, sealed): &(LinkId, Vec<u8>)| {
            gateway.vault.recipient_of(sealed).map(|recipient| (*link, recipient.to_owned()))
        };
        let told: Vec<(LinkId, String)> = some.iter().filter_map(recipient).collect();
        gateway.store.write(move |tx| {
            told.iter().try_for_each(|(link, recipient)| links::is_sealed_for(tx, *link, recipient))
        })?;
    }
}

/// The links of a lost identity are worked on once more, each by the ordinary way: that finds them shut and says so.
fn wake(gateway: &Gateway, shut: Shut) -> Result<(), StoreError> {
    let recipient = shut.recipient.as_deref().unwrap_or("unknown");
    tracing::warn!(links = shut.links, recipient, "an age identity is lost: these links wait for their people");
    let now = gateway.clock.now();
    gateway.store.write(move |tx| {
        let of_it = links::of_recipient(tx, &shut)?;
        of_it.into_iter().try_for_each(|link| links::wake(tx, link, now))
    })
}

/// Links whose credentials could not be opened, and now can, go on.
fn revive(gateway: &Gateway) -> Result<(), StoreError> {
    for id in gateway.store.read(links::unopened)? {
        let Some(link) = gateway.store.read(|tx| links::get(tx, id))? else { continue };
        if super::open_by(gateway, &gateway.providers, &link).is_err() {
            continue;
        }
        tracing::info!(link = id.0, "its credentials can be opened again: the link goes on");
        let (holder, now) = (link.holder, gateway.clock.now());
        gateway.store.write(move |tx| {
            links::ask_for_survey(tx, id)?;
            links::try_again(tx, id, now)?;
            activity::log(tx, holder, now, &Happened::Recovered)
        })?;
    }
    Ok(())
}
