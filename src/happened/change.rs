//! Changes of what a client system has here, in words that programs read.

/// The number of a change among all of its client system: they begin at 1, have no gaps, and say which of two came later,
/// which no clock can. 0 stands before the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeNumber(pub i64);

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident $word:literal,)*) => {
        /// What can change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Change {
            $($(#[$doc])* $name,)*
        }

        impl Change {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable word for programs and for the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Reads the word back.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|change| change.as_str() == word)
            }
        }
    };
}

changes! {
    /// An event is held that was not held before.
    EventCreated "event.created",
    /// An event has another content.
    EventChanged "event.changed",
    /// An event is held no more.
    EventDeleted "event.deleted",
    /// The provider refused an event for good.
    EventRefused "event.refused",
    /// A calendar was linked.
    LinkConnected "link.connected",
    /// The provider refuses the credentials: the link waits for its person.
    LinkNeedsReauthorization "link.needs_reauthorization",
    /// The calendar is gone or can't be written: the link waits for its person.
    LinkCalendarLost "link.calendar_lost",
    /// A link that waited goes on.
    LinkRecovered "link.recovered",
    /// The link goes on in another calendar of the same account.
    LinkMoved "link.moved",
    /// The holder's events go by this link from now on, and no more by another.
    LinkCarries "link.carries",
    /// The link was switched off: nothing is asked or written.
    LinkPaused "link.paused",
    /// The link was switched on again.
    LinkResumed "link.resumed",
    /// The brake holds: too much would have gone at once.
    LinkHeld "link.held",
    /// The brake holds nothing any more.
    LinkReleased "link.released",
    /// The end of the link was asked for: what is ours goes from the calendar.
    LinkEnding "link.ending",
    /// The link ended.
    LinkDisconnected "link.disconnected",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_known_by_a_word_of_its_own() {
        for change in Change::ALL {
            assert_eq!(Change::from_word(change.as_str()), Some(*change));
        }
        assert_eq!(Change::from_word("event.exploded"), None);
    }
}
