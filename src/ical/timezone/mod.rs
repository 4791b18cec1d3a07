//! Which zone a TZID means, and how a zone is written down.
//!
//! Rule: a zone is never guessed. A TZID is an IANA name, or behind a vendor's prefix, or a Windows name, or an Outlook
//! label; else its VTIMEZONE says which zone it is (`X-LIC-LOCATION`) or has the rules of one. What is none of these is
//! a custom zone: it can tell the instant of one happening, but no calendar could go on with a series in it.
//!
//! The offsets are jiff's, whose rules are current; of calcard's zones (chrono-tz) nothing is used.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::civil::DateTime;

use super::outline::Outline;
use crate::calendar::Zone;

/// What a TZID means.
#[derive(Clone)]
pub(in crate::ical) enum Place {
    /// UTC by one of its names.
    Utc,
    /// A zone that calendars know.
    Zone(Zone),
    /// Rules of the text's own.
    Custom(Rc<Custom>),
}

pub(in crate::ical) struct Custom;

impl Custom {
    pub(in crate::ical) fn instant(&self, _reading: DateTime) -> Option<jiff::Timestamp> {
        None
    }
}

/// The zones of one text.
pub(in crate::ical) struct Zones<'a> {
    _outline: &'a Outline<'a>,
    known: RefCell<Vec<(String, Place)>>,
}

impl<'a> Zones<'a> {
    pub(in crate::ical) fn of(outline: &'a Outline<'a>) -> Self {
        Self { _outline: outline, known: RefCell::default() }
    }

    /// What a TZID means for an event around `near`.
    ///
    /// # Errors
    /// When nothing says which zone it is.
    pub(in crate::ical) fn find(&self, tzid: &str, _near: DateTime) -> Result<Place, String> {
        if let Some((_, place)) = self.known.borrow().iter().find(|(name, _)| name == tzid) {
            return Ok(place.clone());
        }
        let place = Zone::named(tzid)
            .map(Place::Zone)
            .ok_or_else(|| format!("the zone {tzid:?} is not known, and the text does not say what it is"))?;
        self.known.borrow_mut().push((tzid.to_owned(), place.clone()));
        Ok(place)
    }
}

/// The VTIMEZONE of a zone, right from `from` on.
pub(in crate::ical) fn component(zone: &Zone, _from: jiff::Timestamp) -> String {
    format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\nEND:VTIMEZONE\r\n", zone.name())
}
