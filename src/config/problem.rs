//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// One thing that must be mended before the configuration can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// The setting as `section.key`, or what else is at fault (a file, a variable).
    pub at: String,
    /// Where it was said: a file, a variable, the defaults.
    pub origin: Option<String>,
    /// What is wrong, and what would be right. Holds no secret.
    pub what: String,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)?;
        match &self.origin {
            Some(origin) => write!(f, " [{origin}]"),
            None => Ok(()),
        }
    }
}

/// Every problem of a configuration; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<SettingProblem>);

impl ConfigErrors {
    /// The one problem of a file that can't be read at all.
    pub(super) fn one(at: impl fmt::Display, what: impl Into<String>) -> Self {
        Self(vec![SettingProblem { at: at.to_string(), origin: None, what: what.into() }])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => write!(f, "the configuration can't be used: {only}"),
            several => {
                write!(f, "the configuration can't be used, for {} reasons:", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}
