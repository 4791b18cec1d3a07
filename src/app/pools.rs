//! The kinds of work that doors ask for, each with a pool of its own: what waits for somebody outside keeps no place from
//! what doesn't, and nobody has all the places of a kind.

use std::net::IpAddr;
use std::time::Duration;

use crate::ids::{Holder, Tenant};
use crate::tasks::{Bounds, Line, Pool, Share};

/// Changes that client systems say, at once. They wait for the disk alone, which takes many together.
const CHANGES: usize = 96;
/// Changes that wait for a place.
const CHANGES_WAITING: usize = 960;
/// Of those at once, changes of one holder. Of those that wait the same part.
const CHANGES_OF_A_HOLDER: usize = 24;
/// What client systems ask, at once.
const READS: usize = 32;
/// Questions that wait for a place.
const READS_WAITING: usize = 320;
/// Of those at once, questions about one holder.
const READS_OF_A_HOLDER: usize = 8;
/// Pages for people, at once.
const PAGES: usize = 32;
/// Pages that wait for a place.
const PAGES_WAITING: usize = 320;
/// Of those at once, pages for one address.
const PAGES_OF_AN_ADDRESS: usize = 16;
/// Keys that are looked up because they were not used lately, at once: nobody has proven anything yet.
const KEYS: usize = 8;
/// Keys that wait to be looked up.
const KEYS_WAITING: usize = 320;
/// Of those at once, keys from one address.
const KEYS_FROM_AN_ADDRESS: usize = 4;
/// How long somebody waits for a place where the work itself is a matter of milliseconds.
const SHORT: Duration = Duration::from_secs(10);
/// Links in the making at once. They wait for servers that people name.
const LINKS: usize = 64;
/// Links that wait for a place.
const LINKS_WAITING: usize = 256;
/// Of those at once, links at one server, whoever asks.
const LINKS_AT_A_SERVER: usize = 8;
/// Of those at once, links for one address, wherever: that of a client system, or of a person at their page.
const LINKS_OF_AN_ADDRESS: usize = 16;
/// How long a link waits for a place.
const LONG: Duration = Duration::from_secs(20);

/// The pools of one gateway. Clones are the same.
#[derive(Clone, Debug)]
pub struct Pools {
    changes: Pool,
    reads: Pool,
    pages: Pool,
    links: Pool,
    keys: Pool,
}

impl Default for Pools {
    fn default() -> Self {
        let pool = |places, waiting, patience| Pool::new(Bounds { places, waiting, patience });
        Self {
            changes: pool(CHANGES, CHANGES_WAITING, SHORT),
            reads: pool(READS, READS_WAITING, SHORT),
            pages: pool(PAGES, PAGES_WAITING, SHORT),
            links: pool(LINKS, LINKS_WAITING, LONG),
            keys: pool(KEYS, KEYS_WAITING, SHORT),
        }
    }
}

impl Pools {
    /// For what a client system says about `holder`.
    pub fn changes(&self, holder: &Holder) -> Line {
        self.changes.line(vec![Share::of(holder, CHANGES_OF_A_HOLDER)])
    }

    /// For what a client system asks about `holder`.
    pub fn reads(&self, holder: &Holder) -> Line {
        self.reads.line(vec![Share::of(holder, READS_OF_A_HOLDER)])
    }

    /// For what a client system says about its own affairs.
    pub fn changes_of(&self, tenant: Tenant) -> Line {
        self.changes.line(vec![Share::of(tenant, CHANGES_OF_A_HOLDER)])
    }

    /// For what a client system asks about its own affairs.
    pub fn reads_of(&self, tenant: Tenant) -> Line {
        self.reads.line(vec![Share::of(tenant, READS_OF_A_HOLDER)])
    }

    /// For a key that somebody at `from` comes with.
    pub fn keys(&self, from: IpAddr) -> Line {
        self.keys.line(vec![Share::of(from, KEYS_FROM_AN_ADDRESS)])
    }

    /// For what a page needs that somebody at `from` asks for.
    pub fn pages(&self, from: IpAddr) -> Line {
        self.pages.line(vec![Share::of(from, PAGES_OF_AN_ADDRESS)])
    }

    /// For what makes a link at `server`, which somebody at `from` asks for.
    pub fn links(&self, server: &str, from: IpAddr) -> Line {
        self.links.line(vec![Share::of(server, LINKS_AT_A_SERVER), Share::of(from, LINKS_OF_AN_ADDRESS)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::THREADS;

    /// The most that `sync.lanes` may be, and a few for the driver's own looks.
    const DELIVERIES: usize = 256 + 8;

    #[test]
    fn there_is_a_thread_for_every_place_of_every_kind() {
        let places = CHANGES + READS + PAGES + LINKS + KEYS;
        assert!(places + DELIVERIES <= THREADS, "{places} places and {DELIVERIES} deliveries, on {THREADS} threads");
    }
}
