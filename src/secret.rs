//! Secrets in memory: wiped when dropped, shown by nobody.
//!
//! `secrecy`'s box has no `Display`, no `Serialize`, and a `Debug` that says `[REDACTED]`; reading one takes a call of
//! [`ExposeSecret::expose_secret`], which is easy to find in a review.

pub use secrecy::{ExposeSecret, SecretString};

/// A secret as it is stored: under a seal of age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The age file.
    pub bytes: Vec<u8>,
    /// The recipient (`age1…`) whose identity opens it. The seal itself does not tell.
    pub recipient: String,
}
