//! What one sent byte may occupy: the memory of the real binary, as [`testing::resident`] measures it.
//!
//! Each way in which something can grow is measured once and twice as large, each time on a gateway of its own.

mod calendar_answers;
mod given_back;
mod poisoned;
mod texts;
mod told_events;
