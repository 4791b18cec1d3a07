//! Client systems come, choose, rest and go on.

use serde_json::{Value, json};

use super::Tenants;
use crate::clients::puentes;
use crate::ids::{PublicClientId, Slug, Tenant};
use crate::permit::Switch;
use crate::profile::{Changes, Chosen, ClientState, Naming, Profile, SettingError};
use crate::store::clients::NewClient;
use crate::store::{StoreError, audit, clients, links};
use crate::trail::{Action, Actor, Entry};

/// A client system that somebody wants to add.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// How the operator calls it.
    pub slug: Slug,
    /// What people know it as; none: its short name.
    pub name: Option<String>,
    /// How its holders are named.
    pub naming: Naming,
    /// What else it chooses.
    pub changes: Changes,
}

/// Why nothing was done to a client system.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// Another has that short name.
    #[error("there is a client system called {0} already")]
    Exists(Slug),
    /// There is none, or it went meanwhile.
    #[error("there is no such client system")]
    NotThere,
    /// A setting can't be so.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The configuration file says it.
    #[error("{name} of puentes stands in the configuration file, and is changed there")]
    OfTheFile {
        /// The setting.
        name: &'static str,
    },
    /// The configuration file makes it.
    #[error("puentes is the client system that the configuration file makes: it can't be removed, only suspended")]
    MadeByTheFile,
    /// It can't be so.
    #[error("{0}")]
    NotAsSaid(&'static str),
    /// It shares as many secrets with us as one may.
    #[error("{most} secrets are live already; revoke one first")]
    TooManySecrets {
        /// How many that are.
        most: usize,
    },
    /// It shares no secret of that name with us.
    #[error("there is no such secret")]
    NoSuchSecret,
    /// It is going.
    #[error("this client system is being removed")]
    Going,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the file says of Puentes.
const OF_THE_FILE: [&str; 2] = ["default_region", "events_url"];

impl Tenants {
    /// All client systems, by their short names.
    pub fn all(&self) -> Vec<Profile> {
        self.gateway.clients.all().into_iter().map(|system| system.profile.clone()).collect()
    }

    /// The one that is called so: by its short name, or by its public one.
    ///
    /// # Errors
    /// [`NotDone::NotThere`].
    pub fn named(&self, name: &str) -> Result<Profile, NotDone> {
        let is_it = |profile: &Profile| profile.slug.as_str() == name || profile.public_id.as_str() == name;
        self.all().into_iter().find(is_it).ok_or(NotDone::NotThere)
    }

    /// The one that a tenant speaks for.
    ///
    /// # Errors
    /// [`NotDone::NotThere`] once it went.
    pub fn profile(&self, tenant: Tenant) -> Result<Profile, NotDone> {
        let system = self.gateway.clients.get(tenant.client()).ok_or(NotDone::NotThere)?;
        Ok(system.profile.clone())
    }

    /// Adds a client system.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn add(&self, wanted: &NewTenant, by: &Actor) -> Result<Profile, NotDone> {
        let NewTenant { slug, name, naming, changes } = wanted.clone();
        let called = name.unwrap_or_else(|| slug.as_str().to_owned());
        // The name is looked at as any other setting.
        let named = Changes::from_iter([("display_name".to_owned(), json!(called))]);
        let chosen = Chosen::of_new(&called).with(&named)?.with(&changes)?;
        let now = self.gateway.clock.now();
        let new = NewClient { public_id: PublicClientId::new(now), slug, naming, chosen };
        let by = by.clone();
        let added = self.gateway.store.write(move |tx| {
            let added = clients::add(tx, &new, now)?.ok_or_else(|| NotDone::Exists(new.slug.clone()))?;
            let detail = json!({ "slug": added.slug.as_str(), "naming": added.naming.as_str() });
            let entry =
                Entry::done(Action::ClientAdded, &by).of(added.for_operator()).to(&added.public_id).with(detail);
            audit::note(tx, now, &entry)?;
            Ok::<_, NotDone>(added)
        })?;
        self.know(added.for_operator())?;
        Ok(added)
    }

    /// Changes what a client system has chosen: all of it, or nothing.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn choose(&self, tenant: Tenant, changes: &Changes, by: &Actor) -> Result<Profile, NotDone> {
        let of_the_file = OF_THE_FILE.into_iter().filter(|_| tenant.client() == puentes::ID);
        if let Some(name) = of_the_file.into_iter().find(|name| changes.contains_key(*name)) {
            return Err(NotDone::OfTheFile { name });
        }
        let (now, by, changes) = (self.gateway.clock.now(), by.clone(), changes.clone());
        self.gateway.store.write(move |tx| {
            let profile = clients::get(tx, tenant.client())?.ok_or(NotDone::NotThere)?;
            let chosen = profile.chosen.with(&changes)?;
            if chosen == profile.chosen {
                return Ok(());
            }
            clients::choose(tx, tenant, &chosen)?;
            let detail = json!({ "changed": differences(&profile.chosen, &chosen) });
            let entry = Entry::done(Action::ClientChanged, &by).of(tenant).to(&profile.public_id).with(detail);
            audit::note(tx, now, &entry)?;
            Ok::<_, NotDone>(())
        })?;
        self.know(tenant)?;
        self.profile(tenant)
    }

    /// Lets a client system rest: its keys are refused, its links wait, and nothing is lost.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn suspend(&self, tenant: Tenant, by: &Actor) -> Result<Profile, NotDone> {
        self.stands(tenant, ClientState::Suspended, by)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn resume(&self, tenant: Tenant, by: &Actor) -> Result<Profile, NotDone> {
        let profile = self.stands(tenant, ClientState::Active, by)?;
        // What waited is due.
        self.gateway.work.ring();
        Ok(profile)
    }

    fn stands(&self, tenant: Tenant, state: ClientState, by: &Actor) -> Result<Profile, NotDone> {
        let (now, by) = (self.gateway.clock.now(), by.clone());
        let is_on = state == ClientState::Active;
        let action = if is_on { Action::ClientResumed } else { Action::ClientSuspended };
        let commit = || {
            self.gateway.store.write(move |tx| {
                let profile = clients::get(tx, tenant.client())?.ok_or(NotDone::NotThere)?;
                if profile.state == ClientState::Removing {
                    return Err(NotDone::Going);
                }
                if profile.state == state {
                    return Ok(());
                }
                clients::set_state(tx, tenant, state)?;
                links::switch_of_client(tx, tenant.client(), !is_on)?;
                audit::note(tx, now, &Entry::done(action, &by).of(tenant).to(&profile.public_id))?;
                Ok::<_, NotDone>(())
            })
        };
        // No request for one of its links begins once this is written down; those under way end by themselves.
        let (permits, switch) = (&self.gateway.permits, Switch::Client(tenant.client()));
        if is_on { permits.turn_on(switch, commit) } else { permits.turn_off(switch, commit) }?;
        self.know(tenant)?;
        self.profile(tenant)
    }
}

/// The settings that are otherwise, by name: as they were, and as they are.
fn differences(before: &Chosen, after: &Chosen) -> Value {
    let (before, after) = (before.shown(), after.shown());
    let changed = after.into_iter().filter_map(|(name, is)| {
        let was = before.get(&name).cloned().unwrap_or_default();
        (was != is).then(|| (name, json!({ "was": was, "is": is })))
    });
    Value::Object(changed.collect())
}

#[cfg(test)]
mod tests;
