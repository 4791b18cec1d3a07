//! `/api/v1/keys`: what the programs of a client system come in with.

mod wire;

use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;

use self::wire::{KeyList, KeyReport};
use super::super::Tag;
use super::super::gate::{About, ForTenant, Operation, OperationTable};
use super::super::page::WishedPage;
use super::super::wait::Desk;
use crate::http::{Code, Problem};
use crate::ids::ApiKeyId;
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    operation("list_keys", &["Limit", "PageToken"], &[Code::InvalidParameter]),
    operation("get_key", &[], &[Code::KeyNotFound]),
    operation("revoke_key", &[], &[Code::KeyNotFound]),
];

const fn operation(id: &'static str, takes: &'static [&'static str], refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::KeysWrite, about: About::Tenant, takes, refuses }
}

/// The keys of a client system.
pub(in crate::api) struct ApiKeys(pub(in crate::api) Desk);

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
        let keys = self.0.read_of(tenant, move |app| app.access.list_keys(tenant, after, limit)).await?;
        Ok(Json(KeyList::of(keys, self.0.app.clock.now())))
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
        let key = self.0.change_of(tenant, move |app| app.access.revoke_key(tenant, &id)).await?;
        Ok(Json(KeyReport::of(key.ok_or_else(no_such_key)?, self.0.app.clock.now())))
    }
}

fn no_such_key() -> Problem {
    Problem::new(Code::KeyNotFound, "There is no API key of this id.")
}

fn no_such_page() -> Problem {
    Problem::new(Code::InvalidParameter, "page_token is not one of a list of keys.").with("field", "page_token")
}
