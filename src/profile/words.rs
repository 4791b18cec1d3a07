//! Words out of closed lists.

/// Whether a client system may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// It may.
    Active,
    /// Its keys are refused, and its links rest; nothing is lost.
    Suspended,
    /// It goes: its keys are refused, what we wrote into calendars is taken away, and then all that is kept of it.
    Removing,
    /// It went. The row stays, so that its number is never used again.
    Removed,
}

impl ClientState {
    const ALL: [Self; 4] = [Self::Active, Self::Suspended, Self::Removing, Self::Removed];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removing => "removing",
            Self::Removed => "removed",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether its callers are let in.
    pub fn may_call(self) -> bool {
        self == Self::Active
    }

    /// Whether its links are worked on: what ends is cleaned up, too.
    pub fn links_work(self) -> bool {
        matches!(self, Self::Active | Self::Removing)
    }
}

/// How a client system names its holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// By their phone, however it is written.
    Phone,
    /// By an id of its own, compared byte for byte.
    Id,
}

impl Naming {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Id => "id",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Phone, Self::Id].into_iter().find(|naming| naming.as_str() == word)
    }
}

/// How names are spelled in answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JsonNames {
    /// `start_datetime`
    #[default]
    Snake,
    /// `startDatetime`
    Camel,
}

impl JsonNames {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snake => "snake",
            Self::Camel => "camel",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Snake, Self::Camel].into_iter().find(|names| names.as_str() == word)
    }
}

/// A language in which people are addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
    /// Portuguese.
    Pt,
}

impl Locale {
    /// The word in the database and the API: the code of the language (ISO 639-1).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Es, Self::En, Self::Pt].into_iter().find(|locale| locale.as_str() == word)
    }
}
