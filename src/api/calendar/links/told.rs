//! What is told about ways into a calendar, and about what was synchronised.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

use crate::api::time::Time;
use crate::happened::ResyncFailure;
use crate::linking::PageLink;
use crate::linking::consent::{Begun, ConsentStanding};
use crate::store::placements::Unplaced;
use crate::sync::asked::RoundView;
use crate::sync::resync::{ResyncView, RunState};

/// A link into a holder's page.
#[derive(Clone, Debug, Object)]
#[oai(rename = "PageLink", example)]
pub(super) struct PageLinkReport {
    /// Send this to the holder alone.
    url: String,
    /// Until when it is good.
    expires_at: Time,
}

impl From<PageLink> for PageLinkReport {
    fn from(link: PageLink) -> Self {
        Self { url: link.url.into(), expires_at: Time(link.expires_at) }
    }
}

impl Example for PageLinkReport {
    fn example() -> Self {
        Self {
            url: "https://calendar.example.org/c/M2Y0OTc2MjctYjQxNi00NmI4LWJhNjYtZDM0OTM3ZDk".to_owned(),
            expires_at: Time::example(86_400),
        }
    }
}

/// Where a person goes to link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "AuthUrlKind", rename_all = "snake_case")]
enum WayWord {
    /// To the provider, to consent.
    Consent,
    /// To their page here, to type a password for an app.
    Page,
}

/// Where a person goes to link a calendar.
#[derive(Clone, Debug, Object)]
#[oai(rename = "AuthUrl", example)]
pub(super) struct AuthUrl {
    /// The address. Whoever has it can link a calendar of their own for this holder, so send it to the holder alone.
    url: String,
    /// Until when it is good.
    expires_at: Time,
    /// `consent`: at the provider (Google); they come back to a page of this gateway, and confirm. `page`: on their page here, where they
    /// type an app password (Apple, CalDAV).
    kind: WayWord,
}

impl From<Begun> for AuthUrl {
    fn from(begun: Begun) -> Self {
        Self { url: begun.authorization_url.into(), expires_at: Time(begun.expires_at), kind: WayWord::Consent }
    }
}

impl From<PageLink> for AuthUrl {
    fn from(link: PageLink) -> Self {
        Self { url: link.url.into(), expires_at: Time(link.expires_at), kind: WayWord::Page }
    }
}

impl Example for AuthUrl {
    fn example() -> Self {
        Self {
            url: "https://calendar.example.org/c/M2Y0OTc2MjctYjQxNi00NmI4LWJhNjYtZDM0OTM3ZDk".to_owned(),
            expires_at: Time::example(86_400),
            kind: WayWord::Page,
        }
    }
}

/// How a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "ConsentStatus", rename_all = "snake_case")]
enum ConsentWord {
    /// The person is at the provider, or has to confirm or to choose on our page.
    Waiting,
    /// A calendar is linked.
    Linked,
    /// It did not lead to a link.
    Failed,
}

/// How a consent stands.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ConsentReport", example)]
pub(super) struct ConsentReport {
    /// `waiting`, `linked`, or `failed`: `reason` says why.
    status: ConsentWord,
    /// Where the person was sent.
    provider: String,
    /// Why it did not lead to a link, e.g. `cancelled` or `missing_scope`.
    reason: Option<String>,
}

impl From<ConsentStanding> for ConsentReport {
    fn from(standing: ConsentStanding) -> Self {
        let obstacle = standing.ended.and_then(|ending| ending.obstacle());
        let status = match (standing.ended, obstacle) {
            (None, _) => ConsentWord::Waiting,
            (Some(_), None) => ConsentWord::Linked,
            (Some(_), Some(_)) => ConsentWord::Failed,
        };
        let reason = obstacle.map(|obstacle| obstacle.code().to_owned());
        Self { status, provider: standing.provider.as_str().to_owned(), reason }
    }
}

impl Example for ConsentReport {
    fn example() -> Self {
        Self { status: ConsentWord::Linked, provider: "caldav".to_owned(), reason: None }
    }
}

/// How far a synchronisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "CalendarSyncState", rename_all = "snake_case")]
enum SyncWord {
    /// It goes on by itself.
    InProgress,
    /// The calendar is as it should be.
    Succeeded,
    /// It is not.
    Failed,
}

/// One thing that could not be synchronised.
#[derive(Clone, Debug, Object)]
#[oai(rename = "CalendarSyncError")]
struct SyncError {
    /// The event, by your own key for it; null where it is about all of them.
    client_reference: Option<String>,
    /// Why.
    detail: String,
}

/// What a synchronisation did.
#[derive(Clone, Debug, Object)]
#[oai(rename = "CalendarSyncReport", example)]
pub(super) struct SyncReport {
    /// `in_progress`, `succeeded` or `failed`.
    state: SyncWord,
    /// Events taken in from the calendar.
    imported: u64,
    /// Events created in the calendar. Where you have no source of events to ask, all that were written.
    exported: u64,
    /// Events overwritten in the calendar.
    updated: u64,
    /// Events removed from the calendar.
    deleted: u64,
    /// What did not work: at most a hundred of them.
    errors: Vec<SyncError>,
}

impl SyncReport {
    pub(super) fn is_going(&self) -> bool {
        self.state == SyncWord::InProgress
    }

    /// Of a resync, which asked the client system for everything.
    pub(super) fn of_run(run: &ResyncView) -> Self {
        let about_all = run.error.as_ref().map(ResyncFailure::to_string);
        let skipped = run.skipped.listed.iter().map(|skipped| SyncError {
            client_reference: skipped.event.as_ref().map(ToString::to_string),
            detail: skipped.why.to_string(),
        });
        let errors = about_all.map(|detail| SyncError { client_reference: None, detail }).into_iter().chain(skipped);
        Self {
            state: match run.state {
                RunState::InProgress => SyncWord::InProgress,
                RunState::Succeeded => SyncWord::Succeeded,
                RunState::Failed => SyncWord::Failed,
            },
            imported: 0,
            exported: run.counts.created,
            updated: run.counts.changed,
            deleted: run.counts.deleted,
            errors: errors.take(100).collect(),
        }
    }

    /// Of a look at the calendar.
    pub(super) fn of_round(round: RoundView) -> Self {
        let errors = round.refused.into_iter().map(|Unplaced { event, reason }| SyncError {
            client_reference: Some(event.to_string()),
            detail: reason.unwrap_or_else(|| "the provider refuses it".to_owned()),
        });
        let errors: Vec<_> = errors.collect();
        Self {
            state: match (round.is_over, errors.is_empty()) {
                (false, _) => SyncWord::InProgress,
                (true, true) => SyncWord::Succeeded,
                (true, false) => SyncWord::Failed,
            },
            imported: 0,
            exported: round.written,
            updated: 0,
            deleted: 0,
            errors,
        }
    }
}

impl Example for SyncReport {
    fn example() -> Self {
        let error = SyncError { client_reference: Some("cita-17".to_owned()), detail: "http-400: HTTP 400".to_owned() };
        Self { state: SyncWord::Failed, imported: 0, exported: 2, updated: 1, deleted: 0, errors: vec![error] }
    }
}
