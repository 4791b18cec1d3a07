//! `/token`: codes and refresh tokens become access tokens.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use hyper::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ask::value;
use super::id_token::id_token;
use super::refusal::TokenError;
use super::scope::is_identity;
use crate::google::model::{ACCESS, Access, Code, Refresh, TESTING, World};
use crate::wire::{Body, Request, basic_credentials, json as as_json};

type Form = [(String, String)];

pub(in crate::google) fn token(world: &mut World, request: &Request, now: Timestamp) -> Response<Body> {
    let form = request.form();
    let answer = client(world, request, &form).and_then(|client| match value(&form, "grant_type") {
        Some("authorization_code") => by_code(world, &client, &form, now),
        Some("refresh_token") => by_refresh(world, &client, &form, now),
        Some(_) => Err(TokenError::new(400, "unsupported_grant_type", "Invalid grant_type")),
        None => Err(TokenError::new(400, "invalid_request", "Required parameter is missing: grant_type")),
    });
    match answer {
        Ok(answer) => as_json(200, &answer),
        Err(error) => error.response(),
    }
}

/// The client, by form fields or HTTP Basic.
fn client(world: &World, request: &Request, form: &Form) -> Result<String, TokenError> {
    let basic = request.header("authorization").and_then(basic_credentials);
    let form =
        value(form, "client_id").map(|id| (id.to_owned(), value(form, "client_secret").unwrap_or_default().to_owned()));
    let (id, secret) =
        basic.or(form).ok_or(TokenError::new(400, "invalid_request", "Could not determine client ID from request."))?;
    match world.clients.get(&id) {
        None => Err(TokenError::new(401, "invalid_client", "The OAuth client was not found.")),
        Some(client) if client.secret != secret => {
            Err(TokenError::new(401, "invalid_client", "The provided client secret is invalid."))
        }
        Some(_) => Ok(id),
    }
}

fn by_code(world: &mut World, client: &str, form: &Form, now: Timestamp) -> Result<Value, TokenError> {
    let word =
        value(form, "code").ok_or(TokenError::new(400, "invalid_request", "Missing required parameter: code"))?;
    // Used up by the first who brings it, also when the rest is wrong.
    let code = world.tokens.codes.remove(word).ok_or(TokenError::grant("Malformed auth code."))?;
    if code.client != client || now >= code.ends {
        return Err(TokenError::grant("Bad Request"));
    }
    if value(form, "redirect_uri") != Some(&code.redirect_uri) {
        return Err(TokenError::grant("redirect_uri mismatch"));
    }
    check_verifier(&code, value(form, "code_verifier"))?;
    let mut answer = access(world, &code.user, client, &code.scopes, now);
    let identified = code.scopes.iter().any(|scope| is_identity(scope));
    let profile = code.scopes.iter().any(|scope| scope.ends_with("userinfo.profile"));
    let id = identified.then(|| id_token(&code.user, client, code.nonce.as_deref(), profile, now));
    if let Some(answer) = answer.as_object_mut() {
        answer.extend(id.map(|id| ("id_token".to_owned(), json!(id))));
        if code.offline && code.fresh {
            answer.extend(refresh_token(world, code, now));
        }
    }
    Ok(answer)
}

fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), TokenError> {
    match (&code.challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(TokenError::grant("code_verifier or verifier is not needed.")),
        (Some(_), None) => Err(TokenError::grant("Missing code verifier.")),
        (Some((challenge, hashed)), Some(verifier)) => {
            let hash = || BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
            let shown = if *hashed { hash() } else { verifier.to_owned() };
            if shown == *challenge { Ok(()) } else { Err(TokenError::grant("Invalid code verifier.")) }
        }
    }
}

/// A new refresh token, and how long it lives when that is limited.
fn refresh_token(world: &mut World, code: Code, now: Timestamp) -> Vec<(String, Value)> {
    let limited = world.quirks.testing && !code.scopes.iter().all(|scope| is_identity(scope));
    let ends = limited.then(|| now.saturating_add(TESTING).unwrap_or(Timestamp::MAX));
    let token = world.tokens.word("1//0", 90);
    let kept =
        Refresh { token: token.clone(), user: code.user, client: code.client, scopes: code.scopes, ends, used: now };
    world.tokens.keep(kept, world.quirks.refresh_tokens);
    let mut answers = vec![("refresh_token".to_owned(), json!(token))];
    answers.extend(limited.then(|| ("refresh_token_expires_in".to_owned(), json!(TESTING.as_secs() - 1))));
    answers
}

/// Google does not rotate: the answer has no refresh token.
fn by_refresh(world: &mut World, client: &str, form: &Form, now: Timestamp) -> Result<Value, TokenError> {
    let missing = TokenError::new(400, "invalid_request", "Missing required parameter: refresh_token");
    let token = value(form, "refresh_token").ok_or(missing)?;
    if let Some(subtype) = &world.quirks.grant_error_subtype {
        return Err(TokenError::grant("reauth related error").with_subtype(subtype.clone()));
    }
    let found = world.tokens.refresh.iter_mut().find(|refresh| refresh.token == token && refresh.lives(now));
    let found = found.ok_or(TokenError::grant("Token has been expired or revoked."))?;
    if found.client != client {
        return Err(TokenError::new(401, "unauthorized_client", "Unauthorized"));
    }
    found.used = now;
    let (user, scopes, ends) = (found.user.clone(), found.scopes.clone(), found.ends);
    world.tokens.refreshed += 1;
    let mut answer = access(world, &user, client, &scopes, now);
    if let (Some(ends), Some(answer)) = (ends, answer.as_object_mut()) {
        answer.insert("refresh_token_expires_in".to_owned(), json!(ends.duration_since(now).as_secs()));
    }
    Ok(answer)
}

fn access(world: &mut World, user: &str, client: &str, scopes: &BTreeSet<String>, now: Timestamp) -> Value {
    let token = world.tokens.word("ya29.", 160);
    let ends = now.saturating_add(ACCESS).ok();
    // Those that ended long ago are of no use to anybody.
    world.tokens.access.retain(|_, access| access.ends.is_none_or(|ends| now < ends));
    let access = Access { user: user.to_owned(), client: client.to_owned(), scopes: scopes.clone(), ends };
    world.tokens.access.insert(token.clone(), access);
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    json!({ "access_token": token, "expires_in": ACCESS.as_secs(), "scope": scopes.join(" "), "token_type": "Bearer" })
}
