//! `/resync`: read everything from Puentes again and make the calendar equal to it.

mod wire;

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::wire::NewResync;
pub(super) use self::wire::ResyncReport;
use super::body::Sent;
use super::gate::Caller;
use super::prefer::Prefer;
use super::wait::Desk;
use super::{Refusals, Tag};
use crate::happened::ResyncFailure;
use crate::http::{Code, Problem};
use crate::ids::ResyncId;
use crate::sync::resync::{ResyncView, RunState};

/// What each operation may refuse, beside what all may.
pub(super) const REFUSALS: Refusals = &[
    ("create_resync", &[Code::NothingToResync, Code::ConfirmationNeeded, Code::PuentesUnavailable, Code::InvalidField]),
    ("get_resync", &[Code::ResyncNotFound]),
];

/// The resync resource.
pub(super) struct Resyncs(pub(super) Desk);

#[derive(ApiResponse)]
enum Asked {
    /// The resync has ended: `state` says how, and `counts` what it did.
    #[oai(status = 200)]
    Ended(Json<ResyncReport>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The resync goes on by itself, also after a restart of the gateway. Ask `GET /resync/{resync_id}` how far it is.
    #[oai(status = 202)]
    Going(
        Json<ResyncReport>,
        /// Where to ask.
        #[oai(header = "Location")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
}

#[OpenApi(tag = "Tag::Resync")]
impl Resyncs {
    /// Resync the calendar
    ///
    /// Asks Puentes for all events of the phone number and makes the calendar equal to them. Nothing is changed unless Puentes
    /// answers completely. An event in the answer that can't be read keeps its last good content and is listed in `skipped`; the
    /// others go on. While one resync runs, asking again answers the running one.
    #[oai(path = "/resync", method = "post", operation_id = "create_resync")]
    async fn create(&self, caller: Caller, prefer: Prefer, sent: Sent<NewResync>) -> Result<Asked, Problem> {
        let holder = caller.holder;
        let (mode, confirm) = (sent.0.mode(), sent.0.confirm());
        let begun = self.0.change(&holder, move |app, holder| {
            let id = app.sync.resync(holder, mode, confirm)?;
            let view = app.sync.resync_run(holder, &id)?;
            view.ok_or_else(|| Problem::internal("a resync that was just begun is not there"))
        });
        let begun = begun.await?;
        let patience = self.0.patience(prefer);
        if patience.within.is_zero() && begun.state == RunState::InProgress {
            return Ok(going(begun, patience.applied));
        }
        let (link, id) = (begun.link, begun.id.clone());
        let ended = self.0.wait((&holder, link), patience.within, move |app, holder| {
            app.sync.resync_run(holder, &id).map(|view| view.filter(|view| view.state != RunState::InProgress))
        });
        match ended.await? {
            Some(view) => Ok(Asked::Ended(Json(ended_well(view)?), patience.applied)),
            None => Ok(going(begun, patience.applied)),
        }
    }

    /// Show a resync
    ///
    /// How far it is, and when it has ended, what it did.
    #[oai(path = "/resync/:resync_id", method = "get", operation_id = "get_resync")]
    async fn show(
        &self,
        caller: Caller,
        /// The id that `POST /resync` answered.
        resync_id: Path<String>,
    ) -> Result<Json<ResyncReport>, Problem> {
        let id = ResyncId::from_text(resync_id.0);
        let view = self.0.read(&caller.holder, move |app, holder| app.sync.resync_run(holder, &id)).await?;
        let gone = || Problem::new(Code::ResyncNotFound, "There is no resync of this id for this phone number.");
        Ok(Json(view.ok_or_else(gone)?.into()))
    }
}

fn going(view: ResyncView, applied: Option<String>) -> Asked {
    let location = format!("/resync/{}", view.id);
    Asked::Going(Json(view.into()), location, applied)
}

/// A run that ended, as an answer to who asked for it: two ways to fail are for the asker to act on.
pub(super) fn ended_well(view: ResyncView) -> Result<ResyncReport, Problem> {
    let (code, detail) = match &view.error {
        Some(ResyncFailure::Unavailable { why }) => (Code::PuentesUnavailable, why.clone()),
        Some(ResyncFailure::Held(shrink)) => (
            Code::ConfirmationNeeded,
            format!("{shrink}. Nothing was removed. If this is right, ask again with \"confirm\": true."),
        ),
        _ => return Ok(view.into()),
    };
    Err(Problem::new(code, detail).with("resync_id", view.id.as_str()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use poem_openapi::types::ToJSON;

    use super::*;
    use crate::happened::Shrink;
    use crate::ids::LinkId;
    use crate::link::{ResyncCounts, ResyncMode};
    use crate::sync::resync::PassedOver;

    fn failed(failure: ResyncFailure) -> ResyncView {
        ResyncView {
            id: ResyncId::from_text("r1"),
            link: LinkId(1),
            mode: ResyncMode::Repair,
            state: RunState::Failed,
            total: Some(1),
            done: 0,
            counts: ResyncCounts::default(),
            skipped: PassedOver::default(),
            error: Some(failure),
            requested_at: Timestamp::UNIX_EPOCH,
            finished_at: Some(Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn a_run_that_needs_a_confirmation_tells_how_to_give_it() {
        let problem = ended_well(failed(ResyncFailure::Held(Shrink { standing: 31, going: 30 }))).unwrap_err();
        let shown = problem.example();
        assert_eq!((problem.code(), &shown["resync_id"]), (Code::ConfirmationNeeded, &"r1".into()));
        let detail = shown["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("30 of 31 events would be removed at once. Nothing was removed.")
                && detail.contains("\"confirm\": true"),
            "{detail}"
        );
    }

    #[test]
    fn only_what_the_asker_can_act_on_is_a_problem() {
        assert_eq!(
            ended_well(failed(ResyncFailure::Unavailable { why: "no answer".to_owned() })).unwrap_err().code().number(),
            502
        );
        let report =
            ended_well(failed(ResyncFailure::LoginFailed { why: "401".to_owned() })).unwrap().to_json().unwrap();
        assert_eq!((&report["state"], &report["error"]["code"]), (&"failed".into(), &"login_failed".into()));
    }
}
