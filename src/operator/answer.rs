//! What is answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key_card::{KeyCard, NewKey};
use super::secret::{Handed, SecretCard};
use crate::profile::{Changes, Profile};
use crate::tenants::{ExportPlace, Holdings};
use crate::trail::Noted;

/// What a command came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A client system, as it is now.
    Client(ClientCard),
    /// All client systems.
    Clients(Vec<ClientCard>),
    /// A key, as it is now.
    Key(KeyCard),
    /// Keys, in the order in which they were made.
    Keys(Vec<KeyCard>),
    /// A key that was just made.
    NewKey(Box<NewKey>),
    /// A page of what is kept of a client system.
    Exported {
        /// An object each.
        rows: Vec<Value>,
        /// Where the next page begins.
        next: Option<ExportPlace>,
    },
    /// A secret that was just added.
    SecretAdded {
        /// How it is called.
        id: String,
        /// The secret itself.
        secret: Handed,
    },
    /// Secrets of a client system, the oldest first.
    Secrets(Vec<SecretCard>),
    /// It is as was wanted.
    Done,
    /// Entries of the audit trail, the oldest first.
    Audit(Vec<AuditLine>),
}

/// A client system, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCard {
    /// How it is called in answers.
    pub id: String,
    /// How the operator calls it.
    pub slug: String,
    /// What people know it as.
    pub name: String,
    /// Whether it may work.
    pub state: String,
    /// How its holders are named.
    pub naming: String,
    /// When it was added (RFC 3339); none for one from before that was written down.
    pub created_at: Option<String>,
    /// How much is kept of it, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdings: Option<HoldingsCard>,
    /// What it has chosen.
    pub settings: Changes,
}

/// How much is kept of a client system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingsCard {
    /// Holders of whom something is kept.
    pub holders: u64,
    /// Links.
    pub links: u64,
    /// Events.
    pub events: u64,
}

impl From<&Profile> for ClientCard {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.public_id.to_string(),
            slug: profile.slug.to_string(),
            name: profile.chosen.display_name.clone(),
            state: profile.state.as_str().to_owned(),
            naming: profile.naming.as_str().to_owned(),
            created_at: profile.created_at.map(|at| at.to_string()),
            holdings: None,
            settings: profile.chosen.shown(),
        }
    }
}

impl ClientCard {
    /// The same, with how much is kept of it.
    pub(super) fn with(self, Holdings { holders, links, events }: Holdings) -> Self {
        Self { holdings: Some(HoldingsCard { holders, links, events }), ..self }
    }
}

/// An entry of the audit trail, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its number: later ones are higher.
    pub number: i64,
    /// When (RFC 3339).
    pub at: String,
    /// The short name of its client system; none: of the installation itself.
    pub client: Option<String>,
    /// What kind of actor.
    pub actor: String,
    /// Which of them.
    pub actor_id: Option<String>,
    /// Which way they came.
    pub via: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: Option<String>,
    /// What became of it.
    pub outcome: String,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// What became otherwise.
    pub detail: Value,
}

impl AuditLine {
    /// `client` is the short name of the entry's client system.
    pub(super) fn of(noted: Noted, client: Option<String>) -> Self {
        Self {
            number: noted.id,
            at: noted.at.to_string(),
            client,
            actor: noted.actor_kind,
            actor_id: noted.actor_id,
            via: noted.via,
            action: noted.action,
            object: noted.object,
            outcome: noted.outcome,
            request_id: noted.request_id,
            detail: noted.detail,
        }
    }
}
