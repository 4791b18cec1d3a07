//! `/oauth2/v3/userinfo`.

use hyper::Response;
use jiff::Timestamp;
use serde_json::json;

use super::id_token::subject;
use crate::google::model::World;
use crate::google::refusal::Refusal;
use crate::google::sent::Sent;
use crate::wire::{Body, Request, json as as_json};

pub(in crate::google) fn userinfo(world: &World, request: &Request, now: Timestamp) -> Response<Body> {
    let token = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    let access = token.and_then(|token| world.tokens.access.get(token));
    let Some(access) = access.filter(|access| access.ends.is_none_or(|ends| now < ends)) else {
        return Sent::refused(&Refusal::unauthorized()).response();
    };
    let has = |end: &str| access.scopes.iter().any(|scope| scope.ends_with(end));
    let mut body = json!({ "sub": subject(&access.user) });
    if let Some(body) = body.as_object_mut() {
        if has("email") {
            body.insert("email".to_owned(), json!(access.user));
            body.insert("email_verified".to_owned(), json!(true));
        }
        if has("profile") {
            body.insert("name".to_owned(), json!(access.user.split('@').next().unwrap_or_default()));
        }
    }
    as_json(200, &body)
}
