//! `/api/v1/calendar/free-busy`: when a holder is busy with their own events.

use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use serde_json::{Value, json};

use super::super::Tag;
use super::super::gate::{About, ForHolder, Operation, OperationTable};
use super::super::wait::Desk;
use super::events::view::{BusyAnswer, spelling};
use super::points;
use crate::http::{Code, Problem};
use crate::json;
use crate::ranges::{Block, Busy, NotTold};
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[Operation {
    id: "free_busy",
    scope: Scope::EventsRead,
    about: About::Holder,
    takes: &[],
    refuses: &[Code::InvalidParameter, Code::RangeTooWide],
}];

/// When holders are busy.
pub(in crate::api) struct FreeBusy(pub(in crate::api) Desk);

#[OpenApi(tag = "Tag::Calendar", prefix_path = "/api/v1/calendar")]
impl FreeBusy {
    /// When a holder is busy
    ///
    /// Merged blocks of the holder's own events in a range of at most 400 days, confidential ones among them: nothing is said of
    /// them but when. What was called off, or says that they are free, is not in it. `unknown` names events that can't be read:
    /// with any there, what is not in a block is not sure to be free.
    #[oai(path = "/free-busy", method = "get", operation_id = "free_busy")]
    async fn free_busy(
        &self,
        caller: ForHolder,
        /// Where the range begins: RFC 3339, or a date, which is the midnight of the holder's zone.
        from: Query<String>,
        /// Where the range ends; this instant is not in it.
        to: Query<String>,
    ) -> Result<Json<BusyAnswer>, Problem> {
        let client = caller.tenant.client();
        let work = move |app: &crate::app::App, holder: &crate::ids::Holder| {
            let zone = app.ranges.zone(holder)?;
            let range = points::range(Some(&from.0), Some(&to.0), &zone)?.ok_or(NotTold::NoRange)?;
            let spelling = spelling(app, client);
            Ok::<_, Problem>(json::spelled(shown(&app.ranges.busy(holder, range)?), spelling))
        };
        Ok(Json(BusyAnswer(self.0.read(&caller.holder, work).await?)))
    }
}

fn shown(busy: &Busy) -> Value {
    let blocks = |blocks: &[Block]| -> Vec<Value> {
        blocks.iter().map(|block| json!({"start": block.from.to_string(), "end": block.to.to_string()})).collect()
    };
    let unknown: Vec<&str> = busy.unknown.iter().map(crate::ids::PublicEventId::as_str).collect();
    json!({"busy": blocks(&busy.busy), "tentative": blocks(&busy.tentative), "unknown": unknown})
}
