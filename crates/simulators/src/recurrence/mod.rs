//! Series of events: rules, and the starts they make.
//!
//! Rule: everything is expanded on the wall clock of the event's zone and turned into instants at the end, so that a class at ten stays at
//! ten. A start inside a gap of the clock is moved on by the gap's length, as Google is said to do; a date that does not exist (30 February) is
//! skipped and not counted (RFC 5545 §3.3.10). The first start always belongs to the series and counts, also when the rule would not make it.

mod days;
mod mark;
mod rule;
mod series;

pub(crate) use mark::Mark;
pub(crate) use rule::Rule;
pub(crate) use series::Series;
