//! Who is here: so many connections at a time, so many from one address, and who goes when it gets full.
//!
//! A newcomer is let in as long as somebody is here who waits for nothing of ours: of those the longest idle goes. Those that we
//! wait for (a first head, the rest of a body, the taking of an answer) go first once they fill more than half of the room, so
//! that neither silent connections nor kept ones can shut the door. Who waits for us is never sent away.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::counted::Counted;
use super::guest::Guest;
use crate::http::household;

/// How many may be here.
#[derive(Clone, Copy, Debug)]
pub(in crate::serve) struct Limits {
    /// Connections at a time.
    pub(in crate::serve) connections: usize,
    /// Those of one address, or of one network of IPv6 (/64). None where everybody comes from the same proxies.
    pub(in crate::serve) per_address: Option<usize>,
}

/// Why nobody is let in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowded {
    /// All connections of this address wait for us.
    Share,
    /// All connections wait for us.
    Room,
}

/// The room; everybody in it has a [`Place`].
#[derive(Debug)]
pub(in crate::serve) struct Room {
    limits: Limits,
    /// What is counted of it.
    pub(super) counted: Counted,
    inside: Mutex<Inside>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Inside {
    guests: HashMap<u64, Arc<Guest>>,
    of_origin: HashMap<IpAddr, usize>,
    next: u64,
}

/// A place in the room, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    /// Where it is.
    pub(super) room: Arc<Room>,
    number: u64,
    /// Whose place it is.
    pub(super) guest: Arc<Guest>,
}

impl Room {
    /// An empty room.
    pub(in crate::serve) fn new(limits: Limits, counted: Counted) -> Arc<Self> {
        Arc::new(Self { limits, counted, inside: Mutex::default(), left: Notify::new() })
    }

    /// Lets in somebody from `address`, in the place of who was idle for longest where there is no other.
    ///
    /// # Errors
    /// See [`Crowded`].
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Place, Crowded> {
        let origin = household(address);
        let mut inside = self.inside();
        let of_origin = inside.of_origin.get(&origin).copied().unwrap_or_default();
        if let Some(share) = self.limits.per_address.filter(|share| of_origin >= *share) {
            inside.make_place(share, |guest| guest.origin == origin).map_err(|Busy| Crowded::Share)?;
            self.counted.sent_away.inc();
        } else if inside.guests.len() >= self.limits.connections {
            inside.make_place(self.limits.connections, |_| true).map_err(|Busy| Crowded::Room)?;
            self.counted.sent_away.inc();
        }
        self.counted.open.inc();
        let (number, guest) = (inside.next, Arc::new(Guest::new(origin)));
        inside.next += 1;
        inside.guests.insert(number, Arc::clone(&guest));
        *inside.of_origin.entry(origin).or_default() += 1;
        Ok(Place { room: Arc::clone(self), number, guest })
    }

    /// Sends away who was idle for longest, if anybody is.
    pub(super) fn make_place(&self) {
        let _ = self.inside().make_place(self.limits.connections, |_| true);
    }

    /// Whether so many are here that a connection is not kept for a request that may come: its buffers are worth more than a new
    /// handshake.
    pub(super) fn is_more_than_half_full(&self) -> bool {
        usize::try_from(self.counted.open.get()).is_ok_and(|open| open > self.limits.connections / 2)
    }

    /// Waits until somebody leaves.
    pub(super) async fn one_less(&self) {
        self.left.notified().await;
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everybody waits for us.
struct Busy;

impl Inside {
    /// Sends one of `these` away, of whom there may be `most`.
    fn make_place(&mut self, most: usize, these: impl Fn(&Guest) -> bool) -> Result<(), Busy> {
        // Whom a request reached in between stays; then another is looked for.
        while let Some(number) = self.first_to_go(most, &these) {
            let goes = self.guests.get(&number).is_some_and(|guest| guest.send_away());
            if goes {
                self.remove(number);
                return Ok(());
            }
        }
        Err(Busy)
    }

    fn first_to_go(&self, most: usize, these: impl Fn(&Guest) -> bool) -> Option<u64> {
        let (mut waited_for, mut holder, mut kept) = (0, None, None);
        for (number, guest) in self.guests.iter().filter(|(_, guest)| these(guest)) {
            let Some(idle) = guest.idle() else { continue };
            let longest = if idle.is_waited_for { &mut holder } else { &mut kept };
            waited_for += usize::from(idle.is_waited_for);
            if longest.is_none_or(|(since, _)| idle.since < since) {
                *longest = Some((idle.since, *number));
            }
        }
        let chosen = if waited_for > most / 2 { holder } else { kept.or(holder) };
        chosen.map(|(_, number)| number)
    }

    fn remove(&mut self, number: u64) {
        let Some(guest) = self.guests.remove(&number) else { return };
        if let Some(count) = self.of_origin.get_mut(&guest.origin) {
            *count -= 1;
            if *count == 0 {
                self.of_origin.remove(&guest.origin);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.inside().remove(self.number);
        self.room.counted.open.dec();
        self.room.left.notify_one();
    }
}

#[cfg(test)]
mod tests;
