//! Every error leaves by this door, as `application/problem+json` (RFC 9457).
//!
//! Rule: an error that isn't a [`Problem`] doesn't leave. Handlers answer `Result<_, Problem>`; the door that they belong to
//! turns each error of the doing layer into one, `foreign` those of the web framework; [`super::door`] renders them. What went
//! wrong inside goes to the log with the request's id, never into the answer.

mod code;
mod foreign;
mod render;

use poem::error::ResponseError;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use serde_json::Value;

pub use code::Code;
pub(crate) use render::ProblemDocument;

/// One error, ready to be answered.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: Code,
    detail: String,
    members: Vec<(&'static str, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// An error of this kind. `detail` is for a person: what is wrong with this very request.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts { code, detail: detail.into(), members: Vec::new(), headers: Vec::new(), cause: None }))
    }

    /// The gateway's own failure. `cause` is for the log only.
    pub fn internal(cause: impl ToString) -> Self {
        Self::new(
            Code::Internal,
            "The gateway failed. Try again later; if it stays so, give the request_id to who runs it.",
        )
        .because(cause)
    }

    /// Adds what the log is told and the answer is not.
    #[must_use]
    pub fn because(mut self, cause: impl ToString) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Says when to ask again, in seconds: to programs, and to whatever reads headers alone.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with("retry_after", seconds).header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// Adds a member for programs.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    /// Adds a header; one that can't be written is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// Which kind it is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the log is told and the answer is not.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code.word(), self.0.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    fn as_response(&self) -> poem::Response {
        self.respond(None)
    }
}

/// Says nothing to the document: `document` adds each operation's problems from its own list.
impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        MetaResponses { responses: Vec::new() }
    }

    fn register(_registry: &mut Registry) {}
}
