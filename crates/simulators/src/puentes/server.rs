//! Starting and stopping, and the handle for tests in the same process.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use super::agenda::EventView;
use super::dial::Dial;
use super::key::secure_key;
use super::seed::{SEEDED_PHONE, seed};
use super::site::{Puentes, State};
use crate::clock::{self, Now};
use crate::wire::{BadRule, Counts, Desk, Rule, Running, bind, serve, until_interrupted};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The secret shared with the gateway.
    pub secret: String,
    /// Start with the believable agenda of [`seed()`]?
    pub seeded: bool,
    /// Where the gateway's pages are, for the link that people are given.
    pub gateway: Option<String>,
    /// Where the time comes from.
    pub now: Now,
}

impl Default for Options {
    fn default() -> Self {
        Self { secret: "demo-secret".to_owned(), seeded: true, gateway: None, now: clock::system }
    }
}

/// A running server. Dropping it cuts all connections; [`Server::stop`] is gentler.
pub struct Server {
    /// `http://address:port`, without a final slash.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    site: Arc<Puentes>,
    desk: Arc<Desk>,
    door: Running,
}

/// Starts a server at `listen` (port 0: any free one), inside the tokio runtime of the caller.
///
/// # Errors
/// When the address cannot be had.
pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Server> {
    let door = bind(listen).await?;
    let (address, url) = (door.address, door.url());
    let mut state = State::default();
    if options.seeded {
        state.agenda.replace(SEEDED_PHONE, seed((options.now)()));
    }
    let site = Arc::new(Puentes::new(state, options.secret, url.clone(), options.gateway, options.now));
    let desk = Desk::new(Arc::clone(&site) as Arc<_>);
    let door = serve(door, Arc::clone(&desk));
    Ok(Server { url, address, site, desk, door })
}

/// Starts a server, prints to `out` what it offers, and runs until ctrl-C.
///
/// # Errors
/// As [`start`], and what `out` says.
pub async fn run(listen: SocketAddr, options: Options, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let server = start(listen, options).await?;
    until_interrupted(&server.offer(), out).await?;
    server.stop().await;
    Ok(())
}

impl Server {
    /// Stops, letting answers under way finish.
    pub async fn stop(self) {
        self.door.stop().await;
    }

    /// The URL for the gateway's `puentes.events_url`.
    pub fn events_url(&self) -> String {
        format!("{}/events", self.url)
    }

    /// The key of a phone number as it is written here.
    pub fn secure_key(&self, phone: &str) -> String {
        secure_key(phone, &self.site.secret)
    }

    /// All events of a phone number, by id; empty for an unknown one.
    pub fn events(&self, phone: &str) -> Vec<EventView> {
        let state = self.site.lock();
        let events = state.agenda.events(phone).into_iter().flatten();
        events.map(|(id, data)| EventView { event_id: id.clone(), event_data: data.clone() }).collect()
    }

    /// Replaces all events of a phone number, which is known from then on.
    pub fn replace(&self, phone: &str, events: Vec<EventView>) {
        self.site.lock().agenda.replace(phone, events);
    }

    /// Puts one event in, or in the place of the one with its id.
    pub fn put(&self, phone: &str, event: EventView) {
        self.site.lock().agenda.put(phone, event);
    }

    /// Deletes one event; `false` when there is none.
    pub fn delete(&self, phone: &str, event_id: &str) -> bool {
        self.site.lock().agenda.delete(phone, event_id)
    }

    /// Turns the dial.
    pub fn set_dial(&self, dial: Dial) {
        self.site.lock().dial = dial;
    }

    /// Replaces the fault rules; an empty list ends all faults.
    ///
    /// # Errors
    /// [`BadRule`]; the old rules then stay.
    pub fn set_faults(&self, rules: Vec<Rule>) -> Result<(), BadRule> {
        self.desk.faults.set(rules)
    }

    /// What came in.
    pub fn counts(&self) -> Counts {
        self.desk.record.counts()
    }

    fn offer(&self) -> String {
        let url = &self.url;
        let key = self.secure_key(SEEDED_PHONE);
        let phone = SEEDED_PHONE.trim_start_matches('+');
        format!(
            "Puentes (simulated, in memory) at {url}\n  edit events {url}/\n  \
             events      curl '{url}/events?phone_number=%2B{phone}&secure_key={key}'\n  \
             faults      curl -X PUT {url}/__sim/dial -d '{{\"fault\": \"half_page\"}}'\n  \
             setting     puentes.events_url = \"{url}/events\"\nEnds with ctrl-C; nothing is kept.\n"
        )
    }
}
