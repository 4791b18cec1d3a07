//! Typed ids: swapped arguments stop compiling.
//!
//! Numbers are row ids of our own store; the texts are what outsiders say. Nothing here does I/O.

mod public;
mod slug;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use public::{ApiKeyId, FeedId, PublicClientId, PublicEventId, PublicSecretId};
pub use slug::{Slug, SlugError};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

row_id!(
    /// A client system's row.
    ClientSystemId
);
row_id!(
    /// The row of a secret that a client system shares with us. Its public name is [`PublicSecretId`].
    SecretRowId
);
row_id!(
    /// A holder's row.
    HolderId
);
row_id!(
    /// An event's row. The client's own name for the event is [`EventId`].
    EventRowId
);
row_id!(
    /// A link's row. Never used twice, also after the link ended, so that keys derived from it differ.
    LinkId
);
row_id!(
    /// A placement's row.
    PlacementId
);
row_id!(
    /// A consent's row.
    AuthorizationId
);
row_id!(
    /// A resync run's row. Its public name is [`ResyncId`].
    ResyncRowId
);

/// How the client system names an event. By default it is the iCalendar UID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EventId(String);

/// Why a text can't be an [`EventId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventIdError {
    /// The text is empty.
    #[error("event_id is empty")]
    Empty,
    /// The text is longer than [`EventId::MAX_BYTES`].
    #[error("event_id is longer than {} bytes", EventId::MAX_BYTES)]
    TooLong,
    /// The text holds a control character.
    #[error("event_id holds a control character")]
    Control,
}

impl EventId {
    /// The longest id taken, in bytes of UTF-8. Outlook's UIDs run to 112 characters; some systems send longer ones.
    pub const MAX_BYTES: usize = 512;

    /// Takes `text` as it is: ids are compared byte for byte.
    ///
    /// # Errors
    /// When the text is empty, too long, or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, EventIdError> {
        let text = text.into();
        if text.is_empty() {
            Err(EventIdError::Empty)
        } else if text.len() > Self::MAX_BYTES {
            Err(EventIdError::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(EventIdError::Control)
        } else {
            Ok(Self(text))
        }
    }

    /// The id as the client system wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl TryFrom<String> for EventId {
    type Error = EventIdError;

    fn try_from(text: String) -> Result<Self, EventIdError> {
        Self::new(text)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public name of a resync run: hard to guess, because it stands in URLs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResyncId(String);

impl ResyncId {
    /// A new random id.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// An id that came from outside or from the store; any text may be asked for, few exist.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a holder is known: for Puentes the phone number in E.164 form (`+593991234567`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderKey(String);

impl HolderKey {
    /// Takes a key that is in its canonical form already: its client system says which that is.
    pub fn from_canonical(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four characters behind an ellipsis: enough for a person to know their own number, for logs and pages.
    pub fn masked(&self) -> String {
        let tail: Vec<char> = self.0.chars().rev().take(4).collect();
        format!("…{}", tail.into_iter().rev().collect::<String>())
    }
}

/// Whose calendar it is. A key says nothing without the client system that uses it: two systems may both know a "17".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// Who knows them.
    pub client: ClientSystemId,
    /// By this.
    pub key: HolderKey,
}

impl Holder {
    /// The holder whom `client` knows by `key`, which is in its canonical form already.
    pub fn of(client: ClientSystemId, key: impl Into<String>) -> Self {
        Self { client, key: HolderKey::from_canonical(key) }
    }

    /// The end of the key, for logs and pages: see [`HolderKey::masked`].
    pub fn masked(&self) -> String {
        self.key.masked()
    }
}

/// Proof that a caller may speak for a client system, and for no other.
///
/// Whoever is handed one needs to ask nothing more; whoever makes one has seen a key, a signature, or the operator's own
/// command. A house test lists the places where one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(ClientSystemId);

impl Tenant {
    /// Says that a caller was seen to speak for `client`.
    pub fn proven(client: ClientSystemId) -> Self {
        Self(client)
    }

    /// Whom they speak for.
    pub fn client(self) -> ClientSystemId {
        self.0
    }

    /// One of its holders, by a key that is in its canonical form already.
    pub fn holder(self, key: HolderKey) -> Holder {
        Holder { client: self.0, key }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_kept_byte_for_byte_or_refused() {
        assert_eq!(EventId::new("a@b").map(|id| id.as_str().to_owned()), Ok("a@b".to_owned()));
        assert_eq!(EventId::new(""), Err(EventIdError::Empty));
        assert_eq!(EventId::new("a\nb"), Err(EventIdError::Control));
        assert_eq!(EventId::new("x".repeat(EventId::MAX_BYTES + 1)), Err(EventIdError::TooLong));
    }

    #[test]
    fn a_masked_holder_shows_four_digits() {
        assert_eq!(HolderKey::from_canonical("+593991234567").masked(), "…4567");
    }
}
