//! What the person has in the calendar already: the gateway must leave it as it is.

use icalendar::{Calendar, Component as _, Event, Property};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Three events of the person's own in the days after `now`: object name and text. Times in UTC, so that no zone needs describing.
pub(super) fn own_events(now: Timestamp) -> Vec<(String, String)> {
    let today = TimeZone::UTC.to_datetime(now).date();
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = |by: Span| today.saturating_add(by);
    let all_day = |name: &str, date: Date| {
        Property::new(name, date.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
    };
    let at = |name: &str, date: Date, time: &str| Property::new(name, format!("{}T{time}Z", date.strftime("%Y%m%d")));
    let event = |uid: &str, title: &str, start: Property, end: Property, rule: &str| {
        let mut event = Event::with_uid(uid);
        event.summary(title).add_property("DTSTAMP", &stamp).append_property(start).append_property(end);
        if !rule.is_empty() {
            event.add_property("RRULE", rule);
        }
        (format!("{uid}.ics"), Calendar::new().push(event.done()).done().to_string())
    };
    let (birthday, gym, supper) = (day(3.days()), day(1.day()), day(5.days()));
    vec![
        event(
            "propio-cumple-abuela",
            "Cumpleaños de la abuela",
            all_day("DTSTART", birthday),
            all_day("DTEND", birthday.saturating_add(1.day())),
            "FREQ=YEARLY",
        ),
        event("propio-gimnasio", "Gimnasio", at("DTSTART", gym, "110000"), at("DTEND", gym, "120000"), "FREQ=WEEKLY"),
        event("propio-cena", "Cena con Marta", at("DTSTART", supper, "003000"), at("DTEND", supper, "023000"), ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::validate::validate;
    use super::own_events;

    #[test]
    fn they_are_as_strict_as_what_others_must_send() {
        let now = "2026-11-22T15:00:00Z".parse().expect("an instant");
        let events = own_events(now);
        assert_eq!(events.len(), 3);
        for (name, text) in &events {
            let good = validate(text.as_bytes(), false).unwrap_or_else(|no| panic!("{name}: {}", no.why));
            assert_eq!(format!("{}.ics", good.uid), *name);
        }
        assert_eq!(own_events(now), events);
    }
}
