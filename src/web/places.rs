//! Addresses that one page names and another one answers.

use minijinja::Value;

use crate::link::{Offer, ProviderKind};

/// Where the person's page is.
pub(super) const HOME: &str = "/connect";

/// Where the link leads that a client system asked for: the way in of a person.
pub(super) const WAY_IN: &str = "/c/:token";

/// Where the way into a real browser is shown.
pub(super) const HANDOVER: &str = "/connect/handover";

/// Says that what was to be gone on with is over, in whatever language is asked for.
pub(super) const EXPIRED: &str = "/oauth/expired";

/// Where a flow at a provider takes a step: `callback`, `confirm`, `choose`, `again`, or `status`, which shows where the
/// flow of a ticket stands, and without a ticket that there is none.
pub(super) fn of_consent(provider: ProviderKind, step: &str) -> String {
    format!("/oauth/{provider}/{step}")
}

/// The provider that an address names, as a folder or at its end, if people can consent there.
pub(super) fn consents_in(path: &str, offers: &[Offer]) -> Option<ProviderKind> {
    let kind = path.split('/').find_map(ProviderKind::from_word)?;
    offers.iter().any(|offer| offer.kind == kind && offer.consents).then_some(kind)
}

/// An address of ours for a template: its slashes stay as they are.
pub(super) fn place(path: impl Into<String>) -> Value {
    Value::from_safe_string(path.into())
}
