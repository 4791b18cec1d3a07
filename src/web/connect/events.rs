//! The history of a person's events, and what became of each.

use super::home;
use super::looks::{self, Here, History};
use crate::agenda::{self, NotHeld};
use crate::linking::browser::BrowserSession;
use crate::web::{Answer, Asked, Site, Trouble};

/// Things that happened which are told.
const HAPPENINGS: u32 = 30;

/// `GET /connect/history`
pub(in crate::web) fn history(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let (app, holder) = (&site.app, &session.holder);
    let wished = asked.field("page").and_then(|page| page.parse().ok()).unwrap_or(1_usize).max(1);
    let mut shown = app.agenda.history(holder, wished - 1)?;
    let pages = shown.total.div_ceil(agenda::PAGE).max(1);
    let page = wished.min(pages);
    if page < wished {
        // Beyond the end, which may have come nearer since the page was shown, stands the last one.
        shown = app.agenda.history(holder, page - 1)?;
    }
    let mut visitor = site.visitor(session, Here { path: "/connect/history", event: None });
    visitor.zone = shown.zone.clone();
    let history = History {
        page,
        pages,
        happened: app.agenda.happened(holder, HAPPENINGS)?,
        linked: app.linking.view(holder)?.is_some(),
        agenda: shown,
    };
    Ok(Answer::Page(looks::history(&visitor, &history)))
}

/// `GET /connect/event?event=…`
pub(in crate::web) fn event(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(event_id) = asked.field("event") else { return Ok(home()) };
    let story = site.app.agenda.story(&session.holder, event_id).map_err(|error| match error {
        NotHeld::Store(error) => error.into(),
        _ => Trouble::NotHere,
    })?;
    let here = Here { path: "/connect/event", event: Some(event_id.to_owned()) };
    let mut visitor = site.visitor(session, here);
    visitor.zone = story.zone.clone();
    let link = site.app.linking.view(&session.holder)?;
    Ok(Answer::Page(looks::event(&visitor, &story, link.as_ref().map(|link| link.calendar.as_str()))))
}
