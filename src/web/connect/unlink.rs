//! Unlinking: asked once, then home tells how far it is.

use super::looks::{self, Here};
use super::{home, looks::Visitor};
use crate::link::ProviderKind;
use crate::linking::LinkView;
use crate::linking::browser::BrowserSession;
use crate::trail::Actor;
use crate::web::{Answer, Asked, Site, Trouble};

/// `GET /connect/unlink`: what will go, and whether it shall.
pub(in crate::web) fn page(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let link = named(site, asked, session)?.filter(|link| !link.state.is_ending());
    let Some(link) = link else { return Ok(home()) };
    let visitor: Visitor = site.visitor(session, Here { path: "/connect/unlink", event: None });
    Ok(Answer::Page(looks::unlink(&visitor, &link)))
}

/// `POST /connect/unlink`
pub(in crate::web) fn unlink(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    // Where there is nothing, another tab was first.
    site.app.linking.begin_unlink(&session.holder, provider(asked), &Actor::person())?;
    Ok(home())
}

/// The link that is meant: the one at the provider that is named, else that which stands first.
fn named(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Option<LinkView>, Trouble> {
    Ok(match provider(asked) {
        Some(provider) => site.app.linking.view_at(&session.holder, provider)?,
        None => site.app.linking.view(&session.holder)?,
    })
}

fn provider(asked: &Asked) -> Option<ProviderKind> {
    asked.field("provider").and_then(ProviderKind::from_word)
}
