//! What came of a change: waited for as long as the asker wants to, and told.

use std::time::Duration;

use poem_openapi::payload::Json;
use serde_json::Value;

use super::super::super::prefer::Prefer;
use super::super::super::wait::Desk;
use super::answers::{Erased, Made, Revised, Shown};
use super::condition::{Preconditions, tag};
use super::name::Address;
use super::view::{EventAnswer, View, going, spelling};
use crate::app::App;
use crate::calendar::People;
use crate::form::Form;
use crate::http::{Code, Problem};
use crate::ical;
use crate::ids::{ClientSystemId, Holder, PublicEventId};
use crate::intake::{Accepted, Once, Progress, Verdict};
use crate::ranges::{ListedEvent, NotTold};
use crate::reading;
use crate::revise::{Extent, Which};

/// A change that was waited for.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) view: View,
    /// The calendar shows it.
    written: bool,
    verdict: Verdict,
    id: PublicEventId,
    applied: Option<String>,
}

/// Waits for the calendar as long as the asker wants to; tells the event as it is then.
///
/// # Errors
/// When the store fails, or too much goes on.
pub(super) async fn wait(
    desk: &Desk,
    (holder, client): (&Holder, ClientSystemId),
    accepted: &Accepted,
    prefer: Prefer,
) -> Result<Done, Problem> {
    let patience = desk.patience(prefer);
    let written = is_done(desk, holder, accepted, patience.within).await?;
    let id = accepted.public_id.clone();
    let view = desk.read(holder, move |app, holder| seen(app, holder, client, &id)).await?;
    let (id, verdict) = (accepted.public_id.clone(), accepted.verdict);
    Ok(Done { view, written, verdict, id, applied: patience.applied })
}

/// Whether the calendar came to be as asked within that time.
async fn is_done(desk: &Desk, holder: &Holder, accepted: &Accepted, within: Duration) -> Result<bool, Problem> {
    let Some(link) = accepted.link else { return Ok(accepted.verdict == Verdict::Removed) };
    if within.is_zero() && accepted.verdict != Verdict::Same {
        return Ok(false);
    }
    let change = accepted.clone();
    let look = move |app: &App, _: &Holder| match app.intake.progress(&change) {
        Ok(Progress::Going) => Ok(None),
        Ok(progress) => Ok(Some(progress == Progress::Done)),
        Err(error) => Err(Problem::from(error)),
    };
    Ok(desk.wait((holder, link), within, look).await?.unwrap_or(false))
}

/// The event as it is held; of one that others deleted meanwhile, that.
fn seen(app: &App, holder: &Holder, client: ClientSystemId, id: &PublicEventId) -> Result<View, Problem> {
    let spelling = spelling(app, client);
    match app.ranges.one(holder, id, None) {
        Ok(listed) => View::of(&listed, spelling),
        Err(NotTold::NoEvent(_)) => {
            let body = going(id.as_str(), spelling);
            let tag = tag(crate::placement::Revision(0), &body.to_string());
            Ok(View { body, tag })
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a change was about one occurrence, that one is told.
///
/// # Errors
/// When the store fails.
pub(super) async fn of_instance(
    desk: &Desk,
    (holder, client): (&Holder, ClientSystemId),
    (address, which): (&Address, Which),
    done: Done,
) -> Result<Done, Problem> {
    let Some(name) = which.occurrence.filter(|_| which.extent.is_none_or(|extent| extent == Extent::This)) else {
        return Ok(done);
    };
    let id = address.event.clone();
    let view = move |app: &App, holder: &Holder| match app.ranges.one(holder, &id, Some(&name)) {
        Ok(listed) => View::of(&listed, spelling(app, client)).map(Some),
        Err(NotTold::NoEvent(_)) => Ok(None),
        Err(error) => Err(Problem::from(error)),
    };
    let view = desk.read(holder, view).await?;
    Ok(match view {
        Some(view) => Done { view, ..done },
        None => done,
    })
}

/// What became of a deletion, waited for; of a part of a series, too.
///
/// # Errors
/// When the store fails, or too much goes on.
pub(super) async fn erased(
    desk: &Desk,
    (holder, client): (&Holder, ClientSystemId),
    accepted: &Accepted,
    prefer: Prefer,
) -> Result<Erased, Problem> {
    let patience = desk.patience(prefer);
    if accepted.link.is_none() || is_done(desk, holder, accepted, patience.within).await? {
        return Ok(Erased::Gone(patience.applied));
    }
    let id = accepted.public_id.clone();
    let body = match accepted.verdict {
        Verdict::Removed => going(id.as_str(), spelling(&desk.app, client)),
        Verdict::New | Verdict::Changed | Verdict::Same => {
            desk.read(holder, move |app, holder| seen(app, holder, client, &id)).await?.body
        }
    };
    Ok(Erased::Going(Json(EventAnswer(body)), patience.applied))
}

/// Remembers how a creation is answered.
///
/// # Errors
/// When the store fails.
pub(super) async fn keep(desk: &Desk, holder: &Holder, once: Once, status: u16, body: &Value) -> Result<(), Problem> {
    let body = body.to_string();
    desk.change(holder, move |app, holder| app.intake.answered(holder, once, status, &body)).await
}

/// A creation that was answered before, as it was answered then.
///
/// # Errors
/// When what was kept can't be read any more: only damage leads there.
pub(super) fn again(status: u16, body: &str) -> Result<Made, Problem> {
    let body: Value = serde_json::from_str(body).map_err(Problem::internal)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (tag, location) = (text("etag"), location(&text("id")));
    let body = Json(EventAnswer(body));
    Ok(match status {
        200 => Made::Same(body, tag, None),
        201 => Made::Written(body, tag, location, None),
        _ => Made::Stored(body, tag, location, None),
    })
}

/// An event as iCalendar: as it came, or as its document says it.
///
/// # Errors
/// When what is held can't be written so.
pub(super) fn calendar(listed: &ListedEvent) -> Result<Shown, Problem> {
    let event = &listed.event;
    let text = match event.form {
        Form::Ical => event.event_data.clone(),
        Form::Json => {
            let draft = reading::read(event.form, &event.event_data).map_err(Problem::internal)?;
            let key = crate::placement::RemoteKey::from_text(event.public_id.as_str());
            let object = ical::write(&draft.event, &key, event.event_id.as_str(), People::AsSaid);
            object.map_err(|error| Problem::new(Code::InvalidEvent, error.to_string()))?.text
        }
    };
    let tag = tag(event.revision, &text);
    Ok(Shown::Calendar { text, tag })
}

impl Shown {
    /// The same, unless the asker has it already.
    pub(super) fn unless_known(self, conditions: &Preconditions) -> Self {
        let tag = match &self {
            Self::Json(View { tag, .. }) | Self::Calendar { tag, .. } | Self::Known { tag } => tag,
        };
        if conditions.has(tag) { Self::Known { tag: tag.clone() } } else { self }
    }
}

impl Done {
    /// How a creation is answered.
    pub(super) fn status_of_creation(&self) -> u16 {
        match (self.verdict, self.written) {
            (Verdict::Same, _) => 200,
            (_, true) => 201,
            (_, false) => 202,
        }
    }

    /// The answer to a creation.
    pub(super) fn made(self) -> Made {
        let location = location(self.id.as_str());
        let status = self.status_of_creation();
        let (body, tag) = (Json(EventAnswer(self.view.body)), self.view.tag);
        match status {
            200 => Made::Same(body, tag, self.applied),
            201 => Made::Written(body, tag, location, self.applied),
            _ => Made::Stored(body, tag, location, self.applied),
        }
    }

    /// The answer to a PUT that may make an event.
    pub(super) fn put(self) -> Made {
        if self.verdict == Verdict::Changed && self.written {
            return Made::Same(Json(EventAnswer(self.view.body)), self.view.tag, self.applied);
        }
        self.made()
    }

    /// The answer to a change.
    pub(super) fn revised(self) -> Revised {
        let (body, tag) = (Json(EventAnswer(self.view.body)), self.view.tag);
        match self.verdict == Verdict::Same || self.written {
            true => Revised::Written(body, tag, self.applied),
            false => Revised::Stored(body, tag, self.applied),
        }
    }
}

fn location(id: &str) -> String {
    format!("/api/v1/calendar/events/{id}")
}
