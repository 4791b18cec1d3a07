//! Keys for tokens as they travel: what signs comes in, and never goes out.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object};
use serde::Deserialize;
use serde_json::Value;

use super::super::super::body::Sent;
use super::super::super::gate::ForTenant;
use super::super::super::media::Media;
use super::super::super::time::Time;
use crate::access::{BadTokenKey, TokenAlg, TokenKeyCard, TokenKeyWish, WantedTokenKey};
use crate::http::{Code, Problem};
use crate::scope::{Scope, Scopes};

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Enum)]
#[oai(rename = "TokenAlg")]
enum AlgWord {
    /// HMAC with a shared secret of 32 bytes or more.
    #[serde(rename = "HS256")]
    #[oai(rename = "HS256")]
    Hs256,
    /// RSA.
    #[serde(rename = "RS256")]
    #[oai(rename = "RS256")]
    Rs256,
    /// The curve P-256.
    #[serde(rename = "ES256")]
    #[oai(rename = "ES256")]
    Es256,
}

/// A key for tokens, without what signs.
#[derive(Clone, Debug, Object)]
#[oai(rename = "TokenKey")]
pub(super) struct TokenKeyReport {
    /// The one algorithm that is taken with it.
    alg: AlgWord,
    /// What the head of a token must name; null: nothing.
    kid: Option<String>,
    /// What a token that is signed with it may do, for its own holder.
    scopes: Vec<String>,
    /// Whether it is a secret, which is never shown.
    secret_set: bool,
    /// When it was registered.
    created_at: Time,
}

impl TokenKeyReport {
    pub(super) fn of(card: TokenKeyCard) -> (String, Self) {
        let alg = match card.alg {
            TokenAlg::Hs256 => AlgWord::Hs256,
            TokenAlg::Rs256 => AlgWord::Rs256,
            TokenAlg::Es256 => AlgWord::Es256,
        };
        let report = Self {
            alg,
            kid: card.kid,
            scopes: card.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            secret_set: card.alg == TokenAlg::Hs256,
            created_at: Time(card.created_at),
        };
        (card.name, report)
    }

    pub(super) fn named_example() -> (String, Self) {
        let scopes = [Scope::EventsRead, Scope::EventsWrite].map(|scope| scope.as_str().to_owned()).to_vec();
        let report = Self { alg: AlgWord::Hs256, kid: None, scopes, secret_set: true, created_at: Time::example(0) };
        ("erp-web".to_owned(), report)
    }
}

/// A key for tokens that is to be registered.
#[derive(Clone, Deserialize, Object)]
#[serde(deny_unknown_fields)]
#[oai(rename = "NewTokenKey", skip_serializing_if_is_none)]
pub(super) struct TokenKeySent {
    /// The one algorithm that is taken with it.
    alg: AlgWord,
    /// What the head of a token must name. Keys of a `jwks` document have their own.
    kid: Option<String>,
    /// For HS256: the shared secret, 32 bytes or more. It is sealed, and never shown.
    secret: Option<String>,
    /// For RS256 and ES256: the public key, as PEM.
    public_key: Option<String>,
    /// For RS256 and ES256 instead: a JWKS document with up to 10 public keys.
    jwks: Option<Value>,
    /// What a token that is signed with it may do, for its own holder.
    scopes: Vec<String>,
}

impl std::fmt::Debug for TokenKeySent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeySent").field("alg", &self.alg).finish_non_exhaustive()
    }
}

impl TokenKeySent {
    pub(super) fn named_example() -> (String, Self) {
        let sent = Self {
            alg: AlgWord::Hs256,
            kid: None,
            secret: Some("a shared secret of at least 32 bytes".to_owned()),
            public_key: None,
            jwks: None,
            scopes: [Scope::EventsRead, Scope::EventsWrite].map(|scope| scope.as_str().to_owned()).to_vec(),
        };
        ("erp-web".to_owned(), sent)
    }

    fn wanted(self, caller: &ForTenant) -> Result<WantedTokenKey, Problem> {
        let scopes = self.scopes.iter().map(|word| Scope::from_word(word)).collect::<Option<Scopes>>();
        let scopes = scopes.filter(|scopes| !scopes.is_empty()).ok_or_else(|| {
            let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
            wrong(&format!("needs scopes out of these: {}", all.join(", ")))
        })?;
        if let Some(scope) = scopes.without(caller.scopes).iter().next() {
            let detail = format!("A key can't give what it lacks: {scope}. Ask for fewer scopes, or with another key.");
            return Err(Problem::new(Code::ScopeMissing, detail).with("scope", scope.as_str()));
        }
        let alg = match self.alg {
            AlgWord::Hs256 => TokenAlg::Hs256,
            AlgWord::Rs256 => TokenAlg::Rs256,
            AlgWord::Es256 => TokenAlg::Es256,
        };
        let public = match (self.public_key, self.jwks) {
            (Some(_), Some(_)) => return Err(wrong("takes public_key or jwks, not both")),
            (pem, jwks) => pem.or_else(|| jwks.map(|document| document.to_string())),
        };
        Ok(WantedTokenKey { alg, kid: self.kid, secret: self.secret.map(Into::into), public, scopes })
    }
}

/// Reads `token_keys` of a change.
pub(super) fn read(sent: Value, caller: &ForTenant) -> Result<Vec<TokenKeyWish>, Problem> {
    let named: BTreeMap<String, Value> =
        serde_json::from_value(sent).map_err(|_| wrong("is an object of keys by their names"))?;
    let wish = |(name, value): (String, Value)| match value {
        Value::Null => Ok((name, None)),
        // As every other body is read, so that what is wrong is named.
        value => {
            let text = value.to_string();
            let sent = Sent::<TokenKeySent>::parse(Media::Json, text.as_bytes())?;
            Ok((name, Some(sent.wanted(caller)?)))
        }
    };
    named.into_iter().map(wish).collect()
}

fn wrong(why: &str) -> Problem {
    Problem::new(Code::InvalidField, format!("The field token_keys {why}.")).with("field", "token_keys")
}

/// Why one can't be taken. Its name is the client system's own, and is not repeated.
pub(super) fn refused((_, why): (&str, BadTokenKey)) -> Problem {
    Problem::new(Code::InvalidField, format!("token_keys: {why}.")).with("field", "token_keys")
}

pub(super) fn too_many() -> Problem {
    wrong("may hold 10 keys at most, with those that are there")
}
