//! How a consent stands, for the client system that asked for its address.

use super::{Ending, ending_of};
use crate::ids::Holder;
use crate::link::ProviderKind;
use crate::linking::{Linking, token};
use crate::secret::SecretString;
use crate::store::authorizations::{self, FlowPhase};
use crate::store::{StoreError, holders};

/// How a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentStanding {
    /// Where the person was sent.
    pub provider: ProviderKind,
    /// How it ended; none while the person is there, or has to confirm or to choose on our page.
    pub ended: Option<Ending>,
}

impl Linking {
    /// How the consent of that `state` stands, which was asked for `holder`. `None`: there is none of theirs (any more).
    ///
    /// # Errors
    /// When the store fails.
    pub fn consent_standing(
        &self,
        holder: &Holder,
        state: &SecretString,
    ) -> Result<Option<ConsentStanding>, StoreError> {
        let (hash, now) = (token::hash(state), self.gateway.clock.now());
        self.gateway.store.read(|tx| {
            let holder = holders::find(tx, holder)?;
            let row = authorizations::by_state(tx, &hash, now)?.filter(|row| Some(row.holder) == holder);
            Ok(row.map(|row| ConsentStanding {
                provider: row.provider,
                ended: (row.phase == FlowPhase::Ended).then(|| ending_of(&row)),
            }))
        })
    }
}
