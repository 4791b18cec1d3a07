//! A client system goes: what we wrote into calendars first, then all that is kept of it.
//!
//! That it goes is one commit; the rest is done behind, a little at a time, and goes on after a restart.

use super::{NotDone, Tenants};
use crate::clients::puentes;
use crate::ids::{ClientSystemId, Holder, Tenant};
use crate::link::ProviderKind;
use crate::permit::Switch;
use crate::profile::{ClientState, Profile};
use crate::store::{StoreError, audit, clients, erase, links};
use crate::trail::{Action, Actor, Entry};

/// What is to be done next for client systems that go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextOfRemoval {
    /// These links have to end.
    End(Vec<(Holder, ProviderKind)>),
    /// Links are ending: their calendars are being cleaned.
    Wait,
    /// Something was erased, and there is more.
    GoOn,
}

/// How many of them one client system has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Holders of whom something is kept.
    pub holders: u64,
    /// Links.
    pub links: u64,
    /// Events.
    pub events: u64,
}

/// Links that are told to end in one go.
const AT_ONCE: usize = 100;

impl Tenants {
    /// How much is kept for a client system.
    ///
    /// # Errors
    /// When the store fails.
    pub fn holdings(&self, tenant: Tenant) -> Result<Holdings, StoreError> {
        let (holders, links, events) = self.gateway.store.read(|tx| clients::holdings(tx, tenant))?;
        Ok(Holdings { holders, links, events })
    }

    /// Has a client system go. From now on nobody comes in for it; the rest is done behind.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn remove(&self, tenant: Tenant, by: &Actor) -> Result<Profile, NotDone> {
        if tenant.client() == puentes::ID {
            return Err(NotDone::MadeByTheFile);
        }
        let (now, by) = (self.gateway.clock.now(), by.clone());
        let commit = || {
            self.gateway.store.write(move |tx| {
                let profile = clients::get(tx, tenant.client())?.ok_or(NotDone::NotThere)?;
                if profile.state == ClientState::Removing {
                    return Ok(());
                }
                clients::set_state(tx, tenant, ClientState::Removing)?;
                // Its links have to be cleaned up, also where it was suspended.
                links::switch_of_client(tx, tenant.client(), false)?;
                audit::note(tx, now, &Entry::done(Action::ClientRemoving, &by).of(tenant).to(&profile.public_id))?;
                Ok::<_, NotDone>(())
            })
        };
        self.gateway.permits.turn_on(Switch::Client(tenant.client()), commit)?;
        self.know(tenant)?;
        self.gateway.work.ring();
        self.profile(tenant)
    }

    /// Does the next thing for the client systems that go; none where none does.
    ///
    /// # Errors
    /// When the store fails.
    pub fn go_on_removing(&self) -> Result<Option<NextOfRemoval>, StoreError> {
        let all = self.gateway.clients.all();
        let Some(going) = all.iter().find(|system| system.profile.state == ClientState::Removing) else {
            return Ok(None);
        };
        let tenant = going.profile.for_operator();
        let (to_end, left) = self.gateway.store.read(|tx| {
            Ok::<_, StoreError>((erase::links_to_end(tx, tenant, AT_ONCE)?, clients::holdings(tx, tenant)?.1))
        })?;
        if !to_end.is_empty() {
            return Ok(Some(NextOfRemoval::End(to_end)));
        }
        if left > 0 {
            return Ok(Some(NextOfRemoval::Wait));
        }
        self.erase(going.id, &going.profile)?;
        Ok(Some(NextOfRemoval::GoOn))
    }

    /// Erases what is kept of one holder, or the last of it.
    fn erase(&self, client: ClientSystemId, profile: &Profile) -> Result<(), StoreError> {
        let (tenant, now, named) = (profile.for_operator(), self.gateway.clock.now(), profile.public_id.clone());
        let gone = self.gateway.store.write(move |tx| {
            if erase::a_holder(tx, tenant)? {
                return Ok(false);
            }
            erase::the_rest(tx, tenant)?;
            let entry = Entry::done(Action::ClientRemoved, &Actor::server()).of(tenant).to(&named);
            audit::note(tx, now, &entry)?;
            Ok::<_, StoreError>(true)
        })?;
        if gone {
            self.gateway.clients.forget(client);
        }
        Ok(())
    }
}
