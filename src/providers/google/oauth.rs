//! Consent, exchange, renewal and return (docs/providers.md#google-consent). Pure but for the sending.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use http::{Method, Request, Response};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use super::scopes::{self, Granted};
use super::tokens::Tokens;
use crate::config::Google;
use crate::outbound::{Outbound, OutboundError, retry_after};
use crate::permit::Off;
use crate::providers::consent::{Ask, ConsentCode};
use crate::secret::{ExposeSecret, SecretString};

/// What came of a consent.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The tokens.
    pub tokens: Tokens,
    /// What was granted.
    pub scopes: Granted,
    /// The account's number, which never changes (OpenID Connect's `sub`).
    pub subject: String,
    /// Its address, for people.
    pub email: String,
}

/// Why no token came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Whoever it is for is switched off; nothing was sent.
    #[error(transparent)]
    Off(#[from] Off),
    /// The code or the refresh token is worth nothing (any more): only the person can help.
    #[error("{0}")]
    Refused(String),
    /// Our client is not registered as the settings say: only the operator can help.
    #[error("{0}")]
    Operator(String),
    /// Nothing is known; later.
    #[error("{why}")]
    Unsure {
        /// `Retry-After`, when one came.
        retry_after: Option<Duration>,
        /// What happened.
        why: String,
    },
}

/// The page where a person consents.
///
/// `prompt=consent` because Google gives a refresh token only then for an account that has consented before, and
/// because it would silently repeat a consent in which something was unticked.
pub(super) fn authorization_url(google: &Google, ask: &Ask<'_>) -> Url {
    let mut url = google.authorization_url.clone();
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(ask.verifier.expose_secret().as_bytes()));
    url.query_pairs_mut()
        .append_pair("client_id", &google.client_id)
        .append_pair("redirect_uri", ask.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &scopes::asked(google.existing_calendars))
        .append_pair("state", ask.state.expose_secret())
        .append_pair("access_type", "offline")
        .append_pair("prompt", "consent")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    if let Some(hint) = ask.login_hint {
        url.query_pairs_mut().append_pair("login_hint", hint);
    }
    url
}

/// Exchanges the code that a person came back with.
///
/// # Errors
/// See [`TokenError`].
pub(super) fn exchange(
    outbound: &Outbound,
    google: &Google,
    code: ConsentCode<'_>,
    now: Timestamp,
) -> Result<Grant, TokenError> {
    let answer = ask_for_token(
        outbound,
        google,
        &[
            ("grant_type", "authorization_code"),
            ("code", code.code.expose_secret()),
            ("redirect_uri", code.redirect_uri),
            ("code_verifier", code.verifier.expose_secret()),
        ],
    )?;
    let refused = |why: &str| TokenError::Refused(why.to_owned());
    let refresh = answer.refresh_token.ok_or_else(|| refused("Google gave no permission to stay connected"))?;
    let identity =
        answer.id_token.as_deref().and_then(identity).ok_or_else(|| refused("Google did not say who it is"))?;
    Ok(Grant {
        tokens: Tokens {
            access: answer.access_token.into(),
            refresh: refresh.into(),
            expires_at: ends(now, answer.expires_in),
            authorised_at: now,
        },
        scopes: Granted::read(&answer.scope),
        subject: identity.sub,
        email: identity.email,
    })
}

/// The next access token. Google sends no new refresh token along, as a rule: then the one there is stays.
///
/// # Errors
/// See [`TokenError`].
pub(super) fn renew(
    outbound: &Outbound,
    google: &Google,
    tokens: &Tokens,
    now: Timestamp,
) -> Result<Tokens, TokenError> {
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.expose_secret())];
    let answer = ask_for_token(outbound, google, &refresh)?;
    Ok(Tokens {
        access: answer.access_token.into(),
        refresh: answer.refresh_token.map_or_else(|| tokens.refresh.clone(), SecretString::from),
        expires_at: ends(now, answer.expires_in),
        authorised_at: tokens.authorised_at,
    })
}

/// Whether Google knows our client and its secret: asked with a token that nobody has, it then refuses the token and
/// not the client.
///
/// # Errors
/// See [`TokenError`].
pub fn knows_client(outbound: &Outbound, google: &Google) -> Result<(), TokenError> {
    let nobodys = [("grant_type", "refresh_token"), ("refresh_token", "1//a-token-that-nobody-has")];
    match ask_for_token(outbound, google, &nobodys) {
        Ok(_) | Err(TokenError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Gives everything back that the person granted to this client, for all of their links at once.
///
/// # Errors
/// See [`TokenError`]; a grant that is gone already is no error.
pub(super) fn revoke(outbound: &Outbound, google: &Google, tokens: &Tokens) -> Result<(), TokenError> {
    let answer = send_form(outbound, &google.revocation_url, &[("token", tokens.refresh.expose_secret())])?;
    match answer.status().as_u16() {
        200..300 | 400 => Ok(()),
        _ => Err(without_secrets(refusal(&answer), &[("token", tokens.refresh.expose_secret())])),
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: u32,
    #[serde(default)]
    scope: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Identity {
    sub: String,
    #[serde(default)]
    email: String,
}

/// Who it is, from an ID token. It came straight from Google over TLS in answer to our own secret, so its signature
/// need not be checked (OpenID Connect Core §3.1.3.7, point 6).
fn identity(id_token: &str) -> Option<Identity> {
    let claims = id_token.split('.').nth(1)?;
    let claims = BASE64URL_NOPAD.decode(claims.trim_end_matches('=').as_bytes()).ok()?;
    serde_json::from_slice::<Identity>(&claims).ok().filter(|identity| !identity.sub.is_empty())
}

fn ends(now: Timestamp, expires_in: u32) -> Timestamp {
    now.checked_add(Duration::from_secs(expires_in.into())).unwrap_or(now)
}

fn ask_for_token(outbound: &Outbound, google: &Google, fields: &[(&str, &str)]) -> Result<TokenAnswer, TokenError> {
    let mut all = fields.to_vec();
    all.push(("client_id", &google.client_id));
    all.push(("client_secret", google.client_secret.expose_secret()));
    let answer = send_form(outbound, &google.token_url, &all)?;
    if !answer.status().is_success() {
        return Err(without_secrets(refusal(&answer), &all));
    }
    serde_json::from_slice(answer.body()).map_err(|_| TokenError::Unsure {
        retry_after: None,
        why: "Google's answer to a request for a token can't be read".to_owned(),
    })
}

fn send_form(outbound: &Outbound, url: &Url, fields: &[(&str, &str)]) -> Result<Response<Vec<u8>>, TokenError> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(url.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|error| TokenError::Operator(format!("{url} can't be asked: {error}")))?;
    outbound.send(request).map_err(|error| match error {
        OutboundError::Off(off) => off.into(),
        OutboundError::NotAllowed(why) => TokenError::Operator(why),
        other => TokenError::Unsure { retry_after: None, why: other.to_string() },
    })
}

/// The longest explanation.
const WORDS: usize = 600;
/// Fields that may be repeated to people.
const OPEN_FIELDS: [&str; 3] = ["grant_type", "client_id", "redirect_uri"];

/// The same error, without what was sent: some servers repeat that in their refusals.
fn without_secrets(error: TokenError, sent: &[(&str, &str)]) -> TokenError {
    let secrets = || sent.iter().filter(|(name, _)| !OPEN_FIELDS.contains(name)).map(|(_, value)| *value);
    let clean = |why: String| {
        let secrets = secrets().filter(|secret| !secret.is_empty());
        // Cut only now: half a secret would not be found.
        secrets.fold(why, |why, secret| why.replace(secret, "…")).chars().take(WORDS).collect::<String>()
    };
    match error {
        TokenError::Off(off) => off.into(),
        TokenError::Refused(why) => TokenError::Refused(clean(why)),
        TokenError::Operator(why) => TokenError::Operator(clean(why)),
        TokenError::Unsure { retry_after, why } => TokenError::Unsure { retry_after, why: clean(why) },
    }
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
    /// `invalid_rapt`: the administrator of the person's organisation ends sessions after a time.
    #[serde(default)]
    error_subtype: String,
}

/// Named by `error`, never by its description. What is not known to be final is tried again: a link must not lose its
/// person because Google hiccups.
fn refusal(answer: &Response<Vec<u8>>) -> TokenError {
    let said: Refusal = serde_json::from_slice(answer.body()).unwrap_or_default();
    let why = match said.error_description.as_str() {
        "" => format!("Google refuses ({} {}).", answer.status().as_u16(), said.error),
        words => format!("Google refuses ({}): {words}", said.error),
    };
    match (answer.status().as_u16(), said.error.as_str()) {
        (400 | 401 | 403, "invalid_grant") if said.error_subtype == "invalid_rapt" => TokenError::Refused(format!(
            "{why} The administrator of this organisation asks people to sign in again from time to time, so it will \
             happen again."
        )),
        (400 | 401 | 403, "invalid_grant") => TokenError::Refused(why),
        (
            400 | 401 | 403,
            "invalid_client"
            | "unauthorized_client"
            | "deleted_client"
            | "redirect_uri_mismatch"
            | "invalid_request"
            | "unsupported_grant_type"
            | "invalid_scope"
            | "disabled_client"
            | "org_internal",
        ) => TokenError::Operator(format!(
            "{why} Compare client ID, client secret and redirect URI in Google's console with [google] and \
             server.public_url in the settings."
        )),
        _ => TokenError::Unsure { retry_after: retry_after(answer.headers()), why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
    }

    fn kind(status: u16, body: &str) -> &'static str {
        match refusal(&answer(status, body)) {
            TokenError::Off(_) => "off",
            TokenError::Refused(_) => "refused",
            TokenError::Operator(_) => "operator",
            TokenError::Unsure { .. } => "unsure",
        }
    }

    #[test]
    fn only_what_is_known_to_be_final_is_final() {
        let table = [
            (400, "{\"error\": \"invalid_grant\"}", "refused"),
            (400, "{\"error\": \"invalid_grant\", \"error_subtype\": \"invalid_rapt\"}", "refused"),
            (401, "{\"error\": \"invalid_client\"}", "operator"),
            (401, "{\"error\": \"unauthorized_client\"}", "operator"),
            (400, "{\"error\": \"redirect_uri_mismatch\"}", "operator"),
            (500, "{\"error\": \"invalid_grant\"}", "unsure"),
            (503, "", "unsure"),
            (429, "{\"error\": \"rate_limited\"}", "unsure"),
            (400, "<html>", "unsure"),
            (403, "{\"error\": \"something_new\"}", "unsure"),
        ];
        for (status, body, expected) in table {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_refusal_never_repeats_a_secret() {
        let sent = [("grant_type", "refresh_token"), ("client_secret", "geheim"), ("refresh_token", "1//0abc")];
        let body = "{\"error\": \"invalid_client\", \"error_description\": \"no refresh_token 1//0abc with geheim\"}";
        let TokenError::Operator(why) = without_secrets(refusal(&answer(401, body)), &sent) else { panic!() };
        assert!(why.contains("no refresh_token … with …"), "{why}");
    }

    #[test]
    fn who_it_is_stands_in_the_id_token() {
        let token = |claims: &str| format!("e30.{}.x", BASE64URL_NOPAD.encode(claims.as_bytes()));
        let identity = |claims: &str| super::identity(&token(claims)).map(|identity| (identity.sub, identity.email));
        let ana = Some(("7".to_owned(), "ana@example.com".to_owned()));
        assert_eq!(identity("{\"sub\": \"7\", \"email\": \"ana@example.com\"}"), ana);
        assert_eq!(identity("{\"sub\": \"\"}"), None);
        assert!(super::identity("no token").is_none());
    }
}
