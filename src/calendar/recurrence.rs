//! How a happening repeats (RFC 5545 §3.3.10, §3.8.5).

use super::When;

/// All there is about the repetition of a series. Its first occurrence is always the series' own start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recurrence {
    /// Rules whose occurrences count. Nearly always one.
    pub rules: Vec<Rule>,
    /// Rules whose occurrences don't count (dropped from the standard in 2009, still sent).
    pub except_rules: Vec<Rule>,
    /// Starts of single occurrences besides those of the rules, in order, each once; of the same kind and in the same
    /// zone as the series' start.
    pub dates: Vec<When>,
    /// Starts that don't count, in order, each once; of the same kind and in the same zone as the series' start.
    pub except_dates: Vec<When>,
}

/// One rule. Lists are sorted and hold each value once; an empty list says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The step.
    pub frequency: Frequency,
    /// Every how many steps; at least 1.
    pub interval: u32,
    /// Where it stops.
    pub end: RuleEnd,
    /// Seconds, 0 to 60.
    pub by_second: Vec<i16>,
    /// Minutes, 0 to 59.
    pub by_minute: Vec<i16>,
    /// Hours, 0 to 23.
    pub by_hour: Vec<i16>,
    /// Days of the week.
    pub by_day: Vec<ByDay>,
    /// Days of the month, 1 to 31 or -31 to -1 from its end.
    pub by_month_day: Vec<i16>,
    /// Days of the year, 1 to 366 or -366 to -1.
    pub by_year_day: Vec<i16>,
    /// ISO weeks, 1 to 53 or -53 to -1.
    pub by_week_number: Vec<i16>,
    /// Months, 1 to 12.
    pub by_month: Vec<i16>,
    /// Which of the set that a step gives, 1 to 366 or -366 to -1.
    pub by_set_position: Vec<i16>,
    /// The first day of a week; Monday when the source is silent.
    pub week_start: Weekday,
}

impl Rule {
    /// A rule that happens every step and never ends.
    pub fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            end: RuleEnd::Never,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_number: Vec::new(),
            by_month: Vec::new(),
            by_set_position: Vec::new(),
            week_start: Weekday::Monday,
        }
    }
}

/// Where a rule stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleEnd {
    /// Nowhere.
    Never,
    /// After so many occurrences, the series' start included; at least 1.
    Count(u32),
    /// With the last occurrence that starts at this point or before: a date for dates, an instant for zoned times and
    /// instants, a clock reading for floating ones.
    Until(When),
}

/// The step of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A day of the week, perhaps the n-th of its month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByDay {
    /// 1 to 53, or -53 to -1 from the end; none means each.
    pub nth: Option<i8>,
    /// Which day.
    pub weekday: Weekday,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Weekday> for jiff::civil::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}
