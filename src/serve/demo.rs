//! The demo: a gateway, its client system and a calendar server in one process, on loopback, with nothing to install.
//!
//! Everything lives in a folder that goes with the demo. The gateway is the real one, started as `serve` starts it; only
//! its neighbours are simulated.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;
use tempfile::TempDir;

use super::{Running, ServeError, Signal, Signals, story};
use crate::clock::Clock;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::ids::HolderKey;
use crate::linking::{self, LinkRequest, ProviderKind};
use crate::simulators::{caldav, puentes};
use crate::tasks::blocking;
use crate::vault;

/// What the demo's Puentes and gateway share; it protects nothing.
const SECRET: &str = "demo-secret";
const USER: &str = "alice";
const PASSWORD: &str = "secret";
/// How often the calendar is looked at for news to tell.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the demo until ctrl-C; `out` hears what to try and what arrives.
///
/// # Errors
/// See [`ServeError`].
pub fn run(listen: SocketAddr, out: &mut (dyn Write + Send)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("pasarela").build()?;
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let demo = Demo::start(listen).await?;
        out.write_all(demo.story().as_bytes())?;
        out.flush()?;
        let told = tokio::select! {
            told = demo.tell(out) => told,
            () = async { while let Signal::Reload = signals.next().await {} } => Ok(()),
        };
        demo.stop().await;
        told
    })?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

struct Demo {
    gateway: Running,
    puentes: puentes::Server,
    caldav: caldav::Server,
    clock: Clock,
    _folder: TempDir,
}

impl Demo {
    async fn start(listen: SocketAddr) -> Result<Self, ServeError> {
        let clock = Clock::system();
        let folder = tempfile::Builder::new().prefix("pasarela-demo-").tempdir()?;
        let caldav = start_caldav(listen).await?;
        let puentes = start_puentes(listen).await?;
        let config = config(listen, folder.path(), &puentes, &caldav)?;
        vault::create_identity(&config.identity_file, clock.now())?;
        let gateway = Arc::new(Gateway::open(config, clock.clone())?);
        let running = super::start(Arc::clone(&gateway)).await?;
        let demo = Self { gateway: running, puentes, caldav, clock, _folder: folder };
        demo.link(gateway).await?;
        Ok(demo)
    }

    /// Links the seeded phone, as `POST /link` would.
    async fn link(&self, gateway: Arc<Gateway>) -> Result<(), ServeError> {
        let request = LinkRequest {
            provider: ProviderKind::Caldav,
            address: self.caldav.url.clone(),
            username: USER.to_owned(),
            password: PASSWORD.to_owned().into(),
            calendar: None,
        };
        let holder = HolderKey::from_canonical(puentes::SEEDED_PHONE);
        blocking(move || linking::link(&gateway, &holder, &request))
            .await
            .map(drop)
            .map_err(|error| ServeError::System(std::io::Error::other(format!("the demo can't link: {error}"))))
    }

    fn story(&self) -> String {
        story::text(&story::Places {
            gateway: format!("http://{}", self.gateway.address),
            puentes: self.puentes.url.clone(),
            caldav: self.caldav.url.clone(),
            phone: puentes::SEEDED_PHONE.to_owned(),
            key: self.puentes.secure_key(puentes::SEEDED_PHONE),
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
            tomorrow: self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(1.day()),
        })
    }

    /// Tells what appears in, changes in and goes from the calendar, for as long as it is listened to.
    async fn tell(&self, out: &mut (dyn Write + Send)) -> Result<(), ServeError> {
        let mut known = BTreeMap::new();
        loop {
            let now = self.standing();
            for line in story::news(&known, &now) {
                writeln!(out, "{line}")?;
            }
            out.flush()?;
            known = now;
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The calendar's objects: ETag and text by name. The person's own are not told.
    fn standing(&self) -> BTreeMap<String, (String, String)> {
        let calendars = self.caldav.calendars(USER);
        let objects = calendars.iter().flat_map(|calendar| self.caldav.objects(USER, &calendar.name));
        objects
            .filter(|object| object.name.starts_with(crate::placement::Mark::PREFIX))
            .map(|object| (object.name, (object.etag, object.ics)))
            .collect()
    }

    async fn stop(self) {
        self.gateway.stop().await;
        self.puentes.stop().await;
        self.caldav.stop().await;
    }
}

/// The port `steps` above the gateway's if it is free, any other if not.
async fn start_caldav(listen: SocketAddr) -> Result<caldav::Server, ServeError> {
    let options = || caldav::Options { own_events: true, ..caldav::Options::default() };
    match caldav::start(beside(listen, 2), options()).await {
        Ok(server) => Ok(server),
        Err(_) => Ok(caldav::start(SocketAddr::new(listen.ip(), 0), options()).await?),
    }
}

async fn start_puentes(listen: SocketAddr) -> Result<puentes::Server, ServeError> {
    let options = || puentes::Options { secret: SECRET.to_owned(), ..puentes::Options::default() };
    match puentes::start(beside(listen, 1), options()).await {
        Ok(server) => Ok(server),
        Err(_) => Ok(puentes::start(SocketAddr::new(listen.ip(), 0), options()).await?),
    }
}

fn beside(listen: SocketAddr, steps: u16) -> SocketAddr {
    let port = if listen.port() == 0 { 0 } else { listen.port().saturating_add(steps) };
    SocketAddr::new(listen.ip(), port)
}

fn config(
    listen: SocketAddr,
    folder: &Path,
    puentes: &puentes::Server,
    caldav: &caldav::Server,
) -> Result<Config, ServeError> {
    let folder = folder.display();
    let (events_url, allowed) = (puentes.events_url(), caldav.address);
    let text = format!(
        "[server]\nlisten = \"{listen}\"\npublic_url = \"http://{listen}\"\n[database]\npath = \"{folder}/pasarela.db\"\n\
         [vault]\nidentity_file = \"{folder}/identity.txt\"\n[puentes]\nsecret = \"{SECRET}\"\n\
         events_url = \"{events_url}\"\n[caldav]\nallowed_hosts = [\"{allowed}\"]\n"
    );
    Config::from_toml(&text).map_err(|faults| ServeError::System(std::io::Error::other(faults.to_string())))
}
