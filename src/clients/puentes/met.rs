//! Numbers that were read before and stand for themselves: reading one anew is most of what it costs to find out who asks.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are remembered: a megabyte. When there are more, remembering begins anew.
const MOST: usize = 1 << 16;

/// Numbers in E.164 form that were written just so, and were right. Clones share what they remember.
#[derive(Clone, Default)]
pub(super) struct Met(Arc<Mutex<HashSet<u64>>>);

impl Met {
    /// Whether this text, `+` and digits, was [remembered](Self::remember).
    pub(super) fn has(&self, text: &str) -> bool {
        let Some(digits) = digits(text) else { return false };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&digits)
    }

    /// The number of this text is written as the text writes it.
    pub(super) fn remember(&self, text: &str) {
        let Some(digits) = digits(text) else { return };
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if met.len() >= MOST {
            met.clear();
        }
        met.insert(digits);
    }
}

impl fmt::Debug for Met {
    /// Nobody's number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Met")
    }
}

/// The digits behind the `+` as one number. No country code begins with a zero, so no two texts have the same.
fn digits(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('+').filter(|digits| digits.len() <= 15 && !digits.starts_with('0'))?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_remembered_is_known_and_no_two_numbers_are_one() {
        let met = Met::default();
        met.remember("+593991234567");
        assert!(met.has("+593991234567"));
        for other in
            ["593991234567", "+0593991234567", "+59399123456", "+5939912345670", "++593991234567", "+", "", "+ñ"]
        {
            assert!(!met.has(other), "{other}");
            met.remember(other);
        }
        assert!(!met.has("+0593991234567"));
        assert!(!met.has(""));
    }

    #[test]
    fn it_never_grows_beyond_its_bound() {
        let met = Met::default();
        for number in 0..=MOST {
            met.remember(&format!("+5939{number:08}"));
        }
        assert_eq!(met.0.lock().unwrap().len(), 1);
        assert!(met.has(&format!("+5939{MOST:08}")));
    }
}
