//! Linking where people consent: one form, and the person is on their way to the provider.

use super::{home, in_app};
use crate::linking::browser::BrowserSession;
use crate::linking::consent::Onward;
use crate::web::places::{HANDOVER, consents_in};
use crate::web::{Answer, Asked, Site, Trouble};

/// `POST /connect/{provider}`: off to the consent, or on with one that was given and not finished.
pub(in crate::web) fn consent(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let app = &site.app;
    let provider = consents_in(&asked.path, &app.linking.offers()).ok_or(Trouble::NotHere)?;
    if in_app::of(&asked.user_agent).is_some() {
        return Ok(Answer::SeeOther(HANDOVER.to_owned()));
    }
    match app.linking.resume_or_begin(session, provider)? {
        Onward::GoOn(what) => app.begin_try(&session.holder, asked.household(), what),
        Onward::Away(address) => return Ok(Answer::SeeOther(address.into())),
        Onward::Told => {}
    }
    Ok(home())
}

/// `GET /connect/{provider}`: who comes by hand is sent home.
pub(in crate::web) fn elsewhere(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let known = consents_in(&asked.path, &site.app.linking.offers());
    known.map(|_| home()).ok_or(Trouble::NotHere)
}
