//! The outer door: each request gets an id, each answer a line in the log, each error the shape of a problem.

use std::future::poll_fn;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

use poem::http::{HeaderName, HeaderValue, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use poem_openapi::OperationId;
use tracing::Instrument;

use super::client;
use super::cross_origin::ShownTo;
use super::host;
use super::metrics::Metrics;
use super::problem::Problem;
use crate::config::Transport;

/// The header that carries a request's id in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 128;
/// For a year, browsers ask this host over HTTPS alone (RFC 6797). Other hosts of the domain are not ours to speak for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Wraps everything that is served.
pub(crate) struct Door<E> {
    inner: E,
    transport: Transport,
    metrics: Metrics,
    ids: Ids,
}

impl<E> Door<E> {
    /// A door before `inner`.
    pub(crate) fn new(inner: E, transport: Transport, metrics: Metrics) -> Self {
        Self { inner, transport, metrics, ids: Ids::new() }
    }
}

/// The request's id, for those inside that show it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) HeaderValue);

/// What the door wants to know of a request that came to an operation or a page.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    /// The operation's id in the document, or the page's.
    pub(crate) operation: &'static str,
    /// The holder, shortened so that a log may show it.
    pub(crate) holder: Option<String>,
}

/// Makes ids for requests that bring none: a random beginning per process, then a count.
struct Ids {
    prefix: String,
    next: AtomicU64,
}

impl Ids {
    fn new() -> Self {
        let mut prefix = uuid::Uuid::new_v4().simple().to_string();
        prefix.truncate(12);
        Self { prefix, next: AtomicU64::new(0) }
    }

    /// The request's own id if it is fit for a log, else a new one.
    fn of(&self, request: &Request) -> HeaderValue {
        let brought = request.headers().get(REQUEST_ID).filter(|value| is_sane(value.as_bytes()));
        brought.cloned().unwrap_or_else(|| {
            let count = self.next.fetch_add(1, Ordering::Relaxed);
            HeaderValue::from_str(&format!("{}-{count:06x}", self.prefix))
                .unwrap_or_else(|_| HeaderValue::from_static("unnamed"))
        })
    }
}

fn is_sane(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte))
}

impl<E: Endpoint> Endpoint for Door<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        #[expect(clippy::disallowed_methods, reason = "measures how long the answer takes")]
        let started = Instant::now();
        let id_value = self.ids.of(&request);
        let id = id_value.to_str().unwrap_or_default();
        let peer = client::peer(&request);
        let is_health = is_health(request.uri().path());
        request.extensions_mut().insert(RequestId(id_value.clone()));
        let may_pass = self.may_pass(peer, &request, is_health);
        // Not over plain HTTP (RFC 6797 §7.2), which on loopback is all there is.
        let over_https = self.transport != Transport::Loopback
            && client::require_https(peer, request.headers(), &self.transport).is_ok();
        let visit = Visit {
            id,
            method: request.method().clone(),
            client: client::address(peer, request.headers(), &self.transport),
            is_health,
        };
        let answer = match may_pass {
            Ok(()) => {
                let span = tracing::debug_span!("request", id);
                if span.is_disabled() {
                    catch_panic(self.inner.call(request)).await
                } else {
                    catch_panic(self.inner.call(request)).instrument(span).await
                }
            }
            Err(problem) => Err(problem.into()),
        };
        let mut response = visit.settle(answer);
        self.note(&visit, &response, started);
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response.headers_mut().insert(REQUEST_ID, id_value.clone());
        if over_https {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
        Ok(response)
    }
}

impl<E> Door<E> {
    fn may_pass(&self, peer: IpAddr, request: &Request, is_health: bool) -> Result<(), Problem> {
        host::require_one(request.version(), request.headers())?;
        if is_health {
            return Ok(());
        }
        client::require_https(peer, request.headers(), &self.transport)
    }

    fn note(&self, visit: &Visit<'_>, response: &Response, started: Instant) {
        let served = response.data::<Served>();
        let operation = served
            .map(|served| served.operation)
            .or_else(|| response.data::<OperationId>().map(|id| id.0))
            .unwrap_or("none");
        let took = started.elapsed();
        let status = response.status().as_u16();
        self.metrics.answered(operation, status, took);
        // A load balancer asks every few seconds; only its bad news is worth a line.
        if visit.is_health && response.status().is_success() {
            return;
        }
        tracing::info!(
            target: "pasarela::access",
            id = visit.id,
            method = visit.method.as_str(),
            operation,
            status,
            ms = took.as_millis() as u64,
            holder = served.and_then(|served| served.holder.as_deref()),
            client = %visit.client,
        );
    }
}

/// What stays known of a request while it is answered. Neither its query nor its headers: they may hold the key.
struct Visit<'a> {
    id: &'a str,
    method: poem::http::Method,
    client: IpAddr,
    is_health: bool,
}

impl Visit<'_> {
    /// The answer, or the problem in its place.
    fn settle(&self, answer: poem::Result<impl IntoResponse>) -> Response {
        let error = match answer {
            Ok(response) => return response.into_response(),
            Err(error) if error.is_from_response() => return error.into_response(),
            Err(error) => error,
        };
        let served = error.data::<Served>().cloned();
        let shown_to = error.data::<ShownTo>().cloned();
        let problem = Problem::from_error(error);
        if let Some(cause) = problem.cause() {
            tracing::error!(id = self.id, cause, "a request failed");
        }
        let mut response = problem.respond(Some(self.id));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(served) = served {
            response.set_data(served);
        }
        if let Some(shown_to) = shown_to {
            shown_to.say(response.headers_mut());
        }
        response
    }
}

/// Load balancers look at these from inside, where there is no proxy to speak TLS; they carry nothing to protect.
fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// A panic below is this request's failure alone. What it says goes to the log through the panic hook, not to the caller.
pub(crate) async fn catch_panic<T>(answering: impl Future<Output = poem::Result<T>>) -> poem::Result<T> {
    let mut answering = pin!(answering);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context)))
            .unwrap_or_else(|_| Poll::Ready(Err(Problem::internal("a handler panicked").into())))
    })
    .await
}

#[cfg(test)]
mod tests {
    use poem::RequestBuilder;
    use poem::endpoint::make_sync;
    use poem::http::StatusCode;
    use prometheus_client::registry::Registry;

    use super::*;

    fn door<E: Endpoint>(inner: E) -> Door<E> {
        let metrics = Metrics::register(&mut Registry::default());
        Door::new(inner, Transport::Loopback, metrics)
    }

    fn asked() -> RequestBuilder {
        Request::builder().header(header::HOST, "a.example")
    }

    async fn answer_id(sent: Option<&str>) -> String {
        let mut request = asked();
        if let Some(sent) = sent {
            request = request.header(REQUEST_ID, sent);
        }
        let response = door(make_sync(|_| "fine")).call(request.finish()).await.unwrap();
        response.header(REQUEST_ID).unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_sane_request_id_comes_back_and_another_is_replaced() {
        assert_eq!(answer_id(Some("req-42.a:b/c+d=")).await, "req-42.a:b/c+d=");
        for bad in ["", "with space", "<script>", "ñ", &"x".repeat(129)] {
            let id = answer_id(Some(bad)).await;
            assert!(id != bad && id.ends_with("-000000"), "{id}");
        }
        assert!(answer_id(None).await.ends_with("-000000"));
    }

    #[tokio::test]
    async fn an_error_leaves_as_a_problem_with_the_request_s_id() {
        let endpoint = make_sync(|_| Err::<(), _>(poem::Error::from_status(StatusCode::NOT_FOUND)));
        let response = door(endpoint).call(asked().header(REQUEST_ID, "r1").finish()).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.content_type(), Some("application/problem+json"));
        let body: serde_json::Value = response.into_body().into_json().await.unwrap();
        assert_eq!((&body["code"], &body["request_id"]), (&"unknown_route".into(), &"r1".into()));
    }

    #[tokio::test]
    async fn a_panic_below_is_one_failed_request_and_says_nothing() {
        let endpoint = make_sync(|_| -> &'static str { panic!("the secret is hunter2") });
        let response = door(endpoint).call(asked().finish()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = response.into_body().into_string().await.unwrap();
        assert!(body.contains("\"internal\"") && !body.contains("hunter2"), "{body}");
    }

    #[tokio::test]
    async fn what_comes_over_https_is_to_come_over_https_again() {
        let proxied = Transport::TrustedProxies(vec!["0.0.0.0/8".parse().unwrap()]);
        let own = Transport::Tls { certificate: "chain.pem".into(), private_key: "key.pem".into() };
        for (transport, proto, told) in [
            (proxied.clone(), "https", true),
            (proxied, "http", false),
            (own, "", true),
            (Transport::Loopback, "", false),
        ] {
            let mut door = door(make_sync(|_| "fine"));
            door.transport = transport;
            let response = door.call(Request::builder().header("x-forwarded-proto", proto).finish()).await.unwrap();
            let header = response.header("strict-transport-security");
            assert_eq!(header, told.then_some("max-age=31536000"), "{proto} {:?}", door.transport);
        }
    }

    #[tokio::test]
    async fn without_https_only_the_health_pages_answer() {
        let mut door = door(make_sync(|_| "fine"));
        door.transport = Transport::TrustedProxies(vec![]);
        for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/events", 403), ("/docs", 403)] {
            let response = door.call(asked().uri(path.parse().unwrap()).finish()).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path}");
        }
    }
}
