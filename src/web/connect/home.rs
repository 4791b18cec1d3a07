//! Home: where the person stands.

use super::looks::{self, Here, Linked, Start};
use super::{form_of, home, in_app};
use crate::link::{LinkState, Obstacle, Offer, ResyncMode};
use crate::linking::browser::BrowserSession;
use crate::linking::{LinkView, Situation, Stopped, Try};
use crate::sync::resync::ResyncError;
use crate::web::places::HOME;
use crate::web::{Answer, Asked, Page, Site, Trouble};

/// Events that are shown before the history is asked for.
const NEXT_EVENTS: usize = 5;

/// `GET /connect` of who is in.
pub(super) fn show(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let visitor = site.visitor(session, Here { path: HOME, event: None });
    let page = match site.app.linking.situation(session)? {
        Situation::NotLinked { last_unlink, held } => looks::start(
            &visitor,
            &Start {
                offers: site.app.linking.offers(),
                webview: in_app::of(&asked.user_agent).is_some(),
                held,
                last_unlink,
            },
        ),
        Situation::Opening(provider) => looks::opening(&visitor, provider),
        Situation::Checking(provider) => looks::checking(&visitor, provider),
        Situation::Choosing(choosing) => looks::choose(&visitor, &choosing),
        Situation::Stopped(stopped) => return tried_in_vain(site, session, &stopped),
        Situation::CleaningUp(link) => looks::cleaning_up(&visitor, &link),
        Situation::Linked(link) => with_agenda(site, session, (link, None), looks::linked)?,
        Situation::Attention(link) => with_agenda(site, session, (link, None), looks::attention)?,
    };
    Ok(Answer::Page(page))
}

/// What to do about a try that did not end well: mend what was typed, or read why.
fn tried_in_vain(site: &Site, session: &BrowserSession, stopped: &Stopped) -> Result<Answer, Trouble> {
    // Where what was typed can be mended: the form says what is wrong with it.
    if let Some(form) = form_of(stopped.provider).filter(|_| stopped.obstacle != Obstacle::AlreadyLinked) {
        return Ok(Answer::SeeOther(form.to_owned()));
    }
    let well = site.app.linking.view(&session.holder)?.filter(|link| link.state == LinkState::Active);
    Ok(Answer::Page(match well {
        // Another tab was first, so there is nothing to do about it but to say so, once.
        Some(link) => {
            site.app.linking.dismiss(&session.holder);
            with_agenda(site, session, (link, Some(stopped.obstacle)), looks::linked)?
        }
        None => looks::stopped(&site.visitor(session, Here { path: HOME, event: None }), stopped),
    }))
}

fn with_agenda(
    site: &Site,
    session: &BrowserSession,
    (link, notice): (LinkView, Option<Obstacle>),
    look: fn(&looks::Visitor, &Linked) -> Page,
) -> Result<Page, Trouble> {
    let agenda = site.app.agenda.upcoming(&session.holder, NEXT_EVENTS)?;
    let mut visitor = site.visitor(session, Here { path: HOME, event: None });
    visitor.zone = agenda.zone.clone();
    let config = &site.app.config;
    let onward = config.server.linked_url.as_ref().map(ToString::to_string);
    let resyncs = site.app.clients.source_of(&session.holder).is_some();
    let (others, more) = beside(site, session, &link)?;
    Ok(look(&visitor, &Linked { link, agenda, resyncs, onward, notice, others, more }))
}

/// The other links of a person, and what else they can link: where they may have several.
fn beside(site: &Site, session: &BrowserSession, link: &LinkView) -> Result<(Vec<LinkView>, Vec<Offer>), Trouble> {
    let app = &site.app;
    let mut others = app.linking.views(&session.holder)?;
    others.retain(|other| other.id != link.id);
    let has = |kind| {
        let slot = app.clients.slot(&session.holder, kind);
        others.iter().chain([link]).any(|link| app.clients.slot(&session.holder, link.provider) == slot)
    };
    let more = app.linking.offers().into_iter().filter(|offer| !has(offer.kind)).collect();
    Ok((others, more))
}

/// `POST /connect/choose`: this calendar.
pub(in crate::web) fn choose(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    if let Some(what) = site.app.linking.chosen(&session.holder, asked.field("calendar")) {
        site.app.begin_try(&session.holder, asked.household(), what);
    }
    Ok(home())
}

/// `POST /connect/again`: the calendar is lost, and is to be set up again.
pub(in crate::web) fn again(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let lost = site.app.linking.views(&session.holder)?;
    let lost = lost.into_iter().find(|link| link.state == LinkState::CalendarLost);
    // Home shows what there is instead.
    if let Some(link) = lost {
        let what = Try::Again { provider: link.provider, chosen: None };
        site.app.begin_try(&session.holder, asked.household(), what);
    }
    Ok(home())
}

/// `POST /connect/dismiss`: what went wrong is read, or another way is wanted.
pub(in crate::web) fn dismiss(site: &Site, _asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    if site.app.linking.is_trying(&session.holder) {
        return Ok(home());
    }
    site.app.linking.give_up_consent(session)?;
    site.app.linking.dismiss(&session.holder);
    Ok(home())
}

/// `POST /connect/resync`
pub(in crate::web) fn resync(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let confirm = asked.field("confirm").is_some();
    match site.app.sync.resync(&session.holder, ResyncMode::Repair, confirm) {
        // Home shows what there is instead.
        Ok(_) | Err(ResyncError::NotLinked | ResyncError::NobodyToAsk) => Ok(home()),
        Err(ResyncError::Store(error)) => Err(error.into()),
    }
}
