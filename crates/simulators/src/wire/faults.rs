//! Fault rules: which requests go wrong, how, and how often.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// One fault. Of several rules the first whose pattern fits decides, also when it is not its turn.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// Regular expression searched for in `METHOD path?query`.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Answer this status instead of carrying the request out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers of that answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Body of that answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Cut the connection, before or after carrying the request out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<Lost>,
    /// Hold the answer (or the cut) back, in milliseconds. The request itself is carried out at once.
    #[serde(skip_serializing_if = "is_zero")]
    pub delay: u64,
    /// Hold the answer (or the cut) back until the rules change: for who wants to see what is so meanwhile, however long
    /// looking takes. The request itself is carried out at once.
    #[serde(skip_serializing_if = "is_false")]
    pub held: bool,
    /// Only each Nth fit; 0 and 1 mean each.
    #[serde(skip_serializing_if = "is_zero")]
    pub every: u64,
    /// At most so many times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
}

/// What is lost on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lost {
    /// The request: it is not carried out.
    Request,
    /// The answer: the request is carried out.
    Answer,
    /// The second half of the answer's body: the request is carried out, the whole length is announced.
    Half,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRule {
    /// The pattern is no regular expression.
    #[error("\"match\": {0}")]
    Pattern(#[from] regex::Error),
    /// No such HTTP status.
    #[error("\"status\": {0} is not between 200 and 599")]
    Status(u16),
    /// A header that HTTP cannot carry.
    #[error("\"headers\": {0:?} cannot be a header")]
    Header(String),
}

/// The rules in force at one simulator.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Armed>>,
    changes: watch::Sender<()>,
}

#[derive(Debug)]
struct Armed {
    rule: Rule,
    pattern: Regex,
    fits: u64,
    used: u64,
}

impl Armed {
    fn new(rule: Rule) -> Result<Self, BadRule> {
        if let Some(status) = rule.status.filter(|status| !(200..=599).contains(status)) {
            return Err(BadRule::Status(status));
        }
        for (name, value) in &rule.headers {
            let fine = name.parse::<hyper::header::HeaderName>().is_ok()
                && value.parse::<hyper::header::HeaderValue>().is_ok();
            if !fine {
                return Err(BadRule::Header(name.clone()));
            }
        }
        Ok(Self { pattern: Regex::new(&rule.pattern)?, rule, fits: 0, used: 0 })
    }
}

impl Faults {
    /// Replaces all rules.
    ///
    /// # Errors
    /// [`BadRule`] when one cannot be used; the old rules then stay.
    pub fn set(&self, rules: Vec<Rule>) -> Result<(), BadRule> {
        let armed = rules.into_iter().map(Armed::new).collect::<Result<Vec<_>, _>>()?;
        *self.lock() = armed;
        self.changes.send_replace(());
        Ok(())
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.lock().clear();
        self.changes.send_replace(());
    }

    /// Who waits here goes on with the next change of the rules after the call.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Each rule with how often it fitted and how often it acted.
    pub fn tally(&self) -> Vec<(Rule, u64, u64)> {
        self.lock().iter().map(|armed| (armed.rule.clone(), armed.fits, armed.used)).collect()
    }

    /// The rule that acts on this request, if one does.
    pub(super) fn pick(&self, line: &str) -> Option<Rule> {
        let mut rules = self.lock();
        let armed = rules.iter_mut().find(|armed| armed.pattern.is_match(line))?;
        armed.fits += 1;
        let turn = armed.fits % armed.rule.every.max(1) == 0;
        if !turn || armed.rule.times.is_some_and(|times| armed.used >= times) {
            return None;
        }
        armed.used += 1;
        Some(armed.rule.clone())
    }

    pub(super) fn none(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Armed>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(faults: &Faults, line: &str, tries: usize) -> Vec<bool> {
        (0..tries).map(|_| faults.pick(line).is_some()).collect()
    }

    #[test]
    fn every_third_fit_acts_and_at_most_so_often() {
        let faults = Faults::default();
        faults
            .set(vec![Rule { pattern: "^PUT".into(), every: 3, times: Some(2), ..Rule::default() }])
            .expect("a good rule");
        assert_eq!(acts(&faults, "GET /a", 2), [false, false]);
        assert_eq!(acts(&faults, "PUT /a", 10), [false, false, true, false, false, true, false, false, false, false]);
        let tally = faults.tally();
        assert_eq!((tally[0].1, tally[0].2), (10, 2));
    }

    #[test]
    fn the_first_rule_that_fits_decides_even_when_spent() {
        let faults = Faults::default();
        let once = Rule { pattern: "PUT".into(), times: Some(1), ..Rule::default() };
        let always = Rule { pattern: ".".into(), ..Rule::default() };
        faults.set(vec![once, always]).expect("good rules");
        assert_eq!(acts(&faults, "PUT /a", 2), [true, false]);
        assert_eq!(acts(&faults, "GET /a", 2), [true, true]);
    }

    #[test]
    fn a_bad_rule_leaves_the_old_ones() {
        let faults = Faults::default();
        faults.set(vec![Rule { pattern: "a".into(), ..Rule::default() }]).expect("a good rule");
        for bad in [
            Rule { pattern: "(".into(), ..Rule::default() },
            Rule { status: Some(99), ..Rule::default() },
            Rule { headers: BTreeMap::from([("a b".into(), String::new())]), ..Rule::default() },
        ] {
            assert!(faults.set(vec![bad]).is_err());
        }
        assert_eq!(faults.tally().len(), 1);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(serde_json::from_str::<Rule>(r#"{"match": "a", "stauts": 500}"#).is_err());
    }
}
