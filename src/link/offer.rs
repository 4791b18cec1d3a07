//! What people can link with.

use super::ProviderKind;

/// One provider, as a door offers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub kind: ProviderKind,
    /// Whether people consent there; else they type a password here.
    pub consents: bool,
    /// Whether a consent covers calendars that exist, so that people are asked which.
    pub lets_choose: bool,
}
