//! What is held for a holder, told to people and to clients: what comes next, what was, how far each event is and why.
//!
//! Rule: looking changes nothing. A text is read only once per content (`shelf`), since pages ask again and again; and all
//! events of a holder are told a few at a time (`listing`), since together they are a whole life.

mod held;
mod list;
mod listing;
mod next;
mod past;
mod shelf;
mod story;
mod told;
mod zone;

use std::sync::Arc;

use crate::gateway::Gateway;

use shelf::Shelf;

pub use held::{AtProvider, Carrier, HeldEvent, NotHeld, SyncState};
pub use list::{AgendaEvent, AgendaList};
pub use listing::{Listing, NotListed, Page};
pub use past::PAGE;
pub use story::Story;

/// Tells what is held. Remembers what texts say, and nothing else; clones remember together.
#[derive(Clone)]
pub struct Agenda {
    gateway: Arc<Gateway>,
    shelf: Arc<Shelf>,
}

impl Agenda {
    /// That of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, shelf: Arc::default() }
    }
}
