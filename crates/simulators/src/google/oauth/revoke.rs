//! `/revoke`: one token ends everything between its user and its project.

use hyper::Response;
use jiff::Timestamp;
use serde_json::json;

use super::ask::value;
use super::refusal::TokenError;
use crate::google::model::World;
use crate::wire::{Body, Request, json as as_json};

pub(in crate::google) fn revoke(world: &mut World, request: &Request, now: Timestamp) -> Response<Body> {
    let form = request.form();
    let asked = request.parameter("token");
    let token = value(&form, "token").or(asked.as_deref()).unwrap_or_default();
    let tokens = &world.tokens;
    let refresh = tokens.refresh.iter().find(|refresh| refresh.token == token && refresh.lives(now));
    let access = tokens.access.get(token).filter(|access| access.ends.is_none_or(|ends| now < ends));
    let refresh = refresh.map(|refresh| (refresh.user.clone(), refresh.client.clone()));
    let whose = refresh.or_else(|| access.map(|access| (access.user.clone(), access.client.clone())));
    match whose {
        Some((user, client)) => {
            world.tokens.revoke(&user, Some(&client));
            as_json(200, &json!({}))
        }
        None => TokenError::new(400, "invalid_token", "Token expired or revoked").response(),
    }
}
