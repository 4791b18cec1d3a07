//! What can stand between a person and their linked calendar.

use serde::{Deserialize, Serialize};

macro_rules! obstacles {
    ($($(#[$doc:meta])* $name:ident $code:literal,)*) => {
        /// What stands between a person and their linked calendar.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Obstacle {
            $($(#[$doc])* $name,)*
        }

        impl Obstacle {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// A stable word for the page, for support and for the database.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Reads the word back.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|obstacle| obstacle.code() == code)
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
    /// The account has no room for more.
    AccountFull "account_full",
    /// The link, or everything of the client system, is switched off. Nothing was tried.
    SwitchedOff "switched_off",
    /// It broke off on our side.
    Interrupted "interrupted",
    /// Another page or request is linking this holder at this moment.
    Busy "busy",
    /// Too many calendars are being linked at this moment. Nothing was tried.
    Crowded "crowded",
    /// Logins were refused so often that the next one has to wait. Nothing was sent.
    TooManyLogins "too_many_logins",
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
