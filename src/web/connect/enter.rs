//! Coming in by the link, hopping from an app's own browser into the real one, and going out. Who is in already, as
//! somebody else, is asked first: a link that a stranger sent must not put a browser into their name unseen.

use url::Url;

use super::looks::{self, Here};
use super::{home, in_app};
use crate::http::Refused;
use crate::ids::Holder;
use crate::linking::browser::BrowserSession;
use crate::secret::{ExposeSecret, SecretString};
use crate::web::places::HOME;
use crate::web::{Answer, Asked, Site, Trouble};

/// `GET /connect`: by the client system's link, by a hop, or home.
pub(in crate::web) fn enter(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    if let Some(hop) = asked.secret("hop") {
        return hopped(site, asked, &hop);
    }
    let (phone, key) = (asked.field("phone_number"), asked.field("secure_key"));
    if phone.is_none() && key.is_none() {
        return super::home::show(site, asked, &asked.session(site)?);
    }
    let (Some(phone), Some(key)) = (phone, key) else { return Err(Trouble::Expired) };
    let holder =
        site.keys.check(asked.asker, &site.app.clients.puentes(), phone, key).map_err(|refused| match refused {
            Refused::TooMany { seconds } => Trouble::TooMany { seconds },
            // One answer to all of these: nobody learns here which phones there are.
            Refused::Wrong | Refused::NoName(_) => Trouble::Expired,
        })?;
    let_in(site, asked, &holder)
}

/// Who proved to be `holder` comes in.
pub(super) fn let_in(site: &Site, asked: &Asked, holder: &Holder) -> Result<Answer, Trouble> {
    if in_app::of(&asked.user_agent).is_some() || changes(site, asked, holder)?.is_some() {
        // The address bar is all that an app's browser hands on, and stands there while a person reads what they are asked:
        // so it must lead somewhere, and not hold the key.
        let hop = site.app.linking.hop(holder)?;
        return Ok(Answer::SeeOther(hop_path(&hop)));
    }
    signed_in(site, asked, holder)
}

fn signed_in(site: &Site, asked: &Asked, holder: &Holder) -> Result<Answer, Trouble> {
    let token = site.app.linking.enter(holder, asked.token.as_ref())?;
    // What went wrong another time is not where the person stands now.
    site.app.linking.dismiss(holder);
    Ok(Answer::In(HOME.to_owned(), token))
}

/// The session of another person that this browser is in, which `holder`'s would take the place of.
fn changes(site: &Site, asked: &Asked, holder: &Holder) -> Result<Option<BrowserSession>, Trouble> {
    let Some(token) = &asked.token else { return Ok(None) };
    Ok(site.app.linking.session(token)?.filter(|session| session.holder != *holder))
}

/// `GET /connect?hop=…`: an app's own browser shows how to leave it; any other one lands.
fn hopped(site: &Site, asked: &Asked, hop: &SecretString) -> Result<Answer, Trouble> {
    if let Some(app) = in_app::of(&asked.user_agent) {
        site.app.linking.may_hop(hop)?.ok_or(Trouble::Expired)?;
        return shown(site, app, hop);
    }
    asked_first(site, asked, hop)
}

/// Lands; who is in as somebody else is asked first.
fn asked_first(site: &Site, asked: &Asked, hop: &SecretString) -> Result<Answer, Trouble> {
    if let Some(holder) = site.app.linking.may_hop(hop)?
        && let Some(session) = changes(site, asked, &holder)?
    {
        let visitor = site.visitor(&session, Here { path: HOME, event: None });
        return Ok(Answer::Page(looks::change(&visitor, &holder, hop)));
    }
    landed(site, asked, hop)
}

fn landed(site: &Site, asked: &Asked, hop: &SecretString) -> Result<Answer, Trouble> {
    match site.app.linking.land(hop, asked.token.as_ref())? {
        Some(token) => Ok(Answer::In(HOME.to_owned(), token)),
        // Loaded again: who landed is home already.
        None => asked.session(site).map(|_| home()),
    }
}

/// `GET /connect/handover`: for who stayed in the app's browser, and wants Google after all.
pub(in crate::web) fn handover(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(app) = in_app::of(&asked.user_agent) else { return Ok(home()) };
    let hop = site.app.linking.hop(&session.holder)?;
    shown(site, app, &hop)
}

/// `POST /connect/stay`: on in the app's own browser.
pub(in crate::web) fn stay(site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    let hop = asked.secret("hop").ok_or(Trouble::Expired)?;
    asked_first(site, asked, &hop)
}

/// `POST /connect/change`: who is in as somebody else goes on as the person of the link.
pub(in crate::web) fn change(site: &Site, asked: &Asked, _session: &BrowserSession) -> Result<Answer, Trouble> {
    let hop = asked.secret("hop").ok_or(Trouble::Expired)?;
    landed(site, asked, &hop)
}

/// `POST /connect/logout`
pub(in crate::web) fn logout(site: &Site, _asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    // What is running goes on, and needs its consent; what waits would wait for nobody.
    if !site.app.linking.is_trying(&session.holder) {
        site.app.linking.give_up_consent(session)?;
        site.app.linking.dismiss(&session.holder);
    }
    site.app.linking.leave(session)?;
    Ok(Answer::Out(looks::signed_out()))
}

fn hop_path(hop: &SecretString) -> String {
    format!("{HOME}?hop={}", hop.expose_secret())
}

fn shown(site: &Site, app: in_app::InApp, hop: &SecretString) -> Result<Answer, Trouble> {
    let mut link: Url = site.app.config.server.public_url.clone();
    link.set_path(HOME);
    link.query_pairs_mut().append_pair("hop", hop.expose_secret());
    Ok(Answer::Page(looks::handover(&looks::Handover {
        app: app.name,
        open: app.way_out(&link),
        link: link.into(),
        hop: hop.clone(),
        // Who has no session yet comes back to this page, in another language, by the hop alone.
        here: Here { path: HOME, event: None },
    })))
}
