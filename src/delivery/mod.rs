//! One object and its provider: what is to be done about it, and how that is done.
//!
//! Rule: delivery is told what is wanted and known, and answers what became of it. It knows neither store nor link nor
//! settings, so that the engine delivers events and a new link is proven by one and the same way of writing.
//!
//! [`plan`] and `course` are pure: which step is right, and which call comes next. [`execute`] makes the calls.

mod course;
pub mod execute;
pub mod plan;

pub use course::Outcome;
