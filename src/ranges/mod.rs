//! What happens when: the events of a holder in a range, and their instances.
//!
//! Rule: an index says which events may happen in a range (`store::events`), and [`instances`](crate::instances) says which
//! do. What nobody has put into the index yet is read, so an answer is right while that goes on behind ([`Ranges::size`]).

mod asked;
mod busy;
mod changed;
mod list;
mod one;
mod question;
mod sizing;
mod token;
mod told;
mod within;
mod zone;

use std::sync::Arc;

use crate::gateway::Gateway;

pub use crate::store::events::Record;
pub use asked::{AT_ONCE, Asked, Expand, MOST_AT_ONCE, MOST_DAYS, MOST_INSTANCES, NotTold};
pub use busy::{Block, Busy};
pub use told::{Item, List, ListedEvent};
pub(crate) use zone::of as zone_of;

/// Tells what happens when.
#[derive(Clone)]
pub struct Ranges {
    gateway: Arc<Gateway>,
}

impl Ranges {
    /// That of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}
