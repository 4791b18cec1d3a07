//! Which way events go between us and a linked calendar.

/// Which way events go between us and a linked calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Into the calendar alone.
    #[default]
    Export,
    /// Out of the calendar alone.
    Import,
    /// Both ways.
    Both,
}

impl Direction {
    const ALL: [Self; 3] = [Self::Export, Self::Import, Self::Both];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
            Self::Both => "both",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == word)
    }
}
