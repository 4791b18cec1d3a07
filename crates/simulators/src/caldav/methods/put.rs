//! PUT of a calendar object (RFC 4791 §5.3.2).

use hyper::Response;
use hyper::header::{HeaderName, HeaderValue};
use jiff::Timestamp;

use super::super::model::{Hrefs, Place, Quirks, World};
use super::super::refusal::{Outcome, Refusal};
use super::super::validate::validate;
use super::super::visit::Visit;
use super::super::xml::{cal, dav};
use crate::ics::{Component, Line};
use crate::wire::{Body, Request, text};

/// `If-Match` and `If-None-Match` (RFC 9110 §13.1).
#[derive(Debug, Default)]
pub(in crate::caldav) struct Precondition {
    matching: Option<String>,
    none_matching: Option<String>,
}

impl Precondition {
    /// From a request's headers.
    pub(in crate::caldav) fn read(request: &Request) -> Self {
        let header = |name| request.header(name).map(str::to_owned);
        Self { matching: header("if-match"), none_matching: header("if-none-match") }
    }

    /// Compares with what is there, strongly: a weak tag never matches.
    ///
    /// # Errors
    /// 412.
    pub(in crate::caldav) fn check(&self, etag: Option<&str>, quirks: &Quirks) -> Result<(), Refusal> {
        let fits = |tags: &str| match (tags.trim(), etag) {
            ("*", there) => there.is_some() != quirks.inverts_if_match_star,
            (tags, Some(etag)) => tags.split(',').any(|tag| tag.trim() == etag),
            (_, None) => false,
        };
        let clash = |tags: &str| match (tags.trim(), etag) {
            ("*", there) => there.is_some() && !quirks.ignores_if_none_match,
            (tags, Some(etag)) => tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag),
            (_, None) => false,
        };
        let failed = self.matching.as_deref().is_some_and(|tags| !fits(tags))
            || self.none_matching.as_deref().is_some_and(clash);
        if failed { Err(Refusal::status(412)) } else { Ok(()) }
    }
}

pub(in crate::caldav) fn put(visit: &Visit<'_>, world: &mut World, now: Timestamp) -> Outcome {
    let Place::Object(..) = &visit.place else { return Err(Refusal::status(405)) };
    if let Some(kind) = visit.request.header("content-type")
        && !kind.to_ascii_lowercase().starts_with("text/calendar")
    {
        return Err(Refusal::because(403, cal("supported-calendar-data")).why("not text/calendar"));
    }
    store(world, &visit.place, &visit.request.body, &Precondition::read(visit.request), now, &visit.hrefs)
}

/// Checks and stores one object; the control interface does it too.
pub(in crate::caldav) fn store(
    world: &mut World,
    place: &Place,
    body: &[u8],
    precondition: &Precondition,
    now: Timestamp,
    hrefs: &Hrefs,
) -> Outcome {
    let Place::Object(owner, calendar_name, name) = place else { return Err(Refusal::status(405)) };
    let World { users, quirks, mails, .. } = world;
    let gone = quirks.calendar_gone;
    let user = users.get_mut(owner).ok_or_else(|| Refusal::status(404))?;
    let calendar = user.calendars.get(calendar_name).ok_or_else(|| Refusal::status(gone))?;
    if quirks.read_only.contains(calendar_name) {
        return Err(Refusal::because(403, dav("need-privileges")));
    }
    let old = calendar.objects.get(name);
    precondition.check(old.map(|old| old.etag.as_str()), quirks)?;
    if !calendar.components.iter().any(|component| component == "VEVENT") {
        return Err(Refusal::because(403, cal("supported-calendar-component")));
    }
    let good = validate(body, quirks.takes_anything)?;
    if let Some((status, word)) = quirks.refuses.as_ref()
        && String::from_utf8_lossy(body).contains(word)
    {
        return Err(Refusal::because(*status, cal("valid-calendar-data")));
    }
    let taken = match old.filter(|old| old.uid != good.uid) {
        Some(_) => Some((calendar_name.clone(), name.clone())),
        None => user.conflict(&good.uid, calendar_name, name, quirks.uid_per_calendar),
    };
    if let Some((calendar, object)) = taken {
        let href = hrefs.of(&Place::Object(owner.clone(), calendar, object));
        let condition = cal("no-uid-conflict").with(dav("href").with_text(href));
        return Err(Refusal::because(quirks.uid_conflict, condition));
    }
    let text = rewritten(String::from_utf8_lossy(body).into_owned(), quirks);
    let object = (calendar_name.as_str(), name.as_str());
    let stored = user.put(object, (text, good.uid), quirks.new_etag_on_same_bytes, now);
    let stored = stored.ok_or_else(|| Refusal::status(gone))?;
    mails.extend(good.mails);
    Ok(answer(stored.created, &stored.etag, quirks))
}

fn answer(created: bool, etag: &str, quirks: &Quirks) -> Response<Body> {
    let mut response = text(if created { 201 } else { 204 }, "");
    if quirks.weak_etag_on_put {
        header(&mut response, "ETag", &format!("W/{etag}"));
    } else if !quirks.no_etag_on_put {
        header(&mut response, "ETag", etag);
    }
    response
}

/// Sets a header of our own making; one that cannot be is left out.
pub(super) fn header(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// The text as servers that do not keep it keep it.
fn rewritten(text: String, quirks: &Quirks) -> String {
    if !quirks.rewrites_body && !quirks.drops_x_properties {
        return text;
    }
    let Ok(mut calendar) = Component::read(&text) else { return text };
    if quirks.drops_x_properties {
        drop_x(&mut calendar);
    }
    if quirks.rewrites_body {
        for event in calendar.children.iter_mut().filter(|child| child.name == "VEVENT") {
            event.lines.sort_by(|one, other| one.name.cmp(&other.name));
            let missing = |name: &str| event.line(name).is_none();
            let added: Vec<_> = [("CLASS", "CLASS:PUBLIC"), ("TRANSP", "TRANSP:OPAQUE")]
                .into_iter()
                .filter_map(|(name, line)| missing(name).then(|| Line::read(line))?)
                .collect();
            event.lines.extend(added);
        }
    }
    calendar.write()
}

fn drop_x(component: &mut Component) {
    component.lines.retain(|line| !line.name.starts_with("X-"));
    component.children.iter_mut().for_each(drop_x);
}
