//! Secrets in memory: wiped when dropped, shown by nobody.
//!
//! `secrecy`'s box has no `Display`, no `Serialize`, and a `Debug` that says `[REDACTED]`; reading one takes a call of
//! [`ExposeSecret::expose_secret`], which is easy to find in a review.

pub use secrecy::{ExposeSecret, SecretString};
