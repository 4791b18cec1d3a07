//! Points in time in queries: RFC 3339, or a plain date, which is the midnight of the holder's zone.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::calendar::Zone;
use crate::http::{Code, Problem};
use crate::instances::Range;

/// The instant that a parameter names.
///
/// # Errors
/// `invalid_parameter`, where it names none.
pub(super) fn instant(name: &'static str, text: &str, zone: &Zone) -> Result<Timestamp, Problem> {
    // A `+` of a query is a space to whoever forgot to encode it.
    let text = text.trim().replace(' ', "+");
    let at = text.parse::<Timestamp>().ok().or_else(|| {
        let reading = match text.contains(['T', 't']) {
            true => text.parse::<DateTime>().ok()?,
            false => text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()),
        };
        zone.instant(reading)
    });
    at.ok_or_else(|| {
        let detail = format!(
            "{name} is no point in time: write 2027-01-05T10:00:00-05:00 (with + as %2B), or 2027-01-05 for the midnight there."
        );
        Problem::new(Code::InvalidParameter, detail).with("field", name)
    })
}

/// The range between two parameters; none where neither is said.
///
/// # Errors
/// `invalid_parameter`, where only one is said, or nothing lies between them.
pub(super) fn range(from: Option<&String>, to: Option<&String>, zone: &Zone) -> Result<Option<Range>, Problem> {
    let refused = |field: &'static str, detail: &str| Problem::new(Code::InvalidParameter, detail).with("field", field);
    let (from, to) = match (from, to) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(refused("to", "from is said without to. Say both, or neither.")),
        (None, Some(_)) => return Err(refused("from", "to is said without from. Say both, or neither.")),
        (Some(from), Some(to)) => (instant("from", from, zone)?, instant("to", to, zone)?),
    };
    let range = Range::new(from, to).ok_or_else(|| refused("to", "to is not after from."))?;
    Ok(Some(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_midnight_of_the_zone_and_a_time_is_what_it_says() {
        let zone = Zone::named("America/Guayaquil").unwrap();
        let at = |text: &str| instant("from", text, &zone).map(|at| at.to_string()).ok();
        for text in ["2027-01-05", "2027-01-05T00:00:00", "2027-01-05T05:00:00Z", "2027-01-05T07:00:00 02:00"] {
            assert_eq!(at(text).as_deref(), Some("2027-01-05T05:00:00Z"), "{text}");
        }
        for text in ["", "mañana", "2027-13-01", "2027-01-05T", "1"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_has_two_ends_and_something_between_them() {
        let zone = Zone::named("UTC").unwrap();
        let of = |from: &str, to: &str| {
            let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            range(said(from).as_ref(), said(to).as_ref(), &zone).map(|range| range.is_some()).ok()
        };
        assert_eq!(of("", ""), Some(false));
        assert_eq!(of("2027-01-05", "2027-01-06"), Some(true));
        for (from, to) in
            [("2027-01-05", ""), ("", "2027-01-05"), ("2027-01-05", "2027-01-05"), ("2027-01-06", "2027-01-05")]
        {
            assert_eq!(of(from, to), None, "{from} {to}");
        }
    }
}
