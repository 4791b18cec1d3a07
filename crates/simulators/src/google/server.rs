//! Starting and stopping, and the handle for tests in the same process.

use std::io::{self, Write};
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::api::{self, Call, Caller, Trouble};
use super::model::{Access, Client, Mail, Quirks, World};
use super::own_events::own_events;
use super::site::GoogleSite;
use super::view::{self, CalendarView, TokensView};
use super::{control, oauth};
use crate::clock::{self, Now};
use crate::wire::{Server, bind};

/// The user there is unless another is named.
pub const USER: &str = "ana@example.com";
/// The client there is.
pub const CLIENT_ID: &str = "pasarela-simulated.apps.googleusercontent.com";
/// Its secret: known to everybody, as everything here is pretence.
pub const CLIENT_SECRET: &str = "simulated-secret-of-no-value";

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// E-mail addresses of the users; each has a primary calendar.
    pub users: Vec<String>,
    /// The users' time zone.
    pub time_zone: String,
    /// Access tokens for scripts: user and token. They open everything and never end.
    pub tokens: Vec<(String, String)>,
    /// What the consent page calls the application.
    pub client_name: String,
    /// Where the browser may be sent back to; `None`: anywhere that Google would allow.
    pub redirect_uris: Option<Vec<String>>,
    /// Bad habits and limits from the beginning.
    pub quirks: Quirks,
    /// Does the first user have events of their own in the primary calendar?
    pub own_events: bool,
    /// Where the time comes from.
    pub now: Now,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            users: vec![USER.to_owned()],
            time_zone: "America/Guayaquil".to_owned(),
            tokens: Vec::new(),
            client_name: "Pasarela".to_owned(),
            redirect_uris: None,
            quirks: Quirks::default(),
            own_events: false,
            now: clock::system,
        }
    }
}

/// A running server.
pub type Google = Server<GoogleSite>;

/// Starts a server at `listen` (port 0: any free one), inside the tokio runtime of the caller.
///
/// # Errors
/// When the address cannot be had.
pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Google> {
    Ok(Server::at(bind(listen).await?, Vec::new(), GoogleSite::new(world(&options), options.now)))
}

/// Starts a server, prints to `out` what it offers, and runs until ctrl-C.
///
/// # Errors
/// As [`start`], and what `out` says.
pub async fn run(listen: SocketAddr, options: Options, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let server = start(listen, options.clone()).await?;
    let offer = server.offer(&options);
    server.until_interrupted(&offer, out).await
}

/// What a server knows at its beginning.
pub(super) fn world(options: &Options) -> World {
    let now = (options.now)();
    let mut world = World::new(options.quirks.clone());
    let redirect_uris = options.redirect_uris.clone();
    let client = Client { secret: CLIENT_SECRET.to_owned(), name: options.client_name.clone(), redirect_uris };
    world.clients.insert(CLIENT_ID.to_owned(), client);
    for user in &options.users {
        world.add_user(user, &options.time_zone, now);
    }
    for (user, token) in &options.tokens {
        let scopes = oauth::ALL.iter().map(|scope| (*scope).to_owned()).collect();
        let access = Access { user: user.clone(), client: "script".to_owned(), scopes, ends: None };
        world.tokens.access.insert(token.clone(), access);
    }
    if let (true, Some(first)) = (options.own_events, options.users.first()) {
        for event in own_events(now, &options.time_zone) {
            // They are ours and well formed: a test holds them to it.
            drop(as_person(&mut world, first, "POST", &["calendars", "primary", "events"], Some(&event), now));
        }
    }
    world
}

/// An API call as the person, in Google's own pages.
fn as_person(
    world: &mut World,
    user: &str,
    method: &str,
    segments: &[&str],
    body: Option<&Value>,
    now: Timestamp,
) -> Result<Value, String> {
    let call = Call {
        method: method.to_owned(),
        segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
        parameters: vec![("sendUpdates".to_owned(), "none".to_owned())],
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        ..Call::default()
    };
    let done = api::carry_out(world, &call, &Caller::person(user), now);
    done.map(|reply| reply.body.unwrap_or_default()).map_err(|no| format!("{} {}: {}", no.code, no.reason, no.message))
}

impl Server<GoogleSite> {
    /// Lines for the section `[google]` of a configuration.
    pub fn settings(&self) -> String {
        let url = &self.url;
        format!(
            "client_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\n\
             authorization_url = \"{url}/o/oauth2/v2/auth\"\ntoken_url = \"{url}/token\"\n\
             revocation_url = \"{url}/revoke\"\napi_url = \"{url}\"\n"
        )
    }

    /// The calendars in which a user may write.
    pub fn calendars(&self, user: &str) -> Vec<CalendarView> {
        view::calendars(&self.site().lock(), user)
    }

    /// All events of a calendar as the API would answer them, tombstones (`cancelled`) too; empty for an unknown calendar.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        view::events(&self.site().lock(), calendar)
    }

    /// The person does something in Google's own pages: a path below `/calendar/v3/`, split at its slashes.
    ///
    /// # Errors
    /// Status, reason and message of Google's error.
    pub fn person(&self, user: &str, method: &str, path: &[&str], body: Option<&Value>) -> Result<Value, String> {
        as_person(&mut self.site().lock(), user, method, path, body, self.site().now())
    }

    /// Lets another user write in a calendar and see it in their list; `false`: there is no such calendar.
    pub fn share(&self, calendar: &str, other: &str) -> bool {
        control::share(&mut self.site().lock(), calendar, other)
    }

    /// Mail that Google would have sent to guests.
    pub fn mails(&self) -> Vec<Mail> {
        self.site().lock().mails.clone()
    }

    /// API calls so far, also those inside batches: `METHOD path?query status`.
    pub fn calls(&self) -> Vec<String> {
        self.site().lock().calls.iter().cloned().collect()
    }

    /// Calls that were refused because the token's scopes did not cover them.
    pub fn refused_scopes(&self) -> Vec<String> {
        self.site().lock().refused_scopes.clone()
    }

    /// Tokens and grants.
    pub fn tokens(&self) -> TokensView {
        view::tokens(&self.site().lock(), self.site().now())
    }

    /// All access tokens end now; refresh tokens live on.
    pub fn expire_access_tokens(&self) {
        control::expire_access(&mut self.site().lock());
    }

    /// The person withdraws the consent.
    pub fn revoke(&self, user: &str) {
        self.site().lock().tokens.revoke(user, None);
    }

    /// All sync tokens end now.
    pub fn expire_sync_tokens(&self) {
        control::expire_sync(&mut self.site().lock());
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        self.site().advance(by);
    }

    /// Sets the clock; it goes on from there.
    pub fn set_clock(&self, now: Timestamp) {
        self.site().set_clock(now);
    }

    /// Replaces the quirks.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.site().lock().quirks = quirks;
    }

    /// Replaces the trouble; an empty list ends it.
    ///
    /// # Errors
    /// What cannot be used; the old ones then stay.
    pub fn set_trouble(&self, trouble: Vec<Trouble>) -> Result<(), String> {
        self.site().troubles().set(trouble)
    }

    fn offer(&self, options: &Options) -> String {
        let url = &self.url;
        let tokens: String =
            options.tokens.iter().map(|(_, token)| format!("  for scripts Authorization: Bearer {token}\n")).collect();
        format!(
            "Google OAuth and Calendar (simulated, in memory) at {url}\n  users       {}\n  agenda      {url}/calendar/r\n\
             {tokens}  requests    curl {url}/__sim/requests\n  trouble     curl {url}/__sim/trouble -d \
             '{{\"match\": \"^POST .*/events\", \"code\": 403, \"reason\": \"rateLimitExceeded\", \"times\": 2}}'\n\
             For the gateway:\n\n[google]\n{}\nEnds with ctrl-C; nothing is kept.\n",
            options.users.join(", "),
            self.settings()
        )
    }
}
