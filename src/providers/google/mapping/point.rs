//! Points in time as Google spells them.

use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use serde_json::{Value, json};

use crate::calendar::{When, Zone};

/// `start` or `end`: a date, or a clock reading with its zone. The offset is written only where the reading comes twice,
/// because clocks go back: there it says that the first is meant (RFC 5545 §3.3.5).
pub(super) fn start_or_end(when: &When) -> Value {
    match when {
        When::Date(date) => json!({ "date": date.to_string() }),
        When::Zoned { local, zone } => json!({ "dateTime": reading(*local, zone), "timeZone": zone.name() }),
        When::Utc(at) => json!({ "dateTime": at.to_string(), "timeZone": "UTC" }),
        // There is none after `settle`; Google would read it in the calendar's zone.
        When::Floating(local) => json!({ "dateTime": local.to_string() }),
    }
}

fn reading(local: DateTime, zone: &Zone) -> String {
    match zone.rules().to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Fold { before, .. } => match before.to_timestamp(local) {
            Ok(at) => at.display_with_offset(before).to_string(),
            Err(_) => local.to_string(),
        },
        AmbiguousOffset::Gap { .. } | AmbiguousOffset::Unambiguous { .. } => local.to_string(),
    }
}

/// What follows the series' id in the id of one of its instances: the original start in UTC, or the date.
pub(super) fn instance_suffix(original: &When) -> String {
    match original.instant() {
        Some(at) => at.strftime("_%Y%m%dT%H%M%SZ").to_string(),
        None => original.reading().strftime("_%Y%m%d").to_string(),
    }
}

/// The original start of an instance, as `instances?originalStart=` takes it.
pub(super) fn original_start(original: &When) -> String {
    match original {
        When::Zoned { zone, .. } => match original.instant() {
            Some(at) => at.display_with_offset(zone.rules().to_offset(at)).to_string(),
            None => original.reading().to_string(),
        },
        When::Utc(at) => at.to_string(),
        When::Date(date) => date.to_string(),
        When::Floating(local) => local.to_string(),
    }
}
