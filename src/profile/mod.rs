//! What is kept of a client system: what it is called, whether it may work, and what it has chosen.
//!
//! Rule: plain data, and always valid: what a client system or the operator asks for is looked at whole ([`Changes`]) before a
//! [`Profile`] has it. No secret is in here.

mod branding;
mod changes;
mod limits;
mod words;

pub use branding::{Branding, Colour};
pub use changes::{Changes, SettingError};
pub use limits::{Rate, RateLimits};
pub use words::{ClientState, JsonNames, Locale, Naming};

use jiff::Timestamp;
use url::Url;

use crate::calendar::Zone;
use crate::ids::{ClientSystemId, PublicClientId, Slug, Tenant};
use crate::link::Direction;

/// A client system, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its row.
    pub id: ClientSystemId,
    /// How it is called in answers.
    pub public_id: PublicClientId,
    /// How the operator calls it.
    pub slug: Slug,
    /// Whether it may work.
    pub state: ClientState,
    /// How its holders are named.
    pub naming: Naming,
    /// What it has chosen.
    pub chosen: Chosen,
    /// When it was added; none for one from before that was written down.
    pub created_at: Option<Timestamp>,
}

/// What a client system has chosen, or the operator for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// What people know it as, on pages and in their calendars.
    pub display_name: String,
    /// The language in which its people are addressed first.
    pub locale: Locale,
    /// The zone of times that come without one; none: the installation's.
    pub time_zone: Option<Zone>,
    /// The country of phone numbers without a country code (ISO 3166 alpha-2); none: the installation's.
    pub default_region: Option<String>,
    /// Where it tells all events of a holder; without one there is no resync.
    pub events_url: Option<Url>,
    /// Where it wants to be told what happens.
    pub webhook_url: Option<Url>,
    /// How names are spelled in what it is answered.
    pub json_names: JsonNames,
    /// Origins of sites whose pages may call with a token of its users (`https://erp.example.org`).
    pub allowed_origins: Vec<String>,
    /// Whether keys made with MD5 are taken beside those made with HMAC.
    pub takes_md5: bool,
    /// Whether guests are written into the provider's event as its attendees. Nobody is ever mailed for that.
    pub guests_as_attendees: bool,
    /// Which way events go on links that say nothing else.
    pub direction: Direction,
    /// How much it may ask, where that differs from the installation's defaults.
    pub limits: RateLimits,
    /// How its pages look.
    pub branding: Branding,
}

impl Chosen {
    /// What a new client system has chosen: its name, and everything else as it is unless somebody says otherwise.
    pub fn of_new(display_name: &str) -> Self {
        Self { display_name: display_name.to_owned(), takes_md5: true, ..Self::default() }
    }
}

impl Profile {
    /// The proof that the operator speaks for it, who may speak for all.
    pub fn for_operator(&self) -> Tenant {
        Tenant::proven(self.id)
    }
}
