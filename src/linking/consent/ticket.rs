//! The page of a guest: a ticket, handed out with it, proves that a form is that page's.

use super::{Ending, Next, Standing, ending_of};
use crate::gateway::Gateway;
use crate::link::Obstacle;
use crate::linking::{Linking, token};
use crate::secret::SecretString;
use crate::store::authorizations::{self, Authorization, FlowPhase};
use crate::store::{StoreError, holders};

impl Linking {
    /// The flow of a ticket, for a page that is loaded again. `None`: there is none (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn consent_of(&self, ticket: &SecretString) -> Result<Option<Standing>, StoreError> {
        let gateway = &*self.gateway;
        match row_of(gateway, ticket)? {
            Some(row) => standing(self, &row, Some(ticket)),
            None => Ok(None),
        }
    }
}

/// The flow of a ticket.
pub(super) fn row_of(gateway: &Gateway, ticket: &SecretString) -> Result<Option<Authorization>, StoreError> {
    let (hash, now) = (token::hash(ticket), gateway.clock.now());
    gateway.store.read(|tx| authorizations::by_ticket(tx, &hash, now))
}

/// How a flow stands. A page that showed a ticket keeps it; one that had none gets a new one.
pub(super) fn standing(
    linking: &Linking,
    row: &Authorization,
    ticket: Option<&SecretString>,
) -> Result<Option<Standing>, StoreError> {
    let gateway = &*linking.gateway;
    let Some(holder) = gateway.store.read(|tx| holders::get(tx, row.holder))? else { return Ok(None) };
    let next = match row.phase {
        FlowPhase::Ended => Next::Over(ending_of(row)),
        _ if linking.turns.is_taken(&holder) => Next::Over(Ending::Not(Obstacle::Busy)),
        FlowPhase::Sent | FlowPhase::Returned | FlowPhase::Granted => Next::Confirm,
    };
    let ticket = match ticket {
        Some(ticket) => ticket.clone(),
        None => new_ticket(gateway, row)?,
    };
    Ok(Some(Standing { holder, provider: row.provider, ticket, next }))
}

/// The ticket of a page that is shown now; one shown before is worth nothing any more.
fn new_ticket(gateway: &Gateway, row: &Authorization) -> Result<SecretString, StoreError> {
    let ticket = token::random();
    let (id, hash) = (row.id, token::hash(&ticket));
    gateway.store.write(move |tx| authorizations::hand_ticket(tx, id, &hash))?;
    Ok(ticket)
}
