//! How our words lie in columns.

use jiff::Timestamp;

use super::value::{Stored, Value};
use super::{authorizations, feeds, resyncs};
use crate::form::Form;
use crate::happened::{Change, ChangeNumber};
use crate::ids::{
    ApiKeyId, AuthorizationId, ClientSystemId, EventId, EventRowId, FeedId, HolderId, HolderKey, LinkId, PlacementId,
    PublicClientId, PublicEventId, PublicSecretId, ResyncId, ResyncRowId, SecretRowId, Slug, Tenant,
};
use crate::link::{AccountName, Direction, LinkRole, LinkState, ProviderKind, ResyncMode, Site, Slot};
use crate::placement::{Handle, RemoteKey, Revision, Version, Wanted};
use crate::profile::{ClientState, JsonNames, Locale, Naming};

/// Words that wrap a number of ours.
macro_rules! numbers {
    ($($word:ident),*) => {
        $(impl From<$word> for Value<'_> {
            fn from(word: $word) -> Self {
                word.0.into()
            }
        }

        impl Stored for $word {
            fn of(value: Value<'_>) -> Option<Self> {
                Stored::of(value).map(Self)
            }
        })*
    };
}

numbers!(
    AuthorizationId,
    ChangeNumber,
    ClientSystemId,
    EventRowId,
    HolderId,
    LinkId,
    PlacementId,
    ResyncRowId,
    Revision,
    SecretRowId
);

/// A tenant is written as whom it speaks for. None is read: it is a proof, and lies nowhere.
impl From<Tenant> for Value<'_> {
    fn from(tenant: Tenant) -> Self {
        tenant.client().into()
    }
}

/// Words that wrap a text; `$make` takes one that lies in a column.
macro_rules! texts {
    ($($word:ident: $make:expr),*) => {
        $(impl<'v> From<&'v $word> for Value<'v> {
            fn from(word: &'v $word) -> Self {
                Self::Text(word.as_str())
            }
        }

        impl Stored for $word {
            fn of(value: Value<'_>) -> Option<Self> {
                if let Value::Text(text) = value { $make(text) } else { None }
            }
        })*
    };
}

texts!(
    ApiKeyId: ApiKeyId::from_text,
    FeedId: FeedId::from_text,
    EventId: |text| EventId::new(text).ok(),
    PublicEventId: PublicEventId::from_text,
    HolderKey: |text| Some(HolderKey::from_canonical(text)),
    PublicClientId: PublicClientId::from_text,
    PublicSecretId: PublicSecretId::from_text,
    RemoteKey: |text| Some(RemoteKey::from_text(text)),
    ResyncId: |text| Some(ResyncId::from_text(text)),
    Site: |text| Some(Site::from_text(text)),
    AccountName: |text| Some(AccountName::from_text(text)),
    Slug: |text| Slug::new(text).ok()
);

/// Words out of a closed list. One that this version does not know is no value: whoever reads the row is told so.
macro_rules! listed {
    ($($word:ty),*) => {
        $(impl From<$word> for Value<'_> {
            fn from(word: $word) -> Self {
                Self::Text(word.as_str())
            }
        }

        impl Stored for $word {
            fn of(value: Value<'_>) -> Option<Self> {
                if let Value::Text(text) = value { Self::from_word(text) } else { None }
            }
        })*
    };
}

listed!(
    Change,
    ClientState,
    Direction,
    Form,
    JsonNames,
    LinkRole,
    LinkState,
    Locale,
    Naming,
    ProviderKind,
    ResyncMode,
    Slot,
    authorizations::FlowPhase,
    resyncs::RunPhase,
    feeds::Privacy
);

/// A time is milliseconds.
impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.as_millisecond())
    }
}

impl Stored for Timestamp {
    fn of(value: Value<'_>) -> Option<Self> {
        Self::from_millisecond(Stored::of(value)?).ok()
    }
}

/// Words of a provider's own.
macro_rules! foreign {
    ($($word:ident),*) => {
        $(impl<'v> From<&'v $word> for Value<'v> {
            fn from(word: &'v $word) -> Self {
                Self::Text(&word.0)
            }
        }

        impl Stored for $word {
            fn of(value: Value<'_>) -> Option<Self> {
                Stored::of(value).map(Self)
            }
        })*
    };
}

foreign!(Version, Handle);

/// What is wanted is a revision; nothing, where it is wanted absent. (Whether it is wanted anew lies in another column.)
impl From<Wanted> for Value<'_> {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Present(revision) | Wanted::Anew(revision) => revision.into(),
            Wanted::Absent => Self::Null,
        }
    }
}
