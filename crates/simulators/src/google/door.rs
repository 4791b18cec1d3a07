//! From a request to what answers it.

use hyper::Response;

use super::api::{self, Call};
use super::sent::Sent;
use super::site::GoogleSite;
use super::{agenda, control, oauth};
use crate::wire::{Answer, Body, Request, Site, text};

impl Site for GoogleSite {
    fn answer(&self, request: &Request) -> Answer {
        Answer::Reply(respond(self, request))
    }

    fn forget(&self) {
        let mut world = self.lock();
        world.calls.clear();
        world.refused_scopes.clear();
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        control::control(self, request, segments)
    }
}

fn respond(site: &GoogleSite, request: &Request) -> Response<Body> {
    let now = site.now();
    let mut world = site.lock();
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "POST", "/o/oauth2/v2/auth") => oauth::authorize(&mut world, request, now),
        ("POST", "/token") => oauth::token(&mut world, request, now),
        ("POST", "/revoke") => oauth::revoke(&mut world, request, now),
        ("GET" | "POST", "/oauth2/v3/userinfo" | "/userinfo") => oauth::userinfo(&world, request, now),
        ("POST", "/batch" | "/batch/calendar/v3") => api::batch(&mut world, &mut site.troubles(), request, now),
        ("GET" | "HEAD", "/" | "/calendar/r") => agenda::page(&world, request, now),
        _ => match Call::read(request) {
            Some(call) => {
                let sent = Sent::from(api::answer(&mut world, &mut site.troubles(), &call, now));
                world.note(&call.line, sent.status);
                sent.response()
            }
            None => text(404, "not found\n"),
        },
    }
}
