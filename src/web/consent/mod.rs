//! The pages of a consent at Google: the person comes back, confirms the phone, perhaps chooses a calendar, and sees how
//! it ended.
//!
//! Forms carry the flow's ticket; nothing else tells whose page it is. A form that is sent twice, and a page that is
//! loaded again, show where the flow stands.

mod pages;

use super::places::HOME;
use super::{Answer, Asked, Site, Trouble};
use crate::ids::{AuthorizationId, Holder};
use crate::linking::LinkError;
use crate::linking::consent::{self, Arrival, Back, Ending, Next, Standing};
use crate::linking::tries::{self, Try};
use crate::secret::SecretString;

#[cfg(test)]
pub(super) use pages::{Existing, choose as choose_page, confirm as confirm_page, ending as ending_page, linked};

/// `GET /oauth/google/callback`: Google sends the person back.
pub(super) fn returned(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let state = asked.secret("state").ok_or(Trouble::Expired)?;
    let back = Back { state, code: asked.secret("code"), error: asked.field("error").map(str::to_owned) };
    let session = match asked.session(site) {
        Ok(session) => Some(session),
        Err(Trouble::Expired) => None,
        Err(trouble) => return Err(trouble),
    };
    match (consent::returned(&site.app.linking, &back, session.as_ref())?, session) {
        (Some(Arrival::Guest(standing)), _) => show(site, Some(standing)),
        (Some(Arrival::Own { flow, ended }), Some(session)) => Ok(go_on(site, &session.holder, flow, ended)),
        (Some(Arrival::Own { .. } | Arrival::Elsewhere), _) => Err(Trouble::OtherBrowser),
        (None, _) => Err(Trouble::Expired),
    }
}

/// Who began on our page has confirmed by coming back: the rest is ours, and their page tells how it goes.
fn go_on(site: &Site, holder: &Holder, flow: AuthorizationId, ended: Option<Ending>) -> Answer {
    match ended {
        Some(ending) => tries::refused(&site.app.linking, holder, ending),
        None => site.app.begin_try(holder, Try::Consent { flow, chosen: None }),
    }
    Answer::SeeOther(HOME.to_owned())
}

/// `POST /oauth/google/confirm`: it is the person's phone.
pub(super) fn confirm(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, consent::confirm(&site.app.linking, &ticket(asked)?)?)
}

/// `POST /oauth/google/choose`: this calendar.
pub(super) fn choose(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, consent::choose(&site.app.linking, &ticket(asked)?, asked.field("calendar"))?)
}

/// `POST /oauth/google/status`: where the flow stands now.
pub(super) fn status(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, consent::of_ticket(&site.app.linking, &ticket(asked)?)?)
}

/// `GET /oauth/google/status`: without the ticket of a form nobody knows which flow it is about.
pub(super) fn nothing(_site: &Site, _asked: &Asked) -> Result<Answer, Trouble> {
    Err(Trouble::Expired)
}

/// `POST /oauth/google/again`: on with a flow that is still good, else back to Google.
pub(super) fn again(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let ticket = ticket(asked)?;
    if consent::of_ticket(&site.app.linking, &ticket)?.is_some_and(|standing| standing.next == Next::Confirm) {
        let standing = consent::confirm(&site.app.linking, &ticket)?;
        // A code whose exchange got lost was perhaps used up by it.
        if !standing.as_ref().is_some_and(|standing| standing.next == Next::Over(Ending::Expired)) {
            return show(site, standing);
        }
    }
    let ending = match consent::again(&site.app.linking, &ticket) {
        Ok(begun) => return Ok(Answer::SeeOther(begun.authorization_url.into())),
        Err(LinkError::Store(error)) => return Err(error.into()),
        Err(LinkError::NotLinked) => return Err(Trouble::Expired),
        Err(LinkError::AlreadyLinked(_)) => Ending::AlreadyLinked,
        Err(_) => Ending::Operator,
    };
    let standing = consent::of_ticket(&site.app.linking, &ticket)?.ok_or(Trouble::Expired)?;
    show(site, Some(Standing { next: Next::Over(ending), ..standing }))
}

fn ticket(asked: &Asked) -> Result<SecretString, Trouble> {
    asked.secret("ticket").ok_or(Trouble::Expired)
}

fn show(site: &Site, standing: Option<Standing>) -> Result<Answer, Trouble> {
    let standing = standing.ok_or(Trouble::Expired)?;
    let config = &site.app.config;
    let link = || site.app.linking.view(&standing.holder);
    Ok(Answer::Page(match &standing.next {
        Next::Confirm => {
            let offered = config.google.as_ref().is_some_and(|google| google.existing_calendars);
            let existing = match link()? {
                Some(link) => pages::Existing::Linked(link.calendar),
                None if offered => pages::Existing::Offered,
                None => pages::Existing::No,
            };
            pages::confirm(&standing, &existing)
        }
        Next::Choose(choices) => pages::choose(&standing, choices),
        Next::Over(Ending::Linked) => match &config.server.linked_url {
            Some(place) => return Ok(Answer::SeeOther(place.to_string())),
            None => pages::linked(&standing, link()?.map(|link| (link.calendar, link.account))),
        },
        Next::Over(ending) => pages::ending(&standing, *ending),
    }))
}
