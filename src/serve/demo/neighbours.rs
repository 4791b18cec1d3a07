//! Everybody that the demo's gateway talks to.

use std::net::SocketAddr;

use super::story::{self, Agenda};
use crate::placement::Mark;
use crate::serve::ServeError;
use simulators::{caldav, google, puentes};

/// What the demo's Puentes and gateway share; it protects nothing.
pub(super) const SECRET: &str = "demo-secret";
pub(super) const USER: &str = "alice";
/// The other person's user name.
pub(super) const OTHER_USER: &str = "bruno@example.com";
/// The user name of the person whom the second client system knows.
pub(super) const ERP_USER: &str = "carla@example.com";
/// Of all three. It has the shape of Apple's app-specific passwords, so that the calendar server can play Apple as well.
pub(super) const PASSWORD: &str = "casa-luna-pato-rana";
const USERS: [&str; 3] = [USER, OTHER_USER, ERP_USER];
/// A second person, with the same agenda and no calendar yet.
pub(super) const OTHER_PHONE: &str = "+593987654321";

/// The client system and the calendars.
pub(super) struct Neighbours {
    pub(super) puentes: puentes::Server,
    pub(super) caldav: caldav::Server,
    pub(super) google: google::Google,
}

impl Neighbours {
    /// On the ports above the gateway's where those are free.
    pub(super) async fn start(listen: SocketAddr) -> Result<Self, ServeError> {
        let (puentes, caldav) = (start_puentes(listen).await?, start_caldav(listen).await?);
        let google = start_google(listen).await?;
        puentes.replace(OTHER_PHONE, puentes.events(puentes::SEEDED_PHONE));
        Ok(Self { puentes, caldav, google })
    }

    /// What of ours is in the calendars. The people's own events are not told.
    pub(super) fn standing(&self) -> Agenda {
        let objects = USERS.into_iter().flat_map(|user| {
            let calendars = self.caldav.calendars(user);
            calendars.into_iter().flat_map(move |calendar| self.caldav.objects(user, &calendar.name))
        });
        let objects = objects
            .filter(|object| object.name.starts_with(Mark::PREFIX))
            .map(|object| (object.name, (object.etag, story::headline(&object.ics))));
        let calendars = self.google.calendars(google::USER);
        let events = calendars.iter().flat_map(|calendar| self.google.events(&calendar.id));
        objects.chain(events.filter_map(|event| story::google_entry(&event))).collect()
    }

    pub(super) async fn stop(self) {
        self.puentes.stop().await;
        self.caldav.stop().await;
        self.google.stop().await;
    }
}

async fn start_puentes(listen: SocketAddr) -> Result<puentes::Server, ServeError> {
    let options = || puentes::Options { secret: SECRET.to_owned(), ..puentes::Options::default() };
    match puentes::start(beside(listen, 1), options()).await {
        Ok(server) => Ok(server),
        Err(_) => Ok(puentes::start(any(listen), options()).await?),
    }
}

async fn start_caldav(listen: SocketAddr) -> Result<caldav::Server, ServeError> {
    let users = || USERS.map(|user| (user.to_owned(), PASSWORD.to_owned())).into();
    let options = || caldav::Options { users: users(), own_events: true, ..caldav::Options::default() };
    match caldav::start(beside(listen, 2), options()).await {
        Ok(server) => Ok(server),
        Err(_) => Ok(caldav::start(any(listen), options()).await?),
    }
}

async fn start_google(listen: SocketAddr) -> Result<google::Google, ServeError> {
    let options = || google::Options { own_events: true, ..google::Options::default() };
    match google::start(beside(listen, 3), options()).await {
        Ok(server) => Ok(server),
        Err(_) => Ok(google::start(any(listen), options()).await?),
    }
}

fn beside(listen: SocketAddr, steps: u16) -> SocketAddr {
    SocketAddr::new(listen.ip(), listen.port().saturating_add(steps))
}

fn any(listen: SocketAddr) -> SocketAddr {
    SocketAddr::new(listen.ip(), 0)
}
