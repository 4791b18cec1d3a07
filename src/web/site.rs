//! What all pages of one gateway share.

use std::sync::{Arc, LazyLock};

use poem::http::HeaderValue;
use url::Url;

use super::render::Templates;
use crate::config::Config;
use crate::gateway::Gateway;

/// What all pages of one gateway share.
pub(super) struct Site {
    /// The engine.
    pub(super) gateway: Arc<Gateway>,
    /// The templates, read with the first page: many a gateway goes for days without one.
    pub(super) templates: LazyLock<Templates>,
    /// What a browser may do on a page.
    pub(super) policy: HeaderValue,
    /// Our own address, as browsers name where a form came from.
    pub(super) origin: String,
    /// Whether cookies are for HTTPS alone.
    pub(super) secure: bool,
}

impl Site {
    /// Reads the settings.
    pub(super) fn new(gateway: Arc<Gateway>) -> Self {
        let public_url = &gateway.config.server.public_url;
        let origin = public_url.origin().ascii_serialization();
        let secure = public_url.scheme() == "https";
        let policy = policy(&gateway.config);
        Self { gateway, templates: LazyLock::new(Templates::read), policy, origin, secure }
    }
}

/// A page loads our stylesheet and our images, and nothing else from anywhere. Its forms are sent to us; browsers apply
/// `form-action` also to where the answer to a form leads, so the places that we lead to stand in it too.
fn policy(config: &Config) -> HeaderValue {
    let google = config.google.as_ref().map(|google| &google.authorization_url);
    let places = google.into_iter().chain(&config.server.linked_url);
    let places: String = places.map(|url: &Url| format!(" {}", url.origin().ascii_serialization())).collect();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{places}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    // An origin is ASCII; if ever it is not, nothing may be loaded at all.
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}
