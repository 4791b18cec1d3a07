//! Decides when: woken by a ring and by a tick, it hands due links to workers.
//!
//! One worker per link and per account, bounded in total, and no site may hold more than half of the workers: a slow,
//! failing or throttled calendar delays no other link, nor does a client system that is asked for everything. One process
//! and one driver mean no leases: a set of busy links in memory is enough, and it vanishes with a crash. So do the rests of
//! a disk that refuses ([`super::rests`]).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::Reconciler;
use super::rests::{May, Rests};
use super::set_back::Watch;
use crate::gateway::Gateway;
use crate::ids::LinkId;
use crate::link::{AccountName, Site};
use crate::store::links::{self, DueLink};
use crate::store::{StoreError, placements};
use crate::tasks::blocking;

/// A reconcile that failed by a fault of ours counts like so many failures in a row: half a minute, not a second.
const AFTER_A_BUG: u32 = 5;

/// Drives until `stop` turns true, then waits for the workers to finish what is in flight.
pub async fn run(reconciler: Arc<Reconciler>, mut stop: watch::Receiver<bool>) {
    let gateway = &reconciler.gateway;
    let mut tick = tokio::time::interval(gateway.config.sync.tick);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut busy = Busy::new(gateway.config.sync.lanes);
    let mut rests = Rests::default();
    let mut watch = Watch::from(gateway.clock.now(), gateway.clock.moment());
    let mut workers = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            () = gateway.work.heard() => {}
            _ = tick.tick() => {}
            Some(ended) = workers.join_next() => leave(gateway, &mut busy, &mut rests, ended),
        }
        while let Some(ended) = workers.try_join_next() {
            leave(gateway, &mut busy, &mut rests, ended);
        }
        keep_up(gateway, &mut watch, &mut rests).await;
        if busy.is_full() {
            continue;
        }
        for link in due(gateway, busy.full_sites(), &mut rests).await {
            if !rests.rests(link.id, gateway.clock.moment()) && busy.enter(&link) {
                workers.spawn(work(Arc::clone(&reconciler), link));
            }
        }
    }
    reconciler.stop();
    while workers.join_next().await.is_some() {}
}

/// Makes all that waits due, once the clock was set back.
async fn keep_up(gateway: &Arc<Gateway>, watch: &mut Watch, rests: &mut Rests) {
    let (now, moment) = (gateway.clock.now(), gateway.clock.moment());
    if let Some(back) = watch.look(now, moment) {
        tracing::warn!(seconds = back.as_secs(), "the clock was set back: what waits is tried now");
    }
    if !watch.is_behind() || rests.may(moment) != May::Work {
        return;
    }
    let working = Arc::clone(gateway);
    let caught_up = blocking(move || {
        working.store.write(move |tx| {
            placements::set_back(tx, now)?;
            links::set_back(tx, now)
        })
    });
    match caught_up.await {
        Ok(()) => watch.caught_up(),
        Err(error) => rest(gateway, rests, None, &error),
    }
}

/// What is due; nothing while the disk rests.
async fn due(gateway: &Arc<Gateway>, but: Vec<Site>, rests: &mut Rests) -> Vec<DueLink> {
    let may = rests.may(gateway.clock.moment());
    if may == May::Nothing {
        return Vec::new();
    }
    let working = Arc::clone(gateway);
    let due = blocking(move || {
        if may == May::Probe {
            // Whoever is asked anything now would be asked again, for as long as what they answer can't be written down.
            working.store.probe()?;
        }
        working.store.read(|tx| links::due(tx, working.clock.now(), &but))
    });
    match due.await {
        Ok(due) => {
            if may == May::Probe {
                rests.disk_took();
            }
            due
        }
        Err(error) => {
            rest(gateway, rests, None, &error);
            Vec::new()
        }
    }
}

/// All rest, because the database can't be read or written. Said once a minute.
fn rest(gateway: &Gateway, rests: &mut Rests, link: Option<LinkId>, error: &StoreError) {
    if let Some(failures) = rests.disk_refused(link, gateway.clock.moment()) {
        tracing::error!(failures, %error, "the database can't be used: calendars wait until it can");
    }
}

/// A worker that ended.
struct Ended {
    link: DueLink,
    /// The failure of which no pause could be written down.
    unwritten: Option<StoreError>,
}

/// Works on one link. A panic is a bug of ours in one link: it is logged, the link is tried again later, and no
/// other link hears of it.
async fn work(reconciler: Arc<Reconciler>, link: DueLink) -> Ended {
    let id = link.id;
    let worker = Arc::clone(&reconciler);
    let ended = tokio::spawn(blocking(move || worker.reconcile(id))).await;
    let failed = match ended {
        Ok(Ok(())) => None,
        // A pause would go the same way.
        Ok(Err(error)) if error.is_of_the_disk() => return Ended { link, unwritten: Some(error) },
        Ok(Err(error)) => Some(error.to_string()),
        Err(panic) => Some(panic.to_string()),
    };
    let Some(error) = failed else { return Ended { link, unwritten: None } };
    let until = super::backoff::next(AFTER_A_BUG, None, reconciler.gateway.clock.now(), fastrand::f64());
    let paused = blocking(move || {
        reconciler.gateway.store.write(move |tx| links::pause(tx, id, until, "an internal error; it is tried again"))
    });
    let unwritten = paused.await.err();
    if unwritten.is_none() {
        tracing::error!(link = id.0, %error, "a reconcile failed");
    }
    Ended { link, unwritten }
}

/// Takes a worker that ended out of the busy ones.
fn leave(gateway: &Gateway, busy: &mut Busy, rests: &mut Rests, ended: Result<Ended, JoinError>) {
    // A worker catches the panics of its link, so it always ends with its link.
    let Ok(Ended { link, unwritten }) = ended else { return };
    busy.leave(&link);
    let now = gateway.clock.moment();
    match unwritten {
        None => {
            if rests.went_well(link.id, now) {
                tracing::info!("the database can be used again");
            }
        }
        Some(error) if error.is_of_the_disk() => rest(gateway, rests, Some(link.id), &error),
        Some(error) => {
            if let Some(failures) = rests.link_failed(link.id, now) {
                tracing::error!(link = link.id.0, failures, %error, "a reconcile failed, and the link could not be paused");
            }
        }
    }
}

/// Who is at work.
struct Busy {
    most: usize,
    links: HashSet<LinkId>,
    accounts: HashSet<AccountName>,
    sites: HashMap<Site, usize>,
}

impl Busy {
    fn new(most: usize) -> Self {
        Self { most: most.max(1), links: HashSet::new(), accounts: HashSet::new(), sites: HashMap::new() }
    }

    fn is_full(&self) -> bool {
        self.links.len() >= self.most
    }

    fn most_per_site(&self) -> usize {
        self.most.div_ceil(2)
    }

    fn full_sites(&self) -> Vec<Site> {
        self.sites.iter().filter(|(_, count)| **count >= self.most_per_site()).map(|(site, _)| site.clone()).collect()
    }

    /// Takes a place for a link, if there is one for it, its account and its site.
    fn enter(&mut self, link: &DueLink) -> bool {
        let at_site = self.sites.get(&link.site).copied().unwrap_or(0);
        let free = !self.is_full()
            && !self.links.contains(&link.id)
            && !self.accounts.contains(&link.account)
            && at_site < self.most_per_site();
        if free {
            self.links.insert(link.id);
            self.accounts.insert(link.account.clone());
            self.sites.insert(link.site.clone(), at_site + 1);
        }
        free
    }

    fn leave(&mut self, link: &DueLink) {
        self.links.remove(&link.id);
        self.accounts.remove(&link.account);
        if let Some(count) = self.sites.get_mut(&link.site) {
            *count -= 1;
            if *count == 0 {
                self.sites.remove(&link.site);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(id: i64, site: &str, account: &str) -> DueLink {
        DueLink { id: LinkId(id), site: Site::from_text(site), account: AccountName::from_text(account) }
    }

    #[test]
    fn no_site_takes_more_than_half_of_the_workers() {
        let mut busy = Busy::new(4);
        let entered: Vec<bool> = (0..4).map(|n| busy.enter(&link(n, "slow", &format!("a{n}")))).collect();
        assert_eq!(entered, [true, true, false, false]);
        assert!(busy.enter(&link(9, "other", "b")));
        busy.leave(&link(0, "slow", "a0"));
        assert!(busy.enter(&link(3, "slow", "a3")));
    }

    #[test]
    fn one_worker_per_link_and_account() {
        let mut busy = Busy::new(8);
        assert!(busy.enter(&link(1, "s", "a")));
        assert!(!busy.enter(&link(1, "s", "b")));
        assert!(!busy.enter(&link(2, "s", "a")));
    }
}
