//! What came in: counted by method, with the last thousand lines.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

const KEPT: usize = 1000;

/// The record of requests of one simulator. Control calls are not in it.
#[derive(Debug, Default)]
pub struct Record(Mutex<Counts>);

/// A copy of the record.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// All requests.
    pub total: u64,
    /// Requests by method.
    pub methods: BTreeMap<String, u64>,
    /// Connections accepted.
    pub connections: u64,
    /// The last thousand, oldest first: `METHOD path?query outcome`; the outcome is a status, `cut` or `silence`.
    pub lines: VecDeque<String>,
}

impl Counts {
    /// How many requests of this method came.
    pub fn of(&self, method: &str) -> u64 {
        self.methods.get(method).copied().unwrap_or(0)
    }
}

impl Record {
    /// A copy of what was recorded.
    pub fn counts(&self) -> Counts {
        self.lock().clone()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.lock() = Counts::default();
    }

    pub(super) fn connection(&self) {
        self.lock().connections += 1;
    }

    pub(super) fn request(&self, method: &str) {
        let mut counts = self.lock();
        counts.total += 1;
        match counts.methods.get_mut(method) {
            Some(count) => *count += 1,
            None => drop(counts.methods.insert(method.to_owned(), 1)),
        }
    }

    pub(super) fn outcome(&self, line: &str, outcome: &str) {
        let mut counts = self.lock();
        if counts.lines.len() >= KEPT {
            counts.lines.pop_front();
        }
        counts.lines.push_back(format!("{line} {outcome}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
