//! Starting and stopping, and the handle for tests in the same process.

use std::io::{self, Write};
use std::net::SocketAddr;

use super::auth::{Auth, Gate};
use super::control::{self, CalendarView, ObjectView};
use super::model::{Mail, Quirks, World};
use super::own_events::own_events;
use super::site::CalDav;
use crate::clock::{self, Now};
use crate::wire::{self, bind};

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// User names and passwords.
    pub users: Vec<(String, String)>,
    /// Authentication offered.
    pub auth: Auth,
    /// With Digest: how often one nonce may be used.
    pub nonce_uses: usize,
    /// Bad habits from the beginning.
    pub quirks: Quirks,
    /// Does the first user have events of their own in `personal`?
    pub own_events: bool,
    /// Where the time comes from.
    pub now: Now,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            users: vec![("alice".to_owned(), "secret".to_owned())],
            auth: Auth::Basic,
            nonce_uses: usize::MAX,
            quirks: Quirks::default(),
            own_events: false,
            now: clock::system,
        }
    }
}

/// A running CalDAV server.
pub type Server = wire::Server<CalDav>;

/// Starts a server at `listen` (port 0: any free one), inside the tokio runtime of the caller.
///
/// # Errors
/// When the address cannot be had; [`io::ErrorKind::InvalidInput`] for quirks that cannot be used.
pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Server> {
    if let Some(fault) = options.quirks.fault() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
    }
    let door = bind(listen).await?;
    let other = bind(SocketAddr::new(listen.ip(), 0)).await?;
    let urls = [door.url(), other.url()];
    let gate = Gate::new(options.auth, options.nonce_uses);
    let mut world = World::new(&options.users, options.quirks);
    if let (true, Some(first)) = (options.own_events, world.users.values_mut().next()) {
        let now = (options.now)();
        for (name, ics) in own_events(now) {
            let uid = name.trim_end_matches(".ics").to_owned();
            first.put(("personal", &name), (ics, uid), false, now);
        }
    }
    Ok(Server::at(door, vec![other], CalDav::new(world, gate, options.now, urls)))
}

/// Starts a server, prints to `out` what it offers, and runs until ctrl-C.
///
/// # Errors
/// As [`start`], and what `out` says.
pub async fn run(listen: SocketAddr, options: Options, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let users = options.users.clone();
    let server = start(listen, options).await?;
    let offer = server.offer(&users);
    server.until_interrupted(&offer, out).await
}

impl wire::Server<CalDav> {
    /// The same server at another port: another host to those who follow links, for [`Quirks::other_host_home`].
    pub fn other_url(&self) -> &str {
        let [_, other_url] = &self.site().urls;
        other_url
    }

    /// The URL of a user's calendar, with a final slash.
    pub fn calendar_url(&self, user: &str, calendar: &str) -> String {
        format!("{}/dav/calendars/{user}/{calendar}/", self.url)
    }

    /// A user's calendars; empty for an unknown user.
    pub fn calendars(&self, user: &str) -> Vec<CalendarView> {
        control::calendars(&self.site().lock(), user).unwrap_or_default()
    }

    /// The objects of a calendar; empty for an unknown one.
    pub fn objects(&self, user: &str, calendar: &str) -> Vec<ObjectView> {
        control::objects(&self.site().lock(), user, calendar).unwrap_or_default()
    }

    /// Mail that a scheduling server would have sent.
    pub fn mails(&self) -> Vec<Mail> {
        self.site().lock().mails.clone()
    }

    /// Replaces the quirks.
    ///
    /// # Errors
    /// What cannot be used; the old ones then stay.
    pub fn set_quirks(&self, quirks: Quirks) -> Result<(), String> {
        control::set_quirks(&mut self.site().lock(), quirks)
    }

    /// The person changes their password; `false` for an unknown user.
    pub fn set_password(&self, user: &str, password: &str) -> bool {
        let mut world = self.site().lock();
        let user = world.users.get_mut(user);
        user.map(|user| password.clone_into(&mut user.password)).is_some()
    }

    fn offer(&self, users: &[(String, String)]) -> String {
        let url = &self.url;
        let users: Vec<_> = users.iter().map(|(user, password)| format!("{user} / {password}")).collect();
        format!(
            "CalDAV server (simulated, in memory) at {url}\n  users       {}\n  agenda      {url}/\n  \
             for clients {url}/.well-known/caldav\n  requests    curl {url}/__sim/requests\n  \
             faults      curl {url}/__sim/faults -d '{{\"match\": \"^PUT\", \"lost\": \"answer\", \"every\": 3}}'\n\
             Ends with ctrl-C; nothing is kept.\n",
            users.join(", ")
        )
    }
}
