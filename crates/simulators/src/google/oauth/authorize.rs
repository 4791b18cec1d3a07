//! `/o/oauth2/v2/auth`: GET shows the consent page, POST is its answer.

use std::collections::BTreeSet;

use hyper::Response;
use jiff::{SignedDuration, Timestamp};

use super::ask::{Ask, value};
use super::consent;
use super::scope::is_identity;
use crate::google::model::{Code, World};
use crate::wire::{Body, Request, redirect, reply};

/// How long a code waits.
const CODE: SignedDuration = SignedDuration::from_mins(10);

pub(in crate::google) fn authorize(world: &mut World, request: &Request, now: Timestamp) -> Response<Body> {
    let decided = request.method == "POST";
    let parameters: Vec<(String, String)> = match decided {
        true => request.form(),
        false => url::form_urlencoded::parse(request.query.as_bytes()).into_owned().collect(),
    };
    let ask = match Ask::read(world, &parameters) {
        Ok(ask) => ask,
        Err(error) => return error.response(),
    };
    if let Some(error) = &world.quirks.consent_error {
        return redirect(302, &ask.back(&[("error", error)]));
    }
    if !decided {
        return reply(200, "text/html; charset=utf-8", consent::page(world, &ask, &parameters));
    }
    if value(&parameters, "decision") != Some("allow") {
        return redirect(302, &ask.back(&[("error", "access_denied")]));
    }
    let user = value(&parameters, "user").and_then(|user| world.users.iter().find(|known| *known == user)).cloned();
    let Some(user) = user else { return redirect(302, &ask.back(&[("error", "access_denied")])) };
    let ticked: Vec<&String> = parameters.iter().filter(|(name, _)| name == "grant").map(|(_, value)| value).collect();
    let granted = ask.scopes.iter().filter(|scope| is_identity(scope) || ticked.contains(scope)).cloned().collect();
    redirect(302, &allow(world, &ask, user, granted, now))
}

/// Grants the scopes and makes a code.
fn allow(world: &mut World, ask: &Ask, user: String, granted: BTreeSet<String>, now: Timestamp) -> String {
    if granted.is_empty() {
        return ask.back(&[("error", "access_denied")]);
    }
    let before = world.tokens.grants.entry((user.clone(), ask.client.clone())).or_default();
    let first = before.is_empty();
    before.extend(granted.iter().cloned());
    let scopes = if ask.include_granted { before.clone() } else { granted };
    let code = Code {
        user,
        client: ask.client.clone(),
        redirect_uri: ask.redirect_uri.clone(),
        scopes: scopes.clone(),
        challenge: ask.challenge.clone(),
        nonce: ask.nonce.clone(),
        offline: ask.offline,
        fresh: first || ask.consent,
        ends: now.saturating_add(CODE).unwrap_or(Timestamp::MAX),
    };
    let word = world.tokens.word("4/0A", 60);
    world.tokens.codes.insert(word.clone(), code);
    let scopes: Vec<String> = scopes.into_iter().collect();
    ask.back(&[("code", &word), ("scope", &scopes.join(" ")), ("authuser", "0"), ("prompt", "consent")])
}
