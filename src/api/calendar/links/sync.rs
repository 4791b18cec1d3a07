//! `/api/v1/calendar/sync/{provider}/…`: the ways into one calendar of a holder, and out.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use super::sent::{ConsentState, Disconnect, WishedSync};
use super::told::{AuthUrl, ConsentReport, SyncReport};
use super::{named, not_linked};
use crate::api::Tag;
use crate::api::body::Sent;
use crate::api::gate::ForHolder;
use crate::api::link::LinkReceipt;
use crate::api::prefer::Prefer;
use crate::api::resync::ended_well;
use crate::api::wait::Desk;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::{Holder, LinkId, ResyncId};
use crate::link::{LinkRole, ProviderKind, ResyncMode};
use crate::linking::{LinkView, UnlinkProgress};
use crate::secret::SecretString;
use crate::sync::resync::RunState;

/// The ways into a calendar, and out.
pub(in crate::api) struct CalendarSync(pub(in crate::api) Desk);

#[derive(ApiResponse)]
enum Synced {
    /// It has ended: `state` says how.
    #[oai(status = 200)]
    Ended(Json<SyncReport>, #[oai(header = "Preference-Applied")] Option<String>),
    /// It goes on by itself, also after a restart. Ask `GET /api/v1/calendar/link` how far it is.
    #[oai(status = 202)]
    Going(Json<SyncReport>, #[oai(header = "Preference-Applied")] Option<String>),
}

#[derive(ApiResponse)]
enum Disconnected {
    /// The link has ended, and its credentials are forgotten.
    #[oai(status = 200)]
    Done(Json<LinkReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The calendar is still being cleaned up; that goes on by itself.
    #[oai(status = 202)]
    Going(Json<LinkReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
}

/// What was asked for, and how one hears of its end.
enum Begun {
    Run(ResyncId),
    Round(jiff::Timestamp),
}

#[OpenApi(tag = "Tag::CalendarLinks", prefix_path = "/api/v1/calendar/sync")]
impl CalendarSync {
    /// Begin to link a calendar
    ///
    /// The address where the holder goes to link a calendar of this provider. It is made anew for each call: this one `GET` changes
    /// something.
    #[oai(path = "/:provider/auth-url", method = "get", operation_id = "get_auth_url")]
    async fn auth_url(
        &self,
        caller: ForHolder,
        /// `google`, `apple` or `caldav`.
        provider: Path<String>,
    ) -> Result<Json<AuthUrl>, Problem> {
        let by = caller.actor.clone();
        let begun = self.0.change(&caller.holder, move |app, holder| {
            let offers = app.linking.offers();
            let provider = named::provider(&provider, &offers)?;
            if offers.iter().any(|offer| offer.kind == provider && offer.consents) {
                return Ok(AuthUrl::from(app.linking.begin_consent(holder, provider)?));
            }
            if let Some(view) = app.linking.view_at(holder, provider)?.filter(|view| !view.state.waits_for_person()) {
                return Err(already_linked(&view));
            }
            Ok::<_, Problem>(AuthUrl::from(app.linking.page_link(holder, &by)?))
        });
        Ok(Json(begun.await?))
    }

    /// Ask how a consent ended
    ///
    /// The provider sends the holder back to this gateway by itself. Once they are back with you, this says what came of it.
    #[oai(path = "/:provider/callback", method = "post", operation_id = "finish_calendar_consent")]
    async fn callback(
        &self,
        caller: ForHolder,
        /// `google`.
        provider: Path<String>,
        sent: Sent<ConsentState>,
    ) -> Result<Json<ConsentReport>, Problem> {
        let state = SecretString::from(sent.0.state);
        let standing = self.0.read(&caller.holder, move |app, holder| {
            let provider = named::provider(&provider, &app.linking.offers())?;
            let standing = app.linking.consent_standing(holder, &state)?.filter(|found| found.provider == provider);
            standing.ok_or_else(|| {
                Problem::new(Code::ConsentNotFound, "No consent of this holder goes by this state (any more).")
            })
        });
        Ok(Json(standing.await?.into()))
    }

    /// Synchronise a calendar
    ///
    /// Where you have a source of events (`events_url`), all events of the holder are asked for there, and the calendar is made equal to
    /// them. Otherwise the calendar is looked through, and what differs from what is held is written.
    #[oai(path = "/:provider/sync", method = "post", operation_id = "sync_calendar")]
    async fn sync(
        &self,
        caller: ForHolder,
        /// `google`, `apple` or `caldav`.
        provider: Path<String>,
        prefer: Prefer,
        sent: Sent<WishedSync>,
    ) -> Result<Synced, Problem> {
        let confirm = sent.0.confirms();
        let begun = self.0.change(&caller.holder, move |app, holder| {
            let link = ready(app, holder, named::provider(&provider, &app.linking.offers())?)?;
            if app.clients.source_of(holder).is_some() {
                return Ok::<_, Problem>((link, Begun::Run(app.sync.resync(holder, ResyncMode::Repair, confirm)?)));
            }
            Ok((link, Begun::Round(app.sync.look_again(link)?)))
        });
        let (link, begun) = begun.await?;
        let patience = self.0.patience(prefer);
        let begun = std::sync::Arc::new(begun);
        let asked = std::sync::Arc::clone(&begun);
        let ended = self.0.wait((&caller.holder, link), patience.within, move |app, holder| {
            standing(app, holder, link, &asked).map(|report| Some(report).filter(|report| !report.is_going()))
        });
        if let Some(report) = ended.await? {
            return Ok(Synced::Ended(Json(report), patience.applied));
        }
        let going = self.0.read(&caller.holder, move |app, holder| standing(app, holder, link, &begun)).await?;
        Ok(Synced::Going(Json(going), patience.applied))
    }

    /// Disconnect a calendar
    ///
    /// Ends the link. With `events: "remove"` (what is usual) everything that came from here is removed from the calendar first, and nothing
    /// else; that is always finished, also after a restart. With `events: "keep"` it stays there. What you said about events is kept
    /// here in either case, and is written again once a calendar is linked. Where the holder has another link, that one carries from then on.
    #[oai(path = "/:provider/disconnect", method = "post", operation_id = "disconnect_calendar")]
    async fn disconnect(
        &self,
        caller: ForHolder,
        /// `google`, `apple` or `caldav`.
        provider: Path<String>,
        prefer: Prefer,
        sent: Sent<Disconnect>,
    ) -> Result<Disconnected, Problem> {
        let (keeps, by) = (sent.0.keeps(), caller.actor.clone());
        let patience = self.0.patience(prefer);
        let provider = named::provider(&provider, &self.0.app.linking.offers())?;
        if keeps {
            let (app, holder) = (std::sync::Arc::clone(&self.0.app), caller.holder.clone());
            let line = self.0.app.pools.links(provider.as_str(), caller.from);
            let receipt = line.run(move || app.linking.let_go(&holder, provider, &by)).await??;
            let receipt = receipt.ok_or_else(|| not_linked(provider))?;
            return Ok(Disconnected::Done(Json(receipt.into()), patience.applied));
        }
        let begin = move |app: &App, holder: &Holder| app.linking.begin_unlink(holder, Some(provider), &by);
        let link = self.0.change(&caller.holder, begin).await?.ok_or_else(|| not_linked(provider))?;
        let done = self.0.wait((&caller.holder, link), patience.within, move |app, _| {
            app.linking.unlink_progress(link).map(|progress| match progress {
                UnlinkProgress::Done(receipt) => Some(receipt),
                UnlinkProgress::Going => None,
            })
        });
        Ok(match done.await? {
            Some(receipt) => Disconnected::Done(Json(receipt.into()), patience.applied),
            None => Disconnected::Going(Json(LinkReceipt::going()), patience.applied),
        })
    }
}

/// The link at that provider, if there is something to synchronise.
fn ready(app: &App, holder: &Holder, provider: ProviderKind) -> Result<LinkId, Problem> {
    let view = app.linking.view_at(holder, provider)?.ok_or_else(|| not_linked(provider))?;
    let not = |why: &str| Problem::new(Code::LinkNotReady, format!("Nothing was synchronised: {why}."));
    if view.state.is_ending() {
        return Err(not("this link is being disconnected"));
    }
    if !view.enabled || view.suspended {
        return Err(not("this link is switched off; send enabled: true to PATCH /api/v1/calendar/link first"));
    }
    if view.role != LinkRole::Carries {
        return Err(not("another link of this holder carries what is exported"));
    }
    Ok(view.id)
}

/// How far it is.
fn standing(app: &App, holder: &Holder, link: LinkId, begun: &Begun) -> Result<SyncReport, Problem> {
    match begun {
        Begun::Round(since) => Ok(SyncReport::of_round(app.sync.round_since(link, *since)?)),
        Begun::Run(id) => {
            let run = app.sync.resync_run(holder, id)?;
            let run = run.ok_or_else(|| Problem::internal("a resync that was just begun is not there"))?;
            if run.state == RunState::Failed {
                ended_well(run.clone())?;
            }
            Ok(SyncReport::of_run(&run))
        }
    }
}

fn already_linked(view: &LinkView) -> Problem {
    let detail = format!(
        "This holder has linked the calendar “{}” of {} already, or the last link is still being cleaned up. Disconnect it first.",
        view.calendar, view.account
    );
    Problem::new(Code::AlreadyLinked, detail)
}
