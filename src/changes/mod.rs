//! What changed of a client system's events and links, to be read by who keeps up with it.
//!
//! Rule: a reader goes on from a cursor, and gets every change behind it exactly once, in the order of the commits. Where
//! that can't be promised any more, because the changes behind a cursor are kept no longer or the database was restored from
//! before, it is told so ([`NoChanges::Expired`]) and never served what is left.

mod cursor;

use std::sync::Arc;

use crate::gateway::Gateway;
use crate::happened::ChangeNumber;
use crate::ids::Tenant;
use crate::store::changes;
use crate::store::{ReadTx, StoreError};

pub use cursor::Cursor;

pub use crate::store::changes::{Subject, ToldChange};

/// What a reader says instead of a cursor to hear only of what comes.
pub const LATEST: &str = "latest";

/// Some changes in a row.
#[derive(Clone, Debug)]
pub struct ChangesPage {
    /// The changes.
    pub changes: Vec<ToldChange>,
    /// Where to go on, also when there were none.
    pub cursor: Cursor,
    /// Others follow already.
    pub more: bool,
}

/// Why no changes are told.
#[derive(Debug, thiserror::Error)]
pub enum NoChanges {
    /// It is no cursor.
    #[error("this is no cursor that an answer gave")]
    NoCursor,
    /// What lies behind the cursor is not known here (any more).
    #[error("the changes behind this cursor are not kept any more: read the lists again, and go on from {LATEST:?}")]
    Expired,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells changes.
pub struct ChangeLog {
    gateway: Arc<Gateway>,
}

impl ChangeLog {
    /// Those of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }

    /// The changes behind `cursor`, at most `most`; from the oldest that is kept where there is none.
    ///
    /// # Errors
    /// See [`NoChanges`].
    pub fn after(&self, tenant: Tenant, cursor: Option<&str>, most: usize) -> Result<ChangesPage, NoChanges> {
        let client = tenant.client();
        self.gateway.store.read(|tx| {
            let from = match cursor {
                None => before_the_oldest(tx, tenant)?,
                Some(LATEST) => changes::newest(tx, client)?,
                Some(text) => {
                    let cursor = Cursor::read(text).ok_or(NoChanges::NoCursor)?;
                    if self.behind(tx, tenant, cursor.number())?.as_ref() != Some(&cursor) {
                        return Err(NoChanges::Expired);
                    }
                    cursor.number()
                }
            };
            let mut told = changes::after(tx, client, from, most.saturating_add(1))?;
            let more = told.len() > most;
            told.truncate(most);
            let instance = self.gateway.store.instance();
            let cursor = match told.last() {
                Some(last) => Cursor::behind(instance, tenant, last),
                // Nothing follows, so this is the newest change, which is always kept, or there was none yet.
                None => self.behind(tx, tenant, from)?.unwrap_or_else(|| Cursor::before_all(instance, tenant)),
            };
            Ok(ChangesPage { changes: told, cursor, more })
        })
    }

    /// The cursor behind the change of that number, as long as that is kept. Before the first one there is one too.
    fn behind(&self, tx: &ReadTx<'_>, tenant: Tenant, number: ChangeNumber) -> Result<Option<Cursor>, StoreError> {
        let instance = self.gateway.store.instance();
        if number == ChangeNumber::default() {
            let all_are_kept = before_the_oldest(tx, tenant)? == number;
            return Ok(all_are_kept.then(|| Cursor::before_all(instance, tenant)));
        }
        let told = changes::of_number(tx, tenant.client(), number)?;
        Ok(told.map(|told| Cursor::behind(instance, tenant, &told)))
    }
}

/// The number before the oldest change that is kept.
fn before_the_oldest(tx: &ReadTx<'_>, tenant: Tenant) -> Result<ChangeNumber, StoreError> {
    Ok(changes::oldest(tx, tenant.client())?.map_or_else(ChangeNumber::default, |oldest| ChangeNumber(oldest.0 - 1)))
}
