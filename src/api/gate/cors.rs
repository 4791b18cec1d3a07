//! Pages of other sites that call: those that a client system named, with a token of one of its users. An API key is a program's,
//! and no page is answered for it.

use std::sync::Arc;

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use super::bearer::brought;
use crate::access::Bearer;
use crate::app::App;
use crate::http::{Code, Problem, ShownTo};

/// What a page may send.
const TAKEN: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Customer-Id, X-Request-Id, X-User-Id",
);
/// How long a browser may remember it, in seconds.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// The page that may read the answer: one of the client system that is said to have signed the token. Until the token is checked
/// this says no more than where an answer may be read, which without a good token tells nothing.
pub(super) fn shown_to(app: &App, headers: &HeaderMap) -> Option<ShownTo> {
    let origin = headers.get(header::ORIGIN)?;
    let bearer = Bearer::read(brought(headers).ok()?).ok()?;
    let system = app.clients.get(app.access.issuer(bearer.token()?)?)?;
    let allowed = system.profile.chosen.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes());
    allowed.then(|| ShownTo(origin.clone()))
}

/// Refuses what a page sends that its client system did not name. Our own pages need no name.
pub(super) fn refuse_foreign(app: &App, headers: &HeaderMap, shown_to: Option<&ShownTo>) -> Result<(), Problem> {
    let own = app.config.server.public_url.origin().ascii_serialization();
    let is_foreign = headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() != own.as_bytes());
    if is_foreign && shown_to.is_none() {
        return Err(Problem::new(
            Code::OriginNotAllowed,
            "Pages of this site may not call for this client system. Its own settings name those that may: allowed_origins.",
        ));
    }
    Ok(())
}

/// What a browser asks before it sends what a page wants to: whether it may.
pub(super) struct Preflight {
    app: Arc<App>,
    methods: String,
}

impl Preflight {
    /// For an address that takes these methods.
    pub(super) fn new<'m>(app: Arc<App>, methods: impl Iterator<Item = &'m Method>) -> Self {
        let mut methods: Vec<&str> = methods.map(Method::as_str).collect();
        methods.sort_unstable();
        Self { app, methods: methods.join(", ") }
    }
}

impl Endpoint for Preflight {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let mut response = Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::ALLOW, format!("{}, OPTIONS", self.methods))
            .header(header::VARY, "Origin")
            .finish();
        let asked = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let origin = request.headers().get(header::ORIGIN).filter(|_| asked);
        if let Some(origin) = origin
            && origin.to_str().is_ok_and(|origin| self.app.clients.allow_origin(origin))
            && let Ok(methods) = HeaderValue::from_str(&self.methods)
        {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
        }
        Ok(response)
    }
}
