//! Series of events: the lines of `recurrence`, and the starts they make.
//!
//! Rule: everything is expanded on the wall clock of the event's zone and turned into instants at the end, so that a class at ten stays at
//! ten. A start inside a gap of the clock is moved on by the gap's length, as Google is said to do; a date that does not exist (30 February) is
//! skipped and not counted (RFC 5545 §3.3.10). The first start always belongs to the series and counts, also when the rule would not make it.

mod days;
mod lines;
mod rule;
mod series;

pub(super) use series::{Mark, Series};

#[cfg(test)]
mod tests;
