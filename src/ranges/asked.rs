//! What is asked for, and why it is not told.

use crate::ids::PublicEventId;
use crate::instances::{Range, TooMany};
use crate::link::ProviderKind;
use crate::store::StoreError;
use crate::store::events::Record;

/// The longest range, in days.
pub const MOST_DAYS: i64 = 400;
/// The most instances that the series of a range may have together.
pub const MOST_INSTANCES: usize = 5_000;
/// The most events of one answer.
pub const MOST_AT_ONCE: usize = 500;
/// So many events are in an answer of which nobody said how many it should have.
pub const AT_ONCE: usize = 100;

/// How a series is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expand {
    /// By each of its instances in the range.
    Instances,
    /// As a whole, once.
    Series,
}

/// Which events of a holder are told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Those that happen then; none: whenever.
    pub range: Option<Range>,
    /// How series are told; none: by their instances where there is a range.
    pub expand: Option<Expand>,
    /// Those that changed then or later.
    pub updated_since: Option<jiff::Timestamp>,
    /// Those that hang on this record.
    pub record: Option<Record>,
    /// The one that goes by this name at a provider.
    pub external: Option<(ProviderKind, String)>,
    /// Confidential ones, too.
    pub with_confidential: bool,
    /// How many at most; none: [`AT_ONCE`].
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub page_token: Option<String>,
    /// What was told already: only what changed since.
    pub sync_token: Option<String>,
}

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum NotTold {
    /// 422: the range is longer than is told at once.
    #[error("the range is {days} days long: at most {MOST_DAYS} are told at once")]
    TooLong {
        /// So long.
        days: i64,
    },
    /// 422: its series happen more often than is told at once.
    #[error("{0} in that range: ask for a shorter one")]
    TooMany(#[from] TooMany),
    /// 422: instances are those of a range.
    #[error("instances are told of a range: say from and to, or ask for series")]
    NoRange,
    /// 422: more, or fewer, than there can be in an answer.
    #[error("limit is a number from 1 to {MOST_AT_ONCE}")]
    Limit,
    /// 400: what changed is told of all events as they are.
    #[error("sync_token stands alone: what changed is told of all events, whenever they happen, and each as a whole")]
    Together,
    /// 400: no page of this list ended there.
    #[error("this page_token is none that a list of these events gave; begin again without it")]
    PageToken,
    /// 410: what changed since then is not known any more.
    #[error("what changed since this sync_token is not known any more: list everything again")]
    SyncToken,
    /// 404: no such event is told of to this holder.
    #[error("there is no event {0}")]
    NoEvent(PublicEventId),
    /// 500
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Asked {
    /// How many events an answer has at most.
    ///
    /// # Errors
    /// [`NotTold::Limit`]
    pub(super) fn most(&self) -> Result<usize, NotTold> {
        let most = self.limit.unwrap_or(AT_ONCE);
        if (1..=MOST_AT_ONCE).contains(&most) { Ok(most) } else { Err(NotTold::Limit) }
    }

    /// Whether all events of the holder are told, but for those that are kept from whoever asks.
    pub(super) fn tells_all(&self) -> bool {
        let Self { range, updated_since, record, external, .. } = self;
        range.is_none() && updated_since.is_none() && record.is_none() && external.is_none()
    }
}

/// Sees that a range is not longer than is told at once.
///
/// # Errors
/// [`NotTold::TooLong`]
pub(super) fn not_too_long(range: Range) -> Result<(), NotTold> {
    let hours = range.length().as_hours();
    // Clocks may go back meanwhile: local midnights of so many days lie an hour further apart.
    if hours > MOST_DAYS * 24 + 1 || (hours == MOST_DAYS * 24 + 1 && range.length().as_secs() % 3_600 > 0) {
        return Err(NotTold::TooLong { days: (hours + 23) / 24 });
    }
    Ok(())
}
