//! A length of time as a text spells it (RFC 5545 §3.3.6).
//!
//! Rule: read to its end, as [`super::written`] does with points in time. calcard takes what comes in any order and drops
//! a number without a unit, so that `PT1H30` is an hour and `P1M` (a month) a minute.

use crate::quoted::Quoted;

/// A length of time: days by the calendar, and what follows them by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ical) struct Length {
    negative: bool,
    /// Days, weeks included; not negative.
    days: i64,
    /// Seconds besides; not negative.
    clock: i64,
    repaired: bool,
}

impl Length {
    /// Reads one value. Weeks may stand beside days, as in ISO 8601.
    ///
    /// # Errors
    /// When it is no length of time.
    pub(in crate::ical) fn read(text: &str) -> Result<Self, String> {
        let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut length = Self::of(&packed).ok_or_else(|| format!("{} is not a duration", Quoted(text)))?;
        length.repaired |= packed.len() != text.trim().len();
        Ok(length)
    }

    /// As [`Length::read`], for reminders: outlook.com writes `P` for "at that time".
    ///
    /// # Errors
    /// As [`Length::read`].
    pub(in crate::ical) fn read_or_none(text: &str) -> Result<Self, String> {
        let bare = text.trim().trim_start_matches(['+', '-']);
        if bare.eq_ignore_ascii_case("P") || bare.eq_ignore_ascii_case("PT") {
            return Ok(Self { repaired: true, ..Self::default() });
        }
        Self::read(text)
    }

    fn of(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let mut rest = unsigned.strip_prefix(['P', 'p'])?;
        let mut length = Self { negative: text.starts_with('-'), ..Self::default() };
        // The place of the unit before, and how often a T was.
        let (mut place, mut marks, mut any) = (0, 0, false);
        let both = unsigned.contains(['W', 'w']) && unsigned.contains(['D', 'd']);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(['T', 't']) {
                (rest, marks) = (after, marks + 1);
                continue;
            }
            let many = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(many)?;
            let (unit, after) = after.split_at_checked(1)?;
            let number: i64 = number.parse::<u32>().ok()?.into();
            let before = place;
            place = length.add(number, unit)?;
            // Each unit once and in its order, or an inserted letter makes another length of a good one (`PT1S0H`).
            if place <= before {
                return None;
            }
            match place {
                // Behind the T a day ends the text, or another T follows (`PT0DT0H10M`); `PT1D0H` was `PT10H`. No slip
                // makes both weeks and days.
                1 | 2 if marks > 0 && !both && !after.is_empty() && !after.starts_with(['T', 't']) => return None,
                // `PT1H53S` was `PT1H5M3S`.
                5 if before == 3 => return None,
                // Before the T a minute may be a month, unless days or hours stand before it.
                4 if marks == 0 && before < 2 => return None,
                _ => {}
            }
            length.repaired |= (place > 2) != (marks > 0);
            (rest, any) = (after, true);
        }
        length.repaired |= marks > 1 || unsigned.ends_with(['T', 't']);
        any.then_some(length)
    }

    /// Adds so many of a unit; answers the unit's place in the order.
    fn add(&mut self, number: i64, unit: &str) -> Option<u8> {
        let (place, days, clock) = match unit.to_ascii_uppercase().as_str() {
            "W" => (1, 7, 0),
            "D" => (2, 1, 0),
            "H" => (3, 0, 3_600),
            "M" => (4, 0, 60),
            "S" => (5, 0, 1),
            _ => return None,
        };
        self.days += number * days;
        self.clock += number * clock;
        Some(place)
    }

    /// Whether it goes back.
    pub(in crate::ical) fn is_negative(self) -> bool {
        self.negative && self.seconds() != 0
    }

    /// Its days; not negative.
    pub(in crate::ical) fn days(self) -> i64 {
        self.days
    }

    /// The seconds besides its days; not negative.
    pub(in crate::ical) fn clock(self) -> i64 {
        self.clock
    }

    /// All of it in seconds, a day counted as 86,400.
    pub(in crate::ical) fn seconds(self) -> i64 {
        let all = self.days * 86_400 + self.clock;
        if self.negative { -all } else { all }
    }

    /// Whether the text spelled it otherwise than iCalendar does.
    pub(in crate::ical) fn is_repaired(self) -> bool {
        self.repaired
    }
}
