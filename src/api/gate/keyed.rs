//! The gate of the client systems' family: who, then the state of their client system, then the scope, then whom it is about, then
//! how much was asked, then the operation.
//!
//! Rule: an operation is reached only when it stands in a table with its scope; who reaches one is handed the [`Tenant`] and, where
//! it is about a holder, the holder, and can name no other.
//!
//! [`Tenant`]: crate::ids::Tenant

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, header};
use poem::{Endpoint, Request, Response};
use poem_openapi::__private::UrlQuery;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};

use url::form_urlencoded;

use super::bearer::{brought, not_admitted, scope_missing};
use super::cors::{Preflight, refuse_foreign, shown_to};
use super::for_whom::ForTenant;
use super::operation::{About, Operation, find, known, operation_id};
use super::wrong::too_many_attempts;
use crate::access::{Admitted, Bearer, NotAdmitted};
use crate::api::{SCOPED, body};
use crate::app::App;
use crate::http::{Asker, Code, Keys, Problem, Refused, RequestId, Served, ShownTo, read_within, throw_away};
use crate::trail::ActorKind;

/// Lets requests with keys in, or not.
pub(in crate::api) struct KeyGate {
    /// Counts wrong ones.
    pub(in crate::api) keys: Arc<Keys>,
    /// Knows the right ones.
    pub(in crate::api) app: Arc<App>,
}

impl KeyGate {
    /// Lets a request in to `operation`, or answers why not. Its body is read here once and put back whole.
    async fn admit(
        &self,
        operation: &Operation,
        request: &mut Request,
        (served, shown_to): (&mut Served, Option<&ShownTo>),
    ) -> Result<(), Problem> {
        let from = self.keys.asker(request);
        let admitted = self.who(from, request).await?;
        if admitted.actor.kind == ActorKind::Token {
            refuse_foreign(&self.app, request.headers(), shown_to)?;
        }
        if !admitted.scopes.has(operation.scope) {
            return Err(scope_missing(operation.scope));
        }
        let Admitted { tenant, mut actor, scopes, pinned } = admitted;
        actor.request_id = request.data::<RequestId>().and_then(|id| id.0.to_str().ok()).map(str::to_owned);
        let for_tenant = ForTenant { tenant, actor, scopes, from: from.household() };
        match operation.about {
            // Who may speak for one holder alone does not speak for their client system.
            About::Tenant if pinned.is_some() => return Err(of_one_holder()),
            About::Tenant => {
                self.app.access.pace(tenant, &for_tenant.actor, None).map_err(rate_limited)?;
                request.extensions_mut().insert(for_tenant);
            }
            About::Holder => {
                let for_holder = for_tenant.about_holder(&self.app, request.headers(), pinned)?;
                served.holder = Some(for_holder.holder.masked());
                self.app.access.pace(tenant, &for_holder.actor, Some(&for_holder.holder)).map_err(rate_limited)?;
                request.extensions_mut().insert(for_holder);
            }
        }
        if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) {
            let taken = request.take_body();
            let bytes = read_within(body::LIMIT, request.headers(), taken, None).await?;
            request.set_body(bytes);
        }
        Ok(())
    }

    async fn who(&self, from: Asker, request: &Request) -> Result<Admitted, Problem> {
        let admitted = match Bearer::read(brought(request.headers())?) {
            Ok(bearer) => self.known(bearer, from.address).await?,
            Err(not) => Err(not),
        };
        admitted.map_err(|not| match not {
            NotAdmitted::Unknown => match self.keys.wrong_bearer(from) {
                Refused::TooMany { seconds } => too_many_attempts(seconds),
                Refused::Wrong | Refused::NoName(_) => not_admitted(NotAdmitted::Unknown),
            },
            not => not_admitted(not),
        })
    }

    /// What is remembered of a key, or what the store says, which has places of its own for those who were not proven yet.
    async fn known(&self, bearer: Bearer, from: IpAddr) -> Result<Result<Admitted, NotAdmitted>, Problem> {
        let admitted = match self.app.access.admit_again(&bearer, from) {
            Some(admitted) => admitted,
            None => {
                let (app, bearer) = (Arc::clone(&self.app), bearer.clone());
                self.app.pools.keys(from).run(move || app.access.admit(&bearer, from)).await?
            }
        };
        if let Ok(admitted) = &admitted {
            self.app.note_use(&bearer, admitted.tenant, from);
        }
        Ok(admitted)
    }
}

/// Rounded up: who comes back then is let in.
fn rate_limited(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let detail =
        format!("Too many requests with this key, or about this holder. Nothing was done; ask again in {seconds} s.");
    Problem::new(Code::RateLimited, detail).retry_after(seconds)
}

fn of_one_holder() -> Problem {
    Problem::new(
        Code::HolderMismatch,
        "This key speaks for one holder alone; this is about the client system itself. Use a key that is not pinned.",
    )
}

/// An API whose operations stand behind the gate for keys. One that stands in no table of [`SCOPED`] is not there.
pub(in crate::api) struct Scoped<T> {
    pub(in crate::api) api: T,
    pub(in crate::api) gate: Arc<KeyGate>,
}

impl<T: OpenApi> OpenApi for Scoped<T> {
    fn meta() -> Vec<MetaApi> {
        known(SCOPED, T::meta())
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let mut open = HashMap::new();
        self.api.add_routes(&mut open);
        for (path, methods) in open {
            let paths = routes.entry(path.clone()).or_default();
            for (method, inner) in methods {
                let operation = operation_id::<T>(&path, &method).and_then(|id| find(SCOPED, id));
                let Some(operation) = operation else { continue };
                let keyed = Keyed { gate: Arc::clone(&self.gate), operation, inner };
                let keyed = Box::new(poem::endpoint::ToDynEndpoint(keyed));
                paths.insert(method, keyed);
            }
            let preflight = Preflight::new(Arc::clone(&self.gate.app), paths.keys());
            paths.insert(Method::OPTIONS, Box::new(poem::endpoint::ToDynEndpoint(preflight)));
        }
    }
}

/// The parameters of a query, where the extractors of poem-openapi look for them. Its own service puts them there, which is not
/// used here: it would answer errors in another form.
fn in_query(request: &Request) -> UrlQuery {
    let query = request.uri().query().unwrap_or_default();
    UrlQuery(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

struct Keyed {
    gate: Arc<KeyGate>,
    operation: &'static Operation,
    inner: BoxEndpoint<'static>,
}

impl Endpoint for Keyed {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let mut served = Served { operation: self.operation.id, holder: None };
        let shown_to = shown_to(&self.gate.app, request.headers());
        let answer = match self.gate.admit(self.operation, &mut request, (&mut served, shown_to.as_ref())).await {
            Ok(()) => {
                let parameters = in_query(&request);
                request.extensions_mut().insert(parameters);
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
                let headers = response.headers_mut();
                headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
                if let Some(shown_to) = shown_to {
                    shown_to.say(headers);
                }
                Ok(response)
            }
            Err(mut error) => {
                error.set_data(served);
                if let Some(shown_to) = shown_to {
                    error.set_data(shown_to);
                }
                Err(error)
            }
        }
    }
}
