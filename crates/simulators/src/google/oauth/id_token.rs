//! `id_token`: who somebody is. It looks like RS256, but its signature is pretence: it comes from the token address, not through a browser.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::google::model::ACCESS;

/// A stable number for a person: 21 digits, as Google's.
pub(super) fn subject(email: &str) -> String {
    let digits = Sha256::digest(email.as_bytes()).iter().map(|byte| char::from(b'0' + byte % 10)).collect::<String>();
    format!("1{}", digits.chars().take(20).collect::<String>())
}

pub(super) fn id_token(email: &str, client: &str, nonce: Option<&str>, profile: bool, now: Timestamp) -> String {
    let mut claims = json!({
        "iss": "https://accounts.google.com",
        "azp": client,
        "aud": client,
        "sub": subject(email),
        "email": email,
        "email_verified": true,
        "iat": now.as_second(),
        "exp": now.as_second() + ACCESS.as_secs() + 1,
    });
    if let Some(claims) = claims.as_object_mut() {
        claims.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
        claims.extend(profile.then(|| ("name".to_owned(), json!(email.split('@').next().unwrap_or(email)))));
    }
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed =
        format!("{}.{}", encode(&json!({ "alg": "RS256", "kid": "simulated", "typ": "JWT" })), encode(&claims));
    let signature = Sha256::digest(signed.as_bytes()).repeat(8);
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}
