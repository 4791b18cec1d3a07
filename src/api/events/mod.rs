//! `/events`: what the client system says about a person's events.

mod listing;
mod wire;

use std::time::Duration;

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::listing::ListedEvents;
use self::wire::{EventReceipt, EventView, NewContent, NewEvent, SyncReport};
use super::body::Sent;
use super::gate::Caller;
use super::page::WishedPage;
use super::prefer::{Patience, Prefer};
use super::wait::Desk;
use super::{Refusals, Tag};
use crate::agenda::{HeldEvent, NotHeld};
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::Holder;
use crate::intake::{Accepted, Progress, Verdict};

/// What each operation may refuse, beside what all may.
pub(super) const REFUSALS: Refusals = &[
    ("create_event", &[Code::EventExists, Code::InvalidIcal, Code::InvalidEventId, Code::InvalidField]),
    ("list_events", &[Code::InvalidParameter]),
    ("get_event", &[Code::EventNotFound, Code::InvalidEventId]),
    ("change_event", &[Code::EventNotFound, Code::InvalidIcal, Code::InvalidEventId, Code::InvalidField]),
    ("delete_event", &[Code::EventNotFound, Code::InvalidEventId]),
];

/// The events resource.
pub(super) struct Events(pub(super) Desk);

#[derive(ApiResponse)]
enum Created {
    /// The same event with the same content was held before: nothing was changed, and `sync` says how far it is.
    /// So it is safe to send an event again after a lost answer.
    #[oai(status = 200)]
    Same(Json<EventReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The event is in the person's calendar.
    #[oai(status = 201)]
    Written(
        Json<EventReceipt>,
        /// Where the event is now.
        #[oai(header = "Location")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
    /// The event is safely stored but not in the calendar yet; `sync` says why. It goes there by itself: nothing needs to be
    /// sent again. Ask `GET /events/{event_id}` when you want to know.
    #[oai(status = 202)]
    Stored(
        Json<EventReceipt>,
        /// Where the event is now.
        #[oai(header = "Location")]
        String,
        #[oai(header = "Preference-Applied")] Option<String>,
    ),
}

#[derive(ApiResponse)]
enum Changed {
    /// The calendar shows the new content; or the content is the one that was held before: then nothing was changed, and `sync`
    /// says how far it is. So it is safe to send a change again after a lost answer.
    #[oai(status = 200)]
    Written(Json<EventReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The new content is safely stored but not in the calendar yet; `sync` says why. It goes there by itself.
    #[oai(status = 202)]
    Stored(Json<EventReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
}

#[derive(ApiResponse)]
enum Deleted {
    /// The event is gone from the calendar, or never was in one.
    #[oai(status = 204)]
    Gone(#[oai(header = "Preference-Applied")] Option<String>),
    /// The event is not held any more, but still in the calendar; `sync` says why. It is removed from there by itself.
    #[oai(status = 202)]
    Going(Json<EventReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
}

#[OpenApi(tag = "Tag::Events")]
impl Events {
    /// Create an event
    ///
    /// Stores the event and puts it into the person's calendar. A success is a promise: from then on the event reaches the
    /// calendar, or `GET /events/{event_id}` shows why not. Without a linked calendar it is stored, and written when the
    /// person links one.
    #[oai(path = "/events", method = "post", operation_id = "create_event")]
    async fn create(&self, caller: Caller, prefer: Prefer, sent: Sent<NewEvent>) -> Result<Created, Problem> {
        let holder = caller.holder;
        let NewEvent { event_data, event_id, .. } = sent.0;
        let accept = move |app: &App, holder: &Holder| app.intake.accept(holder, event_id.as_deref(), &event_data);
        let accepted = self.0.change(&holder, accept).await?;
        let patience = self.0.patience(prefer);
        let (done, receipt) = self.outcome(holder, &accepted, &patience).await?;
        let location = wire::location(&accepted.event_id);
        Ok(match (accepted.verdict, done) {
            (Verdict::Same, _) => Created::Same(Json(receipt), patience.applied),
            (_, true) => Created::Written(Json(receipt), location, patience.applied),
            (_, false) => Created::Stored(Json(receipt), location, patience.applied),
        })
    }

    /// List the events
    ///
    /// The events held for this phone number, in the order in which they came, each with how far it is on its way. A phone
    /// number that nothing is known of has none. Without a linked calendar this is the history of what was sent.
    ///
    /// Without `limit` and `page_token` all of them come in one answer. With either they come in pages: ask again with
    /// `next_page_token` as `page_token` until an answer has none.
    #[oai(path = "/events", method = "get", operation_id = "list_events")]
    async fn list(&self, caller: Caller, page: WishedPage) -> Result<ListedEvents, Problem> {
        let listing = self.0.read(&caller.holder, move |app, holder| app.agenda.list(holder, &page.0)).await?;
        ListedEvents::tell(self.0.clone(), caller.holder, listing).await
    }

    /// Show one event
    ///
    /// What is held, and how far it is on its way into the calendar.
    #[oai(path = "/events/:event_id", method = "get", operation_id = "get_event")]
    async fn show(
        &self,
        caller: Caller,
        /// The event's id, percent-encoded.
        event_id: Path<String>,
    ) -> Result<Json<EventView>, Problem> {
        let held = self.0.read(&caller.holder, move |app, holder| app.agenda.held_one(holder, &event_id.0)).await?;
        Ok(Json(held.into()))
    }

    /// Change an event
    ///
    /// Replaces the whole content of a held event. Only the newest content is ever written: when changes come faster than
    /// the calendar takes them, those in between are left out.
    #[oai(path = "/events/:event_id", method = "put", operation_id = "change_event")]
    async fn change(
        &self,
        caller: Caller,
        prefer: Prefer,
        /// The event's id, percent-encoded.
        event_id: Path<String>,
        sent: Sent<NewContent>,
    ) -> Result<Changed, Problem> {
        let holder = caller.holder;
        let NewContent { event_data, event_id: repeated, .. } = sent.0;
        if repeated.is_some_and(|repeated| repeated != event_id.0) {
            let detail = "event_id in the body is not the one in the address. An event keeps its id.";
            return Err(Problem::new(Code::InvalidField, detail).with("field", "event_id"));
        }
        let change = move |app: &App, holder: &Holder| app.intake.change(holder, &event_id.0, &event_data);
        let accepted = self.0.change(&holder, change).await?;
        let patience = self.0.patience(prefer);
        let (done, receipt) = self.outcome(holder, &accepted, &patience).await?;
        Ok(match (accepted.verdict, done) {
            (Verdict::Same, _) | (_, true) => Changed::Written(Json(receipt), patience.applied),
            (_, false) => Changed::Stored(Json(receipt), patience.applied),
        })
    }

    /// Delete an event
    ///
    /// Removes it from the calendar. It is not held any more from the moment of a success on; asking for it again answers 404.
    #[oai(path = "/events/:event_id", method = "delete", operation_id = "delete_event")]
    async fn delete(
        &self,
        caller: Caller,
        prefer: Prefer,
        /// The event's id, percent-encoded.
        event_id: Path<String>,
    ) -> Result<Deleted, Problem> {
        let holder = caller.holder;
        let accepted = self.0.change(&holder, move |app, holder| app.intake.remove(holder, &event_id.0)).await?;
        let patience = self.0.patience(prefer);
        if accepted.link.is_none() {
            return Ok(Deleted::Gone(patience.applied));
        }
        let (done, receipt) = self.outcome(holder, &accepted, &patience).await?;
        Ok(match done {
            true => Deleted::Gone(patience.applied),
            false => Deleted::Going(Json(receipt), patience.applied),
        })
    }
}

impl Events {
    /// Waits as long as the caller wants to; tells whether the calendar is as asked, and how far the event is.
    async fn outcome(
        &self,
        holder: Holder,
        accepted: &Accepted,
        patience: &Patience,
    ) -> Result<(bool, EventReceipt), Problem> {
        let receipt = |sync| EventReceipt { event_id: accepted.event_id.as_str().to_owned(), sync };
        let Some(link) = accepted.link else { return Ok((false, receipt(SyncReport::not_linked()))) };
        if patience.within.is_zero() && accepted.verdict != Verdict::Same {
            return Ok((false, receipt(SyncReport::pending())));
        }
        let change = accepted.clone();
        let settled = self
            .0
            .wait((&holder, link), patience.within, move |app, holder| match app.intake.progress(&change)? {
                Progress::Going => Ok(None),
                rest => Ok::<_, NotHeld>(Some((rest, held_now(app, holder, &change)?))),
            })
            .await?;
        let (progress, held) = match settled {
            Some(found) => found,
            None => {
                let change = accepted.clone();
                let held = move |app: &App, holder: &Holder| held_now(app, holder, &change);
                (Progress::Going, self.0.wait((&holder, link), Duration::ZERO, held).await?)
            }
        };
        Ok((progress == Progress::Done, receipt(held.map_or_else(SyncReport::pending, |held| SyncReport::of(&held)))))
    }
}

/// The event as it is held now; none when it isn't any more.
fn held_now(app: &App, holder: &Holder, accepted: &Accepted) -> Result<Option<HeldEvent>, NotHeld> {
    match app.agenda.held_one(holder, accepted.event_id.as_str()) {
        Ok(held) => Ok(Some(held)),
        Err(NotHeld::Event(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
