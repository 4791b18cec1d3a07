//! Unlinking: asked once, then home tells how far it is.

use super::looks::{self, Here};
use super::{home, looks::Visitor};
use crate::linking::browser::BrowserSession;
use crate::trail::Actor;
use crate::web::{Answer, Asked, Site, Trouble};

/// `GET /connect/unlink`: what will go, and whether it shall.
pub(in crate::web) fn page(site: &Site, _asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let link = site.app.linking.view(&session.holder)?.filter(|link| !link.state.is_ending());
    let Some(link) = link else { return Ok(home()) };
    let visitor: Visitor = site.visitor(session, Here { path: "/connect/unlink", event: None });
    Ok(Answer::Page(looks::unlink(&visitor, &link)))
}

/// `POST /connect/unlink`
pub(in crate::web) fn unlink(site: &Site, _asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    // Where there is nothing, another tab was first.
    site.app.linking.begin_unlink(&session.holder, None, &Actor::person())?;
    Ok(home())
}
