//! What of a series an edit is about.

use sha2::{Digest as _, Sha256};

use super::ReviseError;
use super::shape::Shape;
use crate::calendar::When;
use crate::ical;
use crate::ids::EventId;
use crate::instances::Name;

/// How much of a series is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One occurrence.
    This,
    /// One occurrence and all later ones.
    Following,
    /// All of it.
    All,
}

impl Extent {
    /// The scope of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "this" => Some(Self::This),
            "following" => Some(Self::Following),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

/// What an edit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Which {
    /// How much; where nothing is said, one occurrence if one is named, else all.
    pub extent: Option<Extent>,
    /// The occurrence, by its original start.
    pub occurrence: Option<Name>,
}

/// What an edit is about, found in the series.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meant {
    /// All of it; the times of a patch are those of this occurrence, where one was named.
    All(Option<When>),
    /// This one alone.
    This(When),
    /// This one, which is not the first, and all later ones.
    Following(When),
}

impl Which {
    /// What is meant of an event.
    ///
    /// # Errors
    /// When the series has no such occurrence, or it is not said which one is meant.
    pub(super) fn of(self, shape: &Shape) -> Result<Meant, ReviseError> {
        let at = self.occurrence.map(|name| shape.find(name)).transpose()?;
        let one = if at.is_some() { Extent::This } else { Extent::All };
        let is_series = shape.event.master.recurrence.is_some();
        match (self.extent.unwrap_or(one), at) {
            (Extent::All, at) => Ok(Meant::All(at)),
            (Extent::This, Some(at)) => Ok(Meant::This(at)),
            (Extent::Following, Some(at)) => {
                let first = ical::first_occurrence(&shape.event);
                let is_first = first.is_none_or(|first| at.order() <= first.order());
                Ok(if is_first { Meant::All(Some(at)) } else { Meant::Following(at) })
            }
            // Of one happening there is no other.
            (Extent::This | Extent::Following, None) if !is_series => Ok(Meant::All(None)),
            (Extent::This | Extent::Following, None) => Err(ReviseError::WhichOccurrence),
        }
    }
}

/// What the second half of a series is called that was called `name` and cut at an occurrence: always the same, and within
/// the bounds of names.
pub fn split_name(name: &str, at: Name) -> String {
    let whole = format!("{name}_R{at}");
    if whole.len() <= EventId::MAX_BYTES {
        return whole;
    }
    let digest = Sha256::digest(whole.as_bytes());
    data_encoding::HEXLOWER.encode(&digest)
}
