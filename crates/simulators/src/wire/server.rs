//! A simulator that runs: its handle for tests in the same process, and for whoever started it from a terminal.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use super::serve::{Bound, Desk, Running, Site, serve};
use super::{BadRule, Counts, Rule};

/// A running server. Dropping it cuts all connections; [`Server::stop`] is gentler. What only one simulator can do stands with it.
pub struct Server<S> {
    /// `http://address:port`, without a final slash.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    site: Arc<S>,
    desk: Arc<Desk>,
    doors: Vec<Running>,
}

impl<S: Site> Server<S> {
    /// Answers at `door`, and at `further` ones as well, inside the tokio runtime of the caller.
    pub(crate) fn at(door: Bound, further: Vec<Bound>, site: S) -> Self {
        let (url, address) = (door.url(), door.address);
        let site = Arc::new(site);
        let desk = Desk::new(Arc::clone(&site) as Arc<_>);
        let doors = std::iter::once(door).chain(further).map(|door| serve(door, Arc::clone(&desk))).collect();
        Self { url, address, site, desk, doors }
    }

    /// What it is.
    pub(crate) fn site(&self) -> &S {
        &self.site
    }

    /// Prints `offer` to `out`, and runs until ctrl-C.
    pub(crate) async fn until_interrupted(self, offer: &str, out: &mut (dyn Write + Send)) -> io::Result<()> {
        out.write_all(offer.as_bytes())?;
        out.flush()?;
        tokio::signal::ctrl_c().await?;
        self.stop().await;
        Ok(())
    }

    /// Stops, letting answers under way finish.
    pub async fn stop(self) {
        for door in self.doors {
            door.stop().await;
        }
    }

    /// Replaces the fault rules of the wire; an empty list ends all faults.
    ///
    /// # Errors
    /// [`BadRule`]; the old rules then stay.
    pub fn set_faults(&self, rules: Vec<Rule>) -> Result<(), BadRule> {
        self.desk.faults.set(rules)
    }

    /// What came in over the wire.
    pub fn counts(&self) -> Counts {
        self.desk.record.counts()
    }

    /// Forgets what came in, and what the site noted of it.
    pub fn clear_counts(&self) {
        self.desk.record.clear();
        self.site.forget();
    }
}
