//! Why a body was refused.

use std::fmt;

/// Why a body was refused: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", Place(.pointer))]
pub struct Invalid {
    /// Where in the body, as a JSON pointer (RFC 6901) in the spelling of the body; empty for the whole.
    pub pointer: String,
    /// What kind of mistake it is.
    pub code: Mistake,
    /// What is wrong and how to mend it, in a sentence.
    pub reason: String,
}

impl Invalid {
    pub(super) fn at(pointer: impl Into<String>, code: Mistake, reason: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, reason: reason.into() }
    }
}

/// The kinds of mistakes in a body, for programs to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// It is no JSON, or a name stands twice in one object.
    NotJson,
    /// No event has a field of that name.
    UnknownField,
    /// One field was given twice, in two spellings, with two values.
    RepeatedField,
    /// A field that has to be there is not.
    MissingField,
    /// A value is of another type than its field, or none that it can have.
    InvalidValue,
    /// A time has neither offset nor zone, and nothing says which zone is meant.
    TimeZoneMissing,
    /// A zone is none that is known.
    UnknownTimeZone,
    /// The end comes before the start.
    EndBeforeStart,
    /// How it repeats can't be understood, or never happens.
    InvalidRecurrence,
    /// A changed occurrence is none of the series.
    NoSuchOccurrence,
    /// More than is taken of something.
    TooMany,
}

impl Mistake {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "invalid_json",
            Self::UnknownField => "unknown_field",
            Self::RepeatedField => "repeated_field",
            Self::MissingField => "missing_field",
            Self::InvalidValue => "invalid_value",
            Self::TimeZoneMissing => "time_zone_missing",
            Self::UnknownTimeZone => "unknown_time_zone",
            Self::EndBeforeStart => "end_before_start",
            Self::InvalidRecurrence => "invalid_recurrence",
            Self::NoSuchOccurrence => "no_such_occurrence",
            Self::TooMany => "too_many",
        }
    }
}

/// The place before a sentence.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{}: ", self.0) }
    }
}
