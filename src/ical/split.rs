//! A calendar of many events into one text for each.

use super::error::IcalError;
use super::limits::Limits;

/// Reads a calendar with any number of events: each UID apart, in the order of the text, as a calendar of its own
/// (with the VTIMEZONEs that it uses) and its reading.
///
/// # Errors
/// When the text as a whole is not a complete calendar.
pub fn split(_text: &str, _limits: &Limits) -> Result<Vec<(String, String)>, IcalError> {
    Err(IcalError::whole("not built yet"))
}
