//! A proxy that loses answers, refuses and delays, in front of any server.
//!
//! It passes everything else on byte for byte, the `Host` header too: a server that builds absolute addresses from it
//! names the proxy, one that builds them from its own settings names itself, and then the client leaves the proxy.
//! (Radicale, Xandikos and Cyrus answer with paths; Radicale's redirect of `/.well-known/caldav` follows `Host`.)

mod habits;
#[cfg(test)]
mod tests;

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::wire::{self, Message};

pub use habits::Habit;

/// What happens to a request that a rule picks.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The server carries it out, then the connection is cut.
    LoseAnswer,
    /// The connection is cut before the server hears of it.
    LoseRequest,
    /// The proxy answers with this status itself, and `Retry-After` in seconds when given.
    Refuse {
        /// Of the answer.
        status: u16,
        /// In seconds.
        retry_after: Option<u32>,
    },
    /// The answer is held back.
    Delay(Duration),
}

/// Which requests a rule looks at.
#[derive(Clone, Copy, Debug)]
pub enum Requests {
    /// PUT, DELETE, MKCALENDAR, MKCOL, PROPPATCH, POST.
    Writes,
    /// Those of one method.
    Method(&'static str),
    /// Whatever comes.
    All,
}

impl Requests {
    /// Whether a request of this method is one of them.
    pub fn hold(self, method: &str) -> bool {
        match self {
            Self::Writes => ["PUT", "DELETE", "MKCALENDAR", "MKCOL", "PROPPATCH", "POST"].contains(&method),
            Self::Method(one) => one == method,
            Self::All => true,
        }
    }
}

/// Every `every`th of these requests suffers the fault, at most `times` times.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Those that are counted.
    pub of: Requests,
    /// Which of them suffer.
    pub every: usize,
    /// How many at most.
    pub times: usize,
    /// What happens to them.
    pub fault: Fault,
}

impl Rule {
    /// Every third write is carried out, and its answer lost.
    pub fn every_third_answer_to_a_write_is_lost() -> Self {
        Self { of: Requests::Writes, every: 3, times: usize::MAX, fault: Fault::LoseAnswer }
    }

    /// Every `every`th request is refused with 429 and `Retry-After: seconds`.
    pub fn throttle(every: usize, seconds: u32) -> Self {
        let fault = Fault::Refuse { status: 429, retry_after: Some(seconds) };
        Self { of: Requests::All, every, times: usize::MAX, fault }
    }
}

/// One request that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// As it was sent.
    pub method: String,
    /// With its query.
    pub path: String,
    /// What the server (or the proxy in its place) said; none when it wasn't asked or didn't answer.
    pub status: Option<u16>,
    /// Whether the client got that answer.
    pub is_lost: bool,
    /// Bytes of the request, head and body.
    pub sent: usize,
}

/// What somebody else does, and which request it comes before.
type Meddling = (&'static str, Box<dyn FnOnce(&str) + Send>);

/// Which requests are answered with what, in place of the server.
type Told = (Requests, Arc<Vec<u8>>);

struct Shared {
    upstream: String,
    habit: Option<Habit>,
    meddling: Mutex<Option<Meddling>>,
    told: Mutex<Option<Told>>,
    /// Each rule with how many requests it has seen, and how often it acted.
    rules: Mutex<Vec<(Rule, usize, usize)>>,
    log: Mutex<Vec<Exchange>>,
    is_over: AtomicBool,
}

/// A running proxy; it ends when dropped.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl FaultProxy {
    /// Listens on a free loopback port, in front of `upstream` (`host:port`, plain HTTP).
    pub fn start(upstream: &str, rules: &[Rule]) -> Self {
        Self::between(upstream, None, rules)
    }

    /// The same server as one that has this habit.
    pub fn with_habit(upstream: &str, habit: Habit) -> Self {
        Self::between(upstream, Some(habit), &[])
    }

    fn between(upstream: &str, habit: Option<Habit>, rules: &[Rule]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            habit,
            meddling: Mutex::default(),
            told: Mutex::default(),
            rules: Mutex::default(),
            log: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let proxy = Self { address, shared: Arc::clone(&shared) };
        proxy.set_rules(rules);
        thread::spawn(move || {
            for client in listener.incoming() {
                if shared.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&shared);
                // A connection that breaks is what a proxy of faults is for: the client sees it, nobody else must.
                thread::spawn(move || client.and_then(|stream| serve(&shared, stream)));
            }
        });
        proxy
    }

    /// The proxy's root, in place of the server's; ends in `/`.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// `host:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// From now on these rules hold, and count from zero. The first that acts wins.
    pub fn set_rules(&self, rules: &[Rule]) {
        *self.shared.rules.lock().unwrap() = rules.iter().map(|rule| (*rule, 0, 0)).collect();
    }

    /// Right before the next request of that method reaches the server, `act` happens, once; it is told the path. What
    /// somebody else does at such a moment, the client could not have seen.
    pub fn before(&self, method: &'static str, act: impl FnOnce(&str) + Send + 'static) {
        *self.shared.meddling.lock().unwrap() = Some((method, Box::new(act)));
    }

    /// From now on these requests are answered with these bytes, head and body, and the server hears of none. Without any
    /// server behind, [`Requests::All`] makes one that has a single answer.
    pub fn says(&self, to: Requests, answer: Vec<u8>) {
        *self.shared.told.lock().unwrap() = Some((to, Arc::new(answer)));
    }

    /// From now on the server answers again.
    pub fn says_nothing(&self) {
        *self.shared.told.lock().unwrap() = None;
    }

    /// What has passed so far, or since the last [`FaultProxy::take_log`], in the order of the answers.
    pub fn log(&self) -> Vec<Exchange> {
        self.shared.log.lock().unwrap().clone()
    }

    /// The log, which starts anew.
    pub fn take_log(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.shared.log.lock().unwrap())
    }

    /// How many writes reached the server.
    pub fn writes(&self) -> usize {
        let log = self.log();
        log.iter().filter(|exchange| Requests::Writes.hold(&exchange.method) && exchange.status != Some(429)).count()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn fault_for(&self, method: &str) -> Option<Fault> {
        for (rule, seen, acted) in self.rules.lock().unwrap().iter_mut() {
            if rule.of.hold(method) {
                *seen += 1;
                if seen.is_multiple_of(rule.every) && *acted < rule.times {
                    *acted += 1;
                    return Some(rule.fault);
                }
            }
        }
        None
    }

    fn meddle(&self, request: &Message) {
        let act = self.meddling.lock().unwrap().take_if(|(method, _)| *method == request.word(0));
        if let Some((_, act)) = act {
            act(request.word(1));
        }
    }

    fn told(&self, method: &str) -> Option<Arc<Vec<u8>>> {
        let told = self.told.lock().unwrap();
        told.as_ref().filter(|(to, _)| to.hold(method)).map(|(_, answer)| Arc::clone(answer))
    }

    fn note(&self, request: &Message, status: Option<u16>, is_lost: bool) {
        let (method, path) = (request.word(0).to_owned(), request.word(1).to_owned());
        self.log.lock().unwrap().push(Exchange { method, path, status, is_lost, sent: request.raw.len() });
    }
}

/// One client's connection, request after request. An error cuts it.
fn serve(shared: &Shared, client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut incoming = BufReader::new(client);
    while let Some(request) = wire::read_request(&mut incoming)? {
        let fault = shared.fault_for(request.word(0));
        let answer = match fault {
            Some(Fault::LoseRequest) => {
                shared.note(&request, None, true);
                return Ok(());
            }
            Some(Fault::Refuse { status, retry_after }) => {
                shared.note(&request, Some(status), false);
                incoming.get_mut().write_all(refusal(status, retry_after).as_bytes())?;
                continue;
            }
            Some(Fault::LoseAnswer | Fault::Delay(_)) | None => {
                shared.meddle(&request);
                habitually(shared, &request)?
            }
        };
        let is_lost = matches!(fault, Some(Fault::LoseAnswer));
        shared.note(&request, answer.word(1).parse().ok(), is_lost);
        if is_lost {
            return Ok(());
        }
        if let Some(Fault::Delay(time)) = fault {
            #[expect(clippy::disallowed_methods, reason = "the delay is the fault that is played")]
            thread::sleep(time);
        }
        incoming.get_mut().write_all(&answer.raw)?;
        let is_write = Requests::Writes.hold(request.word(0));
        let closes = is_write && shared.habit.is_some_and(Habit::closes_after_writes);
        if answer.is_last || request.is_last || closes {
            break;
        }
    }
    Ok(())
}

fn refusal(status: u16, retry_after: Option<u32>) -> String {
    let header = retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
    format!("HTTP/1.1 {status} Refused\r\n{header}Content-Length: 0\r\n\r\n")
}

/// What a server with the habit answers.
fn habitually(shared: &Shared, request: &Message) -> io::Result<Message> {
    if let Some(answer) = shared.told(request.word(0)) {
        return wire::read_answer(&mut answer.as_slice(), request.word(0));
    }
    let Some(habit) = shared.habit else { return pass_on(shared, request) };
    match habit.own_answer(request) {
        Some(answer) => wire::read_answer(&mut answer.as_bytes(), request.word(0)),
        None => Ok(habit.changed(pass_on(shared, &habit.understood(request))?)),
    }
}

/// Asks the server on a connection of its own, so that none is ever found closed by its idle limit.
fn pass_on(shared: &Shared, request: &Message) -> io::Result<Message> {
    let mut upstream = TcpStream::connect(&shared.upstream)?;
    upstream.set_nodelay(true)?;
    upstream.write_all(&request.raw)?;
    wire::read_answer(&mut BufReader::new(upstream), request.word(0))
}
