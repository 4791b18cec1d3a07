//! From what a person typed to their account: where to start, principal, homes, calendars (RFC 6764, RFC 5397).
//!
//! A path that was typed is asked first, with and without a final slash, then the well-known path, then the root, and at last
//! where servers usually have their calendars. As long as nobody has asked for credentials, none are shown; who hides what it
//! has from strangers is asked again with them. The first refusal of the credentials ends the search: trying on would lock
//! accounts.

use http::header::WWW_AUTHENTICATE;
use url::{Host, Url};

use super::calendars;
use super::quirks::{Profile, USUAL_PLACES};
use super::requests;
use super::responses::{MAX_URL, Member, as_collection, same_path};
use super::session::{Answer, Session, Trouble, place};
use super::unreachable::{login_failed, more_telling, nobody_at, not_found, unexpected, unreachable, useless};
use super::xml::{CALDAV, DAV};
use super::{Account, CalendarInfo, DiscoverError, Login, Unreachable};
use crate::outbound::{Outbound, OutboundError};
use crate::secret::SecretString;

/// Homes of one account that are asked: one's own, those of groups and colleagues.
const MAX_HOMES: usize = 32;

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
    let mut listed = calendars::list(&session, &found.principal, &homes)?;
    let meant = meant(&session, first, found.calendar, &mut listed.calendars)?;
    let (homes, calendars) = (listed.homes, listed.calendars);
    Ok(Account { principal: found.principal, homes, calendars, meant, scheme: session.scheme() })
}

/// The calendar whose own address was typed. One that a colleague shares may be in none of the homes.
fn meant(
    session: &Session<'_>,
    typed: &Url,
    seen: Option<Url>,
    calendars: &mut Vec<CalendarInfo>,
) -> Result<Option<Url>, DiscoverError> {
    let listed =
        |url: &Url| calendars.iter().find(|calendar| same_path(&calendar.url, url)).map(|found| found.url.clone());
    if let Some(found) = listed(typed).or_else(|| seen.as_ref().and_then(listed)) {
        return Ok(Some(found));
    }
    let Some(url) = seen else { return Ok(None) };
    let found = calendars::look(session, &url)?;
    calendars.extend(found.clone());
    Ok(found.map(|calendar| calendar.url))
}

/// Where the account seems to be.
struct Found {
    principal: Url,
    /// Its homes, where the answer told them too.
    homes: Vec<Url>,
    /// The place that answered, where that is a calendar itself.
    calendar: Option<Url>,
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
    let slashed = deep.as_ref().map(as_collection);
    for start in [deep, slashed, well_known, Some(root)].into_iter().flatten() {
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    Ok(starts)
}

/// The server that an address or an e-mail address leads to first, by what its owner has registered: all names below one
/// domain are one, and so are those of one that is well known. `None`: it can't be one.
pub fn server_named(typed: &str) -> Option<String> {
    let (username, password) = (String::new(), SecretString::from(""));
    let starts = starts(&Login { address: typed.to_owned(), username, password, scheme: None }).ok()?;
    Some(match starts.first()?.host()? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            psl::domain_str(name).unwrap_or(name).to_owned()
        }
        number => number.to_string(),
    })
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
    if url.as_str().len() > MAX_URL {
        return Err(bad("it is too long"));
    }
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

/// What one place said.
enum Met {
    Account(Found),
    /// Something else, and why that is of no use.
    Another(DiscoverError),
    /// Nothing that is worth another question.
    Silence(DiscoverError),
}

fn search(session: &Session<'_>, starts: &[Url]) -> Result<Found, DiscoverError> {
    let mut reason = None;
    let mut hidden = Vec::new();
    for place in starts {
        match introduced(session, place)? {
            Met::Account(found) => return Ok(found),
            Met::Another(why) => {
                hidden.push(place);
                reason = Some(more_telling(reason, why));
            }
            Met::Silence(why) => reason = Some(more_telling(reason, why)),
        }
    }
    for place in usual_places(starts).iter().filter(|_| !hidden.is_empty()) {
        // Why there is nothing where nobody said that there is something helps nobody.
        if let Met::Account(found) = introduced(session, place)? {
            return Ok(found);
        }
    }
    if session.scheme().is_none() {
        session.assume_basic();
        for place in hidden {
            match ask_at(session, place)? {
                Met::Account(found) => return Ok(found),
                Met::Another(why) | Met::Silence(why) => reason = Some(more_telling(reason, why)),
            }
        }
    }
    Err(reason.unwrap_or_else(|| not_found("nothing was found")))
}

/// Who is known by name is found where it is known to be.
fn usual_places(starts: &[Url]) -> Vec<Url> {
    match starts {
        [.., _, root] => USUAL_PLACES.iter().filter_map(|place| root.join(place).ok()).collect(),
        _ => Vec::new(),
    }
}

/// What there is at one place. Where everybody is let in, it is asked again in somebody's name.
fn introduced(session: &Session<'_>, place: &Url) -> Result<Met, DiscoverError> {
    match ask_at(session, place)? {
        Met::Account(_) if session.scheme().is_none() => {
            session.assume_basic();
            ask_at(session, place)
        }
        met => Ok(met),
    }
}

/// Asks once. An error ends the search.
fn ask_at(session: &Session<'_>, place: &Url) -> Result<Met, DiscoverError> {
    let why = match session.ask(&requests::find_principal(place)) {
        // A page that was typed may ask for its own kind of login; who challenges for a password means it.
        Ok(answer) if answer.status == 401 && answer.headers.contains_key(WWW_AUTHENTICATE) => {
            return Err(login_failed(&answer));
        }
        Ok(answer) if answer.status == 401 => login_failed(&answer),
        Ok(answer) => match found_in(&answer) {
            Ok(found) => return Ok(Met::Account(found)),
            Err(why) => useless(&answer, why),
        },
        Err(trouble @ (Trouble::Strayed(_) | Trouble::Outbound(OutboundError::Broken(_)))) => {
            return Ok(Met::Silence(unreachable(trouble)));
        }
        Err(trouble) => return Err(nobody_at(place, trouble)),
    };
    match why {
        // Asking on is what it does not want.
        DiscoverError::Unreachable { why: Unreachable::Busy, .. } => Err(why),
        why => Ok(Met::Another(why)),
    }
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
    let is_calendar = member.is_a(CALDAV, "calendar") && same_path(&member.url, &answer.url);
    let calendar = is_calendar.then(|| as_collection(&member.url));
    if let Some(principal) = member.hrefs(DAV, "current-user-principal").into_iter().next() {
        return Ok(Found { principal, homes, calendar });
    }
    if !homes.is_empty() || member.is_a(DAV, "principal") {
        return Ok(Found { principal: member.url.clone(), homes, calendar });
    }
    lone_calendar(member).ok_or_else(|| format!("{here} does not say whose calendars it has"))
}

/// A server that has no principals, and was asked at a calendar itself.
fn lone_calendar(member: &Member) -> Option<Found> {
    let calendar = as_collection(&member.url);
    let home = calendar.join("..").ok()?;
    let found = Found { principal: member.url.clone(), homes: vec![home], calendar: Some(calendar) };
    member.is_a(CALDAV, "calendar").then_some(found)
}

fn homes_of(session: &Session<'_>, principal: &Url) -> Result<Vec<Url>, DiscoverError> {
    let answer = session.ask(&requests::find_homes(principal)).map_err(unreachable)?;
    match answer.status {
        401 => return Err(login_failed(&answer)),
        207 => {}
        _ => return Err(unexpected(&answer)),
    }
    let members = answer.members().map_err(|error| not_found(error.to_string()))?;
    let named = members.iter().flat_map(|member| member.hrefs(CALDAV, "calendar-home-set"));
    let homes: Vec<Url> = named.take(MAX_HOMES).collect();
    if homes.is_empty() {
        return Err(not_found(format!("{} has no calendars", place(&answer.url))));
    }
    Ok(homes)
}

/// The homes that may see the password. A server can name homes anywhere.
fn trusted(session: &Session<'_>, principal: &Url, homes: Vec<Url>) -> Result<Vec<Url>, DiscoverError> {
    let all = homes.len();
    let mut kept: Vec<Url> = Vec::new();
    for home in homes.into_iter().filter(|home| session.trusts(home)).take(MAX_HOMES) {
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
