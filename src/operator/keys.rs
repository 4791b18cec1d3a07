//! What the operator says about the keys of client systems.

use std::fmt;
use std::time::Duration;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use super::{KeyCard, KeyCommand, NewKey, NotCarriedOut, Reply, ShownOnce};
use crate::access::{ApiKey, KeyMade, NewApiKey, NotMinted};
use crate::app::App;
use crate::ids::{ApiKeyId, Tenant};
use crate::scope::{Scope, Scopes};
use crate::secret::ExposeSecret;
use crate::tenants::NotDone;
use crate::trail::Actor;

/// Keys of one client system that are told at once.
const AT_ONCE: usize = 1_000;

/// Carries out what is wanted of keys.
pub(super) fn carry_out(app: &App, command: KeyCommand, by: &Actor) -> Result<Reply, NotCarriedOut> {
    match command {
        KeyCommand::Create { client, name, scopes, holder, networks, expires } => {
            let (tenant, slug) = of(app, &client)?;
            let wanted = NewApiKey {
                name: named(&name)?,
                scopes: scopes.as_deref().map_or(Ok(Scopes::all()), allowed)?,
                pinned: holder
                    .map(|name| app.access.holder(tenant, &name))
                    .transpose()
                    .map_err(misused)?
                    .map(|it| it.key),
                networks: networks.iter().map(|text| network(text)).collect::<Result<_, _>>()?,
                expires_at: expires.as_deref().map(|text| end(text, app.clock.now())).transpose()?,
            };
            let made = app.access.create_key(tenant, &wanted, by).map_err(refused)?;
            Ok(new(made, &slug, app.clock.now()))
        }
        KeyCommand::List { client } => list(app, client.as_deref()),
        KeyCommand::Rotate { key, overlap } => {
            let (tenant, slug, id) = whose(app, &key)?;
            let overlap = length(&overlap).ok_or_else(|| misused("the overlap is a length of time, as in 24h"))?;
            let made = app.access.rotate_key(tenant, &id, (overlap, Scopes::all()), by).map_err(refused)?;
            Ok(new(made, &slug, app.clock.now()))
        }
        KeyCommand::Revoke { key } => {
            let (tenant, slug, id) = whose(app, &key)?;
            let key = app.access.revoke_key(tenant, &id, by).map_err(failed)?.ok_or_else(|| unknown(&key))?;
            Ok(Reply::Key(card(key, &slug, app.clock.now())))
        }
    }
}

fn list(app: &App, client: Option<&str>) -> Result<Reply, NotCarriedOut> {
    let clients = match client {
        Some(client) => vec![of(app, client)?],
        None => app.tenants.all().iter().map(|it| (it.for_operator(), it.slug.to_string())).collect(),
    };
    let mut cards = Vec::new();
    for (tenant, slug) in clients {
        let mut after = None;
        loop {
            let page = app.access.list_keys(tenant, after, AT_ONCE).map_err(failed)?;
            cards.extend(page.keys.into_iter().map(|key| card(key, &slug, app.clock.now())));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(Reply::Keys(cards))
}

fn of(app: &App, client: &str) -> Result<(Tenant, String), NotCarriedOut> {
    let profile = app.tenants.named(client).map_err(|error| match error {
        NotDone::NotThere => NotCarriedOut::Failed(format!(
            "there is no client system called {client:.80}; all of them: pasarela client list"
        )),
        error => failed(error),
    })?;
    Ok((profile.for_operator(), profile.slug.to_string()))
}

/// The operator says a key's id alone, and may speak for every client system.
fn whose(app: &App, key: &str) -> Result<(Tenant, String, ApiKeyId), NotCarriedOut> {
    let id = ApiKeyId::from_text(key).ok_or_else(|| unknown(key))?;
    for profile in app.tenants.all() {
        if app.access.find_key(profile.for_operator(), &id).map_err(failed)?.is_some() {
            return Ok((profile.for_operator(), profile.slug.to_string(), id));
        }
    }
    Err(unknown(key))
}

fn named(text: &str) -> Result<String, NotCarriedOut> {
    let text = text.trim();
    let fine = (1..=NewApiKey::LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let why = || misused(format!("a key has a name of 1 to {} characters in one line", NewApiKey::LONGEST_NAME));
    fine.then(|| text.to_owned()).ok_or_else(why)
}

fn allowed(words: &str) -> Result<Scopes, NotCarriedOut> {
    let scopes = Scopes::from_words(words).map_err(|error| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        misused(format!("{error}; there are: {}", all.join(" ")))
    })?;
    if scopes.is_empty() { Err(misused("a key without a scope would open nothing")) } else { Ok(scopes) }
}

fn network(text: &str) -> Result<IpNet, NotCarriedOut> {
    let read = text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
    read.map(|network| network.trunc()).ok_or_else(|| {
        misused(format!("{text:.60} is no address and no network; write one as 203.0.113.7 or 203.0.113.0/24"))
    })
}

fn end(text: &str, now: Timestamp) -> Result<Timestamp, NotCarriedOut> {
    let at = text.parse::<Timestamp>().ok().or_else(|| now.checked_add(length(text)?).ok());
    let why = || {
        misused("a key ends at a time ahead, as in 2027-12-31T23:59:59Z, or after a length of time, as in 90d or 720h")
    };
    at.filter(|at| *at > now).ok_or_else(why)
}

/// `24h`, `30m`, and days, which jiff leaves to calendars.
fn length(text: &str) -> Option<Duration> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
    let hours = days.map(|days| Duration::from_hours(u64::from(days) * 24));
    hours.or_else(|| Duration::try_from(text.parse::<SignedDuration>().ok()?).ok())
}

fn new(made: KeyMade, slug: &str, now: Timestamp) -> Reply {
    let key = ShownOnce(made.secret.expose_secret().to_owned());
    Reply::NewKey(Box::new(NewKey { key, card: card(made.key, slug, now) }))
}

fn card(key: ApiKey, slug: &str, now: Timestamp) -> KeyCard {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    KeyCard {
        state: key.state(now).as_str().to_owned(),
        prefix: key.prefix(),
        id: key.id.to_string(),
        client: slug.to_owned(),
        name: key.name,
        last4: key.last4,
        scopes: key.scopes.iter().map(|scope| scope.to_string()).collect(),
        holder: key.pinned.map(|holder| holder.as_str().to_owned()),
        networks: key.networks.iter().map(ToString::to_string).collect(),
        created_by: key.created_by,
        created_at: key.created_at.to_string(),
        expires_at: time(key.expires_at),
        revoked_at: time(key.revoked_at),
        rotated_to: key.rotated_to.map(|id| id.to_string()),
        last_used_at: time(key.last_used_at),
        last_used_from: key.last_used_from,
    }
}

fn unknown(key: &str) -> NotCarriedOut {
    NotCarriedOut::Failed(format!(
        "there is no key {key:.60}; all of them: pasarela key list (say its id, key_…, not the key)"
    ))
}

fn refused(not: NotMinted) -> NotCarriedOut {
    NotCarriedOut::Failed(not.to_string())
}

fn failed(error: impl fmt::Display) -> NotCarriedOut {
    NotCarriedOut::Failed(error.to_string())
}

fn misused(error: impl fmt::Display) -> NotCarriedOut {
    NotCarriedOut::Misused(error.to_string())
}
