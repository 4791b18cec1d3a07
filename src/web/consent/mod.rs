//! The pages of a consent at a provider: the person comes back, confirms the phone, perhaps chooses a calendar, and sees how
//! it ended.
//!
//! Forms carry the flow's ticket; nothing else tells whose page it is. A form that is sent twice, and a page that is
//! loaded again, show where the flow stands.

mod pages;

use super::places::{HOME, consents_in, of_consent};
use super::{Answer, Asked, Site, Trouble};
use crate::link::ProviderKind;
use crate::linking::consent::{Again, Arrival, Back, Ending, Next, Standing};
use crate::secret::SecretString;

#[cfg(test)]
pub(super) use pages::{Existing, choose as choose_page, confirm as confirm_page, ending as ending_page, linked};

/// `GET /oauth/{provider}/callback`: the provider sends the person back.
pub(super) fn returned(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    provider(site, asked)?;
    let state = asked.secret("state").ok_or(Trouble::Expired)?;
    let back = Back { state, code: asked.secret("code"), error: asked.field("error").map(str::to_owned) };
    let session = match asked.session(site) {
        Ok(session) => Some(session),
        Err(Trouble::Expired) => None,
        Err(trouble) => return Err(trouble),
    };
    match site.app.linking.came_back(&back, session.as_ref())? {
        Some(Arrival::Guest(standing)) => show(site, Some(standing)),
        Some(Arrival::Own { holder, goes_on }) => {
            if let Some(what) = goes_on {
                site.app.begin_try(&holder, asked.household(), what);
            }
            Ok(Answer::SeeOther(HOME.to_owned()))
        }
        Some(Arrival::Elsewhere) => Err(Trouble::OtherBrowser),
        None => Err(Trouble::Expired),
    }
}

/// `POST /oauth/{provider}/confirm`: it is the person's phone.
pub(super) fn confirm(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, site.app.linking.confirm_consent(&ticket(asked)?)?)
}

/// `POST /oauth/{provider}/choose`: this calendar.
pub(super) fn choose(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, site.app.linking.choose_for_consent(&ticket(asked)?, asked.field("calendar"))?)
}

/// `POST /oauth/{provider}/status`: where the flow stands now.
pub(super) fn status(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    show(site, site.app.linking.consent_of(&ticket(asked)?)?)
}

/// `GET` of an address for forms: to where a flow tells how it stands.
pub(super) fn elsewhere(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    Ok(Answer::SeeOther(of_consent(provider(site, asked)?, "status")))
}

/// `/oauth/expired`, and `GET /oauth/{provider}/status`: without a form's ticket nobody knows which flow it is about.
pub(super) fn nothing(_site: &Site, _asked: &Asked) -> Result<Answer, Trouble> {
    Err(Trouble::Expired)
}

/// `POST /oauth/{provider}/again`: on with a flow that is still good, else back to the provider.
pub(super) fn again(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    match site.app.linking.consent_again(&ticket(asked)?)?.ok_or(Trouble::Expired)? {
        Again::Here(standing) => show(site, Some(standing)),
        Again::Away(address) => Ok(Answer::SeeOther(address.into())),
    }
}

/// The provider whose address it is.
fn provider(site: &Site, asked: &Asked) -> Result<ProviderKind, Trouble> {
    consents_in(&asked.path, &site.app.linking.offers()).ok_or(Trouble::NotHere)
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
            let offers = site.app.linking.offers();
            let offered = offers.iter().any(|offer| offer.kind == standing.provider && offer.lets_choose);
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
        Next::Over(Ending::Not(obstacle)) => pages::ending(&standing, *obstacle),
    }))
}
