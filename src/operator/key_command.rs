//! What can be asked for about keys.

use serde::{Deserialize, Serialize};

/// What the operator wants of keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyCommand {
    /// One more.
    Create {
        /// Whose: a short name, or a public one.
        client: String,
        /// What people call it.
        name: String,
        /// What it may do; none: all that there is.
        scopes: Option<String>,
        /// The one holder that it speaks for.
        holder: Option<String>,
        /// From where it may be used.
        networks: Vec<String>,
        /// When it ends: a time, or a length of time from now.
        expires: Option<String>,
    },
    /// Those of one client system, or of all.
    List {
        /// Whose.
        client: Option<String>,
    },
    /// One that takes the place of another.
    Rotate {
        /// The other's id.
        key: String,
        /// How long the other goes on.
        overlap: String,
    },
    /// One that is to open nothing any more.
    Revoke {
        /// Its id.
        key: String,
    },
}
