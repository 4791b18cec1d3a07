//! The only proof that a calendar can be used: an event of ours is written, read back and deleted in it.

use crate::calendar::People;
use crate::delivery::execute;
use crate::gateway::Gateway;
use crate::ids::{EventId, Holder, LinkId};
use crate::placement::{Mark, RemoteKey};
use crate::providers::{Outgoing, RemoteCalendar, RemoteError};
use crate::reading::{self, Form};

/// Tries the calendar for real. The probe always has the same name, so a try meets what an earlier one left behind, and takes
/// it along; where that name is taken by something that can't be seen (a trash bin), one that nobody has does as well. A
/// probe that stays behind carries our mark all the same, and the first survey removes it.
pub(super) fn probe(gateway: &Gateway, holder: &Holder, remote: &dyn RemoteCalendar) -> Result<(), RemoteError> {
    match probe_as(gateway, holder, remote, "probe") {
        Err(RemoteError::Refused(refusal)) if refusal.name_taken => {
            probe_as(gateway, holder, remote, &format!("probe-{}", gateway.clock.now().as_millisecond()))
        }
        outcome => outcome,
    }
}

fn probe_as(gateway: &Gateway, holder: &Holder, remote: &dyn RemoteCalendar, name: &str) -> Result<(), RemoteError> {
    let mark: Mark = gateway.mark(holder);
    let event_id = EventId::new(name).map_err(|error| unsure(&error.to_string()))?;
    let key = RemoteKey::derive(&mark, LinkId(0), &event_id, 0);
    let draft = reading::read(Form::Ical, &probe_text(gateway)).map_err(|error| unsure(&error.to_string()))?;
    let outgoing = Outgoing { key: &key, event_id: &event_id, event: &draft.event, people: People::AsText };
    let written = execute::create(remote, outgoing);
    let last = written.as_ref().ok().map(|written| written.sight.clone());
    let read_back = written.and_then(|_| remote.fetch(&key, last.as_ref()));
    let removed = execute::remove(remote, &key, last.as_ref());
    if read_back?.is_none() {
        return Err(unsure("a test event was accepted, but is not in the calendar"));
    }
    removed?;
    match remote.fetch(&key, last.as_ref())? {
        None => Ok(()),
        Some(_) => Err(unsure("a test event was deleted, but is still in the calendar")),
    }
}

fn unsure(why: &str) -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: why.to_owned() }
}

fn probe_text(gateway: &Gateway) -> String {
    let today = gateway.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().strftime("%Y%m%d").to_string();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pasarela//probe//EN\r\nBEGIN:VEVENT\r\nUID:probe\r\n\
         DTSTAMP:{today}T000000Z\r\nDTSTART;VALUE=DATE:{today}\r\nSUMMARY:Pasarela: prueba\r\nTRANSP:TRANSPARENT\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}
