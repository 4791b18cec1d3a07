//! The objects of one calendar: ours, by the names that we gave them.

use url::Url;

use super::quirks::Profile;
use super::refusal::{self, Said, Standing, Write, decide};
use super::removal::{self, Ladder, Unchanged};
use super::requests::{self, Call};
use super::responses::{self, Member, etag, fingerprint, is_member_of, is_strong, is_success, same_path};
use super::session::{Answer, Session};
use super::xml::{CALDAV, DAV, XmlError};
use crate::placement::{Mark, RemoteKey, Sight, Version};
use crate::providers::{Listed, Outgoing, Refusal, RemoteCalendar, RemoteError, Written};

/// One calendar, opened.
pub(super) struct Calendar<'k> {
    session: Session<'k>,
    url: Url,
    mark: Mark,
    profile: &'static Profile,
}

/// How the names of our objects end.
const EXTENSION: &str = ".ics";

impl<'k> Calendar<'k> {
    /// Opens the calendar at `url`. Sends nothing.
    pub(super) fn new(session: Session<'k>, url: &Url, mark: Mark) -> Self {
        let url = responses::as_collection(url);
        let profile = Profile::of(&url);
        Self { session, url, mark, profile }
    }

    fn object(&self, key: &RemoteKey) -> Url {
        let mut url = self.url.clone();
        let path = format!("{}{}{EXTENSION}", self.url.path(), key.as_str());
        url.set_path(&path);
        url
    }

    /// Makes a call; failures that mean the same everywhere become errors here.
    fn ask(&self, call: &Call) -> Result<Answer, RemoteError> {
        let answer = self.session.ask(call).map_err(refusal::no_answer)?;
        match refusal::whatever_was_asked(&answer, self.profile.login_hint) {
            Some(error) => Err(error),
            None => Ok(answer),
        }
    }

    fn create(&self, key: &RemoteKey, text: String) -> Result<Version, RemoteError> {
        let object = self.object(key);
        if !self.profile.guards_creation && self.look(&object)?.is_some() {
            return Err(RemoteError::Conflict);
        }
        self.put(&requests::create_object(&object, text), Write::Insert)
    }

    fn replace(&self, key: &RemoteKey, text: String, version: &Version) -> Result<Version, RemoteError> {
        let object = self.object(key);
        let guarded = if is_strong(version) { requests::replace_object(&object, text.clone(), version) } else { None };
        if guarded.is_none() || !self.profile.guards_change {
            // The server can't compare this version for us, or not always.
            match self.look(&object)? {
                None => return Err(self.missing()?),
                Some(found) if found != *version => return Err(RemoteError::Conflict),
                Some(_) => {}
            }
        }
        let Some(call) = guarded else {
            return self.put(&requests::overwrite_object(&object, text), Write::Update(version));
        };
        let answer = self.ask(&call)?;
        let knows_no_tag = answer.status == 412 && responses::precondition(&answer.body).is_none();
        if knows_no_tag && self.look(&object)?.as_ref() == Some(version) {
            // It stands as it should, under a tag that the server shows and does not know again: a proxy that packs answers
            // has changed it. So it was compared by us.
            return self.put(&requests::overwrite_object(&object, text), Write::Update(version));
        }
        self.taken(&call, Write::Update(version), &answer)
    }

    /// What it means that an object is not there.
    fn missing(&self) -> Result<RemoteError, RemoteError> {
        Ok(match self.standing()? {
            Standing::Gone(why) => RemoteError::CalendarLost { why },
            _ => RemoteError::NotFound,
        })
    }

    /// Sends a write, and answers the object's state after it.
    fn put(&self, call: &Call, write: Write<'_>) -> Result<Version, RemoteError> {
        let answer = self.ask(call)?;
        self.taken(call, write, &answer)
    }

    /// The object's state after a write that was answered so.
    fn taken(&self, call: &Call, write: Write<'_>, answer: &Answer) -> Result<Version, RemoteError> {
        if !is_success(answer.status) {
            return Err(self.after_refusal(write, &call.url, answer));
        }
        match etag(&answer.headers).filter(is_strong) {
            Some(version) => Ok(version),
            None => self.look(&call.url)?.ok_or_else(|| RemoteError::Unsure {
                retry_after: None,
                why: "the server took the event but does not show it".to_owned(),
            }),
        }
    }

    /// Looks again, and says what the refusal means.
    fn after_refusal(&self, write: Write<'_>, object: &Url, answer: &Answer) -> RemoteError {
        let seen = self.standing().and_then(|standing| match standing {
            Standing::Gone(_) => Ok((None, standing)),
            _ => self.look(object).map(|version| (version, standing)),
        });
        match seen {
            Ok((version, standing)) => decide(write, &Said::of(answer), version.as_ref(), &standing),
            Err(error) => error,
        }
    }

    /// The state of an object.
    fn look(&self, object: &Url) -> Result<Option<Version>, RemoteError> {
        let answer = self.ask(&requests::look_at_object(object))?;
        match answer.status {
            404 | 410 => return Ok(None),
            207 => {}
            _ => return self.read(object),
        }
        let members = answer.members().map_err(|error| unreadable(&error))?;
        let member = members.iter().find(|member| same_path(&member.url, object)).or(members.first());
        match member {
            Some(member) if member.is_gone() => Ok(None),
            Some(Member { status: None | Some(200..300), .. }) => match member.and_then(Member::version) {
                Some(version) => Ok(Some(version)),
                None => self.read(object),
            },
            _ => self.read(object),
        }
    }

    /// The state of an object from a server that doesn't list it: its ETag header, else what it holds.
    fn read(&self, object: &Url) -> Result<Option<Version>, RemoteError> {
        let answer = self.ask(&requests::read_object(object))?;
        match answer.status {
            404 | 410 => Ok(None),
            200..300 => Ok(Some(etag(&answer.headers).unwrap_or_else(|| fingerprint(&answer.body)))),
            _ => match self.standing()? {
                Standing::Gone(why) => Err(RemoteError::CalendarLost { why }),
                _ => Err(RemoteError::CalendarLost { why: answer.words() }),
            },
        }
    }

    /// How the calendar itself is.
    fn standing(&self) -> Result<Standing, RemoteError> {
        let answer = self.ask(&requests::look_at_calendar(&self.url))?;
        if answer.status != 207 {
            return Ok(Standing::Gone(answer.words()));
        }
        let members = answer.members().map_err(|error| unreadable(&error))?;
        let member = members.iter().find(|member| same_path(&member.url, &self.url)).or(members.first());
        Ok(match member {
            Some(member) if member.is_a(CALDAV, "calendar") => match member.writable() {
                Some(true) => Standing::Writable,
                Some(false) => Standing::ReadOnly,
                None => Standing::There,
            },
            _ => Standing::Gone("there is no calendar at its address any more".to_owned()),
        })
    }

    /// What is taken of everything in the calendar but itself, as this call asks for it, and what was said of the calendar.
    /// Complete or an error; what is not taken is not held.
    fn listed<T>(
        &self,
        call: &Call,
        take: impl Fn(&Member) -> Option<T>,
    ) -> Result<(Vec<T>, Option<Member>), RemoteError> {
        let answer = self.ask(call)?;
        match answer.status {
            207 => {}
            403 | 404 | 405 | 409 | 410 => return Err(RemoteError::CalendarLost { why: answer.words() }),
            _ => return Err(unsure(answer.words())),
        }
        let (mut itself, mut inside, mut cut, mut is_empty) = (None, Vec::new(), None, true);
        let listed = answer.each_member(|member| {
            is_empty = false;
            if member.status == Some(507) {
                cut.get_or_insert(member);
            } else if itself.is_none() && same_path(&member.url, &self.url) {
                itself = Some(member);
            } else if is_member_of(&self.url, &member.url) && !member.is_gone() {
                inside.extend(take(&member));
            }
            Ok(())
        });
        listed.map_err(|error| unreadable(&error))?;
        if let Some(cut) = cut {
            return Err(unsure(format!("the server cut the list of {} short", cut.url.path())));
        }
        match &itself {
            // Xandikos reports a missing calendar inside of a 207.
            Some(itself) if itself.is_gone() => {
                return Err(RemoteError::CalendarLost { why: "there is no calendar at its address".to_owned() });
            }
            Some(Member { status: None | Some(200..300), .. }) => {}
            Some(_) => return Err(unsure("the server could not list the calendar".to_owned())),
            // Some servers leave the calendar itself out; an answer with nothing at all needs a second look.
            None if is_empty => {
                if let Standing::Gone(why) = self.standing()? {
                    return Err(RemoteError::CalendarLost { why });
                }
            }
            None => {}
        }
        Ok((inside, itself))
    }

    /// The key of a member, if it carries our mark.
    fn key_of(&self, member: &Member) -> Option<RemoteKey> {
        let name = responses::last_segment(&member.url);
        let key = RemoteKey::from_text(name.strip_suffix(EXTENSION)?);
        (key.carries(&self.mark) && !member.is_a(DAV, "collection")).then_some(key)
    }
}

impl RemoteCalendar for Calendar<'_> {
    fn max_in_flight(&self) -> usize {
        self.profile.max_in_flight
    }

    fn insert(&self, outgoing: Outgoing<'_>) -> Result<Written, RemoteError> {
        let (text, degradations) = written(outgoing)?;
        Ok(Written { sight: self.create(outgoing.key, text)?.into(), degradations })
    }

    fn update(&self, outgoing: Outgoing<'_>, seen: &Sight) -> Result<Written, RemoteError> {
        let (text, degradations) = written(outgoing)?;
        Ok(Written { sight: self.replace(outgoing.key, text, &seen.version)?.into(), degradations })
    }

    fn delete(&self, key: &RemoteKey, _last: Option<&Sight>) -> Result<(), RemoteError> {
        let object = self.object(key);
        let answer = self.ask(&requests::delete_object(&object, self.profile.has_trash_bin))?;
        if is_success(answer.status) || matches!(answer.status, 404 | 410) || self.look(&object)?.is_none() {
            return Ok(());
        }
        Err(self.after_refusal(Write::Delete, &object, &answer))
    }

    fn fetch(&self, key: &RemoteKey, _last: Option<&Sight>) -> Result<Option<Sight>, RemoteError> {
        Ok(self.look(&self.object(key))?.map(Sight::from))
    }

    fn list_ours(&self) -> Result<Vec<Listed>, RemoteError> {
        let mut ours = Vec::new();
        let seen = |member: &Member| Some((self.key_of(member)?, member.version()));
        for (key, version) in self.listed(&requests::list_objects(&self.url), seen)?.0 {
            let version = match version {
                Some(version) => Some(version),
                None => self.look(&self.object(&key))?,
            };
            ours.extend(version.map(|version| Listed { key, sight: version.into() }));
        }
        Ok(ours)
    }

    fn is_gone(&self) -> Result<bool, RemoteError> {
        let answer = self.ask(&requests::look_at_calendar(&self.url))?;
        Ok(match answer.status {
            404 | 410 => true,
            // Xandikos reports a missing calendar inside of a 207; others keep a plain folder at its address.
            207 => matches!(self.standing()?, Standing::Gone(_)),
            _ => false,
        })
    }

    fn remove_if_empty(&self) -> Result<bool, RemoteError> {
        let mut ladder = Ladder::default();
        for _ in 0..removal::TRIES {
            let seen = match self.listed(&requests::list_before_removal(&self.url), |_| Some(())) {
                Ok((inside, _)) if !inside.is_empty() => return Ok(false),
                Ok((_, itself)) => Unchanged::of(itself.as_ref()),
                // Gone already, perhaps by an earlier try of ours.
                Err(RemoteError::CalendarLost { .. }) if matches!(self.standing()?, Standing::Gone(_)) => {
                    return Ok(true);
                }
                Err(error) => return Err(error),
            };
            let (deletion, is_last) = ladder.next(&self.url, self.profile.has_trash_bin, seen);
            let answer = self.ask(&deletion)?;
            // Cyrus answers 404 and has deleted it; others refuse to delete any calendar.
            if is_success(answer.status) || matches!(self.standing()?, Standing::Gone(_)) {
                return Ok(true);
            }
            if is_last {
                break;
            }
        }
        Ok(false)
    }
}

/// The object's text, and what it can't hold. The one place where events become iCalendar. The UID in it is made of
/// our key: a server refuses one UID in two calendars of a user, and the client's may be anywhere.
///
/// # Errors
/// A refusal of our own where it would be too large. Nothing was sent, and what is smaller may be tried.
fn written(outgoing: Outgoing<'_>) -> Result<(String, Vec<String>), RemoteError> {
    match crate::ical::write(outgoing.event, outgoing.key, outgoing.event_id.as_str(), outgoing.people) {
        Ok(object) => Ok((object.text, object.degradations)),
        Err(why) => {
            let (code, why) = ("too-large".to_owned(), why.to_string());
            Err(RemoteError::Refused(Refusal { code, why, name_taken: false }))
        }
    }
}

fn unsure(why: String) -> RemoteError {
    RemoteError::Unsure { retry_after: None, why }
}

fn unreadable(error: &XmlError) -> RemoteError {
    if error.is_excess() { RemoteError::Excess { why: error.to_string() } } else { unsure(error.to_string()) }
}

#[cfg(test)]
mod tests;
