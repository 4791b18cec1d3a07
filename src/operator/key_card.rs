//! Keys, as the operator sees them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key, as the operator sees it: nothing in it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCard {
    /// How it is called.
    pub id: String,
    /// The short name of its client system.
    pub client: String,
    /// What people call it.
    pub name: String,
    /// How the key begins.
    pub prefix: String,
    /// Its last four characters.
    pub last4: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The one holder that it speaks for.
    pub holder: Option<String>,
    /// From where it may be used; empty: from anywhere.
    pub networks: Vec<String>,
    /// `active`, `retiring`, `expired` or `revoked`.
    pub state: String,
    /// Who made it.
    pub created_by: String,
    /// When (RFC 3339).
    pub created_at: String,
    /// From when on it opens no more.
    pub expires_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// The key that takes its place.
    pub rotated_to: Option<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<String>,
    /// The network of who last used it.
    pub last_used_from: Option<String>,
}

/// A key that was just made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewKey {
    /// The key itself.
    pub key: ShownOnce,
    /// What is kept of it.
    #[serde(flatten)]
    pub card: KeyCard,
}

/// A secret on its way to the operator's own terminal.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShownOnce(pub String);

impl fmt::Debug for ShownOnce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}
