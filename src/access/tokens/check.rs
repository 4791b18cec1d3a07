//! Whether a token is good, and for whom.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::scope::Scopes;

/// The longest token, in bytes.
const LONGEST: usize = 8 << 10;
/// How far the clocks of those who sign may differ from ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// The longest life of a token, from now or from when it was signed.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A text that has the form of a token. Nothing in it is believed yet.
#[derive(Clone, Debug)]
pub struct Token {
    text: String,
    alg: Algorithm,
    kid: Option<String>,
    /// Who is said to have signed it.
    issuer: String,
}

/// What a token says that is signed with a registered key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::access) struct Signed {
    /// Whom it speaks for.
    pub(in crate::access) subject: String,
    /// What it may do.
    pub(in crate::access) scopes: Scopes,
    /// The key that it is signed with.
    pub(in crate::access) key: String,
}

/// One key that signatures are checked with.
pub(in crate::access) struct Verifier {
    /// What its client system calls it.
    pub(super) name: String,
    /// The one algorithm.
    pub(super) alg: Algorithm,
    /// What a token must name.
    pub(super) kid: Option<String>,
    pub(super) key: DecodingKey,
    pub(super) scopes: Scopes,
}

/// What is wrong with a token whose signature is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It is over.
    #[error("the token expired at {0}")]
    Expired(Timestamp),
    /// It is not good yet.
    #[error("the token is good from {0} on: set the clock of whoever signs it")]
    Early(Timestamp),
    /// It lives too long.
    #[error("the token lives longer than an hour: let exp be at most an hour ahead")]
    TooLong,
    /// It is for somebody else, or lacks what is required.
    #[error("the token lacks one of iss, sub, aud and exp, or its aud is not the address of this gateway")]
    Claims,
}

#[derive(Deserialize)]
struct Unproven {
    iss: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
}

impl Token {
    /// Reads a text; none where it has not the form of a token.
    pub(in crate::access) fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST || text.bytes().filter(|byte| *byte == b'.').count() != 2 {
            return None;
        }
        let header = decode_header(text).ok()?;
        let Unproven { iss } = insecure_decode_claims(text).ok()?;
        Some(Self { text: text.to_owned(), alg: header.alg, kid: header.kid, issuer: iss })
    }

    /// Who is said to have signed it: a client system, by its short name or by its public one.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it says, if one of these keys signed it for us; none where none did.
    pub(in crate::access) fn checked(
        &self,
        keys: &[Verifier],
        audience: &str,
        now: Timestamp,
    ) -> Option<Result<Signed, TokenFault>> {
        let fits = |key: &&Verifier| key.alg == self.alg && (key.kid.is_none() || key.kid == self.kid);
        keys.iter().filter(fits).find_map(|key| self.checked_with(key, audience, now))
    }

    fn checked_with(&self, key: &Verifier, audience: &str, now: Timestamp) -> Option<Result<Signed, TokenFault>> {
        let claims = match decode::<Claims>(&self.text, &key.key, &validation(key.alg, audience)) {
            Ok(data) => data.claims,
            Err(error) => {
                use jsonwebtoken::errors::ErrorKind;
                return match error.kind() {
                    ErrorKind::InvalidAudience | ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => {
                        Some(Err(TokenFault::Claims))
                    }
                    _ => None,
                };
            }
        };
        let signed = || Signed { subject: claims.sub.clone(), scopes: key.scopes, key: key.name.clone() };
        Some(claims.in_time(now).map(|()| signed()))
    }
}

/// Signature, audience and what must be there. Times are looked at by our own clock.
fn validation(alg: Algorithm, audience: &str) -> Validation {
    let mut validation = Validation::new(alg);
    validation.validate_exp = false;
    let bare = audience.trim_end_matches('/');
    validation.set_audience(&[bare.to_owned(), format!("{bare}/")]);
    validation.required_spec_claims = HashSet::from(["iss", "sub", "aud", "exp"].map(str::to_owned));
    validation
}

impl Claims {
    fn in_time(&self, now: Timestamp) -> Result<(), TokenFault> {
        let expires = moment(self.exp).ok_or(TokenFault::Claims)?;
        if shifted(expires, SKEW) <= now {
            return Err(TokenFault::Expired(expires));
        }
        if expires > shifted(now, LONGEST_LIFE + SKEW) {
            return Err(TokenFault::TooLong);
        }
        if let Some(signed_at) = self.iat {
            let signed_at = moment(signed_at).ok_or(TokenFault::Claims)?;
            if expires > shifted(signed_at, LONGEST_LIFE) {
                return Err(TokenFault::TooLong);
            }
            if signed_at > shifted(now, SKEW) {
                return Err(TokenFault::Early(signed_at));
            }
        }
        let Some(begins) = self.nbf else { return Ok(()) };
        let begins = moment(begins).ok_or(TokenFault::Claims)?;
        if begins > shifted(now, SKEW) { Err(TokenFault::Early(begins)) } else { Ok(()) }
    }
}

/// A NumericDate (RFC 7519 §2), which may have a fraction.
fn moment(seconds: f64) -> Option<Timestamp> {
    let whole = SignedDuration::try_from_secs_f64(seconds.trunc()).ok()?;
    Timestamp::from_second(whole.as_secs()).ok()
}

fn shifted(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
