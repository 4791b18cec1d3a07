//! `/api/v1/calendar/link`, `…/page-link` and `…/sync/{provider}/…`: the calendars of a holder, and how they are linked.
//!
//! Rule: thin names over what [`crate::linking`] does. A provider is named by any of the words that client systems have for it.

mod named;
mod report;
mod sent;
mod sync;
mod told;

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::report::{HolderLinks, LinkReport};
use self::sent::LinkChange;
use self::told::PageLinkReport;
use crate::api::Tag;
use crate::api::body::Sent;
use crate::api::gate::{About, ForHolder, Operation, OperationTable};
use crate::api::prefer::Prefer;
use crate::api::wait::Desk;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::{Holder, LinkId};
use crate::link::ProviderKind;
use crate::linking::NotCarried;
use crate::scope::Scope;

pub(in crate::api) use sync::CalendarSync;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    reads("get_calendar_link", &[]),
    writes(
        "change_calendar_link",
        &["Prefer"],
        &[Code::NotLinkedThere, Code::LinkNotReady, Code::InvalidField, Code::ProviderNotAvailable],
    ),
    writes("create_page_link", &[], &[]),
    writes("get_auth_url", &[], &[Code::AlreadyLinked, Code::ProviderNotAvailable]),
    writes("finish_calendar_consent", &[], &[Code::ConsentNotFound, Code::InvalidField, Code::ProviderNotAvailable]),
    writes(
        "sync_calendar",
        &["Prefer"],
        &[
            Code::NotLinkedThere,
            Code::LinkNotReady,
            Code::ConfirmationNeeded,
            Code::PuentesUnavailable,
            Code::InvalidField,
            Code::ProviderNotAvailable,
        ],
    ),
    writes("disconnect_calendar", &["Prefer"], &[Code::NotLinkedThere, Code::InvalidField, Code::ProviderNotAvailable]),
];

const fn reads(id: &'static str, refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::LinksRead, about: About::Holder, takes: &[], refuses }
}

const fn writes(id: &'static str, takes: &'static [&'static str], refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::LinksWrite, about: About::Holder, takes, refuses }
}

/// The links of a holder.
pub(in crate::api) struct CalendarLinks(pub(in crate::api) Desk);

#[derive(ApiResponse)]
enum Changed {
    /// The link is as asked. Where it was switched off, no request for it is under way any more.
    #[oai(status = 200)]
    Done(Json<LinkReport>, #[oai(header = "Preference-Applied")] Option<String>),
    /// The link is switched off, and no request for it begins any more; one that was under way has not ended yet. It does so by
    /// itself, within a minute.
    #[oai(status = 202)]
    Ending(Json<LinkReport>, #[oai(header = "Preference-Applied")] Option<String>),
}

#[OpenApi(tag = "Tag::CalendarLinks", prefix_path = "/api/v1/calendar")]
impl CalendarLinks {
    /// Show the links
    ///
    /// Which calendars the holder has linked, and how they are doing. A holder has one link at most at each provider; one of them
    /// carries what is exported, and stands first. Of a holder about whom nothing is known, `links` is empty.
    #[oai(path = "/link", method = "get", operation_id = "get_calendar_link")]
    async fn show(&self, caller: ForHolder) -> Result<Json<HolderLinks>, Problem> {
        let shown = self.0.read(&caller.holder, |app, holder| {
            let links = app.linking.views(holder)?;
            Ok::<_, crate::store::StoreError>(HolderLinks::of(links, app.linking.last_receipt(holder)?))
        });
        Ok(Json(shown.await?))
    }

    /// Switch a link, or let it carry
    ///
    /// `enabled: false` pauses the link: its credentials are kept, not one request is sent for it, and what you say about events is
    /// held until it is on again. `carries: true` exports into this calendar from now on, and no more into another: what we wrote
    /// there is removed first.
    ///
    /// Fields that are left out stay as they are. With one link, `provider` may be left out.
    #[oai(path = "/link", method = "patch", operation_id = "change_calendar_link")]
    async fn change(&self, caller: ForHolder, prefer: Prefer, sent: Sent<LinkChange>) -> Result<Changed, Problem> {
        let (change, by) = (sent.0, caller.actor.clone());
        let changed = self.0.change(&caller.holder, move |app, holder| {
            let provider = which(app, holder, change.provider.as_deref())?;
            let mut paused = None;
            if let Some(on) = change.enabled {
                let switched = app.linking.switch(holder, provider, on, &by)?.ok_or_else(|| not_linked(provider))?;
                paused = (!on).then_some(switched.link);
            }
            if change.carries()? {
                app.linking.carry(holder, provider, &by)?;
            }
            Ok::<_, Problem>((provider, paused))
        });
        let (provider, paused) = changed.await?;
        let patience = self.0.patience(prefer);
        let quiet = match paused {
            Some(link) => self.is_quiet(&caller.holder, link, patience.within).await?,
            None => true,
        };
        let view = self.0.read(&caller.holder, move |app, holder| app.linking.view_at(holder, provider)).await?;
        let report = Json(LinkReport::from(view.ok_or_else(|| not_linked(provider))?));
        Ok(if quiet { Changed::Done(report, patience.applied) } else { Changed::Ending(report, patience.applied) })
    }

    /// Make a link into the holder's page
    ///
    /// The page on which the holder links calendars themselves, sees how they are doing, and ends that. It names you by your display
    /// name. Send the address to the holder alone: whoever has it can come in, for a day. Opening it changes nothing, so previews and
    /// scanners of mail do no harm.
    #[oai(path = "/page-link", method = "post", operation_id = "create_page_link")]
    async fn page_link(&self, caller: ForHolder) -> Result<Json<PageLinkReport>, Problem> {
        let by = caller.actor.clone();
        let made = self.0.change(&caller.holder, move |app, holder| app.linking.page_link(holder, &by)).await?;
        Ok(Json(made.into()))
    }
}

impl CalendarLinks {
    /// Whether no request for the link is under way any more, after a while.
    async fn is_quiet(&self, holder: &Holder, link: LinkId, within: std::time::Duration) -> Result<bool, Problem> {
        let quiet = self.0.wait((holder, link), within, move |app, _| {
            Ok::<_, Problem>(app.linking.is_quiet(link, std::time::Duration::ZERO).then_some(()))
        });
        Ok(quiet.await?.is_some())
    }
}

/// The provider that a request means: the one that it names, or that of the only link.
fn which(app: &App, holder: &Holder, named: Option<&str>) -> Result<ProviderKind, Problem> {
    if let Some(word) = named {
        return named::provider(word, &app.linking.offers());
    }
    let links = app.linking.views(holder)?;
    match links.as_slice() {
        [] => Err(Problem::new(Code::NotLinkedThere, "This holder has no calendar linked.")),
        [link] => Ok(link.provider),
        several => {
            let words: Vec<&str> = several.iter().map(|link| link.provider.as_str()).collect();
            Err(Problem::new(
                Code::InvalidField,
                format!("This holder has several links: say which in provider ({}).", words.join(", ")),
            )
            .with("field", "provider"))
        }
    }
}

fn not_linked(provider: ProviderKind) -> Problem {
    Problem::new(Code::NotLinkedThere, format!("This holder has no calendar linked with {provider}."))
}

impl From<NotCarried> for Problem {
    fn from(not: NotCarried) -> Self {
        match not {
            NotCarried::NotLinked => Self::new(Code::NotLinkedThere, "This holder has no calendar linked there."),
            NotCarried::NotWell(why) => Self::new(Code::LinkNotReady, format!("Nothing was changed: {why}.")),
            NotCarried::Store(error) => error.into(),
        }
    }
}
