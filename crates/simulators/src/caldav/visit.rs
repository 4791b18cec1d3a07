//! A request by somebody who may make it.

use super::model::{Hrefs, Place};
use super::refusal::Refusal;
use super::xml::{Element, read};
use crate::wire::Request;

/// A request by a known user.
pub(super) struct Visit<'a> {
    pub(super) request: &'a Request,
    pub(super) user: String,
    pub(super) place: Place,
    pub(super) hrefs: Hrefs,
}

impl Visit<'_> {
    /// The body as XML; `None` when it is empty.
    ///
    /// # Errors
    /// 400 when it is no well-formed XML.
    pub(super) fn xml(&self) -> Result<Option<Element>, Refusal> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.request.body).map_err(|_| Refusal::status(400).why("not UTF-8"))?;
        read(text).map(Some).map_err(|why| Refusal::status(400).why(why))
    }

    /// Does the client ask for short answers (RFC 8144)?
    pub(super) fn minimal(&self) -> bool {
        self.request.header("prefer").is_some_and(|prefer| prefer.contains("return=minimal"))
    }
}
