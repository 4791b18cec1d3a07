//! What the operations about events need, and what they may refuse.

use super::super::super::gate::{About, Operation, OperationTable};
use crate::http::Code;
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    writing("create_calendar_event", &["Prefer", "IdempotencyKey"], OF_CREATION),
    reading(
        "list_calendar_events",
        &["Limit", "PageToken"],
        &[Code::InvalidParameter, Code::RangeTooWide, Code::SyncTokenExpired],
    ),
    reading("get_calendar_event", &["IfNoneMatch"], &[Code::EventNotFound]),
    reading(
        "list_event_instances",
        &["Limit", "PageToken"],
        &[Code::InvalidParameter, Code::EventNotFound, Code::RangeTooWide],
    ),
    writing("put_calendar_event", &["Prefer", "IfMatch", "IfNoneMatch"], OF_REPLACEMENT),
    writing("put_event_by_reference", &["Prefer", "IfMatch", "IfNoneMatch"], OF_REPLACEMENT),
    writing("patch_calendar_event", &["Prefer", "IfMatch"], OF_REVISION),
    writing("delete_calendar_event", &["Prefer", "IfMatch"], OF_DELETION),
];

const OF_CREATION: &[Code] = &[
    Code::EventExists,
    Code::InvalidEvent,
    Code::UnknownField,
    Code::TimeZoneMissing,
    Code::EndBeforeStart,
    Code::InvalidIcal,
    Code::InvalidEventId,
    Code::InvalidField,
    Code::IdempotencyKeyReused,
    Code::EventNotFound,
    Code::InvalidParameter,
];
const OF_REPLACEMENT: &[Code] = &[
    Code::EventNotFound,
    Code::PreconditionFailed,
    Code::InvalidEvent,
    Code::UnknownField,
    Code::TimeZoneMissing,
    Code::EndBeforeStart,
    Code::InvalidIcal,
    Code::InvalidEventId,
    Code::InvalidField,
];
const OF_REVISION: &[Code] = &[
    Code::ScopeRequired,
    Code::InvalidParameter,
    Code::EventNotFound,
    Code::NoSuchOccurrence,
    Code::PreconditionFailed,
    Code::InvalidEvent,
    Code::UnknownField,
    Code::TimeZoneMissing,
    Code::EndBeforeStart,
    Code::InvalidIcal,
    Code::InvalidField,
];
const OF_DELETION: &[Code] = &[
    Code::ScopeRequired,
    Code::InvalidParameter,
    Code::EventNotFound,
    Code::NoSuchOccurrence,
    Code::PreconditionFailed,
    Code::InvalidEvent,
    Code::InvalidIcal,
];

const fn writing(id: &'static str, takes: &'static [&'static str], refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::EventsWrite, about: About::Holder, takes, refuses }
}

const fn reading(id: &'static str, takes: &'static [&'static str], refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::EventsRead, about: About::Holder, takes, refuses }
}
