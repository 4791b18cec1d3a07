//! Page tokens and sync tokens.
//!
//! A page token remembers after which key to go on, the revision at which the listing began, and for which question it was given. So an
//! event that changes while somebody pages is missed by no one: it comes with the sync token, which starts from that first revision.

use data_encoding::BASE64URL_NOPAD;
use md5::{Digest, Md5};
use serde_json::Value;

use super::call::{Call, wrong_parameter};
use crate::google::refusal::Refusal;

/// Where a listing goes on.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// After this key; `None`: from the beginning.
    pub(super) after: Option<String>,
    /// The revision at which the listing began.
    pub(super) revision: u64,
}

impl Cursor {
    /// Reads `pageToken`; without one the listing begins at `revision`.
    ///
    /// # Errors
    /// 400 when the token was not given for this question.
    pub(super) fn read(call: &Call, revision: u64) -> Result<Self, Refusal> {
        let Some(token) = call.parameter("pageToken") else { return Ok(Self { after: None, revision }) };
        let read = || {
            let parts: Vec<String> = unpack(token)?;
            match parts.as_slice() {
                [question_then, revision, after] if *question_then == question(call) => {
                    Some(Self { after: Some(after.clone()), revision: revision.parse().ok()? })
                }
                _ => None,
            }
        };
        read().ok_or_else(|| wrong_parameter("pageToken"))
    }

    /// The token of a page that begins before all that there is.
    pub(super) fn before_all(&self, call: &Call) -> String {
        pack(&[question(call), self.revision.to_string(), String::new()])
    }

    /// One page of what is sorted by its key, and the token of the next page, if there is more.
    pub(super) fn page(&self, call: &Call, all: Vec<(String, Value)>, size: usize) -> (Vec<Value>, Option<String>) {
        let rest = all.into_iter().filter(|(key, _)| self.after.as_ref().is_none_or(|after| key > after));
        let mut rest: Vec<(String, Value)> = rest.take(size + 1).collect();
        let more = rest.len() > size;
        rest.truncate(size);
        let last = rest.last().map(|(key, _)| key.clone()).filter(|_| more);
        let token = last.map(|key| pack(&[question(call), self.revision.to_string(), key]));
        (rest.into_iter().map(|(_, value)| value).collect(), token)
    }
}

/// A sync token: what was listed, up to which revision, and how.
pub(super) fn sync_token(call: &Call, place: &str, revision: u64) -> String {
    pack(&[place.to_owned(), revision.to_string(), call.parameter("singleEvents").unwrap_or("false").to_owned()])
}

/// The revision after which to tell changes; `None`: the call has no sync token.
///
/// # Errors
/// 410 when the token is unknown or older than `oldest`.
pub(super) fn since(call: &Call, place: &str, oldest: u64) -> Result<Option<u64>, Refusal> {
    let Some(token) = call.parameter("syncToken") else { return Ok(None) };
    let parts = unpack(token).unwrap_or_default();
    let [of, revision, single] = parts.as_slice() else { return Err(Refusal::full_sync()) };
    let revision = revision.parse().ok().filter(|revision| of == place && *revision >= oldest);
    if single != call.parameter("singleEvents").unwrap_or("false") {
        return Err(Refusal::invalid("The sync token was given for other parameters.").at("parameter", "syncToken"));
    }
    revision.map(Some).ok_or_else(Refusal::full_sync)
}

/// All that must be the same on each page.
fn question(call: &Call) -> String {
    let mut hash = Md5::new();
    hash.update(call.segments.join("/"));
    let mut parameters: Vec<_> = call
        .parameters
        .iter()
        .filter(|(name, _)| !["pageToken", "fields", "maxResults"].contains(&name.as_str()))
        .collect();
    parameters.sort();
    for (name, value) in parameters {
        hash.update(format!("\n{name}={value}"));
    }
    BASE64URL_NOPAD.encode(&hash.finalize())
}

fn pack(parts: &[String]) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(parts).unwrap_or_default())
}

fn unpack(token: &str) -> Option<Vec<String>> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()
}
