//! How many links a holder may have, and which of them carries.

use super::ProviderKind;

/// The place that a link takes among those of its holder: no two links of one holder have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The only one: the holder has at most one link, wherever it is.
    Only,
    /// The one at this provider: the holder has at most one link at each.
    At(ProviderKind),
}

impl Slot {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::At(provider) => provider.as_str(),
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "only" { Some(Self::Only) } else { ProviderKind::from_word(word).map(Self::At) }
    }
}

/// What a link does for its holder's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRole {
    /// It carries them: what is wanted of the holder's events is wanted in its calendar. One link of a holder at most.
    Carries,
    /// It carried them until now, or is ending: what we wrote goes from its calendar. Then it rests, or is no more.
    Leaves,
    /// Nothing is written in its calendar, and nothing of ours is looked for there.
    Rests,
}

impl LinkRole {
    const ALL: [Self; 3] = [Self::Carries, Self::Leaves, Self::Rests];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carries => "carries",
            Self::Leaves => "leaves",
            Self::Rests => "rests",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        let slots = ProviderKind::ALL.map(Slot::At).into_iter().chain([Slot::Only]);
        for slot in slots {
            assert_eq!(Slot::from_word(slot.as_str()), Some(slot));
        }
        for role in LinkRole::ALL {
            assert_eq!(LinkRole::from_word(role.as_str()), Some(role));
        }
        assert_eq!((Slot::from_word("other"), LinkRole::from_word("other")), (None, None));
    }
}
