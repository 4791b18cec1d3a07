//! The providers there are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The providers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Apple's iCloud, over CalDAV.
    Apple,
    /// Any CalDAV server.
    Caldav,
    /// Google Calendar.
    Google,
}

impl ProviderKind {
    /// All of them, in the order in which people are offered them.
    pub const ALL: [Self; 3] = [Self::Google, Self::Apple, Self::Caldav];

    /// The word used in the API, the database and the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apple => "apple",
            Self::Caldav => "caldav",
            Self::Google => "google",
        }
    }

    /// The name as people know it, in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apple => "Apple",
            Self::Caldav => "CalDAV",
            Self::Google => "Google",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
