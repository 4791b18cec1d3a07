//! Secrets that client systems share with us, as the operator speaks of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::store::client_secrets::KeptSecret;

/// What the operator wants of the secrets of one client system.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretCommand {
    /// One more that is taken.
    Add {
        /// The operator's words for it.
        label: String,
        /// The secret; none: one is made.
        secret: Option<Handed>,
        /// When it ends: a time, or a length of time from now.
        expires: Option<String>,
    },
    /// Those that are taken beside the file's.
    List,
    /// One that is taken no more.
    Revoke {
        /// Its name.
        secret: String,
    },
}

/// A secret on its way between the operator's terminal and the gateway.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handed(pub String);

impl fmt::Debug for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// A secret, as the operator sees it: nothing in it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretCard {
    /// How it is called.
    pub id: String,
    /// The operator's words for it.
    pub label: String,
    /// Since when it is taken (RFC 3339).
    pub created_at: String,
    /// Until when; none: until it is revoked.
    pub expires_at: Option<String>,
}

impl From<&KeptSecret> for SecretCard {
    fn from(kept: &KeptSecret) -> Self {
        Self {
            id: kept.public_id.to_string(),
            label: kept.label.clone(),
            created_at: kept.created_at.to_string(),
            expires_at: kept.expires_at.map(|at| at.to_string()),
        }
    }
}
