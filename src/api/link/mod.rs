//! `/link`: a phone number's one association with one calendar.

mod consent;
mod new;
mod receipt;
mod status;

use std::sync::Arc;

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::consent::{ChoiceNeeded, NextStep};
use self::new::{NewLink, Wish};
pub(super) use self::receipt::LinkReceipt;
use self::status::LinkStatus;
use super::body::Sent;
use super::gate::Caller;
use super::prefer::Prefer;
use super::wait::Desk;
use super::{Refusals, Tag};
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::Holder;
use crate::linking::UnlinkProgress;
use crate::trail::Actor;

/// What each operation may refuse, beside what all may.
pub(super) const REFUSALS: Refusals = &[
    (
        "create_link",
        &[
            Code::AlreadyLinked,
            Code::LoginFailed,
            Code::TooManyLogins,
            Code::CalendarUnreachable,
            Code::CalendarNotFound,
            Code::AddressNotAllowed,
            Code::ProviderNotAvailable,
            Code::InvalidField,
        ],
    ),
    ("get_link", &[]),
    ("delete_link", &[Code::NothingToUnlink]),
];

/// The link resource.
pub(super) struct Links(pub(super) Desk);

#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "one of them lives for one answer")]
enum Linked {
    /// The calendar is linked: it was reached, written to and read back. Events held already are on their way into it.
    #[oai(status = 201)]
    Made(
        Json<LinkStatus>,
        /// Where the link is now.
        #[oai(header = "Location")]
        String,
    ),
    /// Nothing is linked yet: the person has to consent at the provider (Google), or without a `provider` to choose one on
    /// their page. `GET /link` tells when they have.
    #[oai(status = 202)]
    LeftToThePerson(Json<NextStep>),
}

#[derive(ApiResponse)]
enum Unlinked {
    /// Everything that came from here is removed from the calendar, and its credentials are forgotten.
    #[oai(status = 200)]
    Done(Json<LinkReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The calendar is still being cleaned up; that goes on by itself. Ask `GET /link` when you want to know.
    #[oai(status = 202)]
    Going(Json<LinkReceipt>, #[oai(header = "Preference-Applied")] Option<String>),
}

#[OpenApi(tag = "Tag::Link")]
impl Links {
    /// Link a calendar
    ///
    /// Links the phone number with one calendar of a CalDAV server or of Apple's iCloud. The account is tried at once, and a
    /// calendar is made there for the events unless one is named. Nothing is stored when anything about it doesn't work.
    /// This can take some seconds: the calendar's server sets the pace.
    ///
    /// With Google the person consents in their browser: the answer is the address for that, good for an hour.
    ///
    /// A link that waits for its person goes on with what is given, as if it were new: with `needs_reauthorization` in its
    /// calendar, with `calendar_lost` in it too where it can be written again, else in the one that is named, or in a new one.
    /// Everything that is held is written there.
    ///
    /// Without a `provider` nothing is tried: the answer is the link to the person's own page, for you to send to them. There
    /// they link a calendar themselves, and later see how it is doing.
    #[oai(path = "/link", method = "post", operation_id = "create_link")]
    async fn create(&self, caller: Caller, sent: Sent<NewLink>) -> Result<Linked, Problem> {
        match sent.0.into_wish(&self.0.app.linking.offers())? {
            Wish::Account(request) => {
                let (app, server) = (Arc::clone(&self.0.app), request.server());
                let link = move || app.linking.link(&caller.holder, &request);
                let view = self.0.app.pools.links(&server, caller.from).run(link).await??;
                Ok(Linked::Made(Json(view.into()), "/link".to_owned()))
            }
            Wish::Consent(kind) => {
                let begin = move |app: &App, holder: &Holder| app.linking.begin_consent(holder, kind);
                let begun = self.0.change(&caller.holder, begin).await?;
                Ok(Linked::LeftToThePerson(Json(NextStep::Consent(begun.into()))))
            }
            Wish::Choice => {
                let app = &self.0.app;
                let link =
                    app.clients.puentes().proof.page_link(&app.config.server.public_url, &caller.name, app.clock.now());
                let url = link.ok_or_else(|| Problem::internal("Puentes shares no secret"))?;
                Ok(Linked::LeftToThePerson(Json(NextStep::Choice(ChoiceNeeded::at(url)))))
            }
        }
    }

    /// Show the link
    ///
    /// Which calendar the phone number is linked with and how that is doing; `{"linked": false}` when it is with none.
    #[oai(path = "/link", method = "get", operation_id = "get_link")]
    async fn show(&self, caller: Caller) -> Result<Json<LinkStatus>, Problem> {
        let status = self.0.read(&caller.holder, |app, holder| match app.linking.view(holder)? {
            Some(view) => Ok(LinkStatus::from(view)),
            None => app.linking.last_receipt(holder).map(LinkStatus::without),
        });
        Ok(Json(status.await?))
    }

    /// Unlink the calendar
    ///
    /// Removes everything from the calendar that came from here and nothing else, then forgets the credentials. The events
    /// stay held: they are written again when another calendar is linked. An unlink that was begun is always finished, also
    /// after a restart of the gateway.
    #[oai(path = "/link", method = "delete", operation_id = "delete_link")]
    async fn delete(&self, caller: Caller, prefer: Prefer) -> Result<Unlinked, Problem> {
        let link = self
            .0
            .change(&caller.holder, |app, holder| app.linking.begin_unlink(holder, None, &Actor::nameless()))
            .await?;
        let nothing = || Problem::new(Code::NothingToUnlink, "No calendar is linked with this phone number.");
        let link = link.ok_or_else(nothing)?;
        let patience = self.0.patience(prefer);
        let done = self.0.wait((&caller.holder, link), patience.within, move |app, _| {
            app.linking.unlink_progress(link).map(|progress| match progress {
                UnlinkProgress::Done(receipt) => Some(receipt),
                UnlinkProgress::Going => None,
            })
        });
        Ok(match done.await? {
            Some(receipt) => Unlinked::Done(Json(receipt.into()), patience.applied),
            None => Unlinked::Going(Json(LinkReceipt::going()), patience.applied),
        })
    }
}
