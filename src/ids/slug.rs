//! How people call a client system.

use std::fmt;

/// The short name of a client system, as it stands in commands and addresses: `erp-norte`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// The text is no short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a short name has 2 to {} small letters (a to z), digits and hyphens, and begins and ends with a letter or digit, as in \
     erp-norte",
    Slug::LONGEST
)]
pub struct SlugError;

impl Slug {
    /// The longest, in characters: one label of a host name takes it.
    pub const LONGEST: usize = 63;

    /// Takes `text` as it is.
    ///
    /// # Errors
    /// When it is no short name.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        let plain = text.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-');
        let ends = text.starts_with('-') || text.ends_with('-');
        if plain && !ends && (2..=Self::LONGEST).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_what_an_address_takes_unchanged() {
        for good in ["erp", "erp-norte", "a1", "3m", &"x".repeat(63)] {
            assert_eq!(Slug::new(good).as_ref().map(Slug::as_str), Ok(good));
        }
        for bad in ["", "a", "ERP", "erp norte", "erp_norte", "-erp", "erp-", "año", "a/b", "a.b", &"x".repeat(64)] {
            assert_eq!(Slug::new(bad), Err(SlugError), "{bad}");
        }
    }
}
