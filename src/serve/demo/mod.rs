//! The demo: a gateway, its client system, a calendar server and Google in one process, on loopback, with nothing to
//! install.
//!
//! Everything lives in a folder that goes with the demo. The gateway is the real one, started as `serve` starts it; only
//! its neighbours are simulated.

mod neighbours;
mod second;
mod story;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;
use tempfile::TempDir;

use self::neighbours::{Neighbours, OTHER_PHONE, OTHER_USER, PASSWORD, USER};
use self::second::Second;
use super::{Running, ServeError, Signals};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::Holder;
use crate::link::ProviderKind;
use crate::linking::LinkRequest;
use crate::tasks::blocking;
use crate::vault::{self, Others};
use simulators::{google, puentes};

/// The usual port.
const PORT: u16 = 8080;
/// How many ports are tried, from the usual one up.
const PORTS: u16 = 20;
/// How often the calendar is looked at for news to tell.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the demo until ctrl-C; `out` hears what to try and what arrives. Where nobody says where to `listen`, it takes
/// the first of a few ports that is free.
///
/// # Errors
/// See [`ServeError`].
pub fn run(listen: Option<SocketAddr>, out: &mut (dyn Write + Send)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("pasarela").build()?;
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let demo = Demo::start(listen).await?;
        out.write_all(demo.story().as_bytes())?;
        out.flush()?;
        let told = tokio::select! {
            told = demo.tell(out) => told,
            () = signals.stop() => Ok(()),
        };
        demo.stop().await;
        told
    })?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

struct Demo {
    gateway: Running,
    neighbours: Neighbours,
    page: String,
    erp: Second,
    clock: Clock,
    folder: TempDir,
}

impl Demo {
    async fn start(listen: Option<SocketAddr>) -> Result<Self, ServeError> {
        let listen = place(listen)?;
        let clock = Clock::system();
        let folder = tempfile::Builder::new().prefix("pasarela-demo-").tempdir()?;
        let neighbours = Neighbours::start(listen).await?;
        let config = config(listen, folder.path(), &neighbours)?;
        vault::create_identity(&config.identity_file, clock.now())?;
        let app = Arc::new(App::open(config, Others::Awaited, clock.clone())?);
        let proof = &app.clients.puentes().proof;
        let page = proof.page_link(&app.config.server.public_url, OTHER_PHONE, clock.now()).unwrap_or_default();
        let running = super::start(Arc::clone(&app)).await?;
        let caldav = neighbours.caldav.url.clone();
        let erp = blocking(move || link_people(&app, &caldav)).await?;
        Ok(Self { gateway: running, neighbours, page, erp, clock, folder })
    }

    fn story(&self) -> String {
        story::text(&story::Places {
            gateway: format!("http://{}", self.gateway.address),
            puentes: self.neighbours.puentes.url.clone(),
            caldav: self.neighbours.caldav.url.clone(),
            google: self.neighbours.google.url.clone(),
            google_user: google::USER.to_owned(),
            page: self.page.clone(),
            phone: puentes::SEEDED_PHONE.to_owned(),
            other_phone: OTHER_PHONE.to_owned(),
            key: self.neighbours.puentes.secure_key(puentes::SEEDED_PHONE),
            other_key: self.neighbours.puentes.secure_key(OTHER_PHONE),
            user: USER.to_owned(),
            other_user: OTHER_USER.to_owned(),
            password: PASSWORD.to_owned(),
            settings: settings_file(self.folder.path()).display().to_string(),
            erp_key: self.erp.key().to_owned(),
            erp_customer: second::CUSTOMER.to_owned(),
            tomorrow: self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(1.day()),
        })
    }

    /// Tells what appears in, changes in and goes from the calendar, for as long as it is listened to.
    async fn tell(&self, out: &mut (dyn Write + Send)) -> Result<(), ServeError> {
        let mut known = story::Agenda::new();
        loop {
            let now = self.neighbours.standing();
            for line in story::news(&known, &now) {
                writeln!(out, "{line}")?;
            }
            out.flush()?;
            known = now;
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn stop(self) {
        self.gateway.stop().await;
        self.neighbours.stop().await;
    }
}

/// Links the people who have a calendar already: one whom Puentes knows, as `POST /link` would do it, and one whom the ERP
/// knows.
fn link_people(app: &App, caldav: &str) -> Result<Second, ServeError> {
    let request = LinkRequest {
        provider: ProviderKind::Caldav,
        address: caldav.to_owned(),
        username: USER.to_owned(),
        password: PASSWORD.to_owned().into(),
        calendar: None,
    };
    app.linking
        .link(&Holder::of(app.clients.puentes().id, puentes::SEEDED_PHONE), &request)
        .map_err(|error| ServeError::System(std::io::Error::other(format!("the demo can't link: {error}"))))?;
    let erp = Second::add(app)?;
    erp.link(app, caldav.to_owned())?;
    Ok(erp)
}

/// The settings of the demo's gateway, for commands that are given beside it.
fn settings_file(folder: &Path) -> PathBuf {
    folder.join("pasarela.toml")
}

/// Where the gateway is to be. Google sends people back to an address that has to be known beforehand, so port 0 becomes
/// one that is free now; and so does the usual one where it was not asked for by name.
fn place(listen: Option<SocketAddr>) -> Result<SocketAddr, ServeError> {
    let free = |address: SocketAddr| {
        let bound = TcpListener::bind(address).and_then(|listener| listener.local_addr());
        bound.map_err(|source| ServeError::Listen { address, source })
    };
    let usual = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match listen {
        Some(address) => free(address),
        None => free(usual(PORT))
            .or_else(|taken| (PORT + 1..PORT + PORTS).find_map(|port| free(usual(port)).ok()).ok_or(taken)),
    }
}

/// The settings, which are written down as well: they open nothing that lasts.
fn config(listen: SocketAddr, place: &Path, neighbours: &Neighbours) -> Result<Config, ServeError> {
    let folder = place.display();
    let Neighbours { puentes, caldav, google } = neighbours;
    let (events_url, allowed, google) = (puentes.events_url(), caldav.address, google.settings());
    let secret = neighbours::SECRET;
    let text = format!(
        "[server]\nlisten = \"{listen}\"\npublic_url = \"http://{listen}\"\n[database]\npath = \"{folder}/pasarela.db\"\n\
         [vault]\nidentity_file = \"{folder}/identity.txt\"\n[puentes]\nsecret = \"{secret}\"\n\
         events_url = \"{events_url}\"\n[caldav]\nallowed_hosts = [\"{allowed}\"]\n[apple]\nurl = \"http://{allowed}/\"\n[google]\n{google}"
    );
    std::fs::write(settings_file(place), &text)?;
    Config::from_toml(&text).map_err(|faults| ServeError::System(std::io::Error::other(faults.to_string())))
}
