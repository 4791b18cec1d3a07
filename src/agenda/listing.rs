//! All events of a holder, a few at a time: a whole life of appointments is told without ever being in memory.
//!
//! Rule: which events are told is settled when a listing begins, by their rows alone; what each says is read when its turn
//! comes. So an event that goes meanwhile is passed over, one that changes is told as it is then, and none is told twice.

use std::vec::IntoIter;

use super::held::Carrier;
use super::{Agenda, HeldEvent};
use crate::ids::{EventRowId, Holder, HolderId};
use crate::page_token::PageToken;
use crate::store::events;
use crate::store::{StoreError, holders};

/// Bytes of texts behind which the next few are left for later. One text more may come with them, of a megabyte at most.
const AT_ONCE: usize = 128 << 10;

/// Which events are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many at most; none: all that there are.
    pub limit: Option<usize>,
    /// Where the page before ended; none: from the first one on.
    pub token: Option<String>,
}

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum NotListed {
    /// No page of this list ended there.
    #[error("this page_token is none that a list of these events gave; begin again without it")]
    PageToken,
    /// Nobody can say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Events that are to be told, and how far that is.
#[derive(Debug, Default)]
pub struct Listing {
    holder: Option<HolderId>,
    rows: IntoIter<EventRowId>,
    next: Option<PageToken>,
}

impl Listing {
    /// Whether all were told.
    pub fn is_over(&self) -> bool {
        self.rows.len() == 0
    }

    /// Where the next page begins; none when there is nothing behind this one.
    pub fn next_page(&self) -> Option<&str> {
        self.next.as_ref().map(PageToken::as_str)
    }
}

impl Agenda {
    /// Begins to tell the events held for a holder, in the order of their acceptance. Unknown holders have none.
    ///
    /// # Errors
    /// See [`NotListed`].
    pub fn list(&self, holder: &Holder, page: &Page) -> Result<Listing, NotListed> {
        let store = &self.gateway.store;
        let after = match &page.token {
            Some(token) => {
                PageToken::read(token, store.instance(), holder).map(EventRowId).ok_or(NotListed::PageToken)?
            }
            None => EventRowId(0),
        };
        let most = page.limit.map(|limit| limit.saturating_add(1));
        store.read(|tx| {
            let Some(id) = holders::find(tx, holder)? else { return Ok(Listing::default()) };
            let mut rows = events::rows(tx, id, after, most)?;
            let more = page.limit.is_some_and(|limit| rows.len() > limit);
            rows.truncate(page.limit.unwrap_or(usize::MAX));
            let last = rows.last().filter(|_| more);
            let next = last.map(|last| PageToken::of(last.0, store.instance(), holder));
            Ok(Listing { holder: Some(id), rows: rows.into_iter(), next })
        })
    }

    /// The next few events of a listing; none only when it is over.
    ///
    /// # Errors
    /// When the store fails.
    pub fn some_of(&self, listing: &mut Listing) -> Result<Vec<HeldEvent>, StoreError> {
        let Some(holder) = listing.holder else { return Ok(Vec::new()) };
        let now = self.gateway.clock.now();
        self.gateway.store.read(|tx| {
            let carrier = Carrier::of(tx, holder)?;
            let (mut some, mut bytes) = (Vec::new(), 0);
            for row in listing.rows.by_ref() {
                let Some(held) = events::held_row(tx, holder, carrier.link, row)? else { continue };
                bytes += held.text.body.len();
                some.push(carrier.shown(held, now));
                if bytes >= AT_ONCE {
                    break;
                }
            }
            Ok(some)
        })
    }
}
