//! The one place in the simulators that reads the time.

use jiff::Timestamp;

/// Where a simulator takes its time from; tests hand it a function that answers a fixed moment.
pub type Now = fn() -> Timestamp;

/// The system's time.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulators' one reading of the time: they cannot import the gateway's clock"
)]
pub fn system() -> Timestamp {
    Timestamp::now()
}
