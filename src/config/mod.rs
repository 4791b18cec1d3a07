//! Settings: read once, checked whole, then only read.
//!
//! `config.example.toml` is embedded and *is* the defaults; a file lies over it, and the environment
//! (`PASARELA_SECTION__KEY`) over both. Unknown keys are errors. Every secret `x` may be given as `x_file`.
//!
//! Rule: a [`Config`] that exists is valid. Whatever is wrong is found at the start and all at once, each fault with its
//! name, where it was said, and what would be right; nothing that is read later can fail because of a setting.

mod apple;
mod google;
mod layer;
mod nearest;
mod problem;
mod roots;
mod secret_file;
mod sections;
mod server;
mod settings;
mod shapes;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use rustls::pki_types::CertificateDer;
use url::Url;

use crate::calendar::Zone;
use crate::link::Site;
use crate::profile::Rate;
use crate::secret::SecretString;
use layer::Layer;
use settings::Settings;

pub use layer::DEFAULTS;
pub use problem::{ConfigErrors, SettingProblem};

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
    /// `[calendar]`: what the calendars that we make are like.
    pub calendar: Calendar,
    /// `[caldav]`: `host:port` that may be private or plain HTTP.
    pub allowed_hosts: Vec<String>,
    /// `[caldav]`: authorities that are trusted for one host each, beside the public ones.
    pub extra_roots: Vec<ExtraRoots>,
    /// `[apple]`: where Apple accounts are reached.
    pub apple_url: Url,
    /// `[google]`; none when no client is given: then Google is switched off.
    pub google: Option<Google>,
    /// `[sync]`
    pub sync: Sync,
    /// `[limits]`
    pub limits: UsualRates,
    /// `[retention]`
    pub retention: Retention,
    /// `[log]`
    pub log: Log,
    /// Files named in the settings that hold a secret, and that everybody on this machine may read.
    pub exposed_files: Vec<PathBuf>,
}

/// `[caldav]`: who may sign for one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraRoots {
    /// The host, in its canonical form, without a port.
    pub host: String,
    /// The authorities' certificates.
    pub certificates: Vec<CertificateDer<'static>>,
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
    /// The sites that may show our pages in a frame, as origins (`https://puentes.example.org`).
    pub frame_ancestors: Vec<String>,
    /// Where people are sent once their calendar is linked, instead of to our own page.
    pub linked_url: Option<Url>,
    /// A separate listener for `/metrics`, when wanted.
    pub metrics_listen: Option<SocketAddr>,
    /// How many connections there may be at a time.
    pub connections: usize,
    /// How many of them one address may have, where clients come by themselves and not through a proxy.
    pub connections_per_address: usize,
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

/// `[limits]`: how much may be asked in the family of client systems, where theirs say nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualRates {
    /// With one key.
    pub per_key: Rate,
    /// About one holder.
    pub per_holder: Rate,
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

impl Puentes {
    /// `host:port` of the events endpoint. The operator named it, so a guard may let this one through to a private
    /// address, but only for questions to Puentes: people who link calendars must not reach it.
    pub fn host_and_port(&self) -> Option<String> {
        self.events_url.as_ref().map(|url| Site::of(url).to_string())
    }
}

/// `[calendar]`: what the calendars that we make are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The name.
    pub name: String,
    /// What it says about itself.
    pub description: String,
    /// Its time zone, as long as nothing better is known of its person.
    pub time_zone: Zone,
}

/// `[google]`: our client at Google, and where Google is.
#[derive(Clone, Debug)]
pub struct Google {
    /// The client's public name.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// Where people consent.
    pub authorization_url: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: Url,
    /// Where a grant is given back.
    pub revocation_url: Url,
    /// The root of all calls, ending in `/`: `https://www.googleapis.com/`.
    pub api_url: Url,
    /// People may choose one of their own calendars.
    pub existing_calendars: bool,
    /// Requests a minute of one account.
    pub user_requests_per_minute: u32,
    /// Requests a minute of all accounts together.
    pub project_requests_per_minute: u32,
}

impl Google {
    /// Every `host:port` that Google is asked at. The operator named them.
    pub fn hosts_and_ports(&self) -> Vec<String> {
        [&self.token_url, &self.revocation_url, &self.api_url].map(|url| Site::of(url).to_string()).to_vec()
    }
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

/// `[retention]`: how long what happened is kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// What happened to a holder's link and events, for people and operators.
    pub activity_days: u32,
    /// Resyncs and unlinks, with what they did.
    pub runs_days: u32,
    /// Changes, for client systems that ask what became otherwise.
    pub changes_days: u32,
    /// Who changed keys, client systems and links.
    pub audit_days: u32,
}

/// `[log]`: what is told on standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Directives of `tracing`'s filter, e.g. `info,pasarela::sync=debug`.
    pub level: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// The two forms of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object a line.
    Json,
}

impl Default for Sync {
    /// As `config.example.toml` says.
    fn default() -> Self {
        embedded(sections::sync)
    }
}

impl Default for Log {
    /// As `config.example.toml` says.
    fn default() -> Self {
        embedded(sections::log)
    }
}

fn embedded<T>(section: fn(&mut Settings) -> Option<T>) -> T {
    let value = Layer::defaults().ok().and_then(|layer| section(&mut Settings::new(vec![layer], Path::new(""))));
    #[expect(
        clippy::expect_used,
        reason = "the embedded file is part of the build, and a test reads every section of it"
    )]
    value.expect("the embedded defaults are valid")
}

impl Config {
    /// Reads the defaults, the file at `path` (if one is named) and the variables of `env`, each over the one before.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(path: Option<&Path>, env: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigErrors> {
        let file = path.map(Layer::from_file).transpose()?;
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        let env: Vec<_> = env.into_iter().collect();
        Self::from_layers(file, env, folder)
    }

    /// Reads the defaults and `text` over them; relative paths count from the working folder. For tests and the demo,
    /// which write their configuration themselves.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn from_toml(text: &str) -> Result<Self, ConfigErrors> {
        Self::from_layers(Some(Layer::from_toml("this text", text)?), Vec::new(), Path::new(""))
    }

    fn from_layers(file: Option<Layer>, env: Vec<(String, String)>, folder: &Path) -> Result<Self, ConfigErrors> {
        let names: Vec<String> = env.iter().map(|(name, _)| name.clone()).collect();
        let mut layers = vec![Layer::defaults()?];
        layers.extend(file);
        layers.push(Layer::from_env(env));
        let mut settings = Settings::new(layers, folder);
        let config = sections::config(&mut settings);
        for (wrote, meant) in layer::nearly_ours(names.iter().map(String::as_str), settings.known()) {
            settings.wrong(&wrote, format!("is no setting; section and key are joined by two underscores: {meant}"));
        }
        settings.finish()?;
        config.ok_or_else(|| ConfigErrors::one("the configuration", "lacks a setting that has no default"))
    }
}

#[cfg(test)]
mod tests;
