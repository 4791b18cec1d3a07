//! What is the same for all operations of the client systems' family.

use serde_yaml::Value;

use super::super::gate::{About, Operation};
use super::refusals::{self, Gatedness};
use super::{describe as describe_all, set, text};

/// Says how to come in, whom it is about, which scope it needs and what it may refuse.
pub(super) fn describe(operation: &mut Value, method: &str, known: &Operation) {
    let holder = known.about == About::Holder;
    let gatedness = Gatedness::Scoped { body: matches!(method, "post" | "put" | "patch"), holder };
    let headers: &[&str] = if holder { &["CustomerId"] } else { &[] };
    describe_all(operation, gatedness, known.takes.iter().chain(headers).copied());
    let words = format!("{}\n\nNeeds the scope `{}`.", text(operation, "description"), known.scope);
    set(operation, "description", words.into());
    set(operation, "x-scope", known.scope.as_str().into());
    refusals::add(operation, gatedness, known.refuses);
}
