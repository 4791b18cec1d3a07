//! The calendars of an account: listing them, and making one.

use url::Url;

use super::quirks::Profile;
use super::requests::{self, Call};
use super::responses::{Member, as_collection, is_member_of, is_success, last_segment, same_path};
use super::session::{Answer, Session, Trouble};
use super::unreachable::{login_failed, not_found, unexpected, unreachable};
use super::xml::DAV;
use super::{Account, CalendarInfo, DiscoverError, Login, Unreachable};
use crate::outbound::{Outbound, OutboundError};

/// The calendars below these homes that can hold events. A home that can't be listed counts only where all can't.
pub(super) fn list(session: &Session, homes: &[Url]) -> Result<Vec<CalendarInfo>, DiscoverError> {
    let mut found: Vec<CalendarInfo> = Vec::new();
    let mut failed = None;
    let mut listed = false;
    for home in homes {
        match list_home(session, home) {
            Ok(calendars) => {
                listed = true;
                for calendar in calendars {
                    if !found.iter().any(|known| known.url == calendar.url) {
                        found.push(calendar);
                    }
                }
            }
            Err(error @ DiscoverError::LoginFailed(_)) => return Err(error),
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) if !listed => Err(error),
        _ => Ok(found),
    }
}

fn list_home(session: &Session, home: &Url) -> Result<Vec<CalendarInfo>, DiscoverError> {
    let answer = session.ask(&requests::list_calendars(home)).map_err(unreachable)?;
    match answer.status {
        207 => {}
        401 => return Err(login_failed(&answer)),
        _ => return Err(unexpected(&answer)),
    }
    let members = answer.members().map_err(|error| not_found(error.to_string()))?;
    let calendars = members.iter().filter(|member| member.is_event_calendar() && session.trusts(&member.url));
    Ok(calendars.map(info).collect())
}

fn info(member: &Member) -> CalendarInfo {
    let name = member.property(DAV, "displayname").map(|name| name.text().to_owned()).unwrap_or_default();
    CalendarInfo {
        url: as_collection(&member.url),
        name: if name.is_empty() { last_segment(&member.url) } else { name },
        writable: member.writable().unwrap_or(true),
    }
}

/// Makes a calendar named `name` and answers it as the server then lists it: under its own URL (Yahoo gives numbers,
/// Open-Xchange opaque text) and its own name.
pub(super) fn create(
    outbound: &Outbound,
    login: &Login,
    account: &Account,
    name: &str,
) -> Result<CalendarInfo, DiscoverError> {
    let cannot = |why: &str| DiscoverError::CannotCreate(why.to_owned());
    let home = account.homes.first().ok_or_else(|| cannot("the account has no place for calendars"))?;
    let profile = Profile::of(home);
    if !profile.makes_calendars {
        return Err(cannot(&format!("{} takes new calendars only on its own pages", profile.name)));
    }
    let session = Session::of_login(outbound, login, home);
    let url = home.join(&format!("{}/", new_segment(name))).map_err(|error| cannot(&error.to_string()))?;
    let made = make(&session, &url, name)?;
    let known = |calendar: &CalendarInfo| account.calendars.iter().any(|old| same_path(&old.url, &calendar.url));
    let find = |session: &Session| -> Result<Option<CalendarInfo>, DiscoverError> {
        let listed = list(session, &account.homes)?;
        let fresh = || listed.iter().filter(|calendar| !known(calendar));
        let ours = fresh().find(|calendar| same_path(&calendar.url, &url));
        Ok(ours.or_else(|| fresh().find(|calendar| calendar.name == name)).cloned())
    };
    let found = match find(&session)? {
        Some(found) => found,
        None => look(&session, &url)?.ok_or_else(|| made.unwrap_or_else(not_listed))?,
    };
    if found.name == name {
        return Ok(found);
    }
    rename(&session, &found, name)?;
    Ok(find(&session)?.unwrap_or(found))
}

/// The server said yes, and did not do it: it is there, and not well.
fn not_listed() -> DiscoverError {
    let detail = "the new calendar is not in the server's list".to_owned();
    DiscoverError::Unreachable { detail, why: Unreachable::Down }
}

/// A path that nobody has: a calendar of the same name may exist, and trash bins keep paths.
fn new_segment(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 24 {
            break;
        }
    }
    let random = uuid::Uuid::new_v4().simple().to_string();
    let tail = random.get(..12).unwrap_or(&random);
    match slug.trim_end_matches('-') {
        "" => format!("calendar-{tail}"),
        slug => format!("{slug}-{tail}"),
    }
}

/// Sends MKCALENDAR, then extended MKCOL where that is refused. `Some` tells what to say if the calendar is then not
/// found: an answer that was lost is no answer, and the listing knows better.
fn make(session: &Session, url: &Url, name: &str) -> Result<Option<DiscoverError>, DiscoverError> {
    let first = match ask_to_make(session, &requests::make_calendar(url, name))? {
        Made::Yes => return Ok(None),
        Made::Perhaps(error) => return Ok(Some(error)),
        Made::No(answer) => answer,
    };
    match ask_to_make(session, &requests::make_collection(url, name))? {
        Made::Yes => Ok(None),
        Made::Perhaps(error) => Ok(Some(error)),
        // Nobody else has this path: what is there was made by a request that the server said it had put off.
        Made::No(_) if look(session, url)?.is_some() => Ok(None),
        Made::No(_) => Err(DiscoverError::CannotCreate(first.words())),
    }
}

enum Made {
    Yes,
    No(Answer),
    Perhaps(DiscoverError),
}

fn ask_to_make(session: &Session, call: &Call) -> Result<Made, DiscoverError> {
    match session.ask(call) {
        Ok(answer) if is_success(answer.status) => Ok(Made::Yes),
        Ok(answer) if answer.status == 401 => Err(login_failed(&answer)),
        // Asked to slow down (Nextcloud: 10 calendars an hour), or out of space: another method changes nothing.
        Ok(answer) if matches!(answer.status, 429 | 507) => Err(DiscoverError::CannotCreate(answer.words())),
        Ok(answer) if answer.status >= 500 && answer.status != 501 => Ok(Made::Perhaps(unexpected(&answer))),
        Ok(answer) => Ok(Made::No(answer)),
        Err(trouble @ Trouble::Outbound(OutboundError::Broken(_) | OutboundError::Timeout(_))) => {
            Ok(Made::Perhaps(unreachable(trouble)))
        }
        Err(trouble) => Err(unreachable(trouble)),
    }
}

/// A calendar by its URL, for servers whose listing lags behind.
fn look(session: &Session, url: &Url) -> Result<Option<CalendarInfo>, DiscoverError> {
    let answer = session.ask(&requests::look_at_calendar(url)).map_err(unreachable)?;
    let members = if answer.status == 207 { answer.members().unwrap_or_default() } else { Vec::new() };
    Ok(members.iter().find(|member| member.is_event_calendar()).map(info))
}

/// Sets the display name (SOGo forgets it at creation). A refusal is no failure: SOGo answers 409 when another
/// calendar has that name, and the calendar works under any.
fn rename(session: &Session, calendar: &CalendarInfo, name: &str) -> Result<(), DiscoverError> {
    match session.ask(&requests::rename_calendar(&calendar.url, name)) {
        Ok(answer) if answer.status == 401 => Err(login_failed(&answer)),
        Ok(answer) => {
            tracing::debug!(status = answer.status, "naming the new calendar");
            Ok(())
        }
        Err(trouble) => {
            tracing::debug!(%trouble, "naming the new calendar");
            Ok(())
        }
    }
}

/// Whether a listing of `collection` names anything but itself.
pub(super) fn members_of<'a>(collection: &'a Url, members: &'a [Member]) -> impl Iterator<Item = &'a Member> {
    members.iter().filter(move |member| is_member_of(collection, &member.url))
}
