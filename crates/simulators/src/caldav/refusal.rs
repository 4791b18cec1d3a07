//! How the server says no, and XML answers in general.

use hyper::Response;

use super::xml::{Element, Style, dav, write};
use crate::wire::{Body, reply};

/// A refusal: a status, mostly with the precondition that was not met (RFC 4918 §16).
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) condition: Option<Box<Element>>,
    /// For whoever debugs: goes into the answer beside the condition.
    pub(super) why: String,
}

/// What a method comes to.
pub(super) type Outcome = Result<Response<Body>, Refusal>;

impl Refusal {
    /// A bare status.
    pub(super) fn status(status: u16) -> Self {
        Self { status, condition: None, why: String::new() }
    }

    /// A status with a precondition.
    pub(super) fn because(status: u16, condition: Element) -> Self {
        Self { status, condition: Some(Box::new(condition)), why: String::new() }
    }

    /// With an explanation.
    #[must_use]
    pub(super) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// The answer.
    pub(super) fn into_response(self) -> Response<Body> {
        let Some(condition) = self.condition else {
            return reply(self.status, "text/plain; charset=utf-8", self.why);
        };
        let mut error = dav("error").with(*condition);
        if !self.why.is_empty() {
            error = error.with(dav("responsedescription").with_text(self.why));
        }
        xml(self.status, &error, Style::Prefixed)
    }
}

/// An XML answer.
pub(super) fn xml(status: u16, root: &Element, style: Style) -> Response<Body> {
    reply(status, "application/xml; charset=utf-8", write(root, style))
}
