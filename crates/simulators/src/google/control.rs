//! The control interface for tests, below `/__sim/`.

use hyper::Response;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::api::{self, Call, Caller};
use super::model::{Quirks, World};
use super::sent::Sent;
use super::site::GoogleSite;
use super::view;
use crate::wire::{Body, Request, json as as_json, problem, text};

pub(super) fn control(site: &GoogleSite, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
    Some(match (request.method.as_str(), segments) {
        ("GET", []) => as_json(200, &about(site)),
        ("GET", ["calendars", user]) => as_json(200, &view::calendars(&site.lock(), user)),
        ("PUT", ["calendars", _, id, "writers", other]) => done(share(&mut site.lock(), id, other)),
        (_, ["calendars", user, rest @ ..]) => person(site, request, user, &[&["calendars"], rest].concat()),
        ("GET", ["events", user, calendar]) => {
            let id = if *calendar == "primary" { user } else { calendar };
            as_json(200, &view::events(&site.lock(), id))
        }
        (_, ["events", user, calendar, rest @ ..]) => {
            person(site, request, user, &[&["calendars", calendar, "events"], rest].concat())
        }
        ("GET", ["quirks"]) => as_json(200, &site.lock().quirks),
        ("PUT", ["quirks"]) => put_quirks(&mut site.lock(), &request.body),
        (_, ["trouble"]) => trouble(site, request)?,
        ("GET", ["tokens"]) => as_json(200, &view::tokens(&site.lock(), site.now())),
        ("POST", ["tokens", "expire"]) => {
            expire_access(&mut site.lock());
            text(204, "")
        }
        ("POST", ["revoke", user]) => {
            site.lock().tokens.revoke(user, None);
            text(204, "")
        }
        ("POST", ["sync", "expire"]) => {
            expire_sync(&mut site.lock());
            text(204, "")
        }
        ("POST", ["clock"]) => clock(site, &request.body),
        (method, [list @ ("scopes" | "calls" | "mails")]) => record(&mut site.lock(), method, list)?,
        _ => return None,
    })
}

fn about(site: &GoogleSite) -> serde_json::Value {
    let world = site.lock();
    let clients: Vec<_> = world.clients.keys().collect();
    json!({ "simulator": "google", "users": world.users, "clients": clients, "now": site.now(), "quirks": world.quirks })
}

fn done(done: bool) -> Response<Body> {
    if done { text(204, "") } else { problem(404, "no such calendar") }
}

/// What the person does in Google's own pages: an API call with all rights, which costs nothing and is recorded nowhere.
fn person(site: &GoogleSite, request: &Request, user: &str, segments: &[&str]) -> Response<Body> {
    let call = Call {
        method: request.method.clone(),
        segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
        parameters: vec![("sendUpdates".to_owned(), "none".to_owned())],
        body: request.body.to_vec(),
        ..Call::default()
    };
    Sent::from(api::carry_out(&mut site.lock(), &call, &Caller::person(user), site.now())).response()
}

fn put_quirks(world: &mut World, body: &[u8]) -> Response<Body> {
    match serde_json::from_slice::<Quirks>(body) {
        Ok(quirks) => {
            world.quirks = quirks;
            as_json(200, &world.quirks)
        }
        Err(why) => problem(400, why),
    }
}

fn trouble(site: &GoogleSite, request: &Request) -> Option<Response<Body>> {
    let mut troubles = site.troubles();
    let wanted = match request.method.as_str() {
        "GET" => Ok(None),
        "DELETE" => Ok(Some(Vec::new())),
        "POST" => {
            let one = serde_json::from_slice(&request.body).map(|one| vec![one]);
            one.or_else(|_| serde_json::from_slice(&request.body)).map(Some).map_err(|why| why.to_string())
        }
        _ => return None,
    };
    let set = wanted.and_then(|wanted| wanted.map_or(Ok(()), |wanted| troubles.set(wanted)));
    Some(match set {
        Err(why) => problem(400, why),
        Ok(()) => {
            let one = |(trouble, fits, used)| json!({ "trouble": trouble, "fits": fits, "used": used });
            as_json(200, &troubles.tally().into_iter().map(one).collect::<Vec<_>>())
        }
    })
}

fn record(world: &mut World, method: &str, list: &str) -> Option<Response<Body>> {
    Some(match (method, list) {
        ("GET", "scopes") => as_json(200, &world.refused_scopes),
        ("GET", "calls") => as_json(200, &world.calls),
        ("GET", _) => as_json(200, &world.mails),
        ("DELETE", list) => {
            match list {
                "scopes" => world.refused_scopes.clear(),
                "calls" => world.calls.clear(),
                _ => world.mails.clear(),
            }
            text(204, "")
        }
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Clock {
    Advance(i64),
    Set(Timestamp),
}

fn clock(site: &GoogleSite, body: &[u8]) -> Response<Body> {
    match serde_json::from_slice(body) {
        Ok(Clock::Advance(seconds)) => site.advance(SignedDuration::from_secs(seconds)),
        Ok(Clock::Set(now)) => site.set_clock(now),
        Err(why) => return problem(400, why),
    }
    as_json(200, &json!({ "now": site.now() }))
}

/// Lets another user write in a calendar and see it in their list; `false`: there is no such calendar.
pub(super) fn share(world: &mut World, calendar: &str, other: &str) -> bool {
    let found = world.calendars.get_mut(calendar).map(|calendar| calendar.writers.insert(other.to_owned()));
    if found.is_some() {
        world.list(calendar, other);
    }
    found.is_some()
}

/// Ends all access tokens but those that never end.
pub(super) fn expire_access(world: &mut World) {
    world.tokens.access.retain(|_, access| access.ends.is_none());
}

/// Ends all sync tokens.
pub(super) fn expire_sync(world: &mut World) {
    for calendar in world.calendars.values_mut() {
        calendar.revision += 1;
        calendar.oldest_sync = calendar.revision;
    }
}
