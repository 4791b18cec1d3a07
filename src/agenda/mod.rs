//! What is held for a holder, told to people and to clients: what comes next, what was, how far each event is and why.
//!
//! Rule: looking changes nothing. A text is read only once per content ([`Shelf`]), since pages ask again and again.

mod held;
mod list;
mod next;
mod past;
mod shelf;
mod story;
mod told;
mod zone;

pub use held::{HeldEvent, NotHeld, SyncState, held, held_one};
pub use list::{Agenda, AgendaEvent, upcoming};
pub use past::{PAGE, happened, history};
pub use shelf::Shelf;
pub use story::{Story, story};
pub use zone::zone_of_events;
