//! When an event happens: how far it reaches, and each instance of it in a range. No I/O.
//!
//! Rule: instants decide. What an event leaves open (a whole day, a floating time) is where its person is, so whoever asks
//! says in which zone that is. A range is half open: what ends when it begins, or begins when it ends, is not in it; what
//! has no length is in it from its first instant on. An instance goes by the start that it had in its series, wherever it
//! was moved to since. What was called off in a series is no instance of it.

mod find;
mod instance;
mod name;
mod range;
mod reach;
mod series;

pub use find::find;
pub use instance::Instance;
pub use name::Name;
pub use range::Range;
pub use reach::{Edges, Reach, reach};
pub use series::{TooMany, happens_in, in_range, span};

#[cfg(test)]
mod tests;
