//! Linking with Google: one form, and the person is on their way there.

use super::{home, in_app};
use crate::link::LinkState;
use crate::linking::LinkError;
use crate::linking::browser::BrowserSession;
use crate::linking::consent::{self, Ending};
use crate::linking::tries::{self, Try};
use crate::web::places::HANDOVER;
use crate::web::{Answer, Asked, Site, Trouble};

/// `POST /connect/google`: off to the consent, or on with one that was given and not finished.
pub(in crate::web) fn google(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let app = &site.app;
    if in_app::of(&asked.user_agent).is_some() {
        return Ok(Answer::SeeOther(HANDOVER.to_owned()));
    }
    if tries::is_running(&app.linking, &session.holder) {
        return Ok(home());
    }
    if let Some(flow) = consent::unfinished(&app.linking, session)? {
        app.begin_try(&session.holder, Try::Consent { flow, chosen: None });
        return Ok(home());
    }
    tries::dismiss(&app.linking, &session.holder);
    match consent::begin_here(&app.linking, session) {
        Ok(begun) => Ok(Answer::SeeOther(begun.authorization_url.into())),
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(LinkError::AlreadyLinked(_)) => {
            // Another tab was first; a link that is well needs no word about it.
            let waits = app.linking.view(&session.holder)?.is_some_and(|link| link.state != LinkState::Active);
            if waits {
                tries::refused(&app.linking, &session.holder, Ending::AlreadyLinked);
            }
            Ok(home())
        }
        Err(_) => {
            tries::refused(&app.linking, &session.holder, Ending::Operator);
            Ok(home())
        }
    }
}
