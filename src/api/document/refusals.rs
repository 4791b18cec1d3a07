//! The errors of each operation, with an example of each.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use serde_yaml::{Mapping, Value};

use super::{entry, reference, set};
use crate::clients::puentes::TOO_MANY_WRONG;
use crate::http::{Code, Problem};
use crate::ical::IcalError;
use crate::store::StoreError;
use crate::tasks::Full;

/// How an operation is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gatedness {
    /// Without a key.
    Open,
    /// With the key in the headers or the query.
    Query,
    /// The same, or in a body that nobody needs (DELETE).
    QueryOrBody,
    /// With the key in the headers or the body.
    Body,
    /// With an API key that has a scope.
    Scoped {
        /// Whether it takes a body.
        body: bool,
        /// Whether it is about a holder.
        holder: bool,
    },
}

impl Gatedness {
    /// By the method, for operations behind the gate.
    pub(super) fn of(method: &str) -> Self {
        match method {
            "post" | "put" | "patch" => Self::Body,
            "delete" => Self::QueryOrBody,
            _ => Self::Query,
        }
    }

    /// The ways to prove oneself. The empty one stands for a key in the body, which OpenAPI has no word for.
    pub(super) fn security(self) -> Value {
        let ways = match self {
            Self::Open => json!([]),
            Self::Query | Self::QueryOrBody => {
                json!([{"PhoneHeader": [], "KeyHeader": []}, {"PhoneQuery": [], "KeyQuery": []}])
            }
            Self::Body => json!([{"PhoneHeader": [], "KeyHeader": []}, {}]),
            Self::Scoped { .. } => json!([{"Bearer": []}, {"ApiKey": []}]),
        };
        serde_yaml::to_value(ways).unwrap_or_default()
    }

    /// What any operation of the kind may refuse.
    fn codes(self) -> Vec<Code> {
        if let Self::Scoped { body, holder } = self {
            let body: &[Code] = if body { OF_BODIES } else { &[] };
            let holder: &[Code] = if holder { OF_HOLDERS } else { &[] };
            return [holder, body, OF_KEYS].concat();
        }
        let codes: &[Code] = match self {
            Self::Open => &[Code::Internal],
            Self::Query => &[
                Code::InvalidParameter,
                Code::InvalidKey,
                Code::HttpsRequired,
                Code::ClientSuspended,
                Code::InvalidPhoneNumber,
                Code::TooManyAttempts,
                Code::Internal,
                Code::Busy,
                Code::StorageUnavailable,
            ],
            Self::QueryOrBody => &[
                Code::InvalidParameter,
                Code::InvalidKey,
                Code::HttpsRequired,
                Code::ClientSuspended,
                Code::RequestTimeout,
                Code::BodyTooLarge,
                Code::InvalidPhoneNumber,
                Code::TooManyAttempts,
                Code::Internal,
                Code::Busy,
                Code::StorageUnavailable,
            ],
            Self::Body => &[
                Code::InvalidJson,
                Code::InvalidParameter,
                Code::InvalidKey,
                Code::HttpsRequired,
                Code::ClientSuspended,
                Code::RequestTimeout,
                Code::BodyTooLarge,
                Code::UnsupportedMediaType,
                Code::InvalidPhoneNumber,
                Code::TooManyAttempts,
                Code::Internal,
                Code::Busy,
                Code::StorageUnavailable,
            ],
            Self::Scoped { .. } => &[],
        };
        codes.to_vec()
    }
}

const OF_KEYS: &[Code] = &[
    Code::InvalidParameter,
    Code::InvalidKey,
    Code::HttpsRequired,
    Code::ClientSuspended,
    Code::ScopeMissing,
    Code::HolderMismatch,
    Code::NetworkNotAllowed,
    Code::OriginNotAllowed,
    Code::TooManyAttempts,
    Code::RateLimited,
    Code::Internal,
    Code::Busy,
    Code::StorageUnavailable,
];
const OF_BODIES: &[Code] = &[Code::InvalidJson, Code::RequestTimeout, Code::BodyTooLarge, Code::UnsupportedMediaType];
const OF_HOLDERS: &[Code] = &[Code::HolderMissing, Code::InvalidHolder];

/// Adds a response for each status that the operation may refuse with.
pub(super) fn add(operation: &mut Value, gatedness: Gatedness, own: &[Code]) {
    let has_path = operation.get("parameters").and_then(Value::as_sequence).is_some_and(|parameters| {
        parameters.iter().any(|parameter| parameter.get("in").and_then(Value::as_str) == Some("path"))
    });
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    let of_all = gatedness.codes();
    for code in own.iter().chain(of_all.iter().filter(|code| !own.contains(code))) {
        if *code != Code::InvalidParameter || has_path || own.contains(code) {
            by_status.entry(code.number()).or_default().push(*code);
        }
    }
    let responses = entry(operation, "responses");
    for (status, codes) in by_status {
        set(responses, &status.to_string(), response(&codes));
    }
}

fn response(codes: &[Code]) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.word(), code.help())).collect();
    let mut headers = Mapping::from_iter([("X-Request-Id".into(), reference("headers", "RequestId"))]);
    let waits = |code: &Code| {
        matches!(
            code,
            Code::TooManyAttempts | Code::TooManyLogins | Code::RateLimited | Code::Busy | Code::StorageUnavailable
        )
    };
    if codes.iter().any(waits) {
        headers.insert("Retry-After".into(), reference("headers", "RetryAfter"));
    }
    if codes.contains(&Code::InvalidKey) {
        headers.insert("WWW-Authenticate".into(), reference("headers", "Authenticate"));
    }
    let examples: Mapping = codes.iter().map(|code| (code.word().into(), example(*code))).collect();
    let media = Mapping::from_iter([
        ("schema".into(), reference("schemas", "Problem")),
        ("examples".into(), Value::Mapping(examples)),
    ]);
    Value::Mapping(Mapping::from_iter([
        ("description".into(), lines.join("\n\n").into()),
        ("headers".into(), Value::Mapping(headers)),
        (
            "content".into(),
            Value::Mapping(Mapping::from_iter([("application/problem+json".into(), Value::Mapping(media))])),
        ),
    ]))
}

fn example(code: Code) -> Value {
    let problem = match code {
        Code::InvalidIcal => IcalError {
            line: Some(6),
            property: Some("DTSTART".to_owned()),
            reason: "there is no such day as 20260230".to_owned(),
        }
        .into(),
        Code::InvalidField => {
            Problem::new(code, "The field event_data is missing (line 1, column 57).").with("field", "event_data")
        }
        Code::InvalidEventId => Problem::new(code, "event_id is empty").with("field", "event_id"),
        Code::InvalidParameter => {
            Problem::new(code, "The parameter path is missing or not valid.").with("field", "path")
        }
        Code::CalendarNotFound => Problem::new(code, "There is no calendar \"Work\" that can be written.")
            .with("available", json!(["Home", "Family"])),
        Code::ProviderNotAvailable => Problem::new(code, code.help()).with("providers", json!(["caldav", "apple"])),
        Code::TooManyAttempts => Problem::new(code, format!("{TOO_MANY_WRONG} Wait 60 s.")).with("retry_after", 60),
        Code::Busy => Full { again_in: Duration::from_secs(10) }.into(),
        Code::TooManyLogins | Code::RateLimited => Problem::new(code, code.help()).with("retry_after", 60),
        Code::ScopeMissing => Problem::new(code, code.help()).with("scope", "events:write"),
        Code::UnknownField => Problem::new(code, "There is no field scope; did you mean scopes?")
            .with("nearest", "scopes")
            .with("field", "scope"),
        Code::StorageUnavailable => StoreError::Full(String::new()).into(),
        Code::ConfirmationNeeded | Code::PuentesUnavailable => {
            Problem::new(code, code.help()).with("resync_id", "5f0c9f4be3e24c0f8a7b2c9d1e6f7a80")
        }
        _ => Problem::new(code, code.help()),
    };
    let example = json!({"summary": code.title(), "value": problem.example()});
    serde_yaml::to_value(example).unwrap_or_default()
}
