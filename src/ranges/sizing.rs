//! Events from before there was an index are put into it, a few at a time.

use super::Ranges;
use crate::ids::EventRowId;
use crate::reading;
use crate::store::StoreError;
use crate::store::events::{self, Traits};

/// Texts that are in memory at once while they are read; each is at most a megabyte.
const AT_ONCE: usize = 32;

impl Ranges {
    /// Puts some events into the index that are not there yet, from those behind `after` on. Answers the last one of them;
    /// none when there are no more. What was done stays done, whatever comes between.
    ///
    /// # Errors
    /// When the store fails.
    pub fn size(&self, after: EventRowId) -> Result<Option<EventRowId>, StoreError> {
        let some = self.gateway.store.read(|tx| events::not_sized(tx, after, AT_ONCE))?;
        let Some(last) = some.last().map(|event| event.id) else { return Ok(None) };
        let sized = some.into_iter().map(|event| {
            let traits = reading::read(event.text.form, &event.text.body).ok().map(|draft| Traits::of(&draft.event));
            (event, traits)
        });
        let sized: Vec<_> = sized.collect();
        self.gateway
            .store
            .write(move |tx| sized.iter().try_for_each(|(event, traits)| events::put(tx, event, traits.as_ref())))?;
        Ok(Some(last))
    }
}
