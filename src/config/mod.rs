//! Settings: read once, checked whole, then only read.
//!
//! `config.example.toml` is embedded and *is* the defaults; a file lies over it, and the environment
//! (`PASARELA_SECTION__KEY`) over both. Unknown keys are errors. Every secret `x` may be given as `x_file`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::secret::SecretString;

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`: the path of the one file.
    pub database: PathBuf,
    /// `[vault]`: the path of the age identity.
    pub identity_file: PathBuf,
    /// `[puentes]`
    pub puentes: Puentes,
    /// `[calendar]`: the name of the calendars that we make.
    pub calendar_name: String,
    /// `[caldav]`: `host:port` that may be private or plain HTTP.
    pub allowed_hosts: Vec<String>,
    /// `[sync]`
    pub sync: Sync,
}

/// `[server]`: how requests come in.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the outside reaches us.
    pub public_url: Url,
    /// How HTTPS is guaranteed.
    pub transport: Transport,
    /// A separate listener for `/metrics`, when wanted.
    pub metrics_listen: Option<SocketAddr>,
}

/// The three ways in that are safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// We speak TLS ourselves.
    Tls {
        /// PEM chain.
        certificate: PathBuf,
        /// PEM key.
        private_key: PathBuf,
    },
    /// A proxy in one of these networks speaks TLS and says so in `X-Forwarded-Proto`.
    TrustedProxies(Vec<IpNet>),
    /// Plain HTTP, on loopback only.
    Loopback,
}

/// `[puentes]`: the one client system there is now.
#[derive(Clone, Debug)]
pub struct Puentes {
    /// The secret of `secure_key`.
    pub secret: SecretString,
    /// Its events endpoint; without one there is no resync.
    pub events_url: Option<Url>,
    /// The country of phone numbers without a country code (ISO 3166 alpha-2).
    pub default_region: String,
}

/// `[sync]`: patience and bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Sync {
    /// How long an answer waits for the calendar.
    pub answer_within: Duration,
    /// How often the driver looks without being rung.
    pub tick: Duration,
    /// Requests in flight to all calendars together.
    pub lanes: usize,
    /// Requests in flight to one account.
    pub lanes_per_account: usize,
    /// The brake holds when more events than this would go at once ...
    pub brake_events: usize,
    /// ... and they are more than this share of all (0 to 1).
    pub brake_share: f64,
    /// How long an unlink tries to clean a calendar that can't be reached.
    pub unlink_gives_up_after: Duration,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(5),
            tick: Duration::from_secs(1),
            lanes: 32,
            lanes_per_account: 8,
            brake_events: 20,
            brake_share: 0.8,
            unlink_gives_up_after: Duration::from_secs(24 * 3600),
        }
    }
}
