//! Why a text was refused.

/// Why a text was refused: where and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{reason}", .line.map(|l| format!("line {l}: ")).unwrap_or_default(), .property.as_ref().map(|p| format!("{p}: ")).unwrap_or_default())]
pub struct IcalError {
    /// The line of the text, from 1, where one can be named.
    pub line: Option<usize>,
    /// The property, where one can be named.
    pub property: Option<String>,
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl IcalError {
    pub(in crate::ical) fn whole(reason: impl Into<String>) -> Self {
        Self { line: None, property: None, reason: reason.into() }
    }

    pub(in crate::ical) fn line(line: usize, reason: impl Into<String>) -> Self {
        Self { line: Some(line), property: None, reason: reason.into() }
    }

    pub(in crate::ical) fn property(line: usize, property: &str, reason: impl Into<String>) -> Self {
        Self { line: Some(line), property: Some(property.to_owned()), reason: reason.into() }
    }
}
