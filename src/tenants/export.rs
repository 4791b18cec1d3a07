//! All that is kept of a client system, page by page.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NotDone, Tenants};
use crate::ids::Tenant;
use crate::store::{StoreError, audit, export};
use crate::trail::{Action, Actor, Entry};

/// Where an export goes on: behind a row of what is told after one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportPlace {
    /// Behind a holder.
    Holders(i64),
    /// Behind a link.
    Links(i64),
    /// Behind an event.
    Events(i64),
}

/// Rows of one page: an event is as long as a request may be, and a page has to fit into an answer.
const PAGE: usize = 32;

impl ExportPlace {
    /// Where it begins.
    pub const BEGINNING: Self = Self::Holders(0);

    fn behind(self, row: i64) -> Self {
        match self {
            Self::Holders(_) => Self::Holders(row),
            Self::Links(_) => Self::Links(row),
            Self::Events(_) => Self::Events(row),
        }
    }

    fn next(self) -> Option<Self> {
        match self {
            Self::Holders(_) => Some(Self::Links(0)),
            Self::Links(_) => Some(Self::Events(0)),
            Self::Events(_) => None,
        }
    }
}

impl Tenants {
    /// A page of what is kept of a client system, an object each, and where the next one begins. That it was asked for is noted
    /// with the first.
    ///
    /// # Errors
    /// See [`NotDone`].
    pub fn export(
        &self,
        tenant: Tenant,
        place: ExportPlace,
        by: &Actor,
    ) -> Result<(Vec<Value>, Option<ExportPlace>), NotDone> {
        if place == ExportPlace::BEGINNING {
            let (profile, now, by) = (self.profile(tenant)?, self.gateway.clock.now(), by.clone());
            let entry = Entry::done(Action::ClientExported, &by).of(tenant).to(&profile.public_id);
            self.gateway.store.write(move |tx| audit::note(tx, now, &entry))?;
        }
        let rows = self.gateway.store.read(|tx| match place {
            ExportPlace::Holders(after) => export::holders(tx, tenant, after, PAGE),
            ExportPlace::Links(after) => export::links(tx, tenant, after, PAGE),
            ExportPlace::Events(after) => export::events(tx, tenant, after, PAGE),
        });
        let rows: Vec<(i64, Value)> = rows.map_err(|error: StoreError| NotDone::Store(error))?;
        let next = match rows.last() {
            Some((last, _)) => Some(place.behind(*last)),
            None => place.next(),
        };
        Ok((rows.into_iter().map(|(_, value)| value).collect(), next))
    }
}
