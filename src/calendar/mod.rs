//! Our own picture of an event, apart from any format. No I/O.

/// A client's event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {}
