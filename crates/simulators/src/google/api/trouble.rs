//! Google's own errors on demand, also for single parts of a batch.

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::google::refusal::Refusal;

/// One kind of trouble. Of several whose pattern fits the first that has its turn acts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trouble {
    /// Regular expression searched for in `METHOD path?query` of each call, alone or in a batch.
    #[serde(rename = "match")]
    pub pattern: String,
    /// HTTP status of the error.
    pub code: u16,
    /// `errors[0].reason`.
    pub reason: String,
    /// The message; empty: the reason again.
    pub message: String,
    /// Seconds for a `Retry-After`.
    pub retry_after: Option<u64>,
    /// The call is carried out, and the error answered all the same.
    pub after: bool,
    /// Only each Nth fit; 0 and 1 mean each.
    pub every: u64,
    /// At most so many times.
    pub times: Option<u64>,
}

#[derive(Debug)]
struct Armed {
    trouble: Trouble,
    pattern: Regex,
    fits: u64,
    used: u64,
}

/// What is in force.
#[derive(Debug, Default)]
pub(in crate::google) struct Troubles(Vec<Armed>);

impl Troubles {
    /// Replaces all.
    ///
    /// # Errors
    /// What cannot be used; the old ones then stay.
    pub(in crate::google) fn set(&mut self, troubles: Vec<Trouble>) -> Result<(), String> {
        let arm = |trouble: Trouble| {
            if !(400..=599).contains(&trouble.code) {
                return Err(format!("\"code\": {} is no error", trouble.code));
            }
            let pattern = Regex::new(&trouble.pattern).map_err(|why| format!("\"match\": {why}"))?;
            Ok(Armed { trouble, pattern, fits: 0, used: 0 })
        };
        self.0 = troubles.into_iter().map(arm).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Each with how often it fitted and how often it acted.
    pub(in crate::google) fn tally(&self) -> Vec<(Trouble, u64, u64)> {
        self.0.iter().map(|armed| (armed.trouble.clone(), armed.fits, armed.used)).collect()
    }

    /// The error for this call, and whether the call is carried out before.
    pub(super) fn pick(&mut self, line: &str) -> Option<(Refusal, bool)> {
        for armed in self.0.iter_mut().filter(|armed| armed.pattern.is_match(line)) {
            armed.fits += 1;
            let trouble = &armed.trouble;
            let turn = armed.fits % trouble.every.max(1) == 0;
            if turn && trouble.times.is_none_or(|times| armed.used < times) {
                armed.used += 1;
                let message = if trouble.message.is_empty() { &trouble.reason } else { &trouble.message };
                let refusal = Refusal::new(trouble.code, &trouble.reason, message);
                return Some((Refusal { retry_after: trouble.retry_after, ..refusal }, trouble.after));
            }
        }
        None
    }
}
