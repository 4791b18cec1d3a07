//! From a request to its method: who asks, for what place, and may they.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::Response;
use hyper::header::HeaderValue;

use super::auth::{Gate, Stranger};
use super::methods;
use super::model::{Hrefs, Place, World};
use super::refusal::{Outcome, Refusal};
use super::xml::{Element, dav, read};
use crate::clock::Now;
use crate::wire::{Answer, Body, Request, Site, redirect, reply, text};

const CLASSES: &str = "1, 3, extended-mkcol, calendar-access, calendar-auto-schedule, sync-collection";
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCOL, MKCALENDAR, REPORT";

/// The CalDAV site.
pub(super) struct CalDav {
    world: Mutex<World>,
    gate: Gate,
    pub(super) now: Now,
    /// What `GET /__sim/` tells: where this server listens.
    pub(super) urls: [String; 2],
}

/// A request by a known user.
pub(super) struct Visit<'a> {
    pub(super) request: &'a Request,
    pub(super) user: String,
    pub(super) place: Place,
    pub(super) hrefs: Hrefs,
}

impl CalDav {
    pub(super) fn new(world: World, gate: Gate, now: Now, urls: [String; 2]) -> Self {
        Self { world: Mutex::new(world), gate, now, urls }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, request: &Request) -> Response<Body> {
        let mut world = self.lock();
        let user = match self.gate.user(request, &world) {
            Ok(user) => user,
            Err(stranger) => return self.unauthorized(stranger, world.quirks.no_www_authenticate),
        };
        let outcome = self.admitted(request, user, &mut world);
        outcome.unwrap_or_else(Refusal::into_response)
    }

    fn admitted(&self, request: &Request, user: String, world: &mut World) -> Outcome {
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
            "PUT" => methods::put(&visit, world, (self.now)()),
            "DELETE" => methods::delete(&visit, world),
            "REPORT" => methods::report(&visit, world),
            _ => Err(Refusal::status(405)),
        }
    }

    fn unauthorized(&self, stranger: Stranger, silent: bool) -> Response<Body> {
        let mut response = text(401, "who are you?\n");
        if !silent {
            for challenge in self.gate.challenges(stranger) {
                if let Ok(value) = HeaderValue::from_str(&challenge) {
                    response.headers_mut().append("WWW-Authenticate", value);
                }
            }
        }
        response
    }
}

impl Site for CalDav {
    fn answer(&self, request: &Request) -> Answer {
        let mut response = match (request.method.as_str(), request.path.as_str()) {
            ("GET" | "HEAD", "/") => super::agenda::page(&self.lock(), request, (self.now)()),
            (_, "/.well-known/caldav" | "/.well-known/caldav/") => redirect(301, "/dav/"),
            ("OPTIONS", _) => reply(200, "text/plain", ""),
            _ => self.serve(request),
        };
        let headers = response.headers_mut();
        headers.insert("DAV", HeaderValue::from_static(CLASSES));
        headers.insert("Allow", HeaderValue::from_static(METHODS));
        Answer::Reply(response)
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        super::control::control(self, request, segments)
    }
}

/// Is this a calendar that was made but shows only later? Each question brings it nearer.
fn not_there_yet(world: &mut World, place: &Place) -> bool {
    let (Place::Calendar(user, name) | Place::Object(user, name, _)) = place else { return false };
    let calendar = world.users.get_mut(user).and_then(|user| user.calendars.get_mut(name));
    let Some(calendar) = calendar.filter(|calendar| calendar.late > 0) else { return false };
    calendar.late -= 1;
    true
}

impl Visit<'_> {
    /// The body as XML; `None` when it is empty.
    ///
    /// # Errors
    /// 400 when it is no well-formed XML.
    pub(super) fn xml(&self) -> Result<Option<Element>, Refusal> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.request.body).map_err(|_| Refusal::status(400).why("not UTF-8"))?;
        read(text).map(Some).map_err(|why| Refusal::status(400).why(why))
    }

    /// Does the client ask for short answers (RFC 8144)?
    pub(super) fn minimal(&self) -> bool {
        self.request.header("prefer").is_some_and(|prefer| prefer.contains("return=minimal"))
    }
}
