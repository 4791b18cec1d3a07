//! Starting and stopping, and the handle for tests in the same process.

use std::io::{self, Write};
use std::net::SocketAddr;

use super::agenda::EventView;
use super::dial::Dial;
use super::key::secure_key;
use super::seed::{SEEDED_PHONE, seed};
use super::site::{Puentes, State};
use crate::clock::{self, Now};
use crate::wire::{self, bind};

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

/// A running server.
pub type Server = wire::Server<Puentes>;

/// Starts a server at `listen` (port 0: any free one), inside the tokio runtime of the caller.
///
/// # Errors
/// When the address cannot be had.
pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Server> {
    let door = bind(listen).await?;
    let mut state = State::default();
    if options.seeded {
        state.agenda.replace(SEEDED_PHONE, seed((options.now)()));
    }
    let site = Puentes::new(state, options.secret, door.url(), options.gateway, options.now);
    Ok(Server::at(door, Vec::new(), site))
}

/// Starts a server, prints to `out` what it offers, and runs until ctrl-C.
///
/// # Errors
/// As [`start`], and what `out` says.
pub async fn run(listen: SocketAddr, options: Options, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let server = start(listen, options).await?;
    let offer = server.offer();
    server.until_interrupted(&offer, out).await
}

impl wire::Server<Puentes> {
    /// The URL for the gateway's `puentes.events_url`.
    pub fn events_url(&self) -> String {
        format!("{}/events", self.url)
    }

    /// The key of a phone number as it is written here.
    pub fn secure_key(&self, phone: &str) -> String {
        secure_key(phone, &self.site().secret)
    }

    /// All events of a phone number, by id; empty for an unknown one.
    pub fn events(&self, phone: &str) -> Vec<EventView> {
        let state = self.site().lock();
        let events = state.agenda.events(phone).into_iter().flatten();
        events.map(|(id, data)| EventView { event_id: id.clone(), event_data: data.clone() }).collect()
    }

    /// Replaces all events of a phone number, which is known from then on.
    pub fn replace(&self, phone: &str, events: Vec<EventView>) {
        self.site().lock().agenda.replace(phone, events);
    }

    /// Puts one event in, or in the place of the one with its id.
    pub fn put(&self, phone: &str, event: EventView) {
        self.site().lock().agenda.put(phone, event);
    }

    /// Deletes one event; `false` when there is none.
    pub fn delete(&self, phone: &str, event_id: &str) -> bool {
        self.site().lock().agenda.delete(phone, event_id)
    }

    /// Turns the dial.
    pub fn set_dial(&self, dial: Dial) {
        self.site().lock().dial = dial;
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
