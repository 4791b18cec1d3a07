//! No calendar is emptied by accident: a sudden shrink waits for somebody to confirm it. Pure.

use crate::config::Sync;
use crate::happened::Shrink;

/// Holds when more than `brake_events` **and** more than `brake_share` of all would go at once.
pub fn holds(shrink: Shrink, confirmed: bool, limits: &Sync) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^52")]
    let share = shrink.going as f64 / shrink.standing.max(1) as f64;
    !confirmed && shrink.going > limits.brake_events && share > limits.brake_share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(standing: usize, going: usize, confirmed: bool) -> bool {
        super::holds(Shrink { standing, going }, confirmed, &Sync::default())
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
