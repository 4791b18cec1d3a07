//! The words of the audit trail: who did what to keys, client systems and links.
//!
//! Rule: an entry names things by their public names and says what became otherwise; it never holds a secret, a phone, or what
//! an event says.

use jiff::Timestamp;
use serde_json::Value;

use crate::ids::{ApiKeyId, ClientSystemId, HolderId, Tenant};

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Who runs the installation.
    Operator,
    /// A program with a key of a client system.
    Key,
    /// A user of a client system, with a token that it signed.
    Token,
    /// A holder, at their page.
    Person,
    /// The gateway itself, by a setting or a clock.
    Server,
}

impl ActorKind {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Key => "key",
            Self::Token => "token",
            Self::Person => "person",
            Self::Server => "server",
        }
    }
}

/// Which way they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `pasarela …`
    CommandLine,
    /// The HTTP interface.
    Api,
    /// A page for people.
    Page,
    /// From within: nobody came.
    Within,
}

impl Via {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommandLine => "command_line",
            Self::Api => "api",
            Self::Page => "page",
            Self::Within => "within",
        }
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What they are.
    pub kind: ActorKind,
    /// Which of them: the public name of a key, the operator's user name. Never a secret.
    pub id: Option<String>,
    /// Which way they came.
    pub via: Via,
    /// The request by which they came, as the log names it.
    pub request_id: Option<String>,
}

impl Actor {
    /// The operator at the command line, by their user name.
    pub fn operator(user: Option<String>) -> Self {
        Self { kind: ActorKind::Operator, id: user, via: Via::CommandLine, request_id: None }
    }

    /// A person at their own page.
    pub fn person() -> Self {
        Self { kind: ActorKind::Person, id: None, via: Via::Page, request_id: None }
    }

    /// A program that proved with the secret that its client system shares with us, and has no name.
    pub fn nameless() -> Self {
        Self { kind: ActorKind::Key, id: None, via: Via::Api, request_id: None }
    }

    /// The gateway itself.
    pub fn server() -> Self {
        Self { kind: ActorKind::Server, id: None, via: Via::Within, request_id: None }
    }

    /// A program with this key of a client system.
    pub fn key(key: &ApiKeyId) -> Self {
        Self { kind: ActorKind::Key, id: Some(key.to_string()), via: Via::Api, request_id: None }
    }

    /// A user of a client system, with a token that is signed with this key of its.
    pub fn token(key: &str) -> Self {
        Self { kind: ActorKind::Token, id: Some(key.to_owned()), via: Via::Api, request_id: None }
    }

    /// Their public name, where they have one: that of a key says what it is.
    pub fn name(&self) -> &str {
        match (self.kind, &self.id) {
            (ActorKind::Key, Some(id)) => id,
            _ => self.kind.as_str(),
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It was done.
    Done,
    /// It was refused, and nothing is otherwise.
    Refused,
}

impl Became {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A client system was added.
    ClientAdded,
    /// What one has chosen became otherwise.
    ClientChanged,
    /// One may not work for now.
    ClientSuspended,
    /// It may again.
    ClientResumed,
    /// One was told to go.
    ClientRemoving,
    /// It went, and all that was kept of it.
    ClientRemoved,
    /// All that is kept of one was written out.
    ClientExported,
    /// A link was switched off.
    LinkPaused,
    /// It was switched on again.
    LinkResumed,
    /// A link carries from now on what another one did.
    LinkCarries,
    /// The end of a link was asked for.
    LinkDisconnected,
    /// A link into a person's page was made.
    PageLinkMade,
    /// A secret is taken besides.
    SecretAdded,
    /// A secret is taken no more.
    SecretRevoked,
    /// A key was made.
    KeyCreated,
    /// A key was made that takes the place of another.
    KeyRotated,
    /// A key opens nothing any more.
    KeyRevoked,
    /// A key for tokens was registered.
    TokenKeySet,
    /// Tokens that are signed with a key are taken no more.
    TokenKeyRemoved,
    /// A holder's events can be subscribed to.
    FeedCreated,
    /// The address of a feed leads nowhere any more; it has another.
    FeedRotated,
    /// A feed is no more.
    FeedRemoved,
}

impl Action {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientAdded => "client.added",
            Self::ClientChanged => "client.changed",
            Self::ClientSuspended => "client.suspended",
            Self::ClientResumed => "client.resumed",
            Self::ClientRemoving => "client.removing",
            Self::ClientRemoved => "client.removed",
            Self::ClientExported => "client.exported",
            Self::LinkPaused => "link.paused",
            Self::LinkResumed => "link.resumed",
            Self::LinkCarries => "link.carries",
            Self::LinkDisconnected => "link.disconnected",
            Self::PageLinkMade => "page_link.made",
            Self::SecretAdded => "secret.added",
            Self::SecretRevoked => "secret.revoked",
            Self::KeyCreated => "key.created",
            Self::KeyRotated => "key.rotated",
            Self::KeyRevoked => "key.revoked",
            Self::TokenKeySet => "token_key.set",
            Self::TokenKeyRemoved => "token_key.removed",
            Self::FeedCreated => "feed.created",
            Self::FeedRotated => "feed.rotated",
            Self::FeedRemoved => "feed.removed",
        }
    }
}

/// An entry that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which client system; none: of the installation itself.
    pub client: Option<ClientSystemId>,
    /// Of which holder.
    pub holder: Option<HolderId>,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub action: Action,
    /// To what: a public name.
    pub object: Option<String>,
    /// What became of it.
    pub outcome: Became,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// What became otherwise: an object. Never a secret.
    pub detail: Value,
}

impl Entry {
    /// Something was done.
    pub fn done(action: Action, by: &Actor) -> Self {
        Self {
            client: None,
            holder: None,
            by: by.clone(),
            action,
            object: None,
            outcome: Became::Done,
            request_id: by.request_id.clone(),
            detail: Value::Object(serde_json::Map::new()),
        }
    }

    /// The same, of this client system.
    #[must_use]
    pub fn of(self, tenant: Tenant) -> Self {
        Self { client: Some(tenant.client()), ..self }
    }

    /// The same, of this holder of this client system.
    #[must_use]
    pub fn of_holder(self, client: ClientSystemId, holder: HolderId) -> Self {
        Self { client: Some(client), holder: Some(holder), ..self }
    }

    /// The same, to what goes by this public name.
    #[must_use]
    pub fn to(self, object: impl ToString) -> Self {
        Self { object: Some(object.to_string()), ..self }
    }

    /// The same, with what became otherwise.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// An entry as it was written. Its words may be those of another version.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// Its number: later ones are higher.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Of which client system.
    pub client: Option<ClientSystemId>,
    /// Of which holder.
    pub holder: Option<HolderId>,
    /// What kind of actor.
    pub actor_kind: String,
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
