//! The course of one attempt, call by call. Pure: what to ask next, and what an answer leads to.
//!
//! Rule: a write without a sure answer is never repeated blindly. The object is looked up by its name, and the next
//! write is conditional on what was seen, so that a lost answer ends neither in a copy nor in an overwritten state
//! that nobody saw. Removing is safe to repeat: what stands under our key is ours.

use super::execute::Outcome;
use super::plan::Step;
use crate::placement::{RemoteKey, Revision, Version};
use crate::providers::{Answer, Call, Outgoing, RemoteError, Written};

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim<'a> {
    /// The event is in the calendar with this content.
    Present(Outgoing<'a>, Revision),
    /// Nothing stands under this key.
    Absent(&'a RemoteKey),
}

/// Where an attempt stands.
#[derive(Debug)]
pub(super) struct Course<'a> {
    aim: Aim<'a>,
    next: Next,
    /// Whether the object was there when the first write began.
    created: Option<bool>,
    failures: u32,
    ended: Option<Outcome>,
}

/// The next call.
#[derive(Clone, Debug)]
enum Next {
    /// Look at the object.
    Look,
    /// Create it, or replace the state that was seen.
    Write(Option<Version>),
    /// Remove it.
    Remove,
}

/// Writes of one object before it is left to a later round.
const WRITES: u32 = 3;
/// Removals of one object before it is left to a later round.
const REMOVALS: u32 = 2;

impl<'a> Course<'a> {
    /// The beginning of an attempt.
    pub(super) fn new(aim: Aim<'a>, step: &Step) -> Self {
        let next = match (aim, step) {
            (Aim::Absent(_), _) => Next::Remove,
            (Aim::Present(..), Step::Update(version)) => Next::Write(Some(version.clone())),
            (Aim::Present(..), Step::Look) => Next::Look,
            (Aim::Present(..), Step::Insert | Step::Rest | Step::Delete | Step::Forget) => Next::Write(None),
        };
        Self { aim, next, created: None, failures: 0, ended: None }
    }

    /// The call to make now; none when the attempt has ended.
    pub(super) fn call(&self) -> Option<Call<'_>> {
        if self.ended.is_some() {
            return None;
        }
        Some(match (self.aim, &self.next) {
            (Aim::Absent(key), _) => Call::Delete(key),
            (Aim::Present(outgoing, _), Next::Write(Some(version))) => Call::Update(outgoing, version),
            (Aim::Present(outgoing, _), Next::Write(None)) => Call::Insert(outgoing),
            (Aim::Present(outgoing, _), Next::Look | Next::Remove) => Call::Fetch(outgoing.key),
        })
    }

    /// Takes the answer to [`Course::call`].
    pub(super) fn hear(&mut self, answer: Result<Answer, RemoteError>) {
        if let Next::Write(standing) = &self.next {
            self.created.get_or_insert(standing.is_none());
        }
        match answer {
            Ok(Answer::Written(written)) => self.ended = Some(self.written(written)),
            Ok(Answer::Deleted) => self.ended = Some(Outcome::Removed),
            Ok(Answer::Found(standing)) => self.next = Next::Write(standing),
            Err(error) => self.failed(error),
        }
    }

    fn written(&self, written: Written) -> Outcome {
        match self.aim {
            Aim::Present(_, revision) => Outcome::Written { revision, written, created: self.created.unwrap_or(true) },
            Aim::Absent(_) => Outcome::Removed,
        }
    }

    fn failed(&mut self, error: RemoteError) {
        let doubtful = matches!(error, RemoteError::Conflict | RemoteError::NotFound | RemoteError::Unsure { .. });
        let most = match (&self.next, self.aim) {
            (_, Aim::Absent(_)) if error == RemoteError::NotFound => {
                self.ended = Some(Outcome::Removed);
                return;
            }
            (Next::Look, _) => 0,
            (Next::Write(_), _) => WRITES,
            (Next::Remove, _) => REMOVALS,
        };
        self.failures += 1;
        if !doubtful || self.failures >= most {
            self.ended = Some(Outcome::Failed(given_up(error)));
        } else if matches!(self.aim, Aim::Present(..)) {
            self.next = Next::Look;
        }
    }

    /// What became of it; in doubt if it never ended.
    pub(super) fn outcome(self) -> Outcome {
        self.ended.unwrap_or_else(|| Outcome::Failed(given_up(RemoteError::Conflict)))
    }
}

fn given_up(error: RemoteError) -> RemoteError {
    match error {
        RemoteError::Conflict | RemoteError::NotFound => {
            RemoteError::Unsure { retry_after: None, why: "the object changes under our hands".to_owned() }
        }
        error => error,
    }
}
