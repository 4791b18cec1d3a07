//! Whether two events would show the same in a calendar.
//!
//! The form that is hashed is its own, not the text that is written: what a writer changes for a server must not make
//! every event look changed. Every field of every type is named here, so that a new one can't be forgotten. What no
//! calendar shows is left out: SEQUENCE, and when the source made or sent it.

use sha2::{Digest as _, Sha256};

use super::content_line::ContentLine;
use super::rule;
use super::stamp::compact;
use crate::calendar::{
    Alarm, Attachment, AttachmentData, Attendance, Attends, Conference, Details, Event, Extra, Geo, Override,
    Particulars, Person, Recurrence, RecurrenceId, Span, Trigger, When,
};

/// SHA-256 of what a calendar shows of an event.
pub fn fingerprint(event: &Event) -> [u8; 32] {
    let Event { master, overrides } = event;
    let mut form = Form(Sha256::new());
    form.text("pasarela event 1");
    form.details(master);
    form.list(overrides, |form, Override { replaces: RecurrenceId { at, and_later }, details }| {
        form.when(at);
        form.number(i64::from(*and_later));
        form.details(details);
    });
    form.0.finalize().into()
}

/// The form: each text and each list behind its length, so that no two events can have the same. It is hashed as it comes:
/// the whole may be many times as long as the text that it is of.
struct Form(Sha256);

impl Form {
    fn number(&mut self, number: i64) {
        self.0.update(number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(i64::try_from(items.len()).unwrap_or(i64::MAX));
        for item in items {
            each(self, item);
        }
    }

    fn maybe<T>(&mut self, item: Option<T>, each: impl FnOnce(&mut Self, T)) {
        self.number(i64::from(item.is_some()));
        if let Some(item) = item {
            each(self, item);
        }
    }

    fn maybe_text(&mut self, text: Option<&String>) {
        self.maybe(text, |form, text| form.text(text));
    }

    fn when(&mut self, when: &When) {
        self.text(&compact(when));
        if let When::Zoned { zone, .. } = when {
            self.text(zone.name());
        }
    }

    fn details(&mut self, details: &Details) {
        let Details { span: Span { start, end }, recurrence, particulars } = details;
        self.when(start);
        self.when(end);
        self.maybe(recurrence.as_ref(), Self::recurrence);
        self.content(particulars);
        self.people_and_links(particulars);
    }

    fn recurrence(&mut self, recurrence: &Recurrence) {
        let Recurrence { rules, except_rules, dates, except_dates } = recurrence;
        self.list(rules, |form, rule| form.text(&rule::write(rule)));
        self.list(except_rules, |form, rule| form.text(&rule::write(rule)));
        self.list(dates, Self::when);
        self.list(except_dates, Self::when);
    }

    fn content(&mut self, particulars: &Particulars) {
        let Particulars {
            summary,
            description,
            html,
            location,
            geo,
            url,
            status,
            free,
            class,
            categories,
            color,
            priority,
            organizer: _,
            attendees: _,
            alarms: _,
            attachments: _,
            conferences: _,
            sequence: _,
            created: _,
            last_modified: _,
            stamp: _,
            extras: _,
        } = particulars;
        self.text(summary);
        for text in [description, html, location, url, color] {
            self.maybe_text(text.as_ref());
        }
        self.maybe(geo.as_ref(), |form, Geo { latitude, longitude }| {
            form.text(&format!("{latitude:.6};{longitude:.6}"));
        });
        // Without a word an event is confirmed and public (RFC 5545 §3.8.1.3, §3.8.1.11).
        self.text(status.map_or("CONFIRMED", super::write::status_word));
        self.text(class.map_or("PUBLIC", super::write::class_word));
        self.number(i64::from(*free));
        self.list(categories, |form, category| form.text(category));
        self.number(i64::from(priority.unwrap_or(0)));
    }

    fn people_and_links(&mut self, said: &Particulars) {
        self.maybe(said.organizer.as_ref(), Self::person);
        self.list(&said.attendees, |form, Attendance { person, answer, attends, resource }| {
            form.person(person);
            form.text(&format!("{answer:?}"));
            form.number(match attends {
                Attends::Required => 0,
                Attends::Optional => 1,
                Attends::Chair => 2,
                Attends::Informed => 3,
            });
            form.number(i64::from(*resource));
        });
        self.list(&said.alarms, Self::alarm);
        self.list(&said.attachments, |form, Attachment { data, media_type, name }| {
            match data {
                AttachmentData::Uri(uri) => form.text(uri),
                AttachmentData::Inline(bytes) => form.bytes(bytes),
            }
            form.maybe_text(media_type.as_ref());
            form.maybe_text(name.as_ref());
        });
        self.list(&said.conferences, |form, Conference { uri, label, features }| {
            form.text(uri);
            form.maybe_text(label.as_ref());
            form.list(features, |form, feature| form.text(feature));
        });
        self.list(&said.extras, |form, extra| {
            let Extra { name, parameters: _, value: _ } = extra;
            form.text(name);
            form.text(super::write::extra(extra).as_ref().map_or("", ContentLine::rest));
        });
    }

    fn person(&mut self, person: &Person) {
        let Person { name, address } = person;
        self.maybe_text(name.as_ref());
        self.text(address);
    }

    fn alarm(&mut self, alarm: &Alarm) {
        let Alarm { kind, trigger, text, repeat } = alarm;
        self.text(&format!("{kind:?}"));
        match trigger {
            Trigger::Relative { edge, seconds } => {
                self.text(&format!("{edge:?}"));
                self.number(*seconds);
            }
            Trigger::At(at) => {
                self.text("At");
                self.number(at.as_second());
            }
        }
        self.maybe_text(text.as_ref());
        self.maybe(repeat.as_ref(), |form, (times, pause)| {
            form.number(i64::from(*times));
            form.number(*pause);
        });
    }
}
