//! The product itself on a free port: its own folder, database, identity and clock; asked over HTTP as clients ask.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use pasarela::access::NewApiKey;
use pasarela::clients::puentes::SharedSecret;
use pasarela::clock::Clock;
use pasarela::ids::{Slug, Tenant};
use pasarela::profile::{Changes, Naming};
use pasarela::scope::Scopes;
use pasarela::secret::{ExposeSecret, SecretString};
use pasarela::serve::{self, Running};
use pasarela::tenants::NewTenant;
use pasarela::trail::Actor;
use pasarela::vault;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::engine::Engine;
use crate::machine::{folder, runtime};
use crate::settings::{SECRET, Settings};

/// The phone that most tests use.
pub const PHONE: &str = "+593991234567";

/// A gateway that can be stopped and started again on the same folder.
pub struct TestGateway {
    engine: Option<Engine>,
    /// Its time.
    pub clock: Clock,
    /// Everything that it keeps: `pasarela.db`, `identity.txt`.
    pub folder: TempDir,
    settings: Settings,
    runtime: Runtime,
    running: Option<Running>,
    client: Client,
}

/// Asks one gateway; clones ask the same.
#[derive(Clone)]
pub struct Client {
    url: String,
    metrics_url: Option<String>,
    agent: ureq::Agent,
}

/// One answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body as JSON; null when it isn't.
    pub json: Value,
    /// The body.
    pub text: String,
    headers: ureq::http::HeaderMap,
}

impl Answer {
    /// A header; empty when it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `code` of a problem; panics when this isn't one.
    pub fn code(&self) -> &str {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.json["status"], self.status, "{self:?}");
        assert_eq!(self.json["request_id"], self.header("x-request-id"), "{self:?}");
        assert_eq!(self.json["type"], format!("/problems/{}", self.json["code"].as_str().unwrap()), "{self:?}");
        self.json["code"].as_str().unwrap()
    }
}

impl TestGateway {
    /// A gateway with the defaults and the system's clock.
    pub fn start() -> Self {
        Self::with("")
    }

    /// A gateway with more settings, as lines `section.key = value` of TOML.
    pub fn with(settings: &str) -> Self {
        Self::at(settings, Clock::system())
    }

    /// A gateway with more settings and another clock.
    pub fn at(settings: &str, clock: Clock) -> Self {
        Self::of(Settings::default().lines(settings), clock)
    }

    /// A gateway with these settings over the usual ones.
    pub fn of(settings: Settings, clock: Clock) -> Self {
        let folder = folder();
        vault::create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
        Self::kept(folder, settings, clock)
    }

    /// A gateway on what a folder keeps already.
    pub fn kept(folder: TempDir, settings: Settings, clock: Clock) -> Self {
        let settings = Settings::in_folder(folder.path()).and(settings);
        let runtime = runtime();
        let engine = settings.engine(clock.clone());
        let running = runtime.block_on(serve::start(Arc::clone(&engine.app))).unwrap();
        let client = Client::of(&running);
        Self { engine: Some(engine), clock, folder, settings, runtime, running: Some(running), client }
    }

    /// Stops in order and starts again on what was kept. The port changes.
    pub fn restart(&mut self) {
        self.stop();
        let engine = self.settings.engine(self.clock.clone());
        let running = self.runtime.block_on(serve::start(Arc::clone(&engine.app))).unwrap();
        self.client = Client::of(&running);
        self.running = Some(running);
        self.engine = Some(engine);
    }

    /// The engine, for tests that look inside.
    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// A new client system of this short name.
    pub fn client(&self, slug: &str) -> Tenant {
        let slug = Slug::new(slug).unwrap();
        let wanted = NewTenant { slug, name: None, naming: Naming::Id, changes: Changes::new() };
        self.engine().app.tenants.add(&wanted, &Actor::operator(None)).unwrap().for_operator()
    }

    /// A new API key of a client system, with these scopes.
    pub fn api_key(&self, tenant: Tenant, scopes: Scopes) -> String {
        self.api_key_of(tenant, |key| key.scopes = scopes)
    }

    /// A new API key of a client system that may do everything, but for what `with` says of it.
    pub fn api_key_of(&self, tenant: Tenant, with: impl FnOnce(&mut NewApiKey)) -> String {
        let mut wanted = NewApiKey {
            name: "of a test".to_owned(),
            scopes: Scopes::all(),
            pinned: None,
            networks: Vec::new(),
            expires_at: None,
        };
        with(&mut wanted);
        let made = self.engine().app.access.create_key(tenant, &wanted, &Actor::operator(None)).unwrap();
        made.secret.expose_secret().to_owned()
    }

    /// Stops in order.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
        if let Some(engine) = self.engine.take() {
            engine.end();
        }
    }
}

impl Deref for TestGateway {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Client {
    fn of(running: &Running) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            // A server that answers before it has read a body may close: who asks next must not meet that connection.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(90)))
            .build();
        let metrics_url = running.metrics_address.map(|address| format!("http://{address}/metrics"));
        Self { url: format!("http://{}", running.address), metrics_url, agent: config.into() }
    }

    /// Asks as this phone, with the right key in the headers.
    pub fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.ask_as(PHONE, method, path, body)
    }

    /// Asks as another phone.
    pub fn ask_as(&self, phone: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(method, path, &[("X-Phone-Number", phone), ("X-Secure-Key", &key(phone))], body)
    }

    /// Asks with an API key, about this holder where one is named.
    pub fn ask_keyed(&self, key: &str, holder: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {key}");
        let headers = [("Authorization", bearer.as_str()), ("X-Customer-Id", holder)];
        self.send(method, path, if holder.is_empty() { &headers[..1] } else { &headers }, body)
    }

    /// Asks with these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string());
        self.send_text(method, path, headers, body.as_deref())
    }

    /// Asks with these headers and a body that needn't be JSON.
    pub fn send_text(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            // As bytes: a phone may come with signs that are not ASCII.
            request = request.header(*name, ureq::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        if body.is_some() && !given("content-type") {
            request = request.header("content-type", "application/json");
        }
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body.to_owned()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: response.status().as_u16(), json, text, headers: response.headers().clone() }
    }

    /// `http://` and the address that it asks at.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Reads `/metrics`.
    pub fn metrics(&self) -> String {
        self.agent.get(self.metrics_url.as_ref().unwrap()).call().unwrap().body_mut().read_to_string().unwrap()
    }
}

impl Drop for TestGateway {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The key of a phone.
pub fn key(phone: &str) -> String {
    SharedSecret(SecretString::from(SECRET.to_owned())).key_of(phone)
}
