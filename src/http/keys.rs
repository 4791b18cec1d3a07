//! Whether somebody may speak for a holder: the one check behind all doors, so that guessing costs the same wherever it is
//! tried. What a right key is, the client system says; it is taken at any time.

use poem::Request;

use super::client::{Asker, Loads};
use super::lockout::{Lockout, Told};
use super::metrics::Metrics;
use super::unproven::Unproven;
use crate::clients::puentes::PhoneError;
use crate::clients::{ClientSystem, NotProven};
use crate::clock::Clock;
use crate::config::Transport;
use crate::ids::Holder;

/// The longest name, in bytes, that it is worth asking whose it is where the key is wrong.
const LONGEST_NAME: usize = 256;

/// Checks keys, and remembers who guesses.
#[derive(Debug)]
pub(crate) struct Keys {
    transport: Transport,
    clock: Clock,
    lockout: Lockout,
    metrics: Metrics,
    /// Memory for bodies that are read to find the key in them.
    pub(crate) unproven: Unproven,
}

/// Why somebody may not speak for a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The key is not the key of this name as sent.
    Wrong,
    /// The same, and too many wrong ones came before.
    TooMany {
        /// How long yet, rounded up.
        seconds: u64,
    },
    /// The key fits, but over a text that names nobody. A person is told the same as for a wrong key.
    NoName(PhoneError),
}

impl Keys {
    /// A check with an empty memory. Doors that share the memory share one of these.
    pub(crate) fn new(transport: Transport, clock: Clock, metrics: Metrics) -> Self {
        Self { transport, clock, lockout: Lockout::default(), metrics, unproven: Unproven::default() }
    }

    /// Who really asks, as far as those in between can be trusted.
    pub(crate) fn asker(&self, request: &Request) -> Asker {
        Asker::of(request, &self.transport)
    }

    /// The holder whom `system` knows by `name`, if `key` lets its bearer speak for them.
    ///
    /// # Errors
    /// See [`Refused`]. A wrong key counts against the holder, however they are named, and against where it came from.
    pub(crate) fn check(&self, asker: Asker, system: &ClientSystem, name: &str, key: &str) -> Result<Holder, Refused> {
        system.prove(name, key, self.clock.now()).map_err(|why| match why {
            NotProven::WrongKey => self.wrong(asker, system, name),
            NotProven::NoName(error) => Refused::NoName(error),
        })
    }

    /// What a wrong API key is told. It counts against where it came from; whose it might be, nobody knows.
    pub(crate) fn wrong_bearer(&self, asker: Asker) -> Refused {
        self.counted(asker, None, "api keys")
    }

    fn wrong(&self, asker: Asker, system: &ClientSystem, name: &str) -> Refused {
        let named = Some(name).filter(|name| name.len() <= LONGEST_NAME).and_then(|name| system.holder(name).ok());
        self.counted(asker, named.as_ref(), system.profile.slug.as_str())
    }

    fn counted(&self, asker: Asker, named: Option<&Holder>, of: &str) -> Refused {
        // What a page has a browser load, nobody who is there chose to send.
        if asker.loads != Loads::Itself {
            return Refused::Wrong;
        }
        match self.lockout.wrong_key(asker.address, named, self.clock.moment()) {
            Told::Wrong => Refused::Wrong,
            Told::Last => {
                self.metrics.locked_out();
                tracing::warn!(client = %asker.address, system = of, "too many wrong keys: they are told to wait");
                Refused::Wrong
            }
            Told::Wait(left) => Refused::TooMany { seconds: left.as_secs() + u64::from(left.subsec_nanos() > 0) },
        }
    }
}

#[cfg(test)]
impl Keys {
    /// A check for tests of a door, on loopback.
    pub(crate) fn with(clock: Clock) -> Self {
        Self::new(Transport::Loopback, clock, Metrics::register(&mut prometheus_client::registry::Registry::default()))
    }
}
