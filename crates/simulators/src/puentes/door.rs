//! From a request to the endpoint or a page.

use hyper::Response;

use super::site::Puentes;
use super::{control, endpoint, pages};
use crate::wire::{Answer, Body, Request, Site, text};

impl Site for Puentes {
    fn answer(&self, request: &Request) -> Answer {
        let mut state = self.lock();
        let reply = match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/events") => return endpoint::events(&state.agenda, &state.dial, &self.secret, request),
            ("GET", "/") => pages::list(self, &state, request),
            ("GET", "/event") => pages::edit(self, &state, request),
            ("POST", _) if from_elsewhere(request) => text(403, "the form is not from this page\n"),
            ("POST", "/event") => pages::save(self, &mut state, request),
            ("POST", "/delete") => pages::delete(&mut state, request),
            ("POST", "/dial") => pages::turn(&mut state, request),
            _ => text(404, "not here\n"),
        };
        Answer::Reply(reply)
    }

    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>> {
        control::control(self, request, segments)
    }
}

/// Was this form sent by a page of another site?
fn from_elsewhere(request: &Request) -> bool {
    request.header("origin").is_some_and(|origin| origin != request.origin())
}
