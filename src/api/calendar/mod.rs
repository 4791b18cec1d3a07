//! `/api/v1/calendar`: what a client system says and asks about one of its holders.

pub(super) mod links;
