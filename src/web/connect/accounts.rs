//! Linking with a user name and a password: Apple and CalDAV.

use super::looks::{self, Apple, Caldav, Here, PresetLook};
use super::{APPLE, CALDAV, home};
use crate::link::{Obstacle, ProviderKind};
use crate::linking::Try;
use crate::linking::browser::BrowserSession;
use crate::linking::{self, LinkRequest, LinkView, Stopped};
use crate::web::{Answer, Asked, Site, Trouble};

/// What a form begins with: the link that waits for its person, or what was typed last.
struct Known {
    link: Option<LinkView>,
    last: Option<Stopped>,
}

impl Known {
    /// `None`: a calendar of this person is linked, and well.
    fn of(site: &Site, session: &BrowserSession, provider: ProviderKind) -> Result<Option<Self>, Trouble> {
        let link = site.app.linking.view_at(&session.holder, provider)?;
        let last = site.app.linking.stopped(&session.holder).filter(|last| last.provider == provider);
        Ok(match link {
            None => Some(Self { link: None, last }),
            Some(link) if link.provider == provider && link.state.waits_for_person() => {
                Some(Self { link: Some(link), last })
            }
            Some(_) => {
                // Nothing is to be mended any more.
                site.app.linking.dismiss(&session.holder);
                None
            }
        })
    }

    fn username(&self, typed: Option<&str>) -> String {
        let last = self.last.as_ref().map(|last| last.username.as_str());
        let linked = self.link.as_ref().map(|link| link.account.as_str());
        linked.or(typed).or(last).unwrap_or_default().to_owned()
    }

    fn address(&self, typed: Option<&str>) -> String {
        let last = self.last.as_ref().map(|last| last.address.as_str());
        let linked = self.link.as_ref().map(|link| link.calendar_url.as_str());
        linked.or(typed).or(last).unwrap_or_default().to_owned()
    }

    fn fault(&self) -> Option<Obstacle> {
        self.last.as_ref().map(|last| last.obstacle)
    }

    /// How long the next try has to wait.
    fn minutes(&self, site: &Site) -> Option<i64> {
        self.last.as_ref().and_then(|last| last.minutes(site.app.clock.now()))
    }
}

/// `GET /connect/apple`
pub(in crate::web) fn apple_form(site: &Site, _asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(known) = Known::of(site, session, ProviderKind::Apple)? else { return Ok(home()) };
    let apple = Apple {
        username: known.username(None),
        fault: known.fault(),
        minutes: known.minutes(site),
        renew: known.link.is_some(),
    };
    let visitor = site.visitor(session, Here { path: APPLE, event: None });
    Ok(Answer::Page(looks::apple(&visitor, &apple)))
}

/// `POST /connect/apple`
pub(in crate::web) fn apple(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(known) = Known::of(site, session, ProviderKind::Apple)? else { return Ok(home()) };
    let Some(password) = asked.secret("password") else { return Ok(Answer::SeeOther(APPLE.to_owned())) };
    let request = LinkRequest {
        provider: ProviderKind::Apple,
        address: String::new(),
        username: known.username(asked.field("username")).trim().to_owned(),
        password,
        calendar: None,
    };
    Ok(tried(site, asked, session, request, APPLE))
}

/// `GET /connect/caldav`, perhaps with a well-known server in it.
pub(in crate::web) fn caldav_form(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(known) = Known::of(site, session, ProviderKind::Caldav)? else { return Ok(home()) };
    let presets = linking::presets();
    let chosen = asked.field("preset").and_then(|id| presets.iter().find(|preset| preset.id == id));
    let typed = chosen.map(|preset| preset.address.as_str()).filter(|address| !address.is_empty());
    let caldav = Caldav {
        presets: presets.iter().map(|preset| PresetLook { id: preset.id, name: preset.name }).collect(),
        chosen: chosen.map(|preset| preset.id),
        address: known.address(typed),
        username: known.username(None),
        app_password: chosen.is_some_and(|preset| preset.app_password),
        fault: known.fault().filter(|_| chosen.is_none()),
        minutes: known.minutes(site),
        renew: known.link.is_some(),
    };
    let visitor = site.visitor(session, Here { path: CALDAV, event: None });
    Ok(Answer::Page(looks::caldav(&visitor, &caldav)))
}

/// `POST /connect/caldav`
pub(in crate::web) fn caldav(site: &Site, asked: &Asked, session: &BrowserSession) -> Result<Answer, Trouble> {
    let Some(known) = Known::of(site, session, ProviderKind::Caldav)? else { return Ok(home()) };
    let Some(password) = asked.secret("password") else { return Ok(Answer::SeeOther(CALDAV.to_owned())) };
    let address = known.address(asked.field("address")).trim().to_owned();
    // Who gave an e-mail address has told their user name with it.
    let username = known.username(asked.field("username").or(asked.field("address").filter(|a| a.contains('@'))));
    let request = LinkRequest {
        provider: ProviderKind::Caldav,
        address,
        username: username.trim().to_owned(),
        password,
        calendar: None,
    };
    Ok(tried(site, asked, session, request, CALDAV))
}

/// Begins the try; what is not whole leads back to its form, which asks for the rest.
fn tried(site: &Site, asked: &Asked, session: &BrowserSession, request: LinkRequest, form: &'static str) -> Answer {
    let needs_address = request.provider == ProviderKind::Caldav;
    if request.username.is_empty() || (needs_address && request.address.is_empty()) {
        return Answer::SeeOther(form.to_owned());
    }
    site.app.begin_try(&session.holder, asked.household(), Try::Password(request));
    home()
}
