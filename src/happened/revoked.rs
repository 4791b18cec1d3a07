//! Why credentials are not valid any more.

use serde::{Deserialize, Serialize};

/// Why credentials are not valid (any more), as far as that can be told. Its text follows the provider's words where
/// those are told to client systems and in logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoked {
    /// The provider says so, and no more is known.
    #[error("")]
    ByProvider,
    /// The provider says so, and such accounts are logged in to in a way of their own: this one.
    #[error(". {0}")]
    Hinted(String),
    /// Google ends permissions seven days after they were given, while the consent screen is in "Testing".
    #[error(
        " It ended seven days after it was given: that is what Google does while the consent screen is in \"Testing\". \
         The gateway's operator has to publish it (docs/google.md)."
    )]
    TestingPeriod,
    /// They are sealed for another identity, or damaged. No provider said anything.
    #[error("")]
    Unreadable,
}
