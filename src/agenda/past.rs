//! What was: all events by their time, and what happened to the link and to them.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::Agenda;
use super::list::AgendaList;
use super::told::instant;
use crate::happened::Happening;
use crate::ids::Holder;
use crate::store::events::Outlined;
use crate::store::{StoreError, activity, holders};

/// Events on one page of a history.
pub const PAGE: usize = 50;

impl Agenda {
    /// All events of a holder, those that begin last first, a series by its first occurrence; [`PAGE`] to a page, the first
    /// of which is page 0. What can't be read stands where it was received.
    ///
    /// # Errors
    /// When the store fails.
    pub fn history(&self, holder: &Holder, page: usize) -> Result<AgendaList, StoreError> {
        self.with_desk(holder, |desk| {
            let start = |event: &Outlined| {
                desk.pile.told(event).map_or(event.created_at, |told| instant(&told.own.span.start, &desk.zone))
            };
            let mut all: Vec<(Timestamp, &Outlined)> = desk.held.iter().map(|event| (start(event), event)).collect();
            all.sort_by_key(|(start, event)| Reverse((*start, event.id.0)));
            let shown = all.iter().skip(page.saturating_mul(PAGE)).take(PAGE);
            let events =
                shown.map(|(_, event)| desk.shown(event, desk.pile.told(event).map(|told| &told.own))).collect();
            Ok(AgendaList { zone: desk.zone, events, total: all.len() })
        })
    }

    /// The newest things that happened to a holder, newest first, at most `most`. Unknown holders have none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn happened(&self, holder: &Holder, most: u32) -> Result<Vec<Happening>, StoreError> {
        self.gateway.store.read(|tx| match holders::find(tx, holder)? {
            Some(holder) => activity::newest(tx, holder, most),
            None => Ok(Vec::new()),
        })
    }
}
