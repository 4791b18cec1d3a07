//! Reminders.

use jiff::Timestamp;

/// A reminder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// What it does.
    pub kind: AlarmKind,
    /// When it does it.
    pub trigger: Trigger,
    /// What it shows; none means the title.
    pub text: Option<String>,
    /// How often it comes again after the first time, and after how many seconds each.
    pub repeat: Option<(u32, i64)>,
}

/// What a reminder does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmKind {
    /// Shows a text.
    Display,
    /// Makes a sound.
    Audio,
    /// Mails. To whom is the source's affair and not kept.
    Email,
}

/// When a reminder comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// That many seconds after the edge; before it when negative.
    Relative {
        /// Counted from.
        edge: Edge,
        /// Seconds; a day counts 86,400 here.
        seconds: i64,
    },
    /// At this instant.
    At(Timestamp),
}

/// One of the two ends of a happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// The start.
    Start,
    /// The end.
    End,
}
