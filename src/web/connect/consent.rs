//! Linking where people consent: one form, and the person is on their way to the provider.

use super::{home, in_app};
use crate::link::{LinkState, Obstacle, ProviderKind};
use crate::linking::LinkError;
use crate::linking::browser::BrowserSession;
use crate::linking::consent;
use crate::linking::tries::{self, Try};
use crate::web::places::{HANDOVER, consents_in};
use crate::web::{Answer, Asked, Site, Trouble};

/// `POST /connect/{provider}`: off to the consent, or on with one that was given and not finished.
pub(in crate::web) fn consent(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let app = &site.app;
    let provider = consents_in(&asked.path, &app.linking.offers()).ok_or(Trouble::NotHere)?;
    if in_app::of(&asked.user_agent).is_some() {
        return Ok(Answer::SeeOther(HANDOVER.to_owned()));
    }
    if tries::is_running(&app.linking, &session.holder) {
        return Ok(home());
    }
    if let Some(flow) = consent::unfinished(&app.linking, session, provider)? {
        app.begin_try(&session.holder, Try::Consent { provider, flow, chosen: None });
        return Ok(home());
    }
    tries::dismiss(&app.linking, &session.holder);
    match consent::begin_here(&app.linking, session, provider) {
        Ok(begun) => Ok(Answer::SeeOther(begun.authorization_url.into())),
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(LinkError::NotMade(not)) => not_begun(site, session, provider, not.obstacle),
    }
}

/// `GET /connect/{provider}`: who comes by hand is sent home.
pub(in crate::web) fn elsewhere(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let known = consents_in(&asked.path, &site.app.linking.offers());
    known.map(|_| home()).ok_or(Trouble::NotHere)
}

/// Another tab may have been first; a link that is well needs no word about it.
fn not_begun(
    site: &Site,
    session: &BrowserSession,
    provider: ProviderKind,
    obstacle: Obstacle,
) -> Result<Answer, Trouble> {
    let linking = &site.app.linking;
    let is_well = || Ok::<_, Trouble>(linking.view(&session.holder)?.is_some_and(|it| it.state == LinkState::Active));
    if obstacle != Obstacle::AlreadyLinked || !is_well()? {
        tries::refused(linking, &session.holder, provider, obstacle);
    }
    Ok(home())
}
