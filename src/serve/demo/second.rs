//! The demo's second client system: an ERP that says its events as JSON. It and Puentes never learn of each other.

use serde_json::json;

use super::neighbours::{ERP_USER, PASSWORD};
use crate::access::NewApiKey;
use crate::app::App;
use crate::ids::{Holder, Slug};
use crate::link::ProviderKind;
use crate::linking::LinkRequest;
use crate::profile::{Changes, Naming};
use crate::scope::Scopes;
use crate::secret::{ExposeSecret, SecretString};
use crate::serve::ServeError;
use crate::tenants::NewTenant;
use crate::trail::Actor;

/// How it is called.
pub(super) const SLUG: &str = "erp";
/// How it calls its one holder.
pub(super) const CUSTOMER: &str = "17";

/// The ERP as it was added.
pub(super) struct Second {
    holder: Holder,
    /// With what its programs come in.
    key: SecretString,
}

impl Second {
    /// Adds it as `pasarela client add` and `pasarela key create` do.
    pub(super) fn add(app: &App) -> Result<Self, ServeError> {
        let by = Actor::server();
        let changes = Changes::from_iter([("time_zone".to_owned(), json!("America/Guayaquil"))]);
        let slug = Slug::new(SLUG).map_err(broken)?;
        let wanted = NewTenant { slug, name: Some("ERP de ejemplo".to_owned()), naming: Naming::Id, changes };
        let profile = app.tenants.add(&wanted, &by).map_err(broken)?;
        let wanted = NewApiKey {
            name: "demo".to_owned(),
            scopes: Scopes::all(),
            pinned: None,
            networks: Vec::new(),
            expires_at: None,
        };
        let made = app.access.create_key(profile.for_operator(), &wanted, &by).map_err(broken)?;
        Ok(Self { holder: Holder::of(profile.id, CUSTOMER), key: made.secret })
    }

    /// Links its holder with a calendar, as their page would.
    pub(super) fn link(&self, app: &App, address: String) -> Result<(), ServeError> {
        let request = LinkRequest {
            provider: ProviderKind::Caldav,
            address,
            username: ERP_USER.to_owned(),
            password: PASSWORD.to_owned().into(),
            calendar: None,
        };
        app.linking.link(&self.holder, &request).map(drop).map_err(broken)
    }

    /// What is to stand in the demo's lines: the key opens nothing but this demo.
    pub(super) fn key(&self) -> &str {
        self.key.expose_secret()
    }
}

fn broken(error: impl std::fmt::Display) -> ServeError {
    ServeError::System(std::io::Error::other(format!("the demo's second client system: {error}")))
}
