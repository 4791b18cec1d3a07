//! From a request to its method: who asks, for what place, and may they.

use hyper::Response;
use hyper::header::HeaderValue;

use super::auth::Stranger;
use super::model::{Hrefs, Place, World};
use super::refusal::{Outcome, Refusal};
use super::site::CalDav;
use super::visit::Visit;
use super::xml::dav;
use super::{agenda, control, methods};
use crate::wire::{Answer, Body, Request, Site, redirect, reply, text};

const CLASSES: &str = "1, 3, extended-mkcol, calendar-access, calendar-auto-schedule, sync-collection";
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCOL, MKCALENDAR, REPORT";

impl Site for CalDav {
    fn answer(&self, request: &Request) -> Answer {
        let mut response = match (request.method.as_str(), request.path.as_str()) {
            ("GET" | "HEAD", "/") => agenda::page(&self.lock(), request, (self.now)()),
            (_, "/.well-known/caldav" | "/.well-known/caldav/") => redirect(301, "/dav/"),
            ("OPTIONS", _) => reply(200, "text/plain", ""),
            _ => serve(self, request),
        };
        let headers = response.headers_mut();
        headers.insert("DAV", HeaderValue::from_static(CLASSES));
        headers.insert("Allow", HeaderValue::from_static(METHODS));
        Answer::Reply(response)
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        control::control(self, request, segments)
    }
}

fn serve(site: &CalDav, request: &Request) -> Response<Body> {
    let mut world = site.lock();
    let user = match site.gate.user(request, &world) {
        Ok(user) => user,
        Err(stranger) => return unauthorized(site, stranger, world.quirks.no_www_authenticate),
    };
    let outcome = admitted(site, request, user, &mut world);
    outcome.unwrap_or_else(Refusal::into_response)
}

fn admitted(site: &CalDav, request: &Request, user: String, world: &mut World) -> Outcome {
    let place = Place::read(&request.path).ok_or_else(|| Refusal::status(404))?;
    if place.user().is_some_and(|owner| owner != user) {
        return Err(Refusal::because(403, dav("need-privileges")));
    }
    if not_there_yet(world, &place) {
        return Err(Refusal::status(404));
    }
    let hrefs = Hrefs::new(&world.quirks, &request.origin());
    let visit = Visit { request, user, place, hrefs };
    match request.method.as_str() {
        "PROPFIND" => methods::propfind(&visit, world),
        "PROPPATCH" => methods::proppatch(&visit, world),
        "MKCALENDAR" | "MKCOL" => methods::make(&visit, world),
        "GET" | "HEAD" => methods::get(&visit, world),
        "PUT" => methods::put(&visit, world, (site.now)()),
        "DELETE" => methods::delete(&visit, world),
        "REPORT" => methods::report(&visit, world),
        _ => Err(Refusal::status(405)),
    }
}

fn unauthorized(site: &CalDav, stranger: Stranger, silent: bool) -> Response<Body> {
    let mut response = text(401, "who are you?\n");
    if !silent {
        for challenge in site.gate.challenges(stranger) {
            if let Ok(value) = HeaderValue::from_str(&challenge) {
                response.headers_mut().append("WWW-Authenticate", value);
            }
        }
    }
    response
}

/// Is this a calendar that was made but shows only later? Each question brings it nearer.
fn not_there_yet(world: &mut World, place: &Place) -> bool {
    let (Place::Calendar(user, name) | Place::Object(user, name, _)) = place else { return false };
    let calendar = world.users.get_mut(user).and_then(|user| user.calendars.get_mut(name));
    let Some(calendar) = calendar.filter(|calendar| calendar.late > 0) else { return false };
    calendar.late -= 1;
    true
}
