//! An event without what only decorates it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Attachment, AttachmentData, Event, Particulars};

/// An event of which what only decorates it was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    /// The rest: when, what, where, who, and how to join.
    pub event: Event,
    /// What was left out, as names of iCalendar properties, each once.
    pub left_out: Vec<String>,
}

impl Event {
    /// The event without what other makers' programs put into it, without the HTML form of its text and without files
    /// inside of it: what a calendar may choke on, and the appointment is whole without. None when it has none of these.
    pub fn plain(&self) -> Option<Plain> {
        let mut event = self.clone();
        let mut left_out = Vec::new();
        // What occurrences share is stripped once and stays shared.
        let mut stripped: HashMap<*const Particulars, Arc<Particulars>> = HashMap::new();
        for details in std::iter::once(&mut event.master).chain(event.overrides.iter_mut().map(|one| &mut one.details))
        {
            let whole = &details.particulars;
            let plain = stripped.entry(Arc::as_ptr(whole)).or_insert_with(|| strip(whole, &mut left_out));
            details.particulars = Arc::clone(plain);
        }
        left_out.sort();
        left_out.dedup();
        (!left_out.is_empty()).then_some(Plain { event, left_out })
    }
}

fn strip(whole: &Arc<Particulars>, left_out: &mut Vec<String>) -> Arc<Particulars> {
    let is_inside = |one: &Attachment| matches!(one.data, AttachmentData::Inline(_));
    let has_files = whole.attachments.iter().any(is_inside);
    if whole.extras.is_empty() && whole.html.is_none() && !has_files {
        return Arc::clone(whole);
    }
    left_out.extend(whole.extras.iter().map(|extra| extra.name.clone()));
    left_out.extend(whole.html.iter().map(|_| "X-ALT-DESC".to_owned()));
    left_out.extend(has_files.then(|| "ATTACH".to_owned()));
    let mut plain = Particulars::clone(whole);
    plain.extras.clear();
    plain.html = None;
    plain.attachments.retain(|one| !is_inside(one));
    Arc::new(plain)
}

#[cfg(test)]
mod tests {
    use crate::reading::{self, Form};

    fn plain(body: &str) -> Option<super::Plain> {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261105T100000Z\n{body}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        reading::read(Form::Ical, &text).unwrap().event.plain()
    }

    #[test]
    fn what_only_decorates_goes_and_is_named() {
        let decorated = "SUMMARY:Clase\nDESCRIPTION:x\nX-ALT-DESC;FMTTYPE=text/html:<b>x</b>\nURL:https://example.com/\n\
                         ATTACH:https://example.com/a.pdf\nATTACH;ENCODING=BASE64;VALUE=BINARY:BwcH\nX-PUENTES-REF:7\n\
                         COMMENT:Hola\nCOMMENT:Adios\nCATEGORIES:a\nGEO:1;2";
        let plain_one = plain(decorated).unwrap();
        assert_eq!(plain_one.left_out, ["ATTACH", "COMMENT", "X-ALT-DESC", "X-PUENTES-REF"]);
        let bare = "SUMMARY:Clase\nDESCRIPTION:x\nURL:https://example.com/\nATTACH:https://example.com/a.pdf\n\
                    CATEGORIES:a\nGEO:1;2";
        assert_eq!(plain(bare), None);
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261105T100000Z\n{bare}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        assert_eq!(plain_one.event, reading::read(Form::Ical, &text).unwrap().event);
    }

    #[test]
    fn changed_occurrences_are_stripped_too() {
        let series = "RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261106T100000Z\n\
                      DTSTART:20261106T110000Z\nX-PUENTES-REF:7";
        let plain = plain(series).unwrap();
        assert_eq!(plain.left_out, ["X-PUENTES-REF"]);
        assert!(plain.event.overrides[0].details.extras.is_empty());
    }
}
