//! Over many made-up events, and over what damage does to real ones.

use jiff::civil::{Date, DateTime, date};
use jiff::{ToSpan as _, tz};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::calendar::{Event, When, Zone};
use crate::ical::expand;
use crate::ical::outline::Outline;
use crate::ical::timezone::Rules;

/// Reading never panics; what can be read can be written; and what was written reads as the same.
fn holds_together(text: &str) {
    let limits = Limits::default();
    let _ = split(text, &limits);
    let Ok(draft) = read(text) else { return };
    let id = draft.uid.clone().unwrap_or_default();
    let object = write(&draft.event, &key(), &id, People::AsText).unwrap();
    fixtures::strict::check(&object.text);
    let again = read(&object.text).unwrap_or_else(|error| panic!("{error}\n{text}\n{}", object.text));
    same(&format!("{:?}", shown(&again.event)), &format!("{:?}", shown(&draft.event)), text);
    let twice = write(&again.event, &key(), &id, People::AsText).unwrap();
    same(&twice.text, &object.text, text);
}

/// Shows where two texts part, not all of both.
fn same(one: &str, other: &str, source: &str) {
    if one != other {
        let at = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
        let part = |text: &str| text.chars().skip(at.saturating_sub(60)).take(160).collect::<String>();
        panic!("{:?}\nis not\n{:?}\nfor {source:?}", part(one), part(other));
    }
}

/// An event without what writing changes on purpose: the UID, people (who become text), reminders by mail, large
/// files, the stamp (DTSTAMP is the newest), and no length (a minute at least).
fn shown(event: &Event) -> Event {
    let mut event = event.clone();
    let all = std::iter::once(&mut event.master).chain(event.overrides.iter_mut().map(|one| &mut one.details));
    for details in all {
        let people = details.organizer.take().is_some() || !details.attendees.is_empty();
        details.attendees.clear();
        let text = details.description.take().unwrap_or_default();
        details.description =
            Some(text.split("Organiza: ").next().unwrap().split("Participantes:").next().unwrap().trim().to_owned());
        details.html =
            details.html.take().filter(|_| !people && !text.contains("Organiza: ") && !text.contains("Participantes:"));
        details.alarms.clear();
        details.attachments.clear();
        details.stamp = None;
        let start = &details.span.start;
        if *start == details.span.end || start.instant().is_some_and(|at| Some(at) == details.span.end.instant()) {
            details.span.end = start.at_reading(start.reading().checked_add(1.minute()).unwrap());
        }
    }
    event
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_at_all_is_read_or_refused(text in any::<String>()) {
        holds_together(&text);
        holds_together(&event(&text));
        holds_together(&event(&format!("DTSTART:20261105\n{text}")));
    }

    #[test]
    fn any_value_of_any_property_is_read_or_refused(
        name in select(vec!["DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID", "GEO",
            "ATTACH", "ATTENDEE", "ORGANIZER", "CATEGORIES", "STATUS", "PRIORITY", "SEQUENCE", "URL", "CONFERENCE", "COLOR",
            "DESCRIPTION", "SUMMARY", "LOCATION", "CREATED", "DTSTAMP", "COMMENT", "X-ALT-DESC;FMTTYPE=text/html",
            "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER", "X-APPLE-STRUCTURED-LOCATION"]),
        parameter in "(;[A-Z]{2,8}=[ -~]{0,12}){0,2}",
        value in "\\PC{0,40}|[-PT0-9DHMSWZ,;=:/]{0,30}|[0-9]{8}T[0-9]{6}Z?(/P[0-9]{1,3}D)?",
    ) {
        let end = if name.starts_with("BEGIN") { "\nEND:VALARM" } else { "" };
        for start in ["", "DTSTART:20261105T100000Z\n", "DTSTART;TZID=Europe/Madrid:20260329T023000\nRRULE:FREQ=DAILY\n"] {
            holds_together(&event(&format!("{start}{name}{parameter}:{value}{end}")));
        }
    }

    #[test]
    fn a_damaged_text_is_read_or_refused(
        (_, text) in select(fixtures::FIXTURES.to_vec()),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), 0..6usize, "[\\r\\n\t :;,=\"\\\\A-Z0-9ñ]{0,6}"), 1..4),
    ) {
        let mut text: Vec<char> = text.chars().collect();
        for (at, remove, insert) in damage {
            let at = at.index(text.len());
            let to = (at + remove * remove * 3).min(text.len());
            text.splice(at..to, insert.chars());
        }
        holds_together(&text.into_iter().collect::<String>());
    }

    #[test]
    fn lines_in_another_order_say_the_same(swaps in proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 1..8)) {
        let (_, text) = fixtures::FIXTURES[7];
        let mut lines: Vec<&str> = text.trim().lines().filter(|line| !line.contains("DESCRIPTION") && line.contains(':')).collect();
        let inner = 2..lines.len() - 2;
        for (one, other) in swaps {
            lines.swap(inner.start + one.index(inner.len()), inner.start + other.index(inner.len()));
        }
        let original: String = text.trim().lines().filter(|line| !line.contains("DESCRIPTION") && line.contains(':')).fold(String::new(), |all, line| all + line + "\n");
        prop_assert_eq!(read(&lines.join("\n")).unwrap().fingerprint, read(&original).unwrap().fingerprint);
    }

    #[test]
    fn a_well_made_event_is_written_as_it_was_meant(
        zone in select(vec!["Europe/Madrid", "America/New_York", "America/Santiago", "America/Guayaquil", "Asia/Kolkata", "Pacific/Apia"]),
        day in 0..73_000i32,
        minute in 0..1_440i64,
        length in 0..3_000i64,
        rule in select(vec!["", "RRULE:FREQ=DAILY;COUNT=9\n", "RRULE:FREQ=WEEKLY;BYDAY=MO,FR\n", "RRULE:FREQ=MONTHLY;BYDAY=-1SU;INTERVAL=2\n", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29\n"]),
        summary in "[^\\p{C}]{0,60}",
        description in "[^\\p{C}]{0,200}",
    ) {
        let start = date(1950, 1, 1).at(0, 0, 0, 0).checked_add(day.days()).unwrap().checked_add(minute.minutes()).unwrap();
        let end = start.checked_add(length.minutes()).unwrap();
        let (summary, description) = (crate::ical::text::escape(&summary), crate::ical::text::escape(&description));
        let stamp = crate::ical::stamp::compact_reading;
        let text = event(&format!(
            "DTSTART;TZID={zone}:{}\nDTEND;TZID={zone}:{}\n{rule}SUMMARY:{summary}\nDESCRIPTION:{description}",
            stamp(start), stamp(end),
        ));
        let draft = read(&text).unwrap();
        let zone = Zone::named(zone).unwrap();
        let from = draft.event.master.span.start.instant().unwrap();
        prop_assert_eq!(Some(from), zone.instant(start));
        if !rule.is_empty() {
            prop_assert_eq!(draft.event.master.span.start.reading(), start);
        }
        holds_together(&text);
    }
}

fn zones() -> Vec<Zone> {
    tz::db().available().filter_map(|name| Zone::named(name.as_str())).collect()
}

#[test]
fn a_date_stays_a_date_in_every_zone() {
    let written = |body: &str| {
        let text = rewritten(&event(body).replace("BEGIN:VEVENT", "X-WR-TIMEZONE:Pacific/Kiritimati\nBEGIN:VEVENT"));
        lines(&text, &["DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID"])
    };
    for zone in zones() {
        let zone = zone.name();
        for day in ["20260329", "20261105", "20111230", "20240229"] {
            let after = Date::strptime("%Y%m%d", day).unwrap().tomorrow().unwrap().strftime("%Y%m%d").to_string();
            let dates = [format!("DTSTART;VALUE=DATE:{day}"), format!("DTEND;VALUE=DATE:{after}")];
            assert_eq!(written(&format!("DTSTART;VALUE=DATE;TZID={zone}:{day}")), dates, "{zone}");
            let midnights = format!("DTSTART;TZID={zone}:{day}T000000\nDTEND;TZID={zone}:{after}T000000");
            assert_eq!(written(&format!("{midnights}\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE")), dates, "{zone}");
        }
        let series = format!("DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY\nEXDATE;TZID={zone}:20261106T000000");
        assert_eq!(written(&series)[2], "EXDATE;VALUE=DATE:20261106", "{zone}");
    }
}

/// The clock readings of a series in five years.
fn five_years(event: &Event) -> Vec<DateTime> {
    let rule = &event.master.recurrence.as_ref().unwrap().rules[0];
    let readings = expand::readings(rule, event.master.span.start.reading(), 5 * 3 * 53);
    assert_eq!(readings.len(), 5 * 3 * 53);
    readings
}

/// The rules of the VTIMEZONE in a text.
fn rules_in(text: &str) -> Rules {
    let outline = Outline::of(text, &Limits::default()).unwrap();
    let zone = outline.parts.iter().find(|part| part.is("VTIMEZONE")).expect("a VTIMEZONE");
    Rules::read(&outline, zone).expect("rules that are understood")
}

#[test]
fn five_years_of_a_series_happen_at_the_instants_that_were_meant() {
    for name in ["Europe/Madrid", "America/New_York", "America/Santiago", "America/Guayaquil"] {
        let zone = Zone::named(name).unwrap();
        // Before and after changes of the clocks, which come on Sundays; at hours that are skipped or come twice.
        for day in ["20230101", "20240330", "20240406", "20251025", "20260906", "20261105"] {
            for time in ["003000", "013000", "023000"] {
                let rule = "RRULE:FREQ=WEEKLY;BYDAY=SA,SU,MO";
                let text = event(&format!("DTSTART;TZID={name}:{day}T{time}\nDURATION:PT1H\n{rule}"));
                let event = read(&text).unwrap().event;
                let object = write(&event, &key(), "id", People::AsText).unwrap();
                let rules = rules_in(&object.text);
                for reading in five_years(&event) {
                    assert_eq!(rules.instant(reading), zone.instant(reading), "{name} {day}T{time}: {reading}");
                }
                let again = read(&object.text).unwrap().event;
                assert_eq!(again.master.span, event.master.span);
                assert_eq!(again.master.recurrence, event.master.recurrence);
                assert!(object.text.contains(&format!("DTSTART;TZID={name}:{day}T{time}\r\n")));
            }
        }
    }
}

#[test]
fn a_series_in_a_makers_zone_happens_at_the_instants_of_the_place() {
    let (name, text) = fixtures::FIXTURES[6];
    assert_eq!(name, "outlook_weekly_series");
    let event = read(text).unwrap().event;
    let When::Zoned { local, zone } = &event.master.span.start else { panic!("no zone") };
    let madrid = Zone::named("Europe/Madrid").unwrap();
    for at in expand::readings(&event.master.recurrence.as_ref().unwrap().rules[0], *local, 260) {
        assert_eq!(zone.instant(at), madrid.instant(at));
    }
}
