//! `/api/v1/calendar/events`: what client systems say and ask about a holder's events.

mod answers;
mod asked;
mod condition;
mod name;
mod operations;
mod outcome;
mod sent;
pub(super) mod view;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use serde_json::json;

use self::answers::{Erased, Made, Revised, Shown};
use self::asked::{Expansion, Wished, of};
use self::condition::Preconditions;
use self::name::{Address, PatchedIn, Scoping};
use self::sent::{IdempotencyKey, SentEvent, SentPatch, defaults};
use self::view::{EventPage, View, line, spelling};
use super::super::Tag;
use super::super::gate::ForHolder;
use super::super::page::WishedPage;
use super::super::prefer::Prefer;
use super::super::wait::Desk;
use crate::app::App;
use crate::http::Problem;
use crate::ids::{ClientSystemId, Holder};
use crate::intake::{Created, Edit};
use crate::json::{MergePatch, Spelling};
use crate::ranges::{Asked, List};
use crate::scope::Scope;

pub(in crate::api) use self::operations::OPERATIONS;

/// The events of holders.
pub(in crate::api) struct CalendarEvents(pub(in crate::api) Desk);

#[derive(ApiResponse)]
enum Listed {
    /// A page of events. With `json_names` set to `camel` it is a bare array, and what stands beside it is in the headers alone.
    #[oai(status = 200)]
    Page(
        Json<EventPage>,
        /// Where the next page begins, as `next_page_token` says it.
        #[oai(header = "X-Next-Page-Token")]
        Option<String>,
        /// What asks for what changes from now on, as `sync_token` says it.
        #[oai(header = "X-Sync-Token")]
        Option<String>,
    ),
}

#[OpenApi(tag = "Tag::Calendar", prefix_path = "/api/v1/calendar")]
impl CalendarEvents {
    /// Create an event
    ///
    /// Stores the event and puts it into the holder's calendar. A success is a promise: from then on the event reaches the calendar, or
    /// `sync` shows why not. With `client_reference` (of iCalendar: its `UID`) the same event sent twice is one event; with an
    /// `Idempotency-Key` the same request sent twice is one request, and gets the same answer for 24 hours.
    #[oai(path = "/events", method = "post", operation_id = "create_calendar_event")]
    async fn create(
        &self,
        caller: ForHolder,
        prefer: Prefer,
        key: IdempotencyKey,
        sent: SentEvent,
    ) -> Result<Made, Problem> {
        let (client, holder) = (caller.tenant.client(), caller.holder);
        let once = key.once("create", &holder, &sent);
        let create = move |app: &App, holder: &Holder| {
            let (proposal, _) = sent.proposal(app, holder)?;
            app.intake.create(holder, proposal, once).map_err(Problem::from)
        };
        match self.0.change(&holder, create).await? {
            Created::Answered(status, body) => outcome::again(status, &body),
            Created::Accepted(accepted) => {
                let done = outcome::wait(&self.0, (&holder, client), &accepted, prefer).await?;
                if let Some(once) = once {
                    outcome::keep(&self.0, &holder, once, done.status_of_creation(), &done.view.body).await?;
                }
                Ok(done.made())
            }
        }
    }

    /// List events
    ///
    /// With `from` and `to` the events that happen in that range at least in part, each series by its instances, those that begin
    /// first at first; without them all events, in the order in which they came. The last page carries a `sync_token`: with that,
    /// and nothing else, the next list tells what changed since, and `{"id", "deleted": true}` of what is gone. A holder of whom
    /// nothing is known has no events. Events of other holders that name this one as a guest or the organizer are in the list, too.
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the contract")]
    #[oai(path = "/events", method = "get", operation_id = "list_calendar_events")]
    async fn list(
        &self,
        caller: ForHolder,
        /// Where the range begins: RFC 3339, or a date, which is the midnight of the holder's zone.
        from: Query<Option<String>>,
        /// Where the range ends; this instant is not in it. At most 400 days after `from`.
        to: Query<Option<String>>,
        /// How series are told. With a range `instances`, else `series`.
        expand: Query<Option<Expansion>>,
        /// Only what changed then or later.
        updated_since: Query<Option<String>>,
        /// What a list before said: tells what changed since.
        sync_token: Query<Option<String>>,
        /// Only what hangs on records of this kind.
        res_model: Query<Option<String>>,
        /// Only what hangs on this record.
        res_id: Query<Option<String>>,
        /// Only the one that `provider` calls so.
        external_id: Query<Option<String>>,
        /// The provider of `external_id`: `google`, `apple` or `caldav`.
        provider: Query<Option<String>>,
        /// Confidential events as well; needs the scope `private:read`.
        include_private: Query<Option<bool>>,
        page: WishedPage,
    ) -> Result<Listed, Problem> {
        let wished = Wished {
            from: of(from),
            to: of(to),
            expand: of(expand),
            updated_since: of(updated_since),
            sync_token: of(sync_token),
            res_model: of(res_model),
            res_id: of(res_id),
            external_id: of(external_id),
            provider: of(provider),
            include_private: of(include_private),
            limit: page.0.limit,
            page_token: page.0.token,
        };
        self.listed(caller, wished, |app, holder, asked| app.ranges.list(holder, asked)).await
    }

    /// Show an event
    ///
    /// As JSON, or as iCalendar where the address ends with `.ics` or `Accept` asks for `text/calendar`. The id of an instance shows
    /// that instance.
    #[oai(path = "/events/:event_id", method = "get", operation_id = "get_calendar_event")]
    async fn show(
        &self,
        caller: ForHolder,
        conditions: Preconditions,
        wants: name::Wants,
        /// The event's id, or that of an instance of it; with `.ics` behind it as iCalendar.
        event_id: Path<String>,
    ) -> Result<Shown, Problem> {
        let client = caller.tenant.client();
        let show = move |app: &App, holder: &Holder| {
            let (address, as_calendar) = Address::read(&event_id.0, wants)?;
            let listed = app.ranges.one(holder, &address.event, address.instance.as_ref())?;
            if as_calendar {
                outcome::calendar(&listed)
            } else {
                View::of(&listed, spelling(app, client)).map(Shown::Json)
            }
        };
        Ok(self.0.read(&caller.holder, show).await?.unless_known(&conditions))
    }

    /// List the instances of an event
    ///
    /// Those of a series that happen in a range at least in part; of an event that does not repeat, itself.
    #[oai(path = "/events/:event_id/instances", method = "get", operation_id = "list_event_instances")]
    async fn instances(
        &self,
        caller: ForHolder,
        /// The event's id.
        event_id: Path<String>,
        /// Where the range begins: RFC 3339, or a date, which is the midnight of the holder's zone.
        from: Query<String>,
        /// Where the range ends; this instant is not in it. At most 400 days after `from`.
        to: Query<String>,
        page: WishedPage,
    ) -> Result<Listed, Problem> {
        let address = Address::of(&event_id.0)?;
        let wished = Wished {
            from: Some(from.0),
            to: Some(to.0),
            limit: page.0.limit,
            page_token: page.0.token,
            ..Wished::default()
        };
        self.listed(caller, wished, move |app, holder, asked| {
            let asked = Asked { with_confidential: true, ..asked.clone() };
            app.ranges.instances(holder, &address.event, &asked)
        })
        .await
    }

    /// Replace an event
    ///
    /// The whole event anew: what is not said is as it is without a word.
    #[oai(path = "/events/:event_id", method = "put", operation_id = "put_calendar_event")]
    async fn replace(
        &self,
        caller: ForHolder,
        prefer: Prefer,
        conditions: Preconditions,
        /// The event's id.
        event_id: Path<String>,
        sent: SentEvent,
    ) -> Result<Revised, Problem> {
        let (client, holder) = (caller.tenant.client(), caller.holder);
        let replace = move |app: &App, holder: &Holder| {
            let (proposal, said) = sent.proposal(app, holder)?;
            name::keeps_reference(app, holder, &event_id.0, said.as_deref())?;
            app.intake.replace(holder, &event_id.0, proposal, &conditions.change).map_err(Problem::from)
        };
        let accepted = self.0.change(&holder, replace).await?;
        Ok(outcome::wait(&self.0, (&holder, client), &accepted, prefer).await?.revised())
    }

    /// Create or replace an event by your own name for it
    ///
    /// Makes this the event that you call so, whether or not it is held. `If-None-Match: *` makes it only where it is not held,
    /// `If-Match: *` only where it is.
    #[oai(path = "/events/by-reference/:client_reference", method = "put", operation_id = "put_event_by_reference")]
    async fn put(
        &self,
        caller: ForHolder,
        prefer: Prefer,
        conditions: Preconditions,
        /// Your own name for the event, percent-encoded, at most 512 bytes.
        client_reference: Path<String>,
        sent: SentEvent,
    ) -> Result<Made, Problem> {
        let (client, holder) = (caller.tenant.client(), caller.holder);
        let put = move |app: &App, holder: &Holder| {
            let (proposal, said) = sent.proposal(app, holder)?;
            name::is_the_same(said.as_deref(), &client_reference.0)?;
            app.intake.put(holder, &client_reference.0, proposal, &conditions.change).map_err(Problem::from)
        };
        let accepted = self.0.change(&holder, put).await?;
        Ok(outcome::wait(&self.0, (&holder, client), &accepted, prefer).await?.put())
    }

    /// Change an event
    ///
    /// A merge patch (RFC 7396): what is not named stays, `null` takes back. Of a series `scope` says how much is meant, and
    /// `recurrence_id` which occurrence, by its original start; the id of an instance says that, too, and means `this` where nothing else
    /// is said. `following` ends the series before the occurrence and makes a new event of the rest, which is answered.
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the contract")]
    #[oai(path = "/events/:event_id", method = "patch", operation_id = "patch_calendar_event")]
    async fn patch(
        &self,
        caller: ForHolder,
        prefer: Prefer,
        conditions: Preconditions,
        /// The event's id, or that of an instance of it.
        event_id: Path<String>,
        /// How much of a series is meant. Without it an instance's id means `this`, a series' id `all`.
        scope: Query<Option<Scoping>>,
        /// The original start of the occurrence that is meant.
        recurrence_id: Query<Option<String>>,
        /// What becomes of occurrences that differ, where all are changed: `keep` (they keep what they changed) or `reset`.
        exceptions: Query<Option<PatchedIn>>,
        sent: SentPatch,
    ) -> Result<Revised, Problem> {
        let (client, holder) = (caller.tenant.client(), caller.holder);
        let (address, which) = name::which(&event_id.0, scope.0, recurrence_id.0.as_deref())?;
        let id = address.event.clone();
        let revise = move |app: &App, holder: &Holder| {
            let change = MergePatch::read(&sent.0)?;
            let exceptions = exceptions.0.unwrap_or_default().into();
            let edit = Edit::Patch { change, exceptions, defaults: defaults(app, holder)? };
            app.intake.revise(holder, id.as_str(), &edit, which, &conditions.change).map_err(Problem::from)
        };
        let accepted = self.0.change(&holder, revise).await?;
        let done = outcome::wait(&self.0, (&holder, client), &accepted, prefer).await?;
        outcome::of_instance(&self.0, (&holder, client), (&address, which), done).await.map(outcome::Done::revised)
    }

    /// Delete an event
    ///
    /// Of a series `scope` and `recurrence_id` say what is meant, as in a change: `this` excludes the occurrence, `following` ends the
    /// series before it, `all` deletes it.
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the contract")]
    #[oai(path = "/events/:event_id", method = "delete", operation_id = "delete_calendar_event")]
    async fn delete(
        &self,
        caller: ForHolder,
        prefer: Prefer,
        conditions: Preconditions,
        /// The event's id, or that of an instance of it.
        event_id: Path<String>,
        /// How much of a series is meant. Without it an instance's id means `this`, a series' id `all`.
        scope: Query<Option<Scoping>>,
        /// The original start of the occurrence that is meant.
        recurrence_id: Query<Option<String>>,
    ) -> Result<Erased, Problem> {
        let (client, holder) = (caller.tenant.client(), caller.holder);
        let (address, which) = name::which(&event_id.0, scope.0, recurrence_id.0.as_deref())?;
        let id = address.event.clone();
        let erase = move |app: &App, holder: &Holder| {
            app.intake.revise(holder, id.as_str(), &Edit::Remove, which, &conditions.change)
        };
        let accepted = self.0.change(&holder, erase).await?;
        outcome::erased(&self.0, (&holder, client), &accepted, prefer).await
    }
}

impl CalendarEvents {
    /// Tells a page of events in the client system's own way.
    async fn listed(
        &self,
        caller: ForHolder,
        wished: Wished,
        list: impl Fn(&App, &Holder, &Asked) -> Result<List, crate::ranges::NotTold> + Send + 'static,
    ) -> Result<Listed, Problem> {
        let client = caller.tenant.client();
        let may_see_private = caller.scopes.has(Scope::PrivateRead);
        let tell = move |app: &App, holder: &Holder| {
            let asked = wished.read(&app.ranges.zone(holder)?, may_see_private)?;
            page(app, client, &list(app, holder, &asked)?)
        };
        self.0.read(&caller.holder, tell).await
    }
}

fn page(app: &App, client: ClientSystemId, list: &List) -> Result<Listed, Problem> {
    let spelling = spelling(app, client);
    let events = list.items.iter().map(|item| line(item, spelling)).collect::<Result<Vec<_>, _>>()?;
    let (next, sync) = (list.next_page_token.clone(), list.sync_token.clone());
    let body = match spelling {
        Spelling::Camel => json!(events),
        Spelling::Snake => {
            let mut body = json!({"events": events});
            if let Some(members) = body.as_object_mut() {
                members.extend(next.clone().map(|next| ("next_page_token".to_owned(), json!(next))));
                members.extend(sync.clone().map(|sync| ("sync_token".to_owned(), json!(sync))));
            }
            body
        }
    };
    Ok(Listed::Page(Json(EventPage(body)), next, sync))
}
