//! What happened to a holder's link and events, for people and operators. Never holds a secret.

use jiff::Timestamp;

use super::sql::statements;
use super::value::values;
use super::{ReadTx, StoreError, WriteTx};
use crate::ids::HolderId;
use crate::link::LinkState;

macro_rules! happenings {
    ($($(#[$doc:meta])* $name:ident $word:literal,)*) => {
        /// What can happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Happened {
            $($(#[$doc])* $name,)*
        }

        impl Happened {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable word in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

happenings! {
    /// A calendar was linked. The detail names provider, account and calendar.
    Linked "linked",
    /// A calendar was not linked after all. The detail is the word for how it ended.
    LinkNotMade "link_not_made",
    /// A link that waited for its person goes on.
    AuthorisedAgain "authorised_again",
    /// The provider refuses the credentials: the link waits for its person. The detail says why.
    NeedsReauthorization "needs_reauthorization",
    /// The calendar is gone or can't be written: the link waits for its person. The detail says why.
    CalendarLost "calendar_lost",
    /// A calendar of ours that was deleted was made again.
    CalendarMadeAgain "calendar_made_again",
    /// The link began to end. The detail is the calendar's name.
    Unlinking "unlinking",
    /// The link ended. The detail says what was removed and what was left.
    Unlinked "unlinked",
    /// The client system told all events, and they are being written. The detail says how many.
    ResyncStarted "resync_started",
    /// A resync ended well. The detail says how many events.
    ResyncSucceeded "resync_succeeded",
    /// A resync ended badly. The detail says why.
    ResyncFailed "resync_failed",
    /// The brake held: too much would have gone at once. The detail says what.
    Held "held",
    /// The provider refused an event for good. The detail names it and says why.
    EventRefused "event_refused",
    /// Something that only another version of this gateway knows.
    Other "other",
}

impl Happened {
    /// What is written down when a link stops in `state`.
    pub fn parked(state: LinkState) -> Self {
        match state {
            LinkState::NeedsReauthorization => Self::NeedsReauthorization,
            LinkState::CalendarLost => Self::CalendarLost,
            LinkState::Unlinking => Self::Unlinking,
            LinkState::Active => Self::Other,
        }
    }

    fn from_word(word: &str) -> Self {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).unwrap_or(Self::Other)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Happened,
    /// More, as it was written down: English, not for people who do not work with computers.
    pub detail: String,
}

statements! {
    LOG(Int, Int, Text, Text) = "INSERT INTO activity (holder_id, at, kind, detail) VALUES (?1, ?2, ?3, ?4)";
    NEWEST(Int, Int) = "SELECT at, kind, detail FROM activity WHERE holder_id = ?1 ORDER BY id DESC LIMIT ?2";
}

/// Writes one entry down.
pub fn log(tx: &WriteTx<'_>, holder: HolderId, at: Timestamp, kind: Happened, detail: &str) -> Result<(), StoreError> {
    tx.execute(&LOG, values![holder, at, kind.as_str(), detail])?;
    Ok(())
}

/// The newest entries of a holder, newest first.
pub fn newest(tx: &ReadTx<'_>, holder: HolderId, most: u32) -> Result<Vec<Happening>, StoreError> {
    tx.all(&NEWEST, values![holder, most], |row| {
        let (at, word) = (row.get("at")?, row.get::<String>("kind")?);
        Ok(Happening { at, kind: Happened::from_word(&word), detail: row.get("detail")? })
    })
}
