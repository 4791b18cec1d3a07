//! Keys as they travel.

use jiff::Timestamp;
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use super::super::super::time::Time;
use crate::access::{ApiKey, KeyMade, KeyState, KeysPage};
use crate::ids::{ApiKeyId, HolderKey};
use crate::scope::Scope;
use crate::secret::ExposeSecret;

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "KeyState", rename_all = "snake_case")]
enum StateWord {
    /// It does.
    Active,
    /// It does until `expires_at`; another key takes its place.
    Retiring,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// An API key, without what opens.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ApiKey")]
pub(super) struct KeyReport {
    /// Names the key; it opens nothing.
    id: String,
    /// What people call it.
    name: String,
    /// How the key begins: enough to know it again.
    prefix: String,
    /// The last four characters of the key.
    last4: String,
    /// What it may do.
    scopes: Vec<String>,
    /// The one holder that it speaks for; null: any of the client system.
    holder: Option<String>,
    /// From where it may be used, as CIDR; empty: from anywhere.
    networks: Vec<String>,
    /// Whether it opens anything.
    state: StateWord,
    /// Who made it: `operator`, or the id of the key with which it was made.
    created_by: String,
    /// When it was made.
    created_at: Time,
    /// From when on it opens no more; null: it has no end.
    expires_at: Option<Time>,
    /// When it was revoked.
    revoked_at: Option<Time>,
    /// The id of the key that takes its place, after a rotation.
    rotated_to: Option<String>,
    /// When it was last used, to the minute; null: never.
    last_used_at: Option<Time>,
    /// The network of who last used it.
    last_used_from: Option<String>,
}

impl KeyReport {
    pub(super) fn of(key: ApiKey, now: Timestamp) -> Self {
        let state = match key.state(now) {
            KeyState::Active => StateWord::Active,
            KeyState::Retiring => StateWord::Retiring,
            KeyState::Expired => StateWord::Expired,
            KeyState::Revoked => StateWord::Revoked,
        };
        Self {
            id: key.id.to_string(),
            prefix: key.prefix(),
            name: key.name,
            last4: key.last4,
            scopes: key.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            holder: key.pinned.as_ref().map(|holder: &HolderKey| holder.as_str().to_owned()),
            networks: key.networks.iter().map(ToString::to_string).collect(),
            state,
            created_by: key.created_by,
            created_at: Time(key.created_at),
            expires_at: key.expires_at.map(Time),
            revoked_at: key.revoked_at.map(Time),
            rotated_to: key.rotated_to.map(|id: ApiKeyId| id.to_string()),
            last_used_at: key.last_used_at.map(Time),
            last_used_from: key.last_used_from,
        }
    }
}

impl Example for KeyReport {
    fn example() -> Self {
        Self {
            id: "key_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f".to_owned(),
            name: "ERP, production".to_owned(),
            prefix: "pas_live_4mTz81Qd".to_owned(),
            last4: "7fK2".to_owned(),
            scopes: [Scope::EventsRead, Scope::EventsWrite].map(|scope| scope.as_str().to_owned()).to_vec(),
            holder: None,
            networks: vec!["203.0.113.0/24".to_owned()],
            state: StateWord::Active,
            created_by: "operator".to_owned(),
            created_at: Time::example(0),
            expires_at: None,
            revoked_at: None,
            rotated_to: None,
            last_used_at: Some(Time::example(86_400)),
            last_used_from: Some("203.0.113.0/24".to_owned()),
        }
    }
}

/// An API key that was just made.
#[derive(Object)]
#[oai(rename = "NewApiKey", example)]
pub(super) struct NewKeyReport {
    /// The key itself. It is shown this one time: keep it where your program's secrets are.
    key: String,
    #[oai(flatten)]
    report: KeyReport,
}

impl NewKeyReport {
    pub(super) fn of(made: KeyMade, now: Timestamp) -> Self {
        Self { key: made.secret.expose_secret().to_owned(), report: KeyReport::of(made.key, now) }
    }
}

impl Example for NewKeyReport {
    fn example() -> Self {
        Self { key: "pas_live_4mTz81Qd…".to_owned(), report: KeyReport::example() }
    }
}

/// A page of keys.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub(super) struct KeyList {
    /// The keys.
    keys: Vec<KeyReport>,
    /// What to send as `page_token` for the next page; not there when this is the last one.
    #[oai(skip_serializing_if_is_none)]
    next_page_token: Option<String>,
}

impl KeyList {
    pub(super) fn of(page: KeysPage, now: Timestamp) -> Self {
        Self {
            keys: page.keys.into_iter().map(|key| KeyReport::of(key, now)).collect(),
            next_page_token: page.next.map(|id| id.to_string()),
        }
    }
}

impl Example for KeyList {
    fn example() -> Self {
        Self { keys: vec![KeyReport::example()], next_page_token: None }
    }
}
