//! From what a person typed to their account: where to start, principal, homes, calendars (RFC 6764, RFC 5397).
//!
//! A path that was typed is asked first, then the well-known path, then the root. The first refusal of the credentials
//! ends the search: trying on would lock accounts.

use http::header::WWW_AUTHENTICATE;
use url::Url;

use super::calendars;
use super::quirks::Profile;
use super::requests;
use super::responses::{Member, as_collection};
use super::session::{Answer, Session, Trouble, place};
use super::unreachable::{login_failed, more_telling, nobody_at, not_found, unexpected, unreachable, useless};
use super::xml::{CALDAV, DAV};
use super::{Account, DiscoverError, Login, Unreachable};
use crate::outbound::{Outbound, OutboundError};

/// Finds the account behind a login.
pub(super) fn account(outbound: &Outbound, login: &Login) -> Result<Account, DiscoverError> {
    let starts = starts(login)?;
    let Some(first) = starts.first() else { return Err(bad("it names no server")) };
    let session = Session::of_login(outbound, login, first);
    let found = search(&session, &starts)?;
    let homes = match found.homes {
        homes if homes.is_empty() => homes_of(&session, &found.principal)?,
        homes => homes,
    };
    let homes = trusted(&session, &found.principal, homes)?;
    let calendars = calendars::list(&session, &homes)?;
    Ok(Account { principal: found.principal, homes, calendars })
}

/// Where the account seems to be.
struct Found {
    principal: Url,
    /// Its homes, where the answer told them too.
    homes: Vec<Url>,
}

/// Whether an address is Apple's, be it the one of its calendars or not.
pub(super) fn is_apple(typed: &str) -> bool {
    let typed = typed.trim();
    if let Some(domain) = mail_domain(typed) {
        return Profile::is_apple_s(domain);
    }
    let url = typed_url(typed).ok();
    let site = url.as_ref().and_then(Url::host_str).and_then(psl::domain_str);
    site.is_some_and(Profile::is_apple_s)
}

/// The places to ask, in order. All of them are on one host.
pub(super) fn starts(login: &Login) -> Result<Vec<Url>, DiscoverError> {
    let typed = login.address.trim();
    let (url, profile) = match mail_domain(typed) {
        Some(domain) => {
            let url = Url::parse(&format!("https://{domain}/")).map_err(|_| bad("its domain can't exist"))?;
            (url, Profile::of_mail(domain))
        }
        None => (typed_url(typed)?, None),
    };
    let profile = profile.unwrap_or_else(|| Profile::of(&url));
    if let Some(start) = profile.start(&login.username).filter(|_| url.path() == "/" || !profile.well_known) {
        return Ok(vec![start]);
    }
    let root = url.join("/").map_err(|_| bad("it names no server"))?;
    let well_known = root.join(".well-known/caldav").ok().filter(|_| profile.well_known);
    let mut starts: Vec<Url> = Vec::new();
    let deep = (url.path() != "/").then(|| url.clone());
    for start in [deep, well_known, Some(root)].into_iter().flatten() {
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    Ok(starts)
}

/// The domain of an e-mail address; none where the text is a URL.
fn mail_domain(typed: &str) -> Option<&str> {
    if typed.contains('/') {
        return None;
    }
    typed.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
}

fn typed_url(typed: &str) -> Result<Url, DiscoverError> {
    if typed.is_empty() {
        return Err(bad("it is empty"));
    }
    let text = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let mut url = Url::parse(&text).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return Err(bad("a CalDAV address begins with https://"));
    }
    // Who we are stands in its own fields.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn bad(why: &str) -> DiscoverError {
    DiscoverError::BadAddress(why.to_owned())
}

fn search(session: &Session, starts: &[Url]) -> Result<Found, DiscoverError> {
    let mut reason = None;
    for start in starts {
        let why = match session.ask(&requests::find_principal(start)) {
            // A page that was typed may ask for its own kind of login; who challenges for a password means it.
            Ok(answer) if answer.status == 401 && answer.headers.contains_key(WWW_AUTHENTICATE) => {
                return Err(login_failed(&answer));
            }
            Ok(answer) if answer.status == 401 => login_failed(&answer),
            Ok(answer) => match found_in(&answer) {
                Ok(found) => return Ok(found),
                Err(why) => useless(&answer, why),
            },
            Err(trouble @ (Trouble::Strayed(_) | Trouble::Outbound(OutboundError::Broken(_)))) => unreachable(trouble),
            Err(trouble) => return Err(nobody_at(start, trouble)),
        };
        if matches!(why, DiscoverError::Unreachable { why: Unreachable::Busy, .. }) {
            // Asking on is what it does not want.
            return Err(why);
        }
        reason = Some(more_telling(reason, why));
    }
    Err(reason.unwrap_or_else(|| not_found("nothing was found")))
}

/// Reads who we are out of an answer; in words why not.
fn found_in(answer: &Answer) -> Result<Found, String> {
    let here = place(&answer.url);
    if answer.status != 207 {
        return Err(format!("{here} is no CalDAV server: {}", answer.words()));
    }
    let members = answer.members().map_err(|error| format!("{here}: {error}"))?;
    let member = members.first().ok_or_else(|| format!("{here} answers nothing"))?;
    let homes = member.hrefs(CALDAV, "calendar-home-set");
    if let Some(principal) = member.hrefs(DAV, "current-user-principal").into_iter().next() {
        return Ok(Found { principal, homes });
    }
    if !homes.is_empty() || member.is_a(DAV, "principal") {
        return Ok(Found { principal: member.url.clone(), homes });
    }
    lone_calendar(member).ok_or_else(|| format!("{here} does not say whose calendars it has"))
}

/// A server that has no principals, and was asked at a calendar itself.
fn lone_calendar(member: &Member) -> Option<Found> {
    let home = as_collection(&member.url).join("..").ok()?;
    member.is_a(CALDAV, "calendar").then(|| Found { principal: member.url.clone(), homes: vec![home] })
}

fn homes_of(session: &Session, principal: &Url) -> Result<Vec<Url>, DiscoverError> {
    let answer = session.ask(&requests::find_homes(principal)).map_err(unreachable)?;
    match answer.status {
        401 => return Err(login_failed(&answer)),
        207 => {}
        _ => return Err(unexpected(&answer)),
    }
    let members = answer.members().map_err(|error| not_found(error.to_string()))?;
    let homes: Vec<Url> = members.iter().flat_map(|member| member.hrefs(CALDAV, "calendar-home-set")).collect();
    if homes.is_empty() {
        return Err(not_found(format!("{} has no calendars", place(&answer.url))));
    }
    Ok(homes)
}

/// The homes that may see the password. A server can name homes anywhere.
fn trusted(session: &Session, principal: &Url, homes: Vec<Url>) -> Result<Vec<Url>, DiscoverError> {
    let all = homes.len();
    let mut kept: Vec<Url> = Vec::new();
    for home in homes.into_iter().filter(|home| session.trusts(home)) {
        let home = as_collection(&home);
        if !kept.contains(&home) {
            kept.push(home);
        }
    }
    if kept.is_empty() {
        return Err(not_found(format!("{} says that its {all} calendar homes are on another site", place(principal))));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests;
