//! What a handler answers.

use minijinja::Value;
use poem::http::StatusCode;

use super::assets::Asset;
use super::places::{EXPIRED, HOME, place};
use crate::ids::Holder;
use crate::secret::SecretString;
use crate::store::StoreError;

/// An answer.
pub(super) enum Answer {
    /// A page.
    Page(Page),
    /// Another address (303).
    SeeOther(String),
    /// Another address, in a session that begins: this is what the browser keeps of it.
    In(String, SecretString),
    /// A page, and the browser's session is over.
    Out(Page),
    /// A file that never changes under its name.
    File(&'static Asset),
}

/// A page before it has a language. No `Debug`: it holds tickets.
pub(super) struct Page {
    /// The file below `templates/`.
    pub(super) template: &'static str,
    /// The status.
    pub(super) status: StatusCode,
    /// What the template shows.
    pub(super) values: Value,
    /// Whose it is, for the log.
    pub(super) holder: Option<Holder>,
}

impl Page {
    /// A page that answers 200.
    pub(super) fn new(template: &'static str, values: Value) -> Self {
        Self { template, status: StatusCode::OK, values, holder: None }
    }
}

/// Why there is no answer. Each has a page.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Nothing is at this address.
    NotHere,
    /// What the address was for is over, or never was.
    Expired,
    /// The address takes other methods; these.
    Method(&'static str),
    /// The form was sent by another site.
    Foreign,
    /// The form is of a session that is over.
    Stale,
    /// The key is wrong, as too many before it; how long to send no more of them.
    TooMany {
        /// Seconds.
        seconds: u64,
    },
    /// So much goes on at once that it would have taken too long; when it is worth asking again.
    Crowded {
        /// Seconds.
        seconds: u64,
    },
    /// The person came back from the provider in another browser.
    OtherBrowser,
    /// The form is too large, or didn't arrive.
    Unreadable,
    /// The disk is full or refuses; the cause is for the log. It passes.
    NothingStored(String),
    /// Our own failure; the cause is for the log.
    Failed(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        if error.is_of_the_disk() { Self::NothingStored(error.to_string()) } else { Self::Failed(error.to_string()) }
    }
}

impl Trouble {
    #[cfg(test)]
    pub(super) const ALL: [Self; 11] = [
        Self::Stale,
        Self::TooMany { seconds: 90 },
        Self::Crowded { seconds: 10 },
        Self::OtherBrowser,
        Self::NotHere,
        Self::Expired,
        Self::Method("GET"),
        Self::Foreign,
        Self::Unreadable,
        Self::NothingStored(String::new()),
        Self::Failed(String::new()),
    ];

    /// The page that says so. `request` is the request's id.
    pub(super) fn page(&self, request: &str) -> Page {
        let (word, status) = match self {
            Self::NotHere => ("not_here", StatusCode::NOT_FOUND),
            Self::Method(_) => ("not_here", StatusCode::METHOD_NOT_ALLOWED),
            Self::Expired => ("link_expired", StatusCode::GONE),
            Self::Foreign => ("foreign_form", StatusCode::FORBIDDEN),
            Self::Stale => ("stale_form", StatusCode::FORBIDDEN),
            Self::TooMany { .. } => ("rate_limited", StatusCode::TOO_MANY_REQUESTS),
            Self::Crowded { .. } => ("crowded", StatusCode::SERVICE_UNAVAILABLE),
            Self::OtherBrowser => ("other_browser", StatusCode::FORBIDDEN),
            Self::Unreadable => ("unreadable_form", StatusCode::BAD_REQUEST),
            Self::NothingStored(_) => ("storage_unavailable", StatusCode::SERVICE_UNAVAILABLE),
            Self::Failed(_) => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        };
        // Only where somebody will look it up.
        let request = matches!(self, Self::Failed(_)).then_some(request);
        // Without a ticket, the page for the language is the one that says the same as this one.
        let switch = matches!(self, Self::Expired).then(|| place(EXPIRED));
        let onward = matches!(self, Self::Stale).then(|| place(HOME));
        let values = minijinja::context! { code => word, request, switch, onward };
        Page { template: "notice.html", status, values, holder: None }
    }
}
