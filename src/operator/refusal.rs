//! Why nothing was done.

use serde::{Deserialize, Serialize};

/// Why a command was not carried out. Nothing is otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotCarriedOut {
    /// It can't be meant as it was said.
    #[error("{0}")]
    Misused(String),
    /// It could not be done.
    #[error("{0}")]
    Failed(String),
}
