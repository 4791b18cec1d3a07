//! How a resync goes about it, and what it does.

/// How to reach the end state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResyncMode {
    /// Write only what differs.
    Repair,
    /// Delete every event of ours, then create.
    Rebuild,
}

impl ResyncMode {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Rebuild => "rebuild",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Repair, Self::Rebuild].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResyncCounts {
    /// Objects made.
    pub created: u64,
    /// Objects overwritten.
    pub changed: u64,
    /// Objects removed.
    pub deleted: u64,
    /// Events that could not be brought to their wanted state.
    pub left: u64,
}
