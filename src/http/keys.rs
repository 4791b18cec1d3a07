//! Whether somebody may speak for a phone number: the one check behind all doors, so that guessing costs the same
//! wherever it is tried.

use std::net::IpAddr;

use poem::Request;

use super::client;
use super::lockout::Lockout;
use super::metrics::Metrics;
use crate::clock::Clock;
use crate::config::{Config, Puentes, Transport};
use crate::ids::HolderKey;
use crate::puentes::{self, PhoneError};

/// Checks keys, and remembers who guesses.
#[derive(Debug)]
pub(crate) struct Keys {
    settings: Puentes,
    transport: Transport,
    clock: Clock,
    lockout: Lockout,
    metrics: Metrics,
}

/// Why somebody may not speak for a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The key is not the key of this phone number as sent.
    Wrong,
    /// Too many wrong keys came before; the right one is refused as well for so long.
    TooMany {
        /// How long yet, rounded up.
        seconds: i64,
    },
    /// The key fits, but over a text that is no phone number. A person is told the same as for a wrong key.
    NoPhone(PhoneError),
}

impl Keys {
    /// A check with an empty memory. Doors that share the memory share one of these.
    pub(crate) fn new(config: &Config, clock: Clock, metrics: Metrics) -> Self {
        let (settings, transport) = (config.puentes.clone(), config.server.transport.clone());
        Self { settings, transport, clock, lockout: Lockout::default(), metrics }
    }

    /// Who really asks, as far as those in between can be trusted.
    pub(crate) fn client(&self, request: &Request) -> IpAddr {
        client::address(client::peer(request), request.headers(), &self.transport)
    }

    /// Whose key this is.
    ///
    /// # Errors
    /// See [`Refused`]. A wrong key counts against `client` and `phone`.
    pub(crate) fn check(&self, client: IpAddr, phone: &str, key: &str) -> Result<HolderKey, Refused> {
        let now = self.clock.now();
        if let Some(left) = self.lockout.closed_for(client, phone, now) {
            return Err(Refused::TooMany { seconds: left.as_secs() + i64::from(left.subsec_nanos() > 0) });
        }
        if !puentes::key_is_valid(phone, key, &self.settings.secret) {
            if self.lockout.wrong_key(client, phone, now) {
                self.metrics.locked_out();
                tracing::warn!(%client, "too many wrong keys: locked out");
            }
            return Err(Refused::Wrong);
        }
        self.lockout.right_key(client, phone);
        puentes::holder_key(phone, &self.settings.default_region).map_err(Refused::NoPhone)
    }
}

#[cfg(test)]
impl Keys {
    /// A check for tests of a door, on loopback.
    pub(crate) fn with(settings: Puentes, clock: Clock) -> Self {
        let metrics = Metrics::register(&mut prometheus_client::registry::Registry::default());
        Self { settings, transport: Transport::Loopback, clock, lockout: Lockout::default(), metrics }
    }
}
