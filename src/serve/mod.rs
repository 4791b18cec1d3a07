//! The server: binds, runs the driver beside the doors, and stops in order.
//!
//! Order of stopping: no new connections; requests that wait for a calendar answer at once; what is in flight is finished
//! within [`PATIENCE`], and so are calendars that are being linked; the driver ends last, because until then answers may depend on it.

pub mod demo;
mod descriptors;
mod listen;
mod metrics;
mod office;
mod sizing;
mod sweeping;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::Route;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::{self, DriverAlive};
use crate::app::{App, StartError};
use crate::clock::Clock;
use crate::config::{Config, Server, Transport};
use crate::http::{Door, Keys, Metrics};
use crate::sync::{Reconciler, driver};
use crate::tasks::{self, Errands};
use crate::vault::Others;
use crate::web;

use self::listen::{Counted, Limits, Room};
use self::office::Office;
use self::tls::Certificate;

/// How long a stop waits for what is in flight, and again for the driver.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the driver rests before it is started again after it broke.
const DRIVER_REST: Duration = Duration::from_secs(1);

/// Connections to `/metrics`: the operator's own programs, on this machine.
const METRICS_CONNECTIONS: usize = 32;

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database, the identity or another part can't be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// Somebody else listens there, or we may not.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate or its key can't be used.
    #[error("can't use the certificate: {0}")]
    Certificate(String),
    /// The system refuses threads or signals.
    #[error("can't start: {0}")]
    System(#[from] std::io::Error),
}

/// A server that runs. Dropping it stops nothing; call [`Running::stop`].
#[derive(Debug)]
pub struct Running {
    /// Where it listens; the real port where 0 was configured.
    pub address: SocketAddr,
    /// Where `/metrics` is, if it was configured.
    pub metrics_address: Option<SocketAddr>,
    certificate: Option<Certificate>,
    stop_doors: watch::Sender<bool>,
    stop_driver: watch::Sender<bool>,
    doors: Vec<JoinHandle<()>>,
    sizing: JoinHandle<()>,
    sweeping: JoinHandle<()>,
    errands: Errands,
    driver: JoinHandle<()>,
}

impl Running {
    /// Reads the certificate again, e.g. after it was renewed. One that can't be used is reported and the old one kept.
    pub fn reload(&self) {
        let Some(certificate) = &self.certificate else { return };
        match certificate.reload() {
            Ok(()) => tracing::info!("certificate read again"),
            Err(error) => tracing::error!(%error, "the old certificate stays in use"),
        }
    }

    /// Stops in order, and returns when all is finished or its time is over.
    pub async fn stop(self) {
        self.stop_doors.send_replace(true);
        for door in self.doors {
            if door.await.is_err() {
                tracing::error!("a listener broke");
            }
        }
        if tokio::time::timeout(PATIENCE, self.sweeping).await.is_err() {
            tracing::warn!("what had its time is not all gone; that goes on after the next start");
        }
        if tokio::time::timeout(PATIENCE, self.sizing).await.is_err() {
            tracing::warn!("what was being put into the index over time goes on after the next start");
        }
        if tokio::time::timeout(PATIENCE, self.errands.done()).await.is_err() {
            tracing::warn!("a calendar that was being linked did not get there in time; its person has to try again");
        }
        self.stop_driver.send_replace(true);
        if tokio::time::timeout(PATIENCE, self.driver).await.is_err() {
            tracing::warn!("the driver did not finish in time; it goes on after the next start");
        }
    }
}

/// Starts the doors and the driver of `app` on the runtime of the caller.
///
/// # Errors
/// See [`ServeError`].
pub async fn start(app: Arc<App>) -> Result<Running, ServeError> {
    let server = app.config.server.clone();
    let certificate = match &server.transport {
        Transport::Tls { certificate, private_key } => Some(Certificate::read(certificate, private_key)?),
        Transport::TrustedProxies(_) | Transport::Loopback => None,
    };
    let limits = limits(&server);
    let (listener, address) = bind(server.listen).await?;
    let metrics_listener = match server.metrics_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let mut registry = Registry::with_prefix("pasarela");
    let metrics = Metrics::register(&mut registry);
    let counted = Counted::register(&mut registry);
    let (stop_doors, stopping) = watch::channel(false);
    let (stop_driver, driver_stopping) = watch::channel(false);
    let alive = DriverAlive::default();
    alive.set(true);
    let driver = tokio::spawn(drive(Arc::clone(&app.sync), alive.clone(), driver_stopping));
    let keys = Arc::new(Keys::new(server.transport.clone(), app.clock.clone(), metrics.clone()));
    let sizing = tokio::spawn(sizing::run(Arc::clone(&app), stopping.clone()));
    let sweeping = tokio::spawn(sweeping::run(Arc::clone(&app), stopping.clone()));
    let errands = app.errands().clone();
    let office = Office::open(&app.config.database);
    let operator = (Arc::clone(&app), stopping.clone());
    let route = web::routes(Route::new(), Arc::clone(&app), Arc::clone(&keys));
    let route = api::routes(route, app, keys, stopping.clone(), alive);
    let door = Arc::new(Door::new(route, server.transport, metrics));
    let room = Room::new(limits, counted);
    let mut doors = vec![tokio::spawn(listen::run(listener, certificate.clone(), room, door, stopping.clone()))];
    doors.extend(office.map(|office| tokio::spawn(office.run(operator.0, operator.1))));
    let metrics_address = metrics_listener.map(|(listener, address)| {
        let page = Arc::new(metrics::Page(registry));
        let few = Limits { connections: METRICS_CONNECTIONS, per_address: None };
        let room = Room::new(few, Counted::default());
        doors.push(tokio::spawn(listen::run(listener, None, room, page, stopping)));
        address
    });
    tracing::info!(%address, "listening");
    Ok(Running {
        address,
        metrics_address,
        certificate,
        stop_doors,
        stop_driver,
        doors,
        sizing,
        sweeping,
        errands,
        driver,
    })
}

/// How many connections there may be. Behind proxies all come from the same few addresses, and shares mean nothing.
fn limits(server: &Server) -> Limits {
    let per_address = match server.transport {
        Transport::TrustedProxies(_) => None,
        Transport::Tls { .. } | Transport::Loopback => Some(server.connections_per_address),
    };
    Limits { connections: descriptors::enough_for(server.connections), per_address }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Keeps the driver running: what is promised must be delivered even after a defect in it showed.
async fn drive(reconciler: Arc<Reconciler>, alive: DriverAlive, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        alive.set(true);
        let ended = tokio::spawn(driver::run(Arc::clone(&reconciler), stop.clone())).await;
        alive.set(false);
        if *stop.borrow() {
            return;
        }
        tracing::error!(panicked = ended.is_err(), "the driver broke; it is started again");
        // A stop during the rest ends it; a sender that is gone does too.
        let _ = tokio::time::timeout(DRIVER_REST, stop.wait_for(|stop| *stop)).await;
    }
}

/// Serves until SIGTERM or SIGINT. SIGHUP reads the certificate again.
///
/// # Errors
/// See [`ServeError`].
pub fn run(config: Config, others: Others) -> Result<(), ServeError> {
    for path in &config.exposed_files {
        tracing::warn!("everybody on this machine may read {0}; mend it with: chmod 600 {0}", path.display());
    }
    let app = Arc::new(App::open(config, others, Clock::system())?);
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let running = start(app).await?;
        while let Signal::Reload = signals.next().await {
            running.reload();
        }
        tracing::info!("stopping");
        tokio::select! {
            () = running.stop() => tracing::info!("stopped"),
            // Whoever asks twice means now. What was promised is on the disk, and goes on at the next start.
            () = signals.stop() => tracing::warn!("stopped at once, with work in flight"),
        }
        Ok::<(), ServeError>(())
    })?;
    // Workers that hang in a provider's socket must not keep the process; what they did is Unsure and looked at again.
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(())
}

enum Signal {
    Stop,
    Reload,
}

struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    /// Heard so that it does not end the process: a limit on the size of files (`LimitFSIZE=`) is a full disk to the write
    /// that meets it (setrlimit(2)).
    _file_too_large: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            _file_too_large: signal(SignalKind::from_raw(libc::SIGXFSZ))?,
        })
    }

    /// Waits until somebody wants an end.
    async fn stop(&mut self) {
        while let Signal::Reload = self.next().await {}
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Reload,
        }
    }
}

/// Runs `work` on a runtime of its own, to its end.
///
/// # Errors
/// What `work` answers, or when the system refuses threads.
pub fn until_ended(work: impl Future<Output = std::io::Result<()>>) -> std::io::Result<()> {
    runtime()?.block_on(work)
}

/// A runtime with a thread for all blocking work that may go on at once.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_name("pasarela").max_blocking_threads(tasks::THREADS).build()
}
