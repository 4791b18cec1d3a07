//! The running product: its rooms, each with what it remembers. The one thing that doors hold.
//!
//! Rule: a door asks a room. It sees neither the store nor a way out: both are in the hand that the rooms share, which
//! the app keeps to itself. Whatever of it blocks, a door asks for through the pool of its kind ([`Pools`]).

mod pools;

use std::net::IpAddr;
use std::sync::Arc;

use crate::access::{Access, Bearer};
use crate::accounts::{Turns, seals};
use crate::agenda::Agenda;
use crate::changes::ChangeLog;
use crate::clients::Clients;
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::Feeds;
use crate::gateway::Gateway;
use crate::ids::{Holder, Tenant};
use crate::intake::Intake;
use crate::janitor::Janitor;
use crate::linking::Linking;
use crate::linking::Try;
use crate::nudge::SettledBell;
use crate::ranges::Ranges;
use crate::store::StoreError;
use crate::sync::Reconciler;
use crate::tasks::Errands;
use crate::tenants::Tenants;
use crate::vault::Others;

pub use crate::gateway::StartError;
pub use pools::Pools;

/// One running gateway. Shared by all doors.
pub struct App {
    /// Settings.
    pub config: Arc<Config>,
    /// The systems that use the gateway.
    pub clients: Clients,
    /// Time.
    pub clock: Clock,
    /// Rung when outcomes were recorded: an answer that waits for its event listens.
    pub settled: SettledBell,
    /// Adds client systems and says what becomes of them.
    pub tenants: Arc<Tenants>,
    /// Knows who may come in with what.
    pub access: Arc<Access>,
    /// Takes in what client systems say.
    pub intake: Intake,
    /// Tells what is held.
    pub agenda: Agenda,
    /// Tells what happens when.
    pub ranges: Ranges,
    /// Tells what changed.
    pub changes: ChangeLog,
    /// Makes feeds, and answers their addresses.
    pub feeds: Feeds,
    /// Makes and ends links.
    pub linking: Arc<Linking>,
    /// Makes calendars as they are wanted.
    pub sync: Arc<Reconciler>,
    /// Takes away what had its time.
    pub janitor: Arc<Janitor>,
    /// How much of what doors ask for goes on at once.
    pub pools: Pools,
    /// What goes on behind an answer.
    errands: Errands,
    gateway: Arc<Gateway>,
}

impl App {
    /// Opens database and vault, and sees that these belong together.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn open(config: Config, others: Others, clock: Clock) -> Result<Self, StartError> {
        let gateway = Gateway::open(config, others, clock)?;
        seals::settle(&gateway)?;
        Ok(Self::over(Arc::new(gateway))?)
    }

    /// The same for one command, while no gateway runs: nothing is settled, and nobody is woken.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn open_for_a_command(config: Config, clock: Clock) -> Result<Self, StartError> {
        let gateway = Gateway::open(config, Others::Awaited, clock)?;
        Ok(Self::over(Arc::new(gateway))?)
    }

    /// The rooms over a gateway that is open.
    ///
    /// # Errors
    /// When the store does not tell who uses it.
    pub fn over(gateway: Arc<Gateway>) -> Result<Self, StoreError> {
        let tenants = Arc::new(Tenants::open(Arc::clone(&gateway))?);
        let agenda = Agenda::new(Arc::clone(&gateway));
        let places = Turns::default();
        let linking = Arc::new(Linking::new(Arc::clone(&gateway), agenda.clone(), places.clone()));
        let janitor = Janitor::new(Arc::clone(&gateway), Arc::clone(&tenants), Arc::clone(&linking));
        Ok(Self {
            config: Arc::clone(&gateway.config),
            clients: gateway.clients.clone(),
            clock: gateway.clock.clone(),
            settled: gateway.settled.clone(),
            access: Arc::new(Access::new(Arc::clone(&gateway))),
            intake: Intake::new(Arc::clone(&gateway)),
            changes: ChangeLog::new(Arc::clone(&gateway)),
            linking,
            janitor: Arc::new(janitor),
            feeds: Feeds::new(Arc::clone(&gateway)),
            agenda,
            ranges: Ranges::new(Arc::clone(&gateway)),
            sync: Arc::new(Reconciler::new(Arc::clone(&gateway), places)),
            pools: Pools::default(),
            errands: Errands::default(),
            tenants,
            gateway,
        })
    }

    /// Whether the database takes writes.
    ///
    /// # Errors
    /// When it does not.
    pub fn probe(&self) -> Result<(), StoreError> {
        self.gateway.store.probe()
    }

    /// Begins a try to link that goes on behind the answer; `from` is where its person is. One of the same holder that is
    /// under way goes on instead.
    pub fn begin_try(&self, holder: &Holder, from: IpAddr, what: Try) {
        if !self.linking.begin_try(holder, &what) {
            return;
        }
        let line = self.pools.links(&self.linking.server_of(holder, &what), from);
        let (linking, of, tried) = (Arc::clone(&self.linking), holder.clone(), what.clone());
        let (told, holder) = (Arc::clone(&self.linking), holder.clone());
        self.errands.run(line, move || linking.run_try(&of, tried), move || told.try_crowded_out(&holder, &what));
    }

    /// Writes down behind the answer that a key was used, once a minute at most.
    pub fn note_use(&self, bearer: &Bearer, tenant: Tenant, from: IpAddr) {
        let Some(key) = self.access.first_use(bearer) else { return };
        let access = Arc::clone(&self.access);
        // Where so many are noted that there is no place, the next use is.
        self.errands.run(self.pools.keys(from), move || access.note_use(tenant, &key, from), || ());
    }

    /// What goes on behind answers, for whoever has to wait for its end.
    pub fn errands(&self) -> &Errands {
        &self.errands
    }
}
