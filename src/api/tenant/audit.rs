//! `/api/v1/audit`: who did what to the keys, the settings and the links of a client system.

use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{Object, OpenApi};
use serde_json::{Value, json};

use super::super::Tag;
use super::super::gate::{About, ForTenant, Operation, OperationTable};
use super::super::page::WishedPage;
use super::super::time::Time;
use super::super::wait::Desk;
use crate::http::{Code, Problem};
use crate::scope::Scope;
use crate::tenants::{NoTrail, TrailPage};
use crate::trail::Noted;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[Operation {
    id: "list_audit",
    scope: Scope::AuditRead,
    about: About::Tenant,
    takes: &["Limit", "PageToken"],
    refuses: &[Code::InvalidParameter],
}];

/// The audit trail of a client system.
pub(in crate::api) struct Trail(pub(in crate::api) Desk);

#[OpenApi(tag = "Tag::ClientSystem", prefix_path = "/api/v1")]
impl Trail {
    /// List the audit trail
    ///
    /// Who changed keys, settings and links of the client system, the newest first. Nobody changes an entry, and none goes before its
    /// time.
    #[oai(path = "/audit", method = "get", operation_id = "list_audit")]
    async fn list(&self, caller: ForTenant, page: WishedPage) -> Result<Json<AuditList>, Problem> {
        let (limit, token) = page.bounded();
        let tenant = caller.tenant;
        let page = self.0.read_of(tenant, move |app| app.tenants.trail_page(tenant, token.as_deref(), limit)).await?;
        Ok(Json(page.into()))
    }
}

impl From<NoTrail> for Problem {
    fn from(not: NoTrail) -> Self {
        match not {
            NoTrail::PageToken => Self::new(Code::InvalidParameter, not.to_string()).with("field", "page_token"),
            NoTrail::Store(error) => error.into(),
        }
    }
}

/// Who did something.
#[derive(Clone, Debug, Object)]
struct AuditActor {
    /// `operator` (who runs the gateway), `key` (a program with an API key), `token` (a user of the client system), `person` (a
    /// holder at their page) or `server` (the gateway by itself).
    kind: String,
    /// Which of them: the id of a key, the name of a key for tokens; null for others.
    id: Option<String>,
}

/// One entry of the audit trail.
#[derive(Clone, Debug, Object)]
struct AuditEntry {
    /// When.
    at: Time,
    /// Who.
    actor: AuditActor,
    /// Which way they came: `api`, `command_line`, `page` or `within`.
    via: String,
    /// What they did: `key.created`, `client.changed`, … New words may come.
    action: String,
    /// To what, by its id or name.
    object: Option<String>,
    /// `done`, or `refused`.
    outcome: String,
    /// The request, as its answer named it.
    request_id: Option<String>,
    /// What became otherwise. Never a secret.
    detail: Value,
}

impl From<Noted> for AuditEntry {
    fn from(noted: Noted) -> Self {
        // Who runs the gateway has a name there, which is no client system's business.
        let id = noted.actor_id.filter(|_| noted.actor_kind != "operator");
        Self {
            at: Time(noted.at),
            actor: AuditActor { kind: noted.actor_kind, id },
            via: noted.via,
            action: noted.action,
            object: noted.object,
            outcome: noted.outcome,
            request_id: noted.request_id,
            detail: noted.detail,
        }
    }
}

/// A page of the audit trail.
#[derive(Clone, Debug, Object)]
#[oai(example)]
struct AuditList {
    /// The entries, the newest first.
    entries: Vec<AuditEntry>,
    /// What to send as `page_token` for the next page; not there when this is the last one.
    #[oai(skip_serializing_if_is_none)]
    next_page_token: Option<String>,
}

impl From<TrailPage> for AuditList {
    fn from(page: TrailPage) -> Self {
        Self { entries: page.entries.into_iter().map(AuditEntry::from).collect(), next_page_token: page.next }
    }
}

impl Example for AuditList {
    fn example() -> Self {
        let entry = AuditEntry {
            at: Time::example(0),
            actor: AuditActor { kind: "key".to_owned(), id: Some("key_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f".to_owned()) },
            via: "api".to_owned(),
            action: "key.created".to_owned(),
            object: Some("key_0199d3f0a1b27c3d8e4f5a6b7c8d9e10".to_owned()),
            outcome: "done".to_owned(),
            request_id: Some("6f1c2a9be0d4-00002a".to_owned()),
            detail: json!({"name": "ERP, production", "scopes": "events:read events:write"}),
        };
        Self { entries: vec![entry], next_page_token: None }
    }
}
