//! Whether somebody may speak for a holder: the one check behind all doors, so that guessing costs the same wherever it is
//! tried. What a right key is, the client system says.

use std::net::IpAddr;

use poem::Request;

use super::client;
use super::lockout::{Lockout, Named};
use super::metrics::Metrics;
use crate::clients::puentes::PhoneError;
use crate::clients::{ClientSystem, NotProven};
use crate::clock::Clock;
use crate::config::Transport;
use crate::ids::Holder;

/// Checks keys, and remembers who guesses.
#[derive(Debug)]
pub(crate) struct Keys {
    transport: Transport,
    clock: Clock,
    lockout: Lockout,
    metrics: Metrics,
}

/// Why somebody may not speak for a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The key is not the key of this name as sent.
    Wrong,
    /// Too many wrong keys came before; the right one is refused as well for so long.
    TooMany {
        /// How long yet, rounded up.
        seconds: i64,
    },
    /// The key fits, but over a text that names nobody. A person is told the same as for a wrong key.
    NoName(PhoneError),
}

impl Keys {
    /// A check with an empty memory. Doors that share the memory share one of these.
    pub(crate) fn new(transport: Transport, clock: Clock, metrics: Metrics) -> Self {
        Self { transport, clock, lockout: Lockout::default(), metrics }
    }

    /// Who really asks, as far as those in between can be trusted.
    pub(crate) fn caller(&self, request: &Request) -> IpAddr {
        client::address(client::peer(request), request.headers(), &self.transport)
    }

    /// The holder whom `system` knows by `name`, if `key` lets its bearer speak for them.
    ///
    /// # Errors
    /// See [`Refused`]. A wrong key counts against `caller` and the holder as named.
    pub(crate) fn check(
        &self,
        caller: IpAddr,
        system: &ClientSystem,
        name: &str,
        key: &str,
    ) -> Result<Holder, Refused> {
        let (now, named) = (self.clock.now(), Named { client: system.id, name });
        if let Some(left) = self.lockout.closed_for(caller, named, now) {
            return Err(Refused::TooMany { seconds: left.as_secs() + i64::from(left.subsec_nanos() > 0) });
        }
        let proven = system.prove(name, key);
        if proven == Err(NotProven::WrongKey) {
            if self.lockout.wrong_key(caller, named, now) {
                self.metrics.locked_out();
                tracing::warn!(client = %caller, system = system.name, "too many wrong keys: locked out");
            }
        } else {
            self.lockout.right_key(caller, named);
        }
        proven.map_err(|why| match why {
            NotProven::WrongKey => Refused::Wrong,
            NotProven::NoName(error) => Refused::NoName(error),
        })
    }
}

#[cfg(test)]
impl Keys {
    /// A check for tests of a door, on loopback.
    pub(crate) fn with(clock: Clock) -> Self {
        Self::new(Transport::Loopback, clock, Metrics::register(&mut prometheus_client::registry::Registry::default()))
    }
}
