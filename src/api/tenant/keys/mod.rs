//! `/api/v1/keys`: what the programs of a client system come in with.

mod new;
mod wire;

use jiff::Timestamp;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::new::{WantedKey, WantedRotation};
use self::wire::{KeyList, KeyReport, NewKeyReport};
use super::super::Tag;
use super::super::gate::{About, ForTenant, Operation, OperationTable};
use super::super::page::WishedPage;
use super::super::told::Told;
use super::super::wait::Desk;
use crate::access::{KeyMade, NotMinted};
use crate::http::{Code, Problem};
use crate::ids::ApiKeyId;
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    operation("list_keys", &["Limit", "PageToken"], &[Code::InvalidParameter]),
    operation(
        "create_key",
        &[],
        &[Code::InvalidField, Code::UnknownField, Code::InvalidHolder, Code::ScopeMissing, Code::TooManyKeys],
    ),
    operation("get_key", &[], &[Code::KeyNotFound]),
    operation("revoke_key", &[], &[Code::KeyNotFound]),
    operation(
        "rotate_key",
        &[],
        &[Code::KeyNotFound, Code::KeyOver, Code::ScopeMissing, Code::InvalidField, Code::UnknownField],
    ),
];

const fn operation(id: &'static str, takes: &'static [&'static str], refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::KeysWrite, about: About::Tenant, takes, refuses }
}

/// The keys of a client system.
pub(in crate::api) struct ApiKeys(pub(in crate::api) Desk);

#[derive(ApiResponse)]
enum Made {
    /// The key was made. `key` is shown this one time.
    #[oai(status = 201)]
    Key(
        Json<NewKeyReport>,
        /// Where the key is told of, without what opens.
        #[oai(header = "Location")]
        String,
    ),
}

#[OpenApi(tag = "Tag::Keys", prefix_path = "/api/v1")]
impl ApiKeys {
    /// List API keys
    ///
    /// All keys of the client system in the order in which they were made, also those that expired or were revoked. The keys
    /// themselves are shown by nothing: what is kept of one opens nothing.
    #[oai(path = "/keys", method = "get", operation_id = "list_keys")]
    async fn list(&self, caller: ForTenant, page: WishedPage) -> Result<Json<KeyList>, Problem> {
        let (limit, token) = page.bounded();
        let after = token.map(|token| ApiKeyId::from_text(&token).ok_or_else(no_such_page)).transpose()?;
        let tenant = caller.tenant;
        let keys = self.0.read_of(tenant, move |app| {
            // A page begins behind a key of the same list, and behind no other.
            if let Some(after) = &after
                && app.access.find_key(tenant, after)?.is_none()
            {
                return Err(no_such_page());
            }
            Ok::<_, Problem>(app.access.list_keys(tenant, after, limit)?)
        });
        Ok(Json(KeyList::of(keys.await?, self.0.app.clock.now())))
    }

    /// Make an API key
    ///
    /// Answers the key itself, this one time: what is kept of it opens nothing, so it can't be shown again. It may do no more than
    /// the key that asks.
    #[oai(path = "/keys", method = "post", operation_id = "create_key")]
    async fn create(&self, caller: ForTenant, wanted: Told<WantedKey>) -> Result<Made, Problem> {
        let wanted = wanted.0.read(&caller, &self.0.app)?;
        let (tenant, by) = (caller.tenant, caller.actor);
        let made = self.0.change_of(tenant, move |app| app.access.create_key(tenant, &wanted, &by)).await?;
        Ok(Made::of(made, self.0.app.clock.now()))
    }

    /// Show an API key
    ///
    /// What is known of one key, also of one that expired or was revoked.
    #[oai(path = "/keys/:key_id", method = "get", operation_id = "get_key")]
    async fn show(
        &self,
        caller: ForTenant,
        /// The id of the key, as `GET /api/v1/keys` tells it.
        key_id: Path<String>,
    ) -> Result<Json<KeyReport>, Problem> {
        let (tenant, id) = (caller.tenant, ApiKeyId::from_text(&key_id).ok_or_else(no_such_key)?);
        let key = self.0.read_of(tenant, move |app| app.access.find_key(tenant, &id)).await?;
        Ok(Json(KeyReport::of(key.ok_or_else(no_such_key)?, self.0.app.clock.now())))
    }

    /// Revoke an API key
    ///
    /// From the answer on the key opens nothing any more. It stays in the list, with `revoked_at`. Of a key that was revoked before,
    /// nothing changes. The key that the request came with may be revoked as well.
    #[oai(path = "/keys/:key_id", method = "delete", operation_id = "revoke_key")]
    async fn revoke(
        &self,
        caller: ForTenant,
        /// The id of the key, as `GET /api/v1/keys` tells it.
        key_id: Path<String>,
    ) -> Result<Json<KeyReport>, Problem> {
        let (tenant, id) = (caller.tenant, ApiKeyId::from_text(&key_id).ok_or_else(no_such_key)?);
        let by = caller.actor;
        let key = self.0.change_of(tenant, move |app| app.access.revoke_key(tenant, &id, &by)).await?;
        Ok(Json(KeyReport::of(key.ok_or_else(no_such_key)?, self.0.app.clock.now())))
    }

    /// Rotate an API key
    ///
    /// Makes a key that may do the same, and answers it this one time. The old one goes on for `overlap`, so that programs are given the
    /// new one meanwhile; watch its `last_used_at`, and revoke it once nobody uses it any more. A key with an end is followed by one
    /// with the same end.
    #[oai(path = "/keys/:key_id/rotate", method = "post", operation_id = "rotate_key")]
    async fn rotate(
        &self,
        caller: ForTenant,
        /// The id of the key, as `GET /api/v1/keys` tells it.
        key_id: Path<String>,
        wanted: Told<WantedRotation>,
    ) -> Result<Made, Problem> {
        let (tenant, id) = (caller.tenant, ApiKeyId::from_text(&key_id).ok_or_else(no_such_key)?);
        let (overlap, scopes, by) = (wanted.0.overlap()?, caller.scopes, caller.actor);
        let made = self.0.change_of(tenant, move |app| app.access.rotate_key(tenant, &id, (overlap, scopes), &by));
        Ok(Made::of(made.await?, self.0.app.clock.now()))
    }
}

impl Made {
    fn of(made: KeyMade, now: Timestamp) -> Self {
        let location = format!("/api/v1/keys/{}", made.key.id);
        Self::Key(Json(NewKeyReport::of(made, now)), location)
    }
}

impl From<NotMinted> for Problem {
    fn from(not: NotMinted) -> Self {
        let detail = not.to_string();
        match not {
            NotMinted::TooMany => Self::new(Code::TooManyKeys, detail),
            NotMinted::NotFound => no_such_key(),
            NotMinted::Over => Self::new(Code::KeyOver, detail),
            NotMinted::MayMore(scope) => Self::new(Code::ScopeMissing, detail).with("scope", scope.as_str()),
            NotMinted::Store(error) => error.into(),
        }
    }
}

fn no_such_key() -> Problem {
    Problem::new(Code::KeyNotFound, "There is no API key of this id.")
}

fn no_such_page() -> Problem {
    Problem::new(Code::InvalidParameter, "page_token is not one of a list of keys.").with("field", "page_token")
}
