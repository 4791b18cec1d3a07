//! An account at work: its tokens, its budget, and the way calls go.
//!
//! Rule: one renewal at a time, kept before it is used. Whoever finds the token stale (five minutes before its end) or
//! refused waits for the one who renews it, and takes what that one got.

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};

use super::budget::Budgets;
use super::call::{self, ApiAnswer, ApiCall};
use super::oauth::{self, TokenError};
use super::tokens::Tokens;
use super::{batch, refusal};
use crate::clock::Clock;
use crate::config::Google;
use crate::guarded::Guarded;
use crate::happened::Revoked;
use crate::link::AccountName;
use crate::outbound::{Outbound, Patience};
use crate::permit::Permit;
use crate::providers::RemoteError;
use crate::secret::{ExposeSecret, SecretString};

/// Writes renewed tokens down; they are used only when that has worked. The text says why it has not.
pub(super) type Keep<'k> = Box<dyn Fn(&Tokens) -> Result<(), String> + Send + Sync + 'k>;

/// Where Google is and who we are there; shared by all accounts.
#[derive(Clone, Debug)]
pub struct Client {
    /// The settings.
    pub settings: Google,
    /// The way there.
    pub outbound: Outbound,
    /// Our budgets.
    pub budgets: Arc<Budgets>,
    /// Time.
    pub clock: Clock,
    /// What is waited for here rather than told.
    patience: Patience,
}

impl Client {
    /// The client of these settings. Its hosts may be what the guard forbids elsewhere: the operator named them.
    pub fn new(settings: Google, clock: Clock) -> Self {
        let rules = crate::outbound::Rules { allowed_hosts: settings.hosts_and_ports(), ..Default::default() };
        let budgets = Budgets::new(settings.user_requests_per_minute, settings.project_requests_per_minute);
        let outbound = Outbound::new(rules);
        Self { settings, outbound, budgets: Arc::new(budgets), clock, patience: Patience::none() }
    }

    /// The same for what `permit` is for, and for somebody who waits where Google, or our own budget, puts a request off. Without a
    /// permit, nothing is sent.
    #[must_use]
    pub fn under(&self, permit: &Permit, patience: &Patience) -> Self {
        Self { outbound: self.outbound.under(permit).patient(patience), patience: patience.clone(), ..self.clone() }
    }
}

/// One account, opened.
pub(super) struct Session<'k> {
    client: Client,
    account: AccountName,
    tokens: Guarded<Tokens>,
    keep: Keep<'k>,
}

impl<'k> Session<'k> {
    /// Opens an account. `account` names it among the budgets. Sends nothing.
    pub(super) fn new(client: Client, account: AccountName, tokens: Tokens, keep: Keep<'k>) -> Self {
        Self { client, account, tokens: Guarded::new(tokens), keep }
    }

    /// The tokens as they are now.
    pub(super) fn tokens(&self) -> Tokens {
        self.tokens.lock().clone()
    }

    /// The most calls that one batch may hold.
    pub(super) fn most_in_a_batch(&self) -> usize {
        self.client.budgets.most_at_once().min(MOST_IN_A_BATCH)
    }

    /// Makes one call.
    pub(super) fn call(&self, call: &ApiCall) -> Result<ApiAnswer, RemoteError> {
        let answer = self.authorised(1, |token| self.plain(call, token))?;
        Ok(self.seen(answer.into_answer()?))
    }

    /// Makes several calls, in batches; as many answers as calls. A call that clashed with another of its batch, or
    /// whose token was refused, is made once more alone.
    pub(super) fn calls(&self, calls: &[ApiCall]) -> Vec<Result<ApiAnswer, RemoteError>> {
        if let [one] = calls {
            return vec![self.call(one)];
        }
        let mut answers = Vec::with_capacity(calls.len());
        for some in calls.chunks(self.most_in_a_batch()) {
            answers.extend(self.batch(some));
        }
        for (call, answer) in calls.iter().zip(&mut answers) {
            if answer.as_ref().is_ok_and(is_to_be_repeated) {
                *answer = self.call(call);
            }
        }
        answers
    }

    fn batch(&self, calls: &[ApiCall]) -> Vec<Result<ApiAnswer, RemoteError>> {
        let some: Vec<&ApiCall> = calls.iter().collect();
        let root = self.client.settings.api_url.path();
        let body = batch::write(&some, root);
        let sent = self.authorised(calls.len(), |token| {
            let request = Request::builder()
                .method("POST")
                .uri(format!("{}batch/calendar/v3", self.client.settings.api_url))
                .header(CONTENT_TYPE, batch::content_type())
                .header(AUTHORIZATION, bearer(token))
                .body(body.clone());
            self.send(request)
        });
        let answer = match sent {
            Ok(raw) if (200..300).contains(&raw.status) => raw,
            Ok(raw) => {
                let error =
                    raw.into_answer().map_or_else(|error| error, |answer| refusal::reaction(&self.seen(answer)));
                return calls.iter().map(|_| Err(error.clone())).collect();
            }
            Err(error) => return calls.iter().map(|_| Err(error.clone())).collect(),
        };
        let content_type = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let missing =
            || RemoteError::Unsure { retry_after: None, why: "Google's batch answer lacks a part".to_owned() };
        batch::read(content_type, &answer.body, calls.len())
            .into_iter()
            .map(|part| part.map(|part| self.seen(part)).ok_or_else(missing))
            .collect()
    }

    /// Takes the budget, sends with a good token, and once more with a new one if that was refused.
    fn authorised(
        &self,
        requests: usize,
        send: impl Fn(&SecretString) -> Result<Raw, RemoteError>,
    ) -> Result<Raw, RemoteError> {
        self.take(requests)?;
        let token = self.token(None)?;
        let answer = self.unhurried(requests, || send(&token))?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let token = self.token(Some(&token))?;
        self.take(requests)?;
        send(&token)
    }

    /// Sends once more what Google put off with a word of its own (docs/providers.md#google-errors), while there is patience.
    fn unhurried(&self, requests: usize, send: impl Fn() -> Result<Raw, RemoteError>) -> Result<Raw, RemoteError> {
        let mut repeated = 0;
        loop {
            let answer = send()?;
            let put_off = answer.put_off();
            if !put_off.is_some_and(|retry_after| self.client.patience.waits(retry_after, repeated)) {
                return Ok(answer);
            }
            repeated += 1;
            self.take(requests)?;
        }
    }

    fn take(&self, requests: usize) -> Result<(), RemoteError> {
        let mut repeated = 0;
        loop {
            let taken = self.client.budgets.take(self.account.as_str(), requests, self.client.clock.moment());
            match taken {
                Err(wait) if self.client.patience.waits(Some(wait), repeated) => repeated += 1,
                taken => return taken.map_err(|wait| RemoteError::OutOfBudget { wait }),
            }
        }
    }

    /// A token that is good for some minutes, and is not `refused`.
    fn token(&self, refused: Option<&SecretString>) -> Result<SecretString, RemoteError> {
        // Held while Google is asked: the others wait for what comes of it.
        let mut tokens = self.tokens.lock();
        let now = self.client.clock.now();
        let is_refused = refused.is_some_and(|refused| refused.expose_secret() == tokens.access.expose_secret());
        if is_refused || tokens.is_stale(now) {
            let renewed = oauth::renew(&self.client.outbound, &self.client.settings, &tokens, now);
            let cause = || if tokens.died_of_testing(now) { Revoked::TestingPeriod } else { Revoked::ByProvider };
            let renewed = renewed.map_err(|error| self.unrenewed(error, cause))?;
            (self.keep)(&renewed).map_err(|why| RemoteError::Unsure { retry_after: None, why })?;
            *tokens = renewed;
        }
        Ok(tokens.access.clone())
    }

    fn unrenewed(&self, error: TokenError, cause: impl FnOnce() -> Revoked) -> RemoteError {
        match error {
            TokenError::Off(off) => off.into(),
            TokenError::Refused(why) => RemoteError::AuthRevoked { why, cause: cause() },
            TokenError::Operator(why) => {
                self.client.budgets.pause_project(self.client.clock.moment());
                RemoteError::Operator { why }
            }
            TokenError::Unsure { retry_after, why } => RemoteError::Unsure { retry_after, why },
        }
    }

    fn plain(&self, call: &ApiCall, token: &SecretString) -> Result<Raw, RemoteError> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(format!("{}{}", self.client.settings.api_url, call.path))
            .header(AUTHORIZATION, bearer(token));
        if let Some(version) = &call.if_match {
            request = request.header(IF_MATCH, version);
        }
        let body = call.body.as_ref().map(|body| body.to_string().into_bytes());
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        self.send(request.body(body.unwrap_or_default()))
    }

    fn send(&self, request: http::Result<Request<Vec<u8>>>) -> Result<Raw, RemoteError> {
        let request = request.map_err(|error| RemoteError::Operator { why: error.to_string() })?;
        let answer = self.client.outbound.send(request).map_err(refusal::no_answer)?;
        let (head, body) = answer.into_parts();
        Ok(Raw { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Draws the lesson of an answer for the budgets.
    fn seen(&self, answer: ApiAnswer) -> ApiAnswer {
        if !answer.is_success() {
            match refusal::reaction(&answer) {
                RemoteError::Throttled { .. } => self.client.budgets.slow_down(self.account.as_str()),
                RemoteError::Operator { .. } => self.client.budgets.pause_project(self.client.clock.moment()),
                _ => {}
            }
        }
        answer
    }
}

/// The most calls in one batch (Google's older documents say 50, newer ones 1,000).
const MOST_IN_A_BATCH: usize = 50;

fn bearer(token: &SecretString) -> String {
    format!("Bearer {}", token.expose_secret())
}

fn is_to_be_repeated(answer: &ApiAnswer) -> bool {
    answer.status == 401 || (answer.status == 409 && refusal::reason(&answer.body) == "conflict")
}

/// An answer whose body is not read yet.
struct Raw {
    status: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Raw {
    /// Whether Google put it off by a 403, which has a word of its own for that, and how long it asks to wait.
    #[expect(clippy::option_option, reason = "put off or not, and with a time or without one")]
    fn put_off(&self) -> Option<Option<Duration>> {
        if self.status != 403 {
            return None;
        }
        let body = call::value(&self.body).unwrap_or_default();
        match refusal::reaction(&ApiAnswer { status: self.status, headers: self.headers.clone(), body }) {
            RemoteError::Throttled { retry_after, .. } => Some(retry_after),
            _ => None,
        }
    }

    fn into_answer(self) -> Result<ApiAnswer, RemoteError> {
        Ok(ApiAnswer { status: self.status, headers: self.headers, body: call::value(&self.body)? })
    }
}
