//! How OAuth says no: to a browser with a page, to an application with JSON.

use hyper::Response;
use serde_json::json;

use crate::page::{escape, page};
use crate::wire::{Body, json as as_json, reply};

/// An error that the browser is shown; it is sent nowhere.
#[derive(Debug)]
pub(super) struct PageError {
    status: u16,
    code: &'static str,
    why: String,
}

impl PageError {
    pub(super) fn new(status: u16, code: &'static str, why: &str) -> Self {
        Self { status, code, why: why.to_owned() }
    }

    pub(super) fn response(&self) -> Response<Body> {
        let body = format!(
            "<h1>Acceso bloqueado</h1><p class=bad>Error {}: {}</p><p>{}</p>",
            self.status,
            self.code,
            escape(&self.why)
        );
        reply(self.status, "text/html; charset=utf-8", page("Acceso bloqueado", None, &body))
    }
}

/// An error of the token and revocation addresses.
#[derive(Debug)]
pub(super) struct TokenError {
    status: u16,
    code: &'static str,
    why: &'static str,
    subtype: Option<String>,
}

impl TokenError {
    pub(super) fn new(status: u16, code: &'static str, why: &'static str) -> Self {
        Self { status, code, why, subtype: None }
    }

    pub(super) fn grant(why: &'static str) -> Self {
        Self::new(400, "invalid_grant", why)
    }

    pub(super) fn with_subtype(self, subtype: String) -> Self {
        Self { subtype: Some(subtype), ..self }
    }

    pub(super) fn response(&self) -> Response<Body> {
        let mut body = json!({ "error": self.code, "error_description": self.why });
        if let (Some(subtype), Some(body)) = (&self.subtype, body.as_object_mut()) {
            body.insert("error_subtype".to_owned(), json!(subtype));
        }
        as_json(self.status, &body)
    }
}
