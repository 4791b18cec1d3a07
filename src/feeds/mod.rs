//! Feeds: a holder's events at an address that nobody guesses, for calendars that subscribe to it.
//!
//! Rule: whoever has the address may read, so it is shown once, and what is kept of it opens nothing. What an address answers
//! depends on what is held, on the feed and on the day alone: the same bytes again, also after a restart. An address that was given up
//! answers an empty calendar that says so for [`SAYS_SO`]: calendars that went on showing what they saw last would be worse than one
//! that is gone.

mod manage;
mod secret;
mod show;
mod veil;
mod words;

use std::sync::Arc;

use jiff::SignedDuration;

use crate::gateway::Gateway;

pub use crate::store::feeds::{Feed, Privacy};
pub use manage::{FeedMade, NewFeed, NoFeed};
pub use show::{Format, Had, Served};

/// How long an address that was given up says so.
pub const SAYS_SO: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Makes feeds, and answers their addresses.
pub struct Feeds {
    gateway: Arc<Gateway>,
}

impl Feeds {
    /// Those of one gateway.
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }
}
