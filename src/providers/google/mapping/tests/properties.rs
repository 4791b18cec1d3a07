use std::sync::Arc;

use jiff::civil::{DateTime, date};
use jiff::{Timestamp, ToSpan as _, tz};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::calendar::{
    Alarm, AlarmKind, Details, Edge, Extra, ExtraValue, Frequency, Particulars, Recurrence, Rule, Span, Trigger, When,
};

/// The instant that Google reads in `start` or `end`.
fn instant(point: &Value) -> Timestamp {
    let text = point["dateTime"].as_str().unwrap();
    if let Ok(at) = text.parse::<Timestamp>() {
        return at;
    }
    let zone = tz::TimeZone::get(point["timeZone"].as_str().unwrap()).unwrap();
    let reading = zone.to_ambiguous_timestamp(text.parse::<DateTime>().unwrap());
    assert!(!reading.is_ambiguous(), "{point} has no meaning or two");
    reading.unambiguous().unwrap()
}

fn zoned(local: DateTime, zone: &Zone) -> When {
    When::Zoned { local, zone: zone.clone() }
}

#[test]
fn a_date_stays_a_date_in_every_zone() {
    let zones: Vec<Zone> = tz::db().available().filter_map(|name| Zone::named(name.as_str())).collect();
    assert!(zones.len() > 400);
    let series = "RRULE:FREQ=DAILY;UNTIL=20261231\nEXDATE;VALUE=DATE:20261106";
    for zone in zones {
        for day in [date(2026, 3, 29), date(2026, 11, 5), date(2011, 12, 30), date(2024, 2, 29)] {
            let event = event(&format!("DTSTART;VALUE=DATE:{}\n{series}", day.strftime("%Y%m%d")));
            let body = mapped_in(&event, zone.name(), "id").body;
            assert_eq!(body["start"], json!({ "date": day.to_string() }), "{zone:?}");
            assert_eq!(body["end"], json!({ "date": day.tomorrow().unwrap().to_string() }), "{zone:?}");
            assert_eq!(body["recurrence"], json!(["RRULE:FREQ=DAILY;UNTIL=20261231", "EXDATE;VALUE=DATE:20261106"]));
        }
    }
}

#[test]
fn five_years_of_hours_are_at_the_instants_that_were_meant() {
    let zones = ["Europe/Madrid", "America/New_York", "America/Santiago", "America/Guayaquil"]
        .map(|name| Zone::named(name).unwrap());
    for (at, zone) in zones.iter().enumerate() {
        let other = &zones[(at + 1) % zones.len()];
        for hours in 0..5 * 365 * 24 {
            let local = date(2023, 1, 1).at(0, 30, 0, 0) + hours.hours();
            let start = zoned(local, zone);
            // The zone that the end is in: its own, or where a flight lands.
            let lands = start.instant().unwrap() + 3.hours();
            let ends = [zoned(local + 3.hours(), zone), zoned(other.rules().to_datetime(lands), other)];
            let end = ends[usize::from(hours % 2 == 0)].clone();
            let span = Span { start, end };
            let written = settle::real_span(&span);
            assert_eq!(
                instant(&point::start_or_end(&written.start)),
                span.start.instant().unwrap(),
                "{local} {zone:?}"
            );
            assert_eq!(instant(&point::start_or_end(&written.end)), span.end.instant().unwrap(), "{local} {zone:?}");
        }
    }
}

/// Texts that a limit can break on.
fn hostile(most: usize) -> impl Strategy<Value = String> {
    (select(vec!["a", "ñ", "🙂", "&", "<>", "\"", "👨‍👩‍👧", "\n", " "]), 0..most, "\\PC{0,20}")
        .prop_map(|(piece, times, rest)| piece.repeat(times) + &rest)
}

fn alarms() -> impl Strategy<Value = Vec<Alarm>> {
    let kind = select(vec![AlarmKind::Display, AlarmKind::Audio, AlarmKind::Email]);
    let edge = select(vec![Edge::Start, Edge::End]);
    let seconds = prop_oneof![-4_000_000..4_000_000i64, Just(i64::MIN), Just(i64::MAX)];
    let at = (0..4_000_000_000i64).prop_map(|second| Trigger::At(Timestamp::from_second(second).unwrap()));
    let trigger = prop_oneof![(edge, seconds).prop_map(|(edge, seconds)| Trigger::Relative { edge, seconds }), at];
    let alarm = (kind, trigger).prop_map(|(kind, trigger)| Alarm { kind, trigger, text: None, repeat: None });
    proptest::collection::vec(alarm, 0..9)
}

fn spans() -> impl Strategy<Value = Span> {
    let zone =
        || select(vec!["Europe/Madrid", "America/Santiago", "Asia/Kolkata", "Pacific/Apia", "America/Guayaquil"]);
    let start = (0..60_000i32, 0..1_440i64, 0..4_000i64, zone(), zone(), 0..4u8);
    start.prop_map(|(day, minute, length, zone, other, kind)| {
        let local = date(1950, 1, 1).at(0, 0, 0, 0) + day.days() + minute.minutes();
        let (zone, other) = (Zone::named(zone).unwrap(), Zone::named(other).unwrap());
        let at = zone.instant(local).unwrap();
        match kind {
            0 => Span {
                start: When::Date(local.date()),
                end: When::Date((local + length.days()).date().tomorrow().unwrap()),
            },
            1 => Span { start: When::Utc(at), end: When::Utc(at + length.minutes()) },
            2 => Span { start: When::Floating(local), end: When::Floating(local + length.minutes()) },
            _ => {
                let end = zoned(other.rules().to_datetime(at + length.minutes()), &other);
                Span { start: zoned(local, &zone), end }
            }
        }
    })
}

fn details() -> impl Strategy<Value = Details> {
    let base =
        event("DTSTART:20261105T100000Z\nORGANIZER:mailto:ana@example.com\nATTENDEE:mailto:luis@example.com").master;
    let texts = (hostile(1_100), hostile(9_000), hostile(1_100), proptest::collection::vec(hostile(300), 0..12));
    (texts, spans(), alarms(), "\\PC{0,12}").prop_map(move |(texts, span, alarms, odd)| {
        let (summary, description, location, categories) = texts;
        let particulars = Particulars {
            alarms,
            summary,
            description: Some(description),
            location: Some(location),
            color: Some(odd.clone()),
            url: Some(format!("https://{odd}")),
            extras: vec![Extra {
                name: "X-GOOGLE-CONFERENCE".to_owned(),
                parameters: Vec::new(),
                value: ExtraValue::Texts(vec![odd]),
            }],
            categories,
            ..Particulars::clone(&base.particulars)
        };
        Details { span, particulars: Arc::new(particulars), ..base.clone() }
    })
}

fn check_body(body: &serde_json::Map<String, Value>) {
    let text = serde_json::to_string(body).unwrap();
    assert!(!text.contains("attendees") && !text.contains("organizer"), "{text}");
    for (name, most) in [("summary", 1_024), ("location", 1_024), ("description", 8_192)] {
        let length = body.get(name).map_or(0, |text| text.as_str().unwrap().encode_utf16().count());
        assert!(length <= most, "{name}: {length}");
    }
    let description = body["description"].as_str().unwrap();
    let rest = ["&amp;", "&lt;", "&gt;"].iter().fold(description.to_owned(), |rest, entity| rest.replace(entity, ""));
    assert!(!rest.contains(['&', '<', '>']), "{description}");
    let private = body["extendedProperties"]["private"].as_object().unwrap();
    assert!(private.iter().all(|(key, value)| key.len() <= 44 && value.as_str().unwrap().len() <= 1_024));
    assert!(private[private::MARK].is_string());
    if let Some(categories) = private.get("psrCategories") {
        serde_json::from_str::<Vec<String>>(categories.as_str().unwrap()).unwrap();
    }
    let reminders = body["reminders"]["overrides"].as_array().unwrap();
    assert!(reminders.len() <= 5);
    assert!(reminders.iter().all(|one| (0..=40_320).contains(&one["minutes"].as_i64().unwrap())));
    let (start, end) = (&body["start"], &body["end"]);
    assert_eq!(start.get("date").is_some(), end.get("date").is_some());
    match (start.get("date"), end.get("date")) {
        (Some(start), Some(end)) => assert!(start.as_str() < end.as_str()),
        _ => assert!(instant(start) < instant(end), "{start} {end}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_event_becomes_what_google_takes(details in details(), event_id in "[^\\p{C}]{1,120}") {
        let event = Event { master: details, overrides: Vec::new() };
        let mapped = mapped_in(&event, "Europe/Madrid", &event_id);
        check_body(&mapped.body);
        prop_assert_eq!(&mapped.body["extendedProperties"]["private"]["psrUid"], &event_id);
        prop_assert!(mapped.degradations.is_sorted() && mapped.degradations.windows(2).all(|two| two[0] != two[1]));
        prop_assert_eq!(&mapped, &mapped_in(&event.clone(), "Europe/Madrid", &event_id));
        if let (Some(from), Some(to)) = (event.master.span.start.instant(), event.master.span.end.instant()) {
            prop_assert_eq!(instant(&mapped.body["start"]), from);
            if from < to {
                prop_assert_eq!(instant(&mapped.body["end"]), to);
            }
        }
    }

    #[test]
    fn every_occurrence_that_differs_has_an_instance(
        days in proptest::collection::btree_set(0..40i64, 0..8),
        hour in 0..4i64,
        frequency in select(vec![Frequency::Daily, Frequency::Weekly, Frequency::Hourly]),
        off in any::<u8>(),
    ) {
        let zone = Zone::named("Europe/Madrid").unwrap();
        let mut event = event("DTSTART;TZID=Europe/Madrid:20260301T023000\nDURATION:PT1H");
        event.master.recurrence = Some(Recurrence { rules: vec![Rule::every(frequency)], ..Recurrence::default() });
        let single = Details { recurrence: None, ..event.master.clone() };
        for (nth, day) in days.iter().enumerate() {
            let at = zoned(date(2026, 3, 1).at(0, 30, 0, 0) + day.days() + hour.hours(), &zone);
            let status = (off >> nth & 1 == 1).then_some(crate::calendar::Status::Cancelled);
            let replaces = crate::calendar::RecurrenceId { at, and_later: false };
            let mut details = single.clone();
            details.status = status;
            event.overrides.push(crate::calendar::Override { replaces, details });
        }
        let mapped = mapped(&event);
        let line_instants = |name: &str| -> Vec<Timestamp> {
            let lines = lines(&mapped).into_iter().filter(|line| line.starts_with(name));
            let readings = lines.map(|line| DateTime::strptime("%Y%m%dT%H%M%S", line.rsplit_once(':').unwrap().1).unwrap());
            readings.map(|reading| zone.instant(reading).unwrap()).collect()
        };
        let step = match frequency { Frequency::Daily => 1, Frequency::Weekly => 7, _ => 100 };
        let first = event.master.span.start.reading();
        let given: Vec<Timestamp> = (0..60).step_by(step).map(|day: i64| zone.instant(first + day.days()).unwrap()).collect();
        let (added, off) = (line_instants("RDATE"), line_instants("EXDATE"));
        prop_assert!(added.iter().all(|at| !given.contains(at) || frequency == Frequency::Hourly));
        let mut exceptions = mapped.exceptions.iter();
        for one in &event.overrides {
            let at = one.replaces.at.instant().unwrap();
            if one.details.status.is_some() {
                prop_assert!(off.contains(&at) || lines(&mapped).is_empty());
            } else {
                prop_assert!((given.contains(&at) || added.contains(&at)) && !off.contains(&at), "{}", at);
                let exception = exceptions.next().unwrap();
                prop_assert_eq!(exception.original_start.parse::<Timestamp>().unwrap(), at);
                prop_assert_eq!(&exception.suffix, &at.strftime("_%Y%m%dT%H%M%SZ").to_string());
            }
        }
        prop_assert!(exceptions.next().is_none());
    }
}
