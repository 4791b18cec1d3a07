//! `/api/v1/changes`: what changed of all events and links of a client system.

mod wire;

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use self::wire::ChangeList;
use super::super::Tag;
use super::super::gate::{About, ForTenant, Operation, OperationTable};
use super::super::page::{Position, WishedPage};
use super::super::wait::Desk;
use crate::changes::NoChanges;
use crate::http::{Code, Problem};
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[Operation {
    id: "list_changes",
    scope: Scope::ChangesRead,
    about: About::Tenant,
    takes: &["Limit", "Cursor"],
    refuses: &[Code::InvalidParameter, Code::CursorExpired],
}];

/// The changes of a client system.
pub(in crate::api) struct TenantChanges(pub(in crate::api) Desk);

#[OpenApi(tag = "Tag::Changes", prefix_path = "/api/v1")]
impl TenantChanges {
    /// Keep up with changes
    ///
    /// Every change of the events and links of all your holders, in the order in which they were made, 100 at a time or as many as
    /// `limit` says. Their numbers have no gaps, so whoever goes on from cursor to cursor misses nothing and hears nothing twice.
    ///
    /// Begin without a cursor (with the oldest change that is kept, 30 days) or with `cursor=latest` (with what comes from now on). Then
    /// send the `cursor` of each answer with the next request: at once while `has_more` is true, and after a while when it is false. To
    /// begin with what there is, ask for `cursor=latest`, read the lists of your holders, and go on from that cursor.
    #[oai(path = "/changes", method = "get", operation_id = "list_changes")]
    async fn list(&self, caller: ForTenant, page: WishedPage, position: Position) -> Result<Json<ChangeList>, Problem> {
        let (limit, _) = page.bounded();
        let tenant = caller.tenant;
        let told = self.0.read_of(tenant, move |app| app.changes.after(tenant, position.0.as_deref(), limit)).await?;
        Ok(Json(ChangeList::of(told)))
    }
}

impl From<NoChanges> for Problem {
    fn from(not: NoChanges) -> Self {
        match not {
            NoChanges::NoCursor => Self::new(
                Code::InvalidParameter,
                "cursor is none that an answer gave. Leave it out to begin with the oldest change that is kept, or send `latest`.",
            )
            .with("field", "cursor"),
            NoChanges::Expired => Self::new(
                Code::CursorExpired,
                "What changed behind this cursor is not kept any more. Ask with cursor=latest, read the lists of your holders \
                 again, and go on from there.",
            ),
            NoChanges::Store(error) => error.into(),
        }
    }
}
