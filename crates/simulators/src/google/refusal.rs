//! How the API says no: Google's JSON errors.

use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) message: String,
    /// Kind and name of what is wrong: `parameter` `timeMin`, `header` `If-Match`.
    pub(super) location: Option<(&'static str, String)>,
    /// Seconds to wait.
    pub(super) retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn new(code: u16, reason: &str, message: impl Into<String>) -> Self {
        Self { code, reason: reason.to_owned(), message: message.into(), location: None, retry_after: None }
    }

    /// 400 `invalid`.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    /// 400 `required`.
    pub(super) fn required(message: impl Into<String>) -> Self {
        Self::new(400, "required", message)
    }

    /// 404 `notFound`.
    pub(super) fn not_found() -> Self {
        Self::new(404, "notFound", "Not Found")
    }

    /// 401 `authError`.
    pub(super) fn unauthorized() -> Self {
        Self::new(401, "authError", "Invalid Credentials").at("header", "Authorization")
    }

    /// 403 `insufficientPermissions`: the token lacks a scope.
    pub(super) fn scope() -> Self {
        let message = "Insufficient Permission: Request had insufficient authentication scopes.";
        Self::new(403, "insufficientPermissions", message)
    }

    /// 409 `duplicate`.
    pub(super) fn duplicate() -> Self {
        Self::new(409, "duplicate", "The requested identifier already exists.")
    }

    /// 410 `deleted`.
    pub(super) fn deleted() -> Self {
        Self::new(410, "deleted", "Resource has been deleted")
    }

    /// 410 `fullSyncRequired`.
    pub(super) fn full_sync() -> Self {
        let message = "Sync token is no longer valid, a full sync is required.";
        Self::new(410, "fullSyncRequired", message).at("parameter", "syncToken")
    }

    /// 412 `conditionNotMet`.
    pub(super) fn condition() -> Self {
        Self::new(412, "conditionNotMet", "Precondition Failed").at("header", "If-Match")
    }

    /// With the place of the fault.
    #[must_use]
    pub(super) fn at(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.location = Some((kind, name.into()));
        self
    }

    /// The body.
    pub(super) fn json(&self) -> Value {
        let mut error = json!({ "domain": domain(&self.reason), "reason": self.reason, "message": self.message });
        if let (Some((kind, name)), Some(error)) = (&self.location, error.as_object_mut()) {
            error.insert("locationType".to_owned(), json!(kind));
            error.insert("location".to_owned(), json!(name));
        }
        json!({ "error": { "errors": [error], "code": self.code, "message": self.message } })
    }
}

fn domain(reason: &str) -> &'static str {
    match reason {
        "userRateLimitExceeded"
        | "rateLimitExceeded"
        | "quotaExceeded"
        | "dailyLimitExceeded"
        | "accessNotConfigured" => "usageLimits",
        "fullSyncRequired" | "updatedMinTooLongAgo" | "forbiddenForNonOrganizer" | "timeRangeEmpty" => "calendar",
        _ => "global",
    }
}
