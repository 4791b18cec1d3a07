//! The configuration of a gateway that is tested.

use std::path::Path;

use pasarela::clock::Clock;
use pasarela::config::Config;
use pasarela::gateway::Gateway;
use pasarela::store::Store;
use pasarela::vault::Vault;
use simulators::{caldav, google};
use toml::{Table, Value};

use crate::engine::Engine;

/// The secret of `secure_key` in tests.
pub const SECRET: &str = "an invented secret of the tests";
/// More than any test asks of Google.
const PLENTY: i64 = 1_000_000;

/// Settings, laid over each other: what is said later holds.
#[derive(Clone, Debug, Default)]
pub struct Settings(Table);

impl Settings {
    /// What every gateway needs: any free port, and files of its own in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| folder.join(name).display().to_string();
        Self::default()
            .set("server", "listen", "127.0.0.1:0")
            .set("server", "public_url", "http://127.0.0.1:8080")
            .set("database", "path", file("pasarela.db"))
            .set("vault", "identity_file", file("identity.txt"))
            .set("puentes", "secret", SECRET)
            // A test asks as fast as it can; those of the limits say others.
            .lines("[limits]\nkey_per_second = 1000000\nkey_burst = 1000000\nholder_per_second = 1000000\nholder_burst = 1000000")
    }

    /// One more setting.
    #[must_use]
    pub fn set(mut self, section: &str, key: &str, value: impl Into<Value>) -> Self {
        let value = Table::from_iter([(key.to_owned(), value.into())]);
        lay_over(&mut self.0, Table::from_iter([(section.to_owned(), Value::Table(value))]));
        self
    }

    /// Further lines of TOML.
    #[must_use]
    pub fn lines(mut self, lines: &str) -> Self {
        lay_over(&mut self.0, lines.parse().unwrap_or_else(|fault| panic!("{fault}\n{lines}")));
        self
    }

    /// The other settings, over these.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        lay_over(&mut self.0, other.0);
        self
    }

    /// The way to these hosts (`host:port`), which a gateway finds on its own machine or network.
    #[must_use]
    pub fn reaching<'a>(self, hosts: impl IntoIterator<Item = &'a str>) -> Self {
        self.set("caldav", "allowed_hosts", hosts.into_iter().map(Value::from).collect::<Vec<_>>())
    }

    /// The way to a simulated calendar server, by both of its doors.
    #[must_use]
    pub fn caldav(self, server: &caldav::Server) -> Self {
        self.reaching([host(&server.url), host(server.other_url())])
    }

    /// The way to a simulated Google, with more budget than a test needs.
    #[must_use]
    pub fn google(self, google: &google::Google) -> Self {
        let budget = self.set("google", "user_requests_per_minute", PLENTY);
        let budget = budget.set("google", "project_requests_per_minute", PLENTY);
        budget.lines(&format!("[google]\n{}", google.settings()))
    }

    /// The way to whoever tells the events.
    #[must_use]
    pub fn events_url(self, url: impl Into<String>) -> Self {
        self.set("puentes", "events_url", url.into())
    }

    /// As the text of a file.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The product with these settings, without doors. Whatever it writes is written twice, the first time in vain: a
    /// transaction that can't be run again is found.
    pub fn engine(&self, clock: Clock) -> Engine {
        let config = self.config();
        let store = Store::open_rehearsing(&config.database).unwrap();
        let vault = Vault::open(&config.identity_file).unwrap();
        Engine::over(Gateway::on(store, vault, config, clock))
    }

    /// As the gateway reads it.
    pub fn config(&self) -> Config {
        Config::from_toml(&self.text()).unwrap_or_else(|faults| panic!("{faults}\n{}", self.text()))
    }
}

/// `host:port` of a URL.
pub fn host(url: &str) -> &str {
    url.trim_start_matches("http://").trim_end_matches('/')
}

fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_later_holds_and_the_rest_stays() {
        let settings = Settings::in_folder(Path::new("/folder")).reaching(["127.0.0.1:1"]);
        let settings = settings
            .lines("sync.tick = \"100ms\"\nserver.public_url = \"http://localhost:9\"\n[caldav]\nallowed_hosts = []");
        assert!(settings.text().contains("public_url = \"http://localhost:9\""), "{}", settings.text());
        assert!(settings.text().contains("allowed_hosts = []"), "{}", settings.text());
        assert!(settings.text().contains("listen = \"127.0.0.1:0\""), "{}", settings.text());
        assert_eq!(settings.config().server.public_url.as_str().trim_end_matches('/'), "http://localhost:9");
    }
}
