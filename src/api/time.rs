//! Times on the wire: RFC 3339, in UTC.

use std::borrow::Cow;

use jiff::Timestamp;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A moment as `2026-11-22T17:32:22.5Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

impl Time {
    /// A moment for examples.
    pub(super) fn example(second: i64) -> Self {
        Self(Timestamp::from_second(1_796_000_000 + second).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl Type for Time {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_date-time".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "date-time")))
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Time {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

impl ParseFromJSON for Time {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        let text = value.as_str().ok_or_else(|| ParseError::expected_type(value.clone()))?;
        text.parse().map(Self).map_err(|_| ParseError::custom("not a time of RFC 3339"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_and_read_back() {
        let time = Time("2026-11-22T12:32:22.5-05:00".parse().unwrap());
        let json = time.to_json();
        assert_eq!(json, Some("2026-11-22T17:32:22.5Z".into()));
        assert_eq!(Time::parse_from_json(json).unwrap(), time);
        assert!(Time::parse_from_json(Some("yesterday".into())).is_err());
        assert!(Time::parse_from_json(Some(7.into())).is_err());
    }
}
