//! The control interface for tests, below `/__sim/`.

use hyper::Response;
use serde::Serialize;

use super::methods::{Precondition, store};
use super::model::{Hrefs, Place, Quirks, World};
use super::refusal::Refusal;
use super::site::CalDav;
use super::xml::{DAV, Element, Name};
use crate::wire::{Body, Request, json, problem, text};

/// A calendar as the control interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarView {
    /// Last segment of its href.
    pub name: String,
    /// Its display name, if it has one.
    pub display_name: Option<String>,
    /// How many objects it holds.
    pub objects: usize,
}

/// An object as the control interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectView {
    /// Last segment of its href.
    pub name: String,
    /// Strong ETag, with its quotes.
    pub etag: String,
    /// UID of its components.
    pub uid: String,
    /// The text as it is served.
    pub ics: String,
}

pub(super) fn control(site: &CalDav, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
    Some(match (request.method.as_str(), segments) {
        ("GET", []) => json(200, &about(site)),
        ("GET", ["calendars", user]) => found(calendars(&site.lock(), user)),
        ("GET", ["objects", user, calendar]) => found(objects(&site.lock(), user, calendar)),
        (_, ["objects", user, calendar, name]) => object(site, request, user, calendar, name)?,
        ("GET", ["quirks"]) => json(200, &site.lock().quirks),
        ("PUT", ["quirks"]) => put_quirks(&mut site.lock(), &request.body),
        ("GET", ["mails"]) => json(200, &site.lock().mails),
        ("DELETE", ["mails"]) => {
            site.lock().mails.clear();
            text(204, "")
        }
        _ => return None,
    })
}

fn about(site: &CalDav) -> serde_json::Value {
    let world = site.lock();
    let users: Vec<_> = world.users.keys().collect();
    let [url, other_url] = &site.urls;
    serde_json::json!({ "simulator": "caldav", "url": url, "other_url": other_url, "users": users, "quirks": world.quirks })
}

fn found(list: Option<impl Serialize>) -> Response<Body> {
    list.map_or_else(|| problem(404, "no such user or calendar"), |list| json(200, &list))
}

fn put_quirks(world: &mut World, body: &[u8]) -> Response<Body> {
    let read = serde_json::from_slice::<Quirks>(body).map_err(|why| why.to_string());
    match read.and_then(|quirks| set_quirks(world, quirks)) {
        Ok(()) => json(200, &world.quirks),
        Err(why) => problem(400, why),
    }
}

/// Replaces all quirks.
///
/// # Errors
/// What cannot be used; the old ones then stay.
pub(super) fn set_quirks(world: &mut World, quirks: Quirks) -> Result<(), String> {
    match quirks.fault() {
        Some(fault) => Err(fault),
        None => {
            world.quirks = quirks;
            Ok(())
        }
    }
}

pub(super) fn calendars(world: &World, user: &str) -> Option<Vec<CalendarView>> {
    let display_name = Name::new(DAV, "displayname");
    let calendars = &world.users.get(user)?.calendars;
    let view = |(name, calendar): (&String, &super::model::Calendar)| CalendarView {
        name: name.clone(),
        display_name: calendar.properties.get(&display_name).map(Element::text),
        objects: calendar.objects.len(),
    };
    Some(calendars.iter().map(view).collect())
}

pub(super) fn objects(world: &World, user: &str, calendar: &str) -> Option<Vec<ObjectView>> {
    let calendar = world.users.get(user)?.calendars.get(calendar)?;
    let view = |(name, object): (&String, &super::model::Object)| ObjectView {
        name: name.clone(),
        etag: object.etag.clone(),
        uid: object.uid.clone(),
        ics: object.ics.to_string(),
    };
    Some(calendar.objects.iter().map(view).collect())
}

/// What the person does in another client: no password, no precondition, the same checks of the content.
fn object(site: &CalDav, request: &Request, user: &str, calendar: &str, name: &str) -> Option<Response<Body>> {
    let mut world = site.lock();
    Some(match request.method.as_str() {
        "GET" => {
            let found = objects(&world, user, calendar)?.into_iter().find(|object| object.name == name);
            found.map_or_else(|| problem(404, "no such object"), |object| json(200, &object))
        }
        "PUT" => {
            let place = Place::Object(user.to_owned(), calendar.to_owned(), name.to_owned());
            let hrefs = Hrefs::new(&world.quirks, "");
            let stored = store(&mut world, &place, &request.body, &Precondition::default(), (site.now)(), &hrefs);
            stored.unwrap_or_else(Refusal::into_response)
        }
        "DELETE" => match world.users.get_mut(user).is_some_and(|user| user.delete(calendar, name)) {
            true => text(204, ""),
            false => problem(404, "no such object"),
        },
        _ => return None,
    })
}
