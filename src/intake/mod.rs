//! What the client system says about events becomes what is wanted, and what is held is told to people and to clients.
//! Nothing here speaks to a provider.
//!
//! Rule: every change is one transaction; when it returns `Ok`, the change is on disk. Reading the iCalendar text, the
//! expensive part, happens before the transaction, and for pages only once per content ([`Shelf`]).

mod accept;
mod agenda;
mod happened;
mod held;
mod next;
mod progress;
mod shelf;
mod story;
mod told;
mod zone;

pub use accept::{Accepted, IntakeError, Verdict, accept, change, remove};
pub use agenda::{Agenda, AgendaEvent, PAGE, Story, history, upcoming};
pub use happened::{Happened, Happening, happened};
pub use held::{HeldEvent, SyncState, held, held_one};
pub use progress::{Progress, progress};
pub use shelf::Shelf;
pub use story::story;
pub use zone::zone_of_events;
