//! No calendar is emptied by accident: a sudden shrink waits for somebody to confirm it. Pure.

use crate::config::Sync;

/// How many there are, and how many of them are about to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrink {
    /// Events (or objects) that stand now.
    pub standing: usize,
    /// Those that would go.
    pub going: usize,
}

/// The brake's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing unusual, or it was confirmed.
    Go,
    /// Wait for a confirmation; the reason is for people.
    Hold(String),
}

/// Holds when more than `brake_events` **and** more than `brake_share` of all would go at once.
pub fn check(shrink: Shrink, confirmed: bool, limits: &Sync) -> Verdict {
    #[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^52")]
    let share = shrink.going as f64 / shrink.standing.max(1) as f64;
    if confirmed || shrink.going <= limits.brake_events || share <= limits.brake_share {
        return Verdict::Go;
    }
    Verdict::Hold(shrink.in_words())
}

impl Shrink {
    fn in_words(self) -> String {
        format!("{} of {} events would be removed at once", self.going, self.standing)
    }

    /// Reads the words of a hold back, for pages that say it in their own.
    pub(super) fn of_words(words: &str) -> Option<Self> {
        let (going, rest) = words.split_once(" of ")?;
        let (standing, _) = rest.split_once(' ')?;
        Some(Self { standing: standing.parse().ok()?, going: going.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(standing: usize, going: usize, confirmed: bool) -> bool {
        matches!(check(Shrink { standing, going }, confirmed, &Sync::default()), Verdict::Hold(_))
    }

    #[test]
    fn the_words_of_a_hold_can_be_read_back() {
        let shrink = Shrink { standing: 31, going: 30 };
        let read = Shrink::of_words(&shrink.in_words()).map(|read| (read.standing, read.going));
        assert_eq!(read, Some((31, 30)));
        assert!(Shrink::of_words("the calendar is gone").is_none());
    }

    #[test]
    fn only_a_shrink_that_is_large_in_number_and_share_is_held() {
        assert!(holds(30, 30, false));
        assert!(holds(30, 25, false));
        assert!(!holds(30, 24, false), "80 % exactly goes through");
        assert!(!holds(20, 20, false), "20 events go through");
        assert!(holds(21, 21, false));
        assert!(!holds(1000, 800, false));
        assert!(holds(1000, 801, false));
        assert!(!holds(0, 0, false));
    }

    #[test]
    fn a_confirmed_shrink_goes_through() {
        assert!(!holds(30, 30, true));
    }
}
