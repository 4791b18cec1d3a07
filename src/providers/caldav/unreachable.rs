//! Why nothing could be found at an address, named for what the person does next. Pure.

use url::Url;

use super::DiscoverError;
use super::quirks::Profile;
use super::session::{Answer, Trouble, place};
use crate::outbound::{OutboundError, retry_after};

/// Why no account or calendar was reached, although nobody refused the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// There is no calendar server at that address: look at the address.
    NotFound,
    /// The server is there, and fails or says nothing: try again later.
    Down,
    /// The server's certificate can't be trusted; nothing was sent to it. Its operator has to mend that.
    TlsUntrusted,
    /// The server wants us to come back later: try again later, and not at once.
    Busy,
}

impl Unreachable {
    /// What an answer says that was not the one hoped for.
    fn of_answer(answer: &Answer) -> Self {
        match answer.status {
            429 => Self::Busy,
            503 if retry_after(&answer.headers).is_some() => Self::Busy,
            // As in `refusal`: not now. 501 and 505 are said by what is no CalDAV server.
            501 | 505 => Self::NotFound,
            408 | 421 | 423 | 425 | 500.. => Self::Down,
            _ => Self::NotFound,
        }
    }

    fn of_trouble(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Strayed(_) => Self::NotFound,
            Trouble::Outbound(error) => match error {
                OutboundError::Untrusted(_) => Self::TlsUntrusted,
                OutboundError::Off(_)
                | OutboundError::NoConnection(_)
                | OutboundError::NoLookup(_)
                | OutboundError::Timeout(_)
                | OutboundError::Broken(_) => Self::Down,
                OutboundError::NotAllowed(_)
                | OutboundError::Tls(_)
                | OutboundError::TooLarge(_)
                | OutboundError::Unreadable(_) => Self::NotFound,
            },
        }
    }
}

/// The server doesn't know these credentials.
pub(super) fn login_failed(answer: &Answer) -> DiscoverError {
    let hint = Profile::of(&answer.url).login_hint.map(|hint| format!(". {hint}")).unwrap_or_default();
    DiscoverError::LoginFailed(format!("{} answers {}{hint}", place(&answer.url), answer.words()))
}

/// An answer that leads nowhere.
pub(super) fn unexpected(answer: &Answer) -> DiscoverError {
    useless(answer, format!("{} says: {}", place(&answer.url), answer.words()))
}

/// The same, in other words.
pub(super) fn useless(answer: &Answer, detail: String) -> DiscoverError {
    DiscoverError::Unreachable { detail, why: Unreachable::of_answer(answer) }
}

/// No answer at all.
pub(super) fn unreachable(trouble: Trouble) -> DiscoverError {
    let why = Unreachable::of_trouble(&trouble);
    match trouble {
        Trouble::Outbound(OutboundError::Off(off)) => off.into(),
        Trouble::Outbound(OutboundError::NotAllowed(rule)) => DiscoverError::AddressNotAllowed(rule),
        other => DiscoverError::Unreachable { detail: other.to_string(), why },
    }
}

/// No answer at the place where the search begins. Where nobody takes the connection, a place that somebody typed is no
/// server's; one that is known to be a server's is down.
pub(super) fn nobody_at(start: &Url, trouble: Trouble) -> DiscoverError {
    let nobody = matches!(&trouble, Trouble::Outbound(OutboundError::NoConnection(_)));
    let known = start.host_str().is_some_and(|host| Profile::of(start).covers(host));
    if nobody && !known { not_found(trouble.to_string()) } else { unreachable(trouble) }
}

/// What answers is no calendar server, or not the person's.
pub(super) fn not_found(detail: impl Into<String>) -> DiscoverError {
    DiscoverError::Unreachable { detail: detail.into(), why: Unreachable::NotFound }
}

/// Of two reasons the one to tell: a refused password, else that the server is there and not well, else the first.
pub(super) fn more_telling(first: Option<DiscoverError>, then: DiscoverError) -> DiscoverError {
    let weight = |error: &DiscoverError| match error {
        DiscoverError::Unreachable { why: Unreachable::NotFound, .. } => 0,
        DiscoverError::Unreachable { why: Unreachable::Down, .. } => 1,
        DiscoverError::Unreachable { .. } => 2,
        DiscoverError::LoginFailed(_) => 3,
        DiscoverError::Off(_)
        | DiscoverError::BadAddress(_)
        | DiscoverError::AddressNotAllowed(_)
        | DiscoverError::CannotCreate(_)
        | DiscoverError::AccountFull(_) => 4,
    };
    match first {
        Some(first) if weight(&first) >= weight(&then) => first,
        _ => then,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_server_that_is_down_is_no_wrong_address() {
        let found = |error: OutboundError| {
            let typed = Url::parse("https://dav.example.org/").unwrap();
            match nobody_at(&typed, Trouble::Outbound(error)) {
                DiscoverError::Unreachable { why, .. } => why,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(found(OutboundError::NoLookup("why".to_owned())), Unreachable::Down);
        assert_eq!(found(OutboundError::NoConnection("why".to_owned())), Unreachable::NotFound);
    }
}
