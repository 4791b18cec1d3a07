//! Takes away what had its time, and what is left of client systems that go.
//!
//! Rule: each is taken in small transactions, so that what others write waits for none of it; what was not done goes on at the
//! next look, also after a restart. Nothing is taken before its time in `[retention]`, and nothing that something still needs.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::gateway::Gateway;
use crate::linking::Linking;
use crate::store::{StoreError, WriteTx, audit, changes, client_secrets, feeds, idempotency, sweep};
use crate::tenants::{NextOfRemoval, Tenants};
use crate::trail::Actor;

/// Between two looks for what had its time.
pub const LOOKS_EVERY: Duration = Duration::from_mins(10);
/// Rows in one transaction.
const AT_ONCE: usize = 500;

/// Takes away what had its time.
pub struct Janitor {
    gateway: Arc<Gateway>,
    tenants: Arc<Tenants>,
    linking: Arc<Linking>,
}

/// One kind of what has its time: takes some of it that is from before a time, and says how much.
type Broom = fn(&WriteTx<'_>, Timestamp, usize) -> Result<usize, StoreError>;

impl Janitor {
    /// The janitor of a gateway.
    pub fn new(gateway: Arc<Gateway>, tenants: Arc<Tenants>, linking: Arc<Linking>) -> Self {
        Self { gateway, tenants, linking }
    }

    /// Takes away all that had its time by now. Answers how many rows.
    ///
    /// # Errors
    /// When the store fails; what was taken is gone.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.gateway.clock.now();
        let keep = &self.gateway.config.retention;
        let before =
            |days: u32| now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        let brooms: [(Timestamp, Broom); 8] = [
            (before(keep.activity_days), sweep::activity),
            (before(keep.runs_days), sweep::runs),
            (before(keep.runs_days), sweep::receipts),
            (before(keep.audit_days), audit::forget_before),
            (now, sweep::authorizations),
            (now, sweep::sessions),
            (now, idempotency::forget),
            (now, feeds::forget),
        ];
        let mut gone = 0;
        for (before, broom) in brooms {
            gone += self.while_there_is_more(move |tx| broom(tx, before, AT_ONCE))?;
        }
        let changes_before = before(keep.changes_days);
        for system in self.gateway.clients.all() {
            let client = system.id;
            gone += self.while_there_is_more(move |tx| changes::forget(tx, client, changes_before, AT_ONCE))?;
        }
        Ok(gone + self.gateway.store.write(move |tx| client_secrets::expire(tx, now))?)
    }

    /// Goes on with client systems that go, as far as that is possible now.
    ///
    /// # Errors
    /// When the store fails; it goes on where it stopped.
    pub fn go_on_removing(&self) -> Result<(), StoreError> {
        while let Some(next) = self.tenants.go_on_removing()? {
            match next {
                NextOfRemoval::End(links) => {
                    for (holder, provider) in links {
                        self.linking.begin_unlink(&holder, Some(provider), &Actor::server())?;
                    }
                }
                NextOfRemoval::Wait => break,
                NextOfRemoval::GoOn => {}
            }
        }
        Ok(())
    }

    fn while_there_is_more(
        &self,
        some: impl Fn(&WriteTx<'_>) -> Result<usize, StoreError> + Copy + Send + 'static,
    ) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let gone = self.gateway.store.write(some)?;
            all += gone;
            if gone < AT_ONCE {
                return Ok(all);
            }
        }
    }
}

#[cfg(test)]
mod tests;
