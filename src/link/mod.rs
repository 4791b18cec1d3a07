//! What a link is made of, in words that the store, the engine and every door share.
//!
//! Rule: plain data. A word that stands in the database or the API is spelled here and nowhere else, and read back by
//! `from_word`, which knows no other; what an unknown word means is for whoever reads it to say.

mod account;
mod choice;
mod condition;
mod direction;
mod obstacle;
mod offer;
mod provider;
mod receipt;
mod resync;
mod slot;
mod state;

pub use account::{AccountName, Site};
pub use choice::CalendarChoice;
pub use condition::LinkCondition;
pub use direction::Direction;
pub use obstacle::Obstacle;
pub use offer::Offer;
pub use provider::ProviderKind;
pub use receipt::UnlinkReceipt;
pub use resync::{ResyncCounts, ResyncMode};
pub use slot::{LinkRole, Slot};
pub use state::LinkState;
