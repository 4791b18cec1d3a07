//! How a consent can end.

use crate::link::Obstacle;

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The calendar is linked.
    Linked,
    /// The person did not consent. A normal end.
    Cancelled,
    /// The person consented, but not to what is needed.
    MissingScope,
    /// The administrator of the person's organisation does not allow it.
    AdminBlocked,
    /// The phone has a link already.
    AlreadyLinked,
    /// The link waits for the account that it was made with, and this is another.
    OtherAccount,
    /// The code was worth nothing: too old, or used.
    Expired,
    /// The provider did not answer, or not surely. Trying again helps.
    ProviderDown,
    /// The gateway is not set up right at the provider. Its operator has to help.
    Operator,
    /// The calendar that was chosen can't be written.
    NoWritableCalendar,
    /// The flow broke off on our side.
    Interrupted,
    /// Another page is linking this phone at this moment.
    Busy,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Linked,
        Self::Cancelled,
        Self::MissingScope,
        Self::AdminBlocked,
        Self::AlreadyLinked,
        Self::OtherAccount,
        Self::Expired,
        Self::ProviderDown,
        Self::Operator,
        Self::NoWritableCalendar,
        Self::Interrupted,
        Self::Busy,
    ];

    /// A stable word, for the page, for support and for the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Cancelled => "cancelled",
            Self::MissingScope => "missing_scope",
            Self::AdminBlocked => "admin_blocked",
            Self::AlreadyLinked => "already_linked",
            Self::OtherAccount => "other_account",
            Self::Expired => "link_expired",
            Self::ProviderDown => "provider_down",
            Self::Operator => "operator",
            Self::NoWritableCalendar => "no_writable_calendar",
            Self::Interrupted => "interrupted",
            Self::Busy => "busy",
        }
    }

    /// What stands between the person and their calendar; none once it is linked.
    pub fn obstacle(self) -> Option<Obstacle> {
        match self {
            Self::Linked => None,
            Self::Cancelled => Some(Obstacle::Cancelled),
            Self::MissingScope => Some(Obstacle::MissingScope),
            Self::AdminBlocked => Some(Obstacle::AdminBlocked),
            Self::AlreadyLinked => Some(Obstacle::AlreadyLinked),
            Self::OtherAccount => Some(Obstacle::OtherAccount),
            Self::Expired => Some(Obstacle::LinkExpired),
            Self::ProviderDown => Some(Obstacle::ProviderDown),
            Self::Operator => Some(Obstacle::Operator),
            Self::NoWritableCalendar => Some(Obstacle::NoWritableCalendar),
            Self::Interrupted | Self::Busy => Some(Obstacle::Interrupted),
        }
    }

    /// Reads the word back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.code() == code)
    }

    /// What a provider means that sends a person back with `error` (docs/providers.md#google-consent).
    pub(super) fn of_redirect(error: &str) -> Self {
        match error {
            "access_denied" | "cancelled" => Self::Cancelled,
            "admin_policy_enforced" | "org_internal" => Self::AdminBlocked,
            "server_error" | "temporarily_unavailable" => Self::ProviderDown,
            other => {
                let other: String = other.chars().filter(char::is_ascii_graphic).take(60).collect();
                tracing::error!(error = other, "Google refuses our way of asking for a consent: see docs/google.md");
                Self::Operator
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        for ending in Ending::ALL {
            assert_eq!(Ending::from_code(ending.code()), Some(ending));
        }
        assert_eq!(Ending::from_code("sent"), None);
    }

    #[test]
    fn saying_no_is_no_error_and_an_operators_mistake_is_not_the_persons() {
        let table = [
            ("access_denied", Ending::Cancelled),
            ("admin_policy_enforced", Ending::AdminBlocked),
            ("org_internal", Ending::AdminBlocked),
            ("temporarily_unavailable", Ending::ProviderDown),
            ("redirect_uri_mismatch", Ending::Operator),
            ("invalid_client", Ending::Operator),
            ("\u{1b}[31m whatever", Ending::Operator),
        ];
        for (error, expected) in table {
            assert_eq!(Ending::of_redirect(error), expected, "{error}");
        }
    }
}
