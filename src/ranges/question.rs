//! One question, and what it is answered from.

use jiff::Timestamp;

use super::asked::{Asked, NotTold};
use super::token::{Kind, Tokens};
use crate::ids::{Holder, HolderId};
use crate::store::ReadTx;

/// One question, and what it is answered from.
pub(super) struct Question<'q> {
    pub(super) tx: &'q ReadTx<'q>,
    pub(super) holder: &'q Holder,
    /// The holder's row; none of whom nothing is stored.
    pub(super) row: Option<HolderId>,
    pub(super) asked: &'q Asked,
    pub(super) tokens: Tokens,
    /// Those that ask for what changed, whatever list they come from.
    pub(super) sync_tokens: Tokens,
    pub(super) most: usize,
    pub(super) now: Timestamp,
}

impl Question<'_> {
    /// Whether it asks for what changed; pages of that know it themselves.
    pub(super) fn is_of_changes(&self) -> bool {
        let page = self.asked.page_token.as_deref();
        self.asked.sync_token.is_some() || page.is_some_and(|page| self.tokens.open::<1>(Kind::Changed, page).is_some())
    }

    /// Where the page before ended.
    pub(super) fn page<const N: usize>(&self, kind: Kind) -> Result<Option<[i64; N]>, NotTold> {
        let token = self.asked.page_token.as_deref();
        token.map(|token| self.tokens.open(kind, token).ok_or(NotTold::PageToken)).transpose()
    }
}
