//! What a text says once and means many times.

use crate::calendar::People;
use std::fmt::Write;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::{event, key, read};
use crate::calendar::Details;
use crate::ical::limits::{MAX_OBJECT, MAX_PERIODS, MAX_REMINDER_TITLE};
use crate::ical::{TooLarge, write};

/// A series of as many periods as are accepted, which says `body` of all of them.
fn periods(body: &str) -> String {
    let mut text = format!("DTSTART:20261105T100000Z\nSUMMARY:Turno\n{body}\n");
    for day in 1..=MAX_PERIODS {
        let (month, day) = (1 + day / 25, 1 + day % 25);
        writeln!(text, "RDATE;VALUE=PERIOD:2027{month:02}{day:02}T100000Z/PT2H").unwrap();
    }
    event(text.trim_end())
}

fn share(one: &Details, other: &Details) -> bool {
    Arc::ptr_eq(&one.particulars, &other.particulars)
}

#[test]
fn periods_share_what_their_series_says_and_are_not_written_beyond_a_bound() {
    let read = read(&periods(&format!("DESCRIPTION:{}", "a".repeat(900_000)))).unwrap();
    assert_eq!(read.event.overrides.len(), MAX_PERIODS);
    assert!(read.event.overrides.iter().all(|one| share(&one.details, &read.event.master)));
    let refused = write(&read.event, &key(), "id", People::AsText).unwrap_err();
    assert_eq!(refused, TooLarge { occurrences: MAX_PERIODS });
    let why = refused.to_string();
    assert!(why.contains("4 MiB") && why.contains("50 changed occurrences"), "{why}");
}

#[test]
fn periods_that_say_little_are_written_as_ever() {
    let description = "a".repeat(MAX_OBJECT / (MAX_PERIODS + 6));
    let object =
        write(&read(&periods(&format!("DESCRIPTION:{description}"))).unwrap().event, &key(), "id", People::AsText)
            .unwrap();
    assert!(object.text.len() <= MAX_OBJECT, "{}", object.text.len());
    assert_eq!(object.text.matches("BEGIN:VEVENT").count(), MAX_PERIODS + 1);
}

#[test]
fn a_change_of_one_occurrence_is_not_a_change_of_all() {
    let mut event = read(&periods("DESCRIPTION:x")).unwrap().event;
    event.overrides[0].details.summary = "Otro".to_owned();
    assert_eq!(event.overrides[1].details.summary, "Turno");
    assert!(!share(&event.overrides[0].details, &event.master) && share(&event.overrides[1].details, &event.master));
}

#[test]
fn without_ornaments_shared_particulars_stay_shared() {
    let text = periods(&format!("DESCRIPTION:x\nX-ALT-DESC;FMTTYPE=text/html:{}", "b".repeat(100_000)));
    let whole = read(&text).unwrap().event;
    assert!(write(&whole, &key(), "id", People::AsText).is_err(), "what decorates is too much");
    let plain = whole.plain().unwrap();
    assert_eq!(plain.left_out, ["X-ALT-DESC"]);
    assert!(plain.event.overrides.iter().all(|one| share(&one.details, &plain.event.master)));
    assert_eq!(
        write(&plain.event, &key(), "id", People::AsText).unwrap().text.matches("DESCRIPTION:x").count(),
        MAX_PERIODS + 1
    );
}

#[test]
fn reminders_without_a_text_show_the_beginning_of_a_long_title() {
    let reminders: String = (1..=100).map(|n| format!("BEGIN:VALARM\nTRIGGER:-PT{n}M\nEND:VALARM\n")).collect();
    let title = "ñ".repeat(400_000);
    let text = event(&format!("DTSTART:20261105T100000Z\nSUMMARY:{title}\n{}", reminders.trim_end()));
    let object = write(&read(&text).unwrap().event, &key(), "id", People::AsText).unwrap();
    let unfolded = object.text.replace("\r\n ", "");
    let shown = format!("\r\nDESCRIPTION:{}\r\n", "ñ".repeat(MAX_REMINDER_TITLE));
    assert_eq!(unfolded.matches(&shown).count(), 100);
    assert_eq!(unfolded.matches(&format!("SUMMARY:{title}\r\n")).count(), 1, "the title itself is whole");
}

/// Half a megabyte of whatever may stand in an event many times is read in the time that it takes to read it once; with a
/// walk through all of it for each of them it takes a minute. The bound is generous: a busy machine takes half a second.
#[test]
fn what_stands_there_many_times_is_not_gone_through_each_time() {
    let many = |each: &dyn Fn(usize) -> String| {
        let mut text = "DTSTART:20261105T100000Z\nRRULE:FREQ=DAILY\n".to_owned();
        (0..)
            .map(each)
            .take_while(|line| {
                text.push_str(line);
                text.len() < 500_000
            })
            .count();
        event(text.trim_end())
    };
    let dated = |name: &'static str| move |n: usize| format!("{name}:2027{:02}{:02}\n", 1 + n % 12, 1 + n % 28);
    let of_one_property = |start: &str, each: &dyn Fn(usize) -> String, end: &str| {
        let pieces: String = (0..500_000 / each(0).len()).map(each).collect();
        event(&format!("DTSTART:20261105T100000Z\nRRULE:FREQ=DAILY\n{start}{pieces}{end}"))
    };
    let texts = [
        ("RDATE", many(&dated("RDATE"))),
        ("EXDATE", many(&dated("EXDATE"))),
        ("ATTENDEE", many(&|n| format!("ATTENDEE:{n:06}\n"))),
        ("ATTACH", many(&|n| format!("ATTACH:h:{n:06}\n"))),
        ("unknown properties", many(&|n| format!("X-{n:06}:a\n"))),
        ("parameters", of_one_property("COMMENT", &|n| format!(";A{n:05}=b"), ":x")),
        ("colons", of_one_property("EXDATE;TZID=a:", &|_| ":".to_owned(), "20270101")),
        ("commas", of_one_property("CATEGORIES:", &|_| ",".to_owned(), "x")),
        ("values", of_one_property("EXDATE:", &|_| "20261106T100000Z,".to_owned(), "20261106T100000Z")),
    ];
    for (what, text) in texts {
        let (done, is_read) = mpsc::channel();
        std::thread::spawn(move || done.send(read(&text).is_ok()));
        assert!(is_read.recv_timeout(Duration::from_secs(10)).is_ok(), "{what} takes too long");
    }
}
