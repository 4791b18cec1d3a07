//! How a link is doing.

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Working.
    Active,
    /// The provider refuses the credentials; events wait until the person authorises again.
    NeedsReauthorization,
    /// The calendar is gone or read-only; events wait until another is chosen.
    CalendarLost,
    /// It is being cleaned up.
    Unlinking,
}

impl LinkState {
    const ALL: [Self; 4] = [Self::Active, Self::NeedsReauthorization, Self::CalendarLost, Self::Unlinking];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::CalendarLost => "calendar_lost",
            Self::Unlinking => "unlinking",
        }
    }

    /// Whether it is being cleaned up.
    pub fn is_ending(self) -> bool {
        self == Self::Unlinking
    }

    /// Whether events go by it, now or once its person came. One that is ending carries none.
    pub fn carries(self) -> bool {
        !self.is_ending()
    }

    /// Whether nothing is sent until its person comes.
    pub fn waits_for_person(self) -> bool {
        matches!(self, Self::NeedsReauthorization | Self::CalendarLost)
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
