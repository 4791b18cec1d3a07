//! Linking with Google: one form, and the person is on their way there.

use super::{begin, home, in_app};
use crate::link::LinkState;
use crate::linking::browser::BrowserSession;
use crate::linking::consent::{self, Ending};
use crate::linking::tries::{self, Try};
use crate::linking::{LinkError, view};
use crate::web::places::HANDOVER;
use crate::web::{Answer, Asked, Site, Trouble};

/// `POST /connect/google`: off to the consent, or on with one that was given and not finished.
pub(in crate::web) fn google(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let gateway = &site.gateway;
    if in_app::of(&asked.user_agent).is_some() {
        return Ok(Answer::SeeOther(HANDOVER.to_owned()));
    }
    if tries::is_running(gateway, &session.holder) {
        return Ok(home());
    }
    if let Some(flow) = consent::unfinished(gateway, session)? {
        begin(site, &session.holder, Try::Consent { flow, chosen: None });
        return Ok(home());
    }
    tries::dismiss(gateway, &session.holder);
    match consent::begin_here(gateway, session) {
        Ok(begun) => Ok(Answer::SeeOther(begun.authorization_url.into())),
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(LinkError::AlreadyLinked(_)) => {
            // Another tab was first; a link that is well needs no word about it.
            let waits = view(gateway, &session.holder)?.is_some_and(|link| link.state != LinkState::Active);
            if waits {
                tries::refused(gateway, &session.holder, Ending::AlreadyLinked);
            }
            Ok(home())
        }
        Err(_) => {
            tries::refused(gateway, &session.holder, Ending::Operator);
            Ok(home())
        }
    }
}
