//! ureq's errors, named for what the caller may do.

use super::coding::Packed;
use super::{OutboundError, Rules};
use crate::quoted::Quoted;

/// Names an error of a call to `host`.
pub(super) fn name(error: ureq::Error, host: &str, rules: &Rules) -> OutboundError {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<OutboundError>() {
            Ok(ours) => *ours,
            Err(other) => OutboundError::Broken(format!("the call to {host} failed: {other}")),
        },
        ureq::Error::BodyExceedsLimit(_) => too_large(host, rules),
        ureq::Error::LargeResponseHeader(..) => {
            OutboundError::TooLarge(format!("the headers that {host} answered are too large"))
        }
        ureq::Error::Timeout(ureq::Timeout::RecvResponse) => {
            OutboundError::Timeout(format!("{host} gave no answer within {} s", rules.first_byte.as_secs_f64()))
        }
        ureq::Error::Timeout(_) => {
            OutboundError::Timeout(format!("the call to {host} took longer than {} s", rules.whole.as_secs_f64()))
        }
        ureq::Error::Io(error) => OutboundError::Broken(format!("the connection to {host} broke: {}", error.kind())),
        ureq::Error::Protocol(error) => OutboundError::Broken(format!("what {host} answered is not HTTP: {error}")),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            OutboundError::NotAllowed(format!("the address at {host} can't be asked"))
        }
        other => OutboundError::Broken(format!("the call to {host} failed: {other}")),
    }
}

/// All calls together took longer than there was time.
pub(super) fn too_long(host: &str) -> OutboundError {
    OutboundError::Timeout(format!("{host} was given up on: all that was asked took too long together"))
}

/// The answer is over the limit.
pub(super) fn too_large(host: &str, rules: &Rules) -> OutboundError {
    OutboundError::TooLarge(format!("{host} answered more than {} bytes", rules.max_body))
}

/// The answer can't be unpacked.
pub(super) fn packed(packed: Packed, host: &str, rules: &Rules) -> OutboundError {
    let unreadable = |what: String| OutboundError::Unreadable(format!("what {host} answered can't be read: {what}"));
    match packed {
        Packed::TooLarge => too_large(host, rules),
        Packed::Damaged(coding) => unreadable(format!("it says to be packed with {coding}, and is not or not whole")),
        Packed::Unknown(coding) => unreadable(format!("it is packed with {}, which nobody asked for", Quoted(&coding))),
    }
}
