//! The accept loop, and how each request passes through faults to the site.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::{Answer, Body, Faults, Lost, Record, Request, Rule, json, problem, text};

/// What no simulator reads beyond; smaller limits are the sites' own matter.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How long a stopping server waits for answers under way.
const GRACE: Duration = Duration::from_millis(500);

/// What a simulator is: it answers a complete request from memory, at once.
pub trait Site: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: &Request) -> Answer;

    /// Forgets what it noted of requests, beside the record that is kept for all sites.
    fn forget(&self) {}

    /// Answers one control request below `/__sim/` that is not about faults or the record; `None`: there is no such call.
    fn control(&self, request: &Request, segments: &[&str]) -> Option<Response<Body>>;
}

/// A site with its faults and its record of requests.
pub struct Desk {
    /// The site.
    pub site: Arc<dyn Site>,
    /// Faults in force.
    pub faults: Faults,
    /// What came in.
    pub record: Record,
}

impl Desk {
    /// A desk without faults.
    pub fn new(site: Arc<dyn Site>) -> Arc<Self> {
        Arc::new(Self { site, faults: Faults::default(), record: Record::default() })
    }
}

/// A socket that listens but does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Bound {
    /// `http://host:port` for a client on this machine, without a final slash; also when the server listens everywhere.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, self.address.port()))
    }
}

/// Starts to listen; port 0 takes any free one.
///
/// # Errors
/// What the system says when the address cannot be had.
pub async fn bind(listen: SocketAddr) -> io::Result<Bound> {
    let listener = TcpListener::bind(listen).await?;
    Ok(Bound { address: listener.local_addr()?, listener })
}

/// A running server. Dropping it cuts all connections at once; [`Running::stop`] lets answers under way finish.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// Stops listening, and returns when all connections are closed (those that hang are cut after half a second).
    pub async fn stop(mut self) {
        // The error means that the loop has ended already.
        let _ = self.stop.send(true);
        if let Some(task) = self.task.take() {
            drop(task.await);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Answers at a bound socket until the returned [`Running`] is stopped or dropped. Must be called inside a tokio runtime.
pub fn serve(bound: Bound, desk: Arc<Desk>) -> Running {
    let (stop, stopped) = watch::channel(false);
    let address = bound.address;
    let task = tokio::spawn(accept(bound.listener, desk, stopped));
    Running { address, stop, task: Some(task) }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    desk.record.connection();
                    connections.spawn(connection(stream, Arc::clone(&desk), stopped.clone()));
                }
                // Out of file handles, say: give others a moment to close some.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            _ = stopped.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    // On timeout the set is dropped, and with it what still hangs.
    drop(timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await);
}

async fn connection(stream: TcpStream, desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
    // Without it small answers wait for the client's acknowledgement. Failing to set it only costs speed.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| {
        let desk = Arc::clone(&desk);
        async move { exchange(&desk, request).await }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // An error is a cut connection: ours, on purpose, or the client's.
        ended = connection.as_mut() => drop(ended),
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

/// hyper closes the connection without a word when a service answers an error: that is how an answer gets lost.
#[derive(Debug, thiserror::Error)]
#[error("the simulator cuts the connection here")]
struct Cut;

async fn exchange(desk: &Desk, request: hyper::Request<Incoming>) -> Result<Response<Body>, Cut> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(why) if why.is::<http_body_util::LengthLimitError>() => return Ok(text(413, "more than 16 MiB\n")),
        // The client went away in mid-request.
        Err(_) => return Err(Cut),
    };
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    if let Some(rest) = request.path.strip_prefix("/__sim") {
        return Ok(control(desk, &request, rest));
    }
    desk.record.request(&request.method);
    let line = request.line();
    let mut changes = desk.faults.changes();
    let rule = if desk.faults.none() { None } else { desk.faults.pick(&line) };
    let answer = carry_out(desk, &request, rule.as_ref());
    desk.record.outcome(&line, &outcome(&answer));
    if let Some(delay) = rule.as_ref().map(|rule| rule.delay).filter(|delay| *delay > 0) {
        sleep(Duration::from_millis(delay)).await;
    }
    if rule.is_some_and(|rule| rule.held) {
        // An error is the end of the simulator, and of this connection with it.
        drop(changes.changed().await);
    }
    match answer {
        Answer::Reply(response) => Ok(response),
        Answer::Cut => Err(Cut),
        Answer::Silence => std::future::pending().await,
    }
}

fn carry_out(desk: &Desk, request: &Request, rule: Option<&Rule>) -> Answer {
    let Some(rule) = rule else { return desk.site.answer(request) };
    match (rule.lost, rule.status) {
        (Some(Lost::Request), _) => Answer::Cut,
        (Some(Lost::Answer), _) => {
            drop(desk.site.answer(request));
            Answer::Cut
        }
        (Some(Lost::Half), _) => match desk.site.answer(request) {
            Answer::Reply(response) => Answer::Reply(response.map(Body::tear)),
            other => other,
        },
        (None, Some(status)) => Answer::Reply(canned(rule, status)),
        (None, None) => desk.site.answer(request),
    }
}

fn canned(rule: &Rule, status: u16) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in &rule.headers {
        response = response.header(name, value);
    }
    response.body(Body::whole(Bytes::from(rule.body.clone()))).unwrap_or_else(|why| text(500, why.to_string()))
}

fn outcome(answer: &Answer) -> String {
    match answer {
        Answer::Reply(response) => response.status().as_str().to_owned(),
        Answer::Cut => "cut".to_owned(),
        Answer::Silence => "silence".to_owned(),
    }
}

fn control(desk: &Desk, request: &Request, rest: &str) -> Response<Body> {
    let segments = super::decoded_segments(rest);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["faults"]) => json(200, &faults_as_json(&desk.faults)),
        ("POST", ["faults"]) => match read_rules(&request.body) {
            Ok(rules) => match desk.faults.set(rules) {
                Ok(()) => json(200, &faults_as_json(&desk.faults)),
                Err(why) => problem(400, why),
            },
            Err(why) => problem(400, why),
        },
        ("DELETE", ["faults"]) => {
            desk.faults.clear();
            text(204, "")
        }
        ("GET", ["requests"]) => json(200, &desk.record.counts()),
        ("DELETE", ["requests"]) => {
            desk.record.clear();
            text(204, "")
        }
        _ => desk.site.control(request, &segments).unwrap_or_else(|| problem(404, "no such control call")),
    }
}

fn faults_as_json(faults: &Faults) -> Vec<serde_json::Value> {
    let tally = faults.tally();
    tally.iter().map(|(rule, fits, used)| serde_json::json!({ "rule": rule, "fits": fits, "used": used })).collect()
}

/// One rule, or a list of them.
fn read_rules(body: &[u8]) -> Result<Vec<Rule>, serde_json::Error> {
    let value: serde_json::Value = serde_json::from_slice(body)?;
    if value.is_array() { serde_json::from_value(value) } else { serde_json::from_value(value).map(|rule| vec![rule]) }
}
