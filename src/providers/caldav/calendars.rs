//! The calendars of an account: listing them, and making one.

use url::Url;

use super::quirks::Profile;
use super::requests::{self, Call};
use super::responses::{Member, as_collection, is_success, last_segment, same_path};
use super::session::{Answer, Session, Trouble};
use super::unreachable::{login_failed, not_found, unexpected, unreachable};
use super::xml::{DAV, Element, most};
use super::{Account, CalendarInfo, DiscoverError, Login, Unreachable};
use crate::outbound::{Outbound, OutboundError};

/// Calendars of one home. Who has more finds none on a page either.
const MAX_CALENDARS: usize = 1_000;
/// Characters of a calendar's name that are kept.
const MAX_NAME: usize = 255;

/// What the homes of an account hold.
pub(super) struct Listed {
    /// The homes that may be used, in the order in which a new calendar is tried there.
    pub(super) homes: Vec<Url>,
    /// The calendars in them that can hold events.
    pub(super) calendars: Vec<CalendarInfo>,
}

/// The calendars below these homes of `principal`. A home that is closed to us or missing (a group's, a colleague's) is left
/// out; where none can be listed, the first one says why.
pub(super) fn list(session: &Session<'_>, principal: &Url, homes: &[Url]) -> Result<Listed, DiscoverError> {
    let (mut usable, mut calendars): (Vec<(&Url, Whose)>, Vec<CalendarInfo>) = (Vec::new(), Vec::new());
    let (mut any_listed, mut failed) = (false, None);
    for home in homes {
        match list_home(session, principal, home) {
            Ok((whose, listed)) => {
                any_listed = true;
                usable.push((home, whose));
                let fresh =
                    listed.into_iter().filter(|calendar| !calendars.iter().any(|known| known.url == calendar.url));
                let fresh: Vec<CalendarInfo> = fresh.collect();
                calendars.extend(fresh);
            }
            Err(error) => {
                // One that is not well is used again once it is.
                if matches!(error, DiscoverError::Unreachable { why: Unreachable::Down | Unreachable::Busy, .. }) {
                    usable.push((home, Whose::Unsaid));
                }
                failed = failed.or(Some(error));
            }
        }
    }
    match failed {
        Some(error) if !any_listed => Err(error),
        _ => Ok(Listed { homes: own_first(&usable), calendars }),
    }
}

/// Whose a home is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Ours,
    Theirs,
    Unsaid,
}

/// Where a new calendar may be made: nobody wants their appointments in a group's home. Where the server tells of no home
/// that it is ours, the order is its own.
fn own_first(homes: &[(&Url, Whose)]) -> Vec<Url> {
    let those =
        |wanted: Whose| homes.iter().filter(move |(_, whose)| *whose == wanted).map(|(home, _)| (*home).clone());
    let ours: Vec<Url> = those(Whose::Ours).collect();
    match ours.is_empty() {
        true => homes.iter().map(|(home, _)| (*home).clone()).collect(),
        false => ours.into_iter().chain(those(Whose::Unsaid)).collect(),
    }
}

fn list_home(session: &Session<'_>, principal: &Url, home: &Url) -> Result<(Whose, Vec<CalendarInfo>), DiscoverError> {
    let answer = session.ask(&requests::list_calendars(home)).map_err(unreachable)?;
    match answer.status {
        207 => {}
        401 => return Err(login_failed(&answer)),
        _ => return Err(unexpected(&answer)),
    }
    let (mut owner, mut calendars) = (None, Vec::new());
    let listed = answer.each_member(|member| {
        if owner.is_none() && same_path(&member.url, home) {
            owner = member.hrefs(DAV, "owner").into_iter().next();
        }
        calendars.extend((member.is_event_calendar() && session.trusts(&member.url)).then(|| info(&member)));
        most("calendars", calendars.len(), MAX_CALENDARS)
    });
    listed.map_err(|error| not_found(error.to_string()))?;
    let whose = match owner {
        None => Whose::Unsaid,
        Some(owner) if same_path(&owner, principal) => Whose::Ours,
        Some(_) => Whose::Theirs,
    };
    Ok((whose, calendars))
}

fn info(member: &Member) -> CalendarInfo {
    let name = member.property(DAV, "displayname").map(Element::text).unwrap_or_default();
    let name: String = name.chars().take(MAX_NAME).collect();
    CalendarInfo {
        url: as_collection(&member.url),
        name: if name.is_empty() { last_segment(&member.url) } else { name },
        writable: member.writable().unwrap_or(true),
    }
}

/// Makes a calendar named `name`, in the first home that takes it, and answers it as the server then lists it: under its own
/// URL (Yahoo gives numbers, Open-Xchange opaque text) and its own name.
pub(super) fn create(
    outbound: &Outbound,
    login: &Login,
    account: &Account,
    name: &str,
) -> Result<CalendarInfo, DiscoverError> {
    let login = Login { scheme: account.scheme.or(login.scheme), ..login.clone() };
    let mut refused = None;
    for home in &account.homes {
        match create_in(home, outbound, &login, account, name) {
            Err(why @ DiscoverError::CannotCreate(_)) => refused = refused.or(Some(why)),
            outcome => return outcome,
        }
    }
    Err(refused.unwrap_or_else(|| cannot("the account has no place for calendars")))
}

fn create_in(
    home: &Url,
    outbound: &Outbound,
    login: &Login,
    account: &Account,
    name: &str,
) -> Result<CalendarInfo, DiscoverError> {
    let profile = Profile::of(home);
    if !profile.makes_calendars {
        return Err(cannot(&format!("{} takes new calendars only on its own pages", profile.name)));
    }
    let session = Session::of_login(outbound, login, home);
    let url = home.join(&format!("{}/", new_segment(name))).map_err(|error| cannot(&error.to_string()))?;
    let made = make(&session, &url, name)?;
    let known = |calendar: &CalendarInfo| account.calendars.iter().any(|old| same_path(&old.url, &calendar.url));
    let find = |session: &Session<'_>| -> Result<Option<CalendarInfo>, DiscoverError> {
        let listed = list(session, &account.principal, std::slice::from_ref(home))?.calendars;
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

fn cannot(why: &str) -> DiscoverError {
    DiscoverError::CannotCreate(why.to_owned())
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
fn make(session: &Session<'_>, url: &Url, name: &str) -> Result<Option<DiscoverError>, DiscoverError> {
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

fn ask_to_make(session: &Session<'_>, call: &Call) -> Result<Made, DiscoverError> {
    match session.ask(call) {
        Ok(answer) if is_success(answer.status) => Ok(Made::Yes),
        Ok(answer) if answer.status == 401 => Err(login_failed(&answer)),
        Ok(answer) if answer.is_about_room() => Err(DiscoverError::AccountFull(answer.words())),
        // Asked to slow down (Nextcloud: 10 calendars an hour): another method changes nothing.
        Ok(answer) if answer.status == 429 => Err(cannot(&format!("it asks to slow down ({})", answer.words()))),
        Ok(answer) if answer.status >= 500 && answer.status != 501 => Ok(Made::Perhaps(unexpected(&answer))),
        Ok(answer) => Ok(Made::No(answer)),
        Err(trouble @ Trouble::Outbound(OutboundError::Broken(_) | OutboundError::Timeout(_))) => {
            Ok(Made::Perhaps(unreachable(trouble)))
        }
        Err(trouble) => Err(unreachable(trouble)),
    }
}

/// A calendar by its URL, for those that no listing has, or not yet.
pub(super) fn look(session: &Session<'_>, url: &Url) -> Result<Option<CalendarInfo>, DiscoverError> {
    let answer = session.ask(&requests::look_at_calendar(url)).map_err(unreachable)?;
    let members = if answer.status == 207 { answer.members().unwrap_or_default() } else { Vec::new() };
    Ok(members.iter().find(|member| member.is_event_calendar()).map(info))
}

/// Sets the display name (SOGo forgets it at creation). A refusal is no failure: SOGo answers 409 when another
/// calendar has that name, and the calendar works under any.
fn rename(session: &Session<'_>, calendar: &CalendarInfo, name: &str) -> Result<(), DiscoverError> {
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
