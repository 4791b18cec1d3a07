//! Who calls, and what their token opens.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::call::Call;
use super::route::{Method, Route};
use crate::google::model::{Calendar, World};
use crate::google::refusal::Refusal;

/// What all scopes but `openid` and the old short ones begin with.
pub(in crate::google) const PREFIX: &str = "https://www.googleapis.com/auth/";

/// Who calls.
#[derive(Clone, Debug)]
pub(in crate::google) struct Caller {
    pub(in crate::google) user: String,
    /// `None`: the person themselves, in Google's own pages.
    pub(in crate::google) client: Option<String>,
    /// Scopes without their common prefix.
    pub(in crate::google) scopes: BTreeSet<String>,
}

/// A call by a known user.
pub(super) struct Visit<'a> {
    pub(super) call: &'a Call,
    pub(super) caller: &'a Caller,
    pub(super) route: &'a Route,
    pub(super) now: Timestamp,
}

/// The bearer of the token.
pub(super) fn caller(world: &World, call: &Call, now: Timestamp) -> Result<Caller, Refusal> {
    let header = call.authorization.as_deref().and_then(|header| header.split_once(' '));
    let token = header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let access = token.and_then(|token| world.tokens.access.get(token));
    let access = access.filter(|access| access.ends.is_none_or(|ends| now < ends)).ok_or_else(Refusal::unauthorized)?;
    let short = |scope: &String| scope.strip_prefix(PREFIX).unwrap_or(scope).to_owned();
    Ok(Caller {
        user: access.user.clone(),
        client: Some(access.client.clone()),
        scopes: access.scopes.iter().map(short).collect(),
    })
}

impl Caller {
    /// The person themselves.
    pub(in crate::google) fn person(user: &str) -> Self {
        Self { user: user.to_owned(), client: None, scopes: ["calendar".to_owned()].into() }
    }

    /// Does any of the scopes open the method at all?
    pub(super) fn may(&self, method: Method) -> bool {
        method.scopes().iter().any(|scope| self.scopes.contains(*scope))
    }

    /// Which scope opens the method on this calendar? `None`: none does.
    fn opens(&self, method: Method, calendar: &Calendar) -> Option<&'static str> {
        let own = calendar.owner == self.user;
        let made = own && calendar.maker.is_some() && calendar.maker == self.client;
        let fits = |scope: &&str| match *scope {
            "calendar.app.created" => made,
            "calendar.events.owned" | "calendar.events.owned.readonly" => own,
            "calendar.events.public.readonly" => false,
            _ => true,
        };
        // `events.freebusy` shows the least: it counts only when nothing better is there.
        let mut scopes: Vec<&'static str> =
            method.scopes().iter().copied().filter(|scope| self.scopes.contains(*scope)).filter(fits).collect();
        scopes.sort_by_key(|scope| *scope == "calendar.events.freebusy");
        scopes.first().copied()
    }
}

impl Visit<'_> {
    /// The calendar's id, `primary` resolved.
    pub(super) fn calendar_id(&self) -> &str {
        self.resolve(&self.route.calendar)
    }

    /// The same for any id.
    pub(super) fn resolve<'a>(&'a self, id: &'a str) -> &'a str {
        if id == "primary" { &self.caller.user } else { id }
    }

    /// The calendar, if the caller may do this with it.
    pub(super) fn calendar<'a>(&self, world: &'a mut World) -> Result<&'a mut Calendar, Refusal> {
        self.admit(world, self.calendar_id())?;
        world.calendars.get_mut(self.calendar_id()).ok_or_else(Refusal::not_found)
    }

    /// May the caller use this method on this calendar? Answers the scope that opens it.
    pub(super) fn admit(&self, world: &mut World, id: &str) -> Result<&'static str, Refusal> {
        let calendar = world.calendars.get(id).filter(|calendar| calendar.is_open_to(&self.caller.user));
        let calendar = calendar.ok_or_else(Refusal::not_found)?;
        if let Some(scope) = self.caller.opens(self.route.method, calendar) {
            return Ok(scope);
        }
        world.refused_scopes.push(self.call.line.clone());
        // Whoever may only see what they made is not told that there is more.
        let only_own = self
            .caller
            .scopes
            .iter()
            .all(|scope| scope == "calendar.app.created" || !self.route.method.scopes().contains(&scope.as_str()));
        Err(if only_own { Refusal::not_found() } else { Refusal::scope() })
    }

    /// `If-Match` and `If-None-Match` against the ETag of what is there.
    pub(super) fn precondition(&self, etag: u64) -> Result<(), Refusal> {
        let there = etag_text(etag);
        let lists = |header: &str| header.split(',').any(|one| one.trim() == there || one.trim() == "*");
        match (&self.call.if_match, &self.call.if_none_match) {
            (Some(wanted), _) if !lists(wanted) => Err(Refusal::condition()),
            (_, Some(unwanted)) if self.call.method != "GET" && lists(unwanted) => Err(Refusal::condition()),
            (_, Some(unwanted)) if lists(unwanted) => Err(Refusal::new(304, "notModified", "Not Modified")),
            _ => Ok(()),
        }
    }
}

/// An ETag as it stands in headers and, once more in quotes, in bodies.
pub(super) fn etag_text(etag: u64) -> String {
    format!("\"{etag}\"")
}
