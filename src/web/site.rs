//! What all pages of one gateway share.

use std::sync::{Arc, LazyLock};

use poem::http::HeaderValue;
use url::Url;

use super::connect::looks::{Here, Visitor};
use super::cookie::Cookie;
use super::render::{Templates, Whose};
use crate::app::App;
use crate::config::Config;
use crate::http::Keys;
use crate::ids::Holder;
use crate::linking::browser::BrowserSession;
use crate::profile::Naming;

/// What all pages of one gateway share.
pub(super) struct Site {
    /// What they ask.
    pub(super) app: Arc<App>,
    /// The templates, read with the first page: many a gateway goes for days without one.
    pub(super) templates: LazyLock<Templates>,
    /// What a browser may do on a page.
    pub(super) policy: HeaderValue,
    /// Our own address, as browsers name where a form came from.
    pub(super) origin: String,
    /// Whether cookies are for HTTPS alone.
    pub(super) secure: bool,
    /// What browsers keep of a session.
    pub(super) cookie: Cookie,
    /// Who may come in.
    pub(super) keys: Arc<Keys>,
}

impl Site {
    /// Reads the settings.
    pub(super) fn new(app: Arc<App>, keys: Arc<Keys>) -> Self {
        let public_url = &app.config.server.public_url;
        let origin = public_url.origin().ascii_serialization();
        let secure = public_url.scheme() == "https";
        let policy = policy(&app.config, app.linking.consent_origins());
        let (templates, cookie) = (LazyLock::new(Templates::read as fn() -> Templates), Cookie::new(secure));
        Self { app, templates, policy, origin, secure, cookie, keys }
    }

    /// Whom a page about `holder` names; a page about nobody names the installation's own calendar.
    pub(super) fn whose(&self, holder: Option<&Holder>) -> Whose {
        let system = holder.and_then(|holder| self.app.clients.get(holder.client));
        let by_id = system.is_some_and(|system| system.profile.naming == Naming::Id);
        let calendar = holder.map(|holder| self.app.linking.calendar_name(holder));
        Whose { calendar: calendar.unwrap_or_else(|| self.app.config.calendar.name.clone()), by_id }
    }

    /// What every page of a session shows. Times are told in the zone of new calendars, where nothing better is known.
    pub(super) fn visitor(&self, session: &BrowserSession, here: Here) -> Visitor {
        Visitor {
            holder: session.holder.clone(),
            csrf: session.csrf.clone(),
            now: self.app.clock.now(),
            zone: self.app.config.calendar.time_zone.clone(),
            here,
        }
    }
}

/// A page loads our stylesheet, our scripts and our images, asks nobody but us, and nothing stands in the page itself
/// that a browser would run. Its forms are sent to us; browsers apply
/// `form-action` also to where the answer to a form leads, so the places that we lead to stand in it too.
fn policy(config: &Config, consents: Vec<String>) -> HeaderValue {
    let onward = config.server.linked_url.as_ref().map(|url: &Url| url.origin().ascii_serialization());
    let places: String = consents.into_iter().chain(onward).map(|origin| format!(" {origin}")).collect();
    let framers = &config.server.frame_ancestors;
    let framers = if framers.is_empty() { "'none'".to_owned() } else { framers.join(" ") };
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
         form-action 'self'{places}; base-uri 'none'; frame-ancestors {framers}"
    );
    // An origin is ASCII; if ever it is not, nothing may be loaded at all.
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}
