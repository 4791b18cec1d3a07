//! What Google's errors mean (docs/providers.md#google-errors). Pure: status and reason in, the reaction out.

use serde_json::Value;

use super::call::ApiAnswer;
use crate::happened::Revoked;
use crate::outbound::{OutboundError, retry_after};
use crate::providers::{Refusal, RemoteError};

/// The longest quotation of Google's words.
const WORDS: usize = 300;

/// The reason that Google names: `errors[0].reason`, or in newer answers `status`.
pub(super) fn reason(body: &Value) -> &str {
    let named = body.pointer("/error/errors/0/reason").or_else(|| body.pointer("/error/status"));
    named.and_then(Value::as_str).unwrap_or_default()
}

fn words(answer: &ApiAnswer) -> String {
    let message = answer.body.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
    let message: String = message.chars().take(WORDS).collect();
    match (reason(&answer.body), message.as_str()) {
        ("", "") => format!("Google answered {}", answer.status),
        (reason, message) => format!("Google answered {} {reason}: {message}", answer.status),
    }
}

/// The reaction to a refused call. A 404 is the object's; whether its calendar is there is asked elsewhere.
pub(super) fn reaction(answer: &ApiAnswer) -> RemoteError {
    let why = words(answer);
    let retry_after = retry_after(&answer.headers);
    let named = reason(&answer.body);
    match (answer.status, named) {
        (401, _) | (403, "insufficientPermissions" | "ACCESS_TOKEN_SCOPE_INSUFFICIENT") => {
            RemoteError::AuthRevoked { why, cause: Revoked::ByProvider }
        }
        (403 | 429, "quotaExceeded" | "calendarUsageLimitsExceeded") => RemoteError::UsageLimit { why },
        (403, "userRateLimitExceeded" | "rateLimitExceeded" | "RATE_LIMIT_EXCEEDED") | (429, _) => {
            RemoteError::Throttled { retry_after, why }
        }
        (403, "dailyLimitExceeded" | "accessNotConfigured" | "SERVICE_DISABLED") => RemoteError::Operator { why },
        (403, "forbidden" | "requiredAccessLevel") => RemoteError::CalendarLost { why },
        (404 | 410, _) => RemoteError::NotFound,
        (409 | 412, _) => RemoteError::Conflict,
        (408 | 500.., _) => RemoteError::Unsure { retry_after, why },
        (status, _) => {
            let code = if named.is_empty() { format!("http-{status}") } else { named.to_owned() };
            RemoteError::Refused(Refusal { code, why, name_taken: false })
        }
    }
}

/// The reaction to no answer at all.
pub(super) fn no_answer(error: OutboundError) -> RemoteError {
    match error {
        OutboundError::Off(off) => off.into(),
        OutboundError::NotAllowed(why) => RemoteError::Operator { why },
        OutboundError::TooLarge(why) => RemoteError::Excess { why },
        other => RemoteError::Unsure { retry_after: None, why: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn said(status: u16, reason: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("7"));
        let body = json!({"error": {"code": status, "message": "words", "errors": [{"reason": reason}]}});
        match reaction(&ApiAnswer { status, headers, body }) {
            RemoteError::Throttled { retry_after: Some(wait), .. } if wait == Duration::from_secs(7) => "slower",
            RemoteError::Throttled { .. } => "slower, without the time",
            RemoteError::Unsure { .. } => "unsure",
            RemoteError::AuthRevoked { .. } => "auth",
            RemoteError::CalendarLost { .. } => "lost",
            RemoteError::CalendarGone { .. } => "gone",
            RemoteError::UsageLimit { .. } => "hours",
            RemoteError::Excess { .. } => "excess",
            RemoteError::Operator { .. } => "operator",
            RemoteError::OutOfBudget { .. } => "budget",
            RemoteError::SwitchedOff(_) => "off",
            RemoteError::Refused(_) => "refused",
            RemoteError::Conflict => "conflict",
            RemoteError::NotFound => "not found",
        }
    }

    #[test]
    fn every_error_has_its_reaction() {
        let table = [
            (400, "invalid", "refused"),
            (400, "timeRangeEmpty", "refused"),
            (401, "authError", "auth"),
            (403, "userRateLimitExceeded", "slower"),
            (403, "rateLimitExceeded", "slower"),
            (429, "rateLimitExceeded", "slower"),
            (429, "", "slower"),
            (403, "quotaExceeded", "hours"),
            (403, "calendarUsageLimitsExceeded", "hours"),
            (403, "dailyLimitExceeded", "operator"),
            (403, "accessNotConfigured", "operator"),
            (403, "insufficientPermissions", "auth"),
            (403, "forbidden", "lost"),
            (403, "requiredAccessLevel", "lost"),
            (403, "forbiddenForNonOrganizer", "refused"),
            (403, "forbiddenForServiceAccounts", "refused"),
            (404, "notFound", "not found"),
            (409, "duplicate", "conflict"),
            (410, "deleted", "not found"),
            (412, "conditionNotMet", "conflict"),
            (413, "uploadTooLarge", "refused"),
            (500, "backendError", "unsure"),
            (503, "", "unsure"),
        ];
        for (status, reason, expected) in table {
            assert_eq!(said(status, reason), expected, "{status} {reason}");
        }
    }

    #[test]
    fn a_refusal_quotes_google_and_names_its_code() {
        let body = json!({"error": {"code": 400, "message": "x".repeat(5000), "errors": [{"reason": "invalid"}]}});
        let answer = ApiAnswer { status: 400, headers: HeaderMap::new(), body };
        let RemoteError::Refused(refusal) = reaction(&answer) else { panic!() };
        assert_eq!(refusal.code, "invalid");
        assert!(refusal.why.starts_with("Google answered 400 invalid: xxx") && refusal.why.len() < 350);
        let bare = ApiAnswer { status: 418, headers: HeaderMap::new(), body: Value::Null };
        assert!(matches!(reaction(&bare), RemoteError::Refused(refusal) if refusal.code == "http-418"));
    }
}
