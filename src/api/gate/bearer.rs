//! What a request brings to prove itself with: a key in `Authorization: Bearer`, or in `X-Api-Key`.

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::wrong::suspended;
use crate::access::NotAdmitted;
use crate::http::{Code, Problem};
use crate::scope::Scope;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// How to prove oneself (RFC 6750 §3).
const CHALLENGE: &str = "Bearer realm=\"pasarela\"";

/// The text that is brought.
///
/// # Errors
/// `invalid_key`, where there is none, or more than one.
pub(super) fn brought(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut found = None;
    let in_bearer = headers.get_all(header::AUTHORIZATION).iter().map(bearer);
    for text in in_bearer.chain(headers.get_all(API_KEY).iter().map(|value| value.to_str().ok())) {
        let text = text.filter(|text| !text.is_empty()).ok_or_else(|| refused(NONE))?;
        if found.is_some_and(|before| before != text) {
            return Err(refused("The request brings two keys. Send one."));
        }
        found = Some(text);
    }
    found.ok_or_else(|| refused(NONE))
}

const NONE: &str = "Send your API key in the header Authorization: Bearer pas_live_… (or X-Api-Key). Whoever runs the gateway \
                    makes one with: pasarela key create --client SLUG";

/// The scheme is written in any case (RFC 9110 §11.1).
fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim_start_matches(' '))
}

fn refused(detail: &str) -> Problem {
    Problem::new(Code::InvalidKey, detail).header(header::WWW_AUTHENTICATE, CHALLENGE)
}

/// Why somebody was not let in, as an answer. To whom the key is not known to be theirs nothing is told but that.
pub(super) fn not_admitted(not: NotAdmitted) -> Problem {
    let wrong = |detail: &str| {
        Problem::new(Code::InvalidKey, detail)
            .header(header::WWW_AUTHENTICATE, &format!("{CHALLENGE}, error=\"invalid_token\""))
    };
    match not {
        NotAdmitted::Unknown => wrong(
            "The API key is not known here. Check that it was copied whole: it begins with pas_live_ and has 66 characters. (A token of \
             a user is signed with a key that its client system registered, by the alg and kid that were registered with it.)",
        ),
        NotAdmitted::Expired(at) => {
            wrong(&format!("The API key expired at {at}. Make another one, or use the one that took its place."))
        }
        NotAdmitted::Revoked(at) => wrong(&format!("The API key was revoked at {at}. Use another one.")),
        NotAdmitted::Token(fault) => wrong(&format!("This is signed as it should be, but {fault}.")),
        NotAdmitted::ElsewhereUsed(from) => Problem::new(
            Code::NetworkNotAllowed,
            format!("This API key may be used from certain networks alone, and {from} is in none of them."),
        ),
        NotAdmitted::Suspended => suspended(),
        NotAdmitted::Store(error) => error.into(),
    }
}

/// The key may not do this.
pub(super) fn scope_missing(scope: Scope) -> Problem {
    Problem::new(
        Code::ScopeMissing,
        format!("This needs the scope {scope}, which the key does not have. Make one that has it."),
    )
    .with("scope", scope.as_str())
    .header(header::WWW_AUTHENTICATE, &format!("{CHALLENGE}, error=\"insufficient_scope\", scope=\"{scope}\""))
}
