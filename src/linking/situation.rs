//! Where a person stands who opens their page: one of these, whatever came before.

use super::browser::BrowserSession;
use super::consent;
use super::{LinkState, LinkView, ProviderKind, UnlinkReceipt, last_receipt, tries, view};
use crate::gateway::Gateway;
use crate::store::{StoreError, events, holders};

/// Where a person stands.
#[derive(Clone, Debug)]
pub enum Situation {
    /// Nothing is linked; perhaps something was.
    NotLinked {
        /// What the last unlink did.
        last_unlink: Option<UnlinkReceipt>,
        /// Events that wait for a calendar.
        held: u64,
    },
    /// The person was sent to Google from this browser, and is not back.
    Opening,
    /// A calendar is being tried at this moment.
    Checking(ProviderKind),
    /// Only the person can say which calendar.
    Choosing(Choosing),
    /// The last try did not end well.
    Stopped(Stopped),
    /// All is well.
    Linked(LinkView),
    /// The link waits for its person.
    Attention(LinkView),
    /// The link is being cleaned up.
    CleaningUp(LinkView),
}

/// Calendars to choose from.
#[derive(Clone, Debug)]
pub struct Choosing {
    /// Where they are.
    pub provider: ProviderKind,
    /// Those that can be written.
    pub calendars: Vec<CalendarChoice>,
    /// Whether a new one can be made instead.
    pub or_new: bool,
}

/// One calendar to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChoice {
    /// Its address; with Google its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A try that did not end well, and what was typed for it. No password.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Where.
    pub provider: ProviderKind,
    /// Why.
    pub obstacle: Obstacle,
    /// The address that was typed (CalDAV).
    pub address: String,
    /// The user name that was typed.
    pub username: String,
}

/// Where the person of a browser session stands.
///
/// # Errors
/// When the store fails.
pub fn situation(gateway: &Gateway, session: &BrowserSession) -> Result<Situation, StoreError> {
    let holder = &session.holder;
    if let Some(standing) = tries::standing(gateway, holder) {
        return Ok(standing);
    }
    if let Some(link) = view(gateway, holder)? {
        return Ok(match link.state {
            LinkState::Active => Situation::Linked(link),
            LinkState::NeedsReauthorization | LinkState::CalendarLost => Situation::Attention(link),
            LinkState::Unlinking => Situation::CleaningUp(link),
        });
    }
    if consent::goes_on(gateway, session)? {
        return Ok(Situation::Opening);
    }
    let last_unlink = last_receipt(gateway, holder)?;
    let held = gateway.store.read(|tx| match holders::find(tx, holder)? {
        Some(holder) => events::count(tx, holder),
        None => Ok(0),
    })?;
    Ok(Situation::NotLinked { last_unlink, held })
}

macro_rules! obstacles {
    ($($(#[$doc:meta])* $name:ident $code:literal,)*) => {
        /// What stands between a person and their linked calendar.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Obstacle {
            $($(#[$doc])* $name,)*
        }

        impl Obstacle {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// A stable word for the page and for support.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

obstacles! {
    /// The person did not consent. A normal end.
    Cancelled "cancelled",
    /// The person consented, but not to what is needed.
    MissingScope "missing_scope",
    /// The administrator of the person's organisation does not allow it.
    AdminBlocked "admin_blocked",
    /// Another calendar was linked meanwhile.
    AlreadyLinked "already_linked",
    /// The link waits for the account that it was made with, and this is another.
    OtherAccount "other_account",
    /// What the provider gave came too late.
    LinkExpired "link_expired",
    /// The provider did not answer, or not surely.
    ProviderDown "provider_down",
    /// The provider wants us to come back later.
    RateLimited "rate_limited",
    /// The gateway is not set up right; its operator has to help.
    Operator "operator",
    /// No calendar of the account can be written.
    NoWritableCalendar "no_writable_calendar",
    /// It broke off on our side.
    Interrupted "interrupted",
    /// The provider refuses user name or password.
    LoginFailed "login_failed",
    /// What was typed is no app-specific password. Nothing was sent to Apple.
    AppleRegularPassword "apple_regular_password",
    /// No calendar server was found at that address.
    DiscoveryFailed "discovery_failed",
    /// The server's certificate can't be trusted. Nothing was sent to it.
    TlsUntrusted "tls_untrusted",
    /// The address is one that this gateway does not talk to.
    AddressNotAllowed "address_not_allowed",
}
