//! Keys for tokens that are asked for: looked at whole before one is kept.

use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey};

use super::check::Verifier;
use crate::scope::Scopes;
use crate::secret::{ExposeSecret, SecretString};
use crate::store::token_keys::TokenAlg;

/// The shortest secret of HS256, in bytes: as long as its hash (RFC 7518 §3.2).
const SHORTEST_SECRET: usize = 32;
/// The longest secret, and the longest public key or document, in bytes.
const LONGEST_MATERIAL: usize = 32 << 10;
/// Keys of one JWKS document.
const MOST_KEYS: usize = 10;
/// The longest name of a key, and the longest `kid`, in bytes.
const LONGEST_NAME: usize = 100;

/// A key for tokens that is asked for.
#[derive(Debug)]
pub struct WantedTokenKey {
    /// The one algorithm.
    pub alg: TokenAlg,
    /// What a token must name.
    pub kid: Option<String>,
    /// The secret of HS256.
    pub secret: Option<SecretString>,
    /// A public key (PEM) or a JWKS document of the others.
    pub public: Option<String>,
    /// What a token that is signed with it may do.
    pub scopes: Scopes,
}

/// Why a key can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTokenKey {
    /// Its name.
    #[error("a key for tokens has a name of 1 to {LONGEST_NAME} bytes without control characters")]
    Name,
    /// Its `kid`.
    #[error("kid must be 1 to {LONGEST_NAME} bytes without control characters")]
    Kid,
    /// HS256 without a secret, or with a public key.
    #[error("HS256 needs a secret of {SHORTEST_SECRET} bytes or more, and no public key")]
    NeedsSecret,
    /// The others without a public key, or with a secret.
    #[error("RS256 and ES256 need a public_key (PEM) or a jwks document, and no secret")]
    NeedsPublic,
    /// It can't be read.
    #[error("the public key is no PEM of a public key, or no JWKS document of up to {MOST_KEYS} keys, for this alg")]
    Unreadable,
    /// It is a private one.
    #[error("this is a private key: send the public one, and keep this one to yourself")]
    Private,
}

/// Whether a text can be a name.
pub(super) fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// The algorithm as the library calls it.
fn algorithm(alg: TokenAlg) -> Algorithm {
    match alg {
        TokenAlg::Hs256 => Algorithm::HS256,
        TokenAlg::Rs256 => Algorithm::RS256,
        TokenAlg::Es256 => Algorithm::ES256,
    }
}

impl WantedTokenKey {
    /// Looks at it as it would be used.
    ///
    /// # Errors
    /// See [`BadTokenKey`].
    pub(super) fn looked_at(&self, name: &str) -> Result<(), BadTokenKey> {
        if !is_name(name) {
            return Err(BadTokenKey::Name);
        }
        if self.kid.as_deref().is_some_and(|kid| !is_name(kid)) {
            return Err(BadTokenKey::Kid);
        }
        match (self.alg, &self.secret, &self.public) {
            (TokenAlg::Hs256, Some(secret), None) => {
                let fits = (SHORTEST_SECRET..=LONGEST_MATERIAL).contains(&secret.expose_secret().len());
                fits.then_some(()).ok_or(BadTokenKey::NeedsSecret)
            }
            (TokenAlg::Hs256, _, _) => Err(BadTokenKey::NeedsSecret),
            (alg, None, Some(text)) => public_keys(name, alg, self.kid.as_deref(), text, self.scopes).map(drop),
            (_, _, _) => Err(BadTokenKey::NeedsPublic),
        }
    }
}

/// What a secret checks.
pub(super) fn secret_key(name: &str, kid: Option<&str>, secret: &SecretString, scopes: Scopes) -> Option<Verifier> {
    let key = DecodingKey::from_secret(secret.expose_secret().as_bytes()).ok()?;
    Some(Verifier { name: name.to_owned(), alg: Algorithm::HS256, kid: kid.map(str::to_owned), key, scopes })
}

/// What a PEM or a JWKS document checks.
pub(super) fn public_keys(
    name: &str,
    alg: TokenAlg,
    kid: Option<&str>,
    text: &str,
    scopes: Scopes,
) -> Result<Vec<Verifier>, BadTokenKey> {
    if text.len() > LONGEST_MATERIAL {
        return Err(BadTokenKey::Unreadable);
    }
    if text.contains("PRIVATE KEY-----") {
        return Err(BadTokenKey::Private);
    }
    let verifier = |kid: Option<String>, key| Verifier { name: name.to_owned(), alg: algorithm(alg), kid, key, scopes };
    if !text.trim_start().starts_with('{') {
        let key = match alg {
            TokenAlg::Es256 => DecodingKey::from_ec_pem(text.as_bytes()),
            TokenAlg::Rs256 | TokenAlg::Hs256 => DecodingKey::from_rsa_pem(text.as_bytes()),
        };
        let key = key.map_err(|_| BadTokenKey::Unreadable)?;
        return Ok(vec![verifier(kid.map(str::to_owned), key)]);
    }
    if is_private(text) {
        return Err(BadTokenKey::Private);
    }
    let set: JwkSet = serde_json::from_str(text).map_err(|_| BadTokenKey::Unreadable)?;
    let ours: Vec<&Jwk> = set.keys.iter().filter(|key| is_of(key, alg)).collect();
    if ours.is_empty() || set.keys.len() > MOST_KEYS {
        return Err(BadTokenKey::Unreadable);
    }
    let read = |jwk: &&Jwk| {
        let key = DecodingKey::from_jwk(jwk).map_err(|_| BadTokenKey::Unreadable)?;
        Ok(verifier(jwk.common.key_id.clone(), key))
    };
    ours.iter().map(read).collect()
}

/// Whether a key of a document is for this algorithm: by what it says, and else by its kind.
fn is_of(jwk: &Jwk, alg: TokenAlg) -> bool {
    use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve};
    let said = match jwk.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => alg == TokenAlg::Rs256,
        Some(KeyAlgorithm::ES256) => alg == TokenAlg::Es256,
        Some(_) => false,
    };
    let kind = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => alg == TokenAlg::Rs256,
        AlgorithmParameters::EllipticCurve(curve) => alg == TokenAlg::Es256 && curve.curve == EllipticCurve::P256,
        _ => false,
    };
    said && kind
}

/// Whether a document holds the private part of a key (`d`, RFC 7518 §6), or a shared one (`k`).
fn is_private(text: &str) -> bool {
    let document: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let keys = document.get("keys").and_then(serde_json::Value::as_array);
    keys.into_iter().flatten().any(|key| key.get("d").is_some() || key.get("k").is_some())
}
