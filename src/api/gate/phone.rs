//! The gate of Puentes's family: a key over a phone, in headers, query or body.
//!
//! Rule: nothing of a request is acted on before its key is checked; what is needed to find the key (headers, query, the
//! body up to its limit) is all that is read before. The answer to a wrong key, a missing key and a key of an
//! unknown holder is the same, and none of them reaches the store.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, header};
use poem::{Endpoint, FromRequest, Request, RequestBody, Response};
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};

use super::operation::operation_id;
use super::wrong::{suspended, too_many_attempts};
use crate::api::body;
use crate::api::media::Media;
use crate::clients::Clients;
use crate::clients::puentes::{CHALLENGE, Found, HOW_TO_PROVE};
use crate::http::{Asker, Code, Keys, Problem, Refused, Served, read_within, throw_away};
use crate::ids::Holder;

/// Who asks, once the key was checked.
#[derive(Clone, Debug)]
pub(in crate::api) struct Caller {
    /// Whose calendar it is about.
    pub(in crate::api) holder: Holder,
    /// Their name as it was sent: what the key is over.
    pub(in crate::api) name: String,
    /// Where they ask from; the addresses of one household are one.
    pub(in crate::api) from: IpAddr,
}

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        request
            .data::<Self>()
            .cloned()
            .ok_or_else(|| Problem::internal("an operation was reached without passing the gate").into())
    }
}

/// Finds the key of a request and lets it in, or not.
#[derive(Debug)]
pub(in crate::api) struct Gate {
    /// Checks it.
    pub(in crate::api) keys: Arc<Keys>,
    /// Among them the one whose operations stand behind it.
    pub(in crate::api) clients: Clients,
}

impl Gate {
    /// Lets a request in, or answers why not. The body is read here once and put back whole.
    async fn admit(&self, request: &mut Request) -> Result<Caller, Problem> {
        let from = self.keys.asker(request);
        let found = Found::in_headers(request.headers());
        let in_body = matches!(*request.method(), Method::POST | Method::PUT);
        if found.complete() {
            let caller = self.check(from, &found, None)?;
            if in_body {
                let taken = request.take_body();
                let bytes = read_within(body::LIMIT, request.headers(), taken, None).await?;
                request.set_body(bytes);
            }
            return Ok(caller);
        }
        if !in_body {
            let found = found.or_in_query(request.uri());
            if found.complete() || *request.method() != Method::DELETE {
                return self.check(from, &found, None);
            }
        }
        self.admit_by_body(request, from).await
    }

    async fn admit_by_body(&self, request: &mut Request, from: Asker) -> Result<Caller, Problem> {
        let taken = request.take_body();
        let held = self.keys.unproven.body();
        let bytes: Bytes = read_within(body::LIMIT, request.headers(), taken, Some(&held)).await?;
        let mut found = Found::in_headers(request.headers());
        if *request.method() == Method::DELETE {
            found = found.or_in_query(request.uri());
        }
        let media = Media::of(request.headers(), &bytes);
        let (found, why_not) = if media.is_form() {
            (found.or_in_form(&bytes), None)
        } else {
            let (found, unreadable) = found.or_in_body(&bytes);
            (found, unreadable.map(|error| media.refusal().map_or_else(|| not_json(&error), str::to_owned)))
        };
        let caller = self.check(from, &found, why_not.as_deref())?;
        request.set_body(bytes);
        Ok(caller)
    }

    /// `why_not` says why the body holds no key, where it could not be read.
    fn check(&self, from: Asker, found: &Found<'_>, why_not: Option<&str>) -> Result<Caller, Problem> {
        let (Some(name), Some(key)) = (&found.name, &found.key) else {
            return Err(invalid_key(why_not));
        };
        let puentes = self.clients.puentes();
        let holder = self.keys.check(from, &puentes, name, key).map_err(|refused| match refused {
            Refused::Wrong => invalid_key(None),
            Refused::TooMany { seconds } => too_many_attempts(seconds),
            Refused::NoName(error) => error.into(),
        })?;
        if !puentes.profile.state.may_call() {
            return Err(suspended());
        }
        Ok(Caller { holder, name: name.clone().into_owned(), from: from.household() })
    }
}

fn invalid_key(why_not: Option<&str>) -> Problem {
    let mut detail = HOW_TO_PROVE.to_owned();
    if let Some(why_not) = why_not {
        detail.push(' ');
        detail.push_str(why_not);
    }
    Problem::new(Code::InvalidKey, detail).header(header::WWW_AUTHENTICATE, CHALLENGE)
}

fn not_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("The body could not be read as a JSON object: see line {line}, column {column}.")
}

/// An API whose every operation stands behind the gate: none can be forgotten, because none is named.
pub(in crate::api) struct Gated<T> {
    pub(in crate::api) api: T,
    pub(in crate::api) gate: Arc<Gate>,
}

impl<T: OpenApi> OpenApi for Gated<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let mut open = HashMap::new();
        self.api.add_routes(&mut open);
        for (path, methods) in open {
            for (method, inner) in methods {
                let operation = operation_id::<T>(&path, &method).unwrap_or("unnamed");
                let guarded = Guarded { gate: Arc::clone(&self.gate), operation, inner };
                routes
                    .entry(path.clone())
                    .or_default()
                    .insert(method, Box::new(poem::endpoint::ToDynEndpoint(guarded)));
            }
        }
    }
}

struct Guarded {
    gate: Arc<Gate>,
    operation: &'static str,
    inner: BoxEndpoint<'static>,
}

impl Endpoint for Guarded {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let mut served = Served { operation: self.operation, holder: None };
        let answer = match self.gate.admit(&mut request).await {
            Ok(caller) => {
                served.holder = Some(caller.holder.masked());
                request.extensions_mut().insert(caller);
                self.inner.call(request).await
            }
            Err(problem) => {
                let unread = request.take_body();
                throw_away(request.headers(), unread).await;
                Err(problem.into())
            }
        };
        match answer {
            Ok(mut response) => {
                response.set_data(served);
                response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                Ok(response)
            }
            Err(mut error) => {
                error.set_data(served);
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
