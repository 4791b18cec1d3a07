use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::calendar::{Event, Zone};
use crate::ical::{self, Limits};

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

/// An event of these lines; further components may follow behind a line `--`.
fn event(lines: &str) -> Event {
    let lines = lines.replace("--", "END:VEVENT\nBEGIN:VEVENT\nUID:a");
    let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
    ical::parse(&text, &Limits::default()).unwrap_or_else(|error| panic!("{error}\n{text}")).event
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn range(from: &str, to: &str) -> Range {
    Range::new(at(from), at(to)).unwrap()
}

/// Where the instances of an event begin and end, in a range, for a person in Guayaquil.
fn found(event: &Event, range: Range) -> Vec<String> {
    let found = in_range(event, &zone("America/Guayaquil"), range, 1_000).unwrap();
    let reach = reach(event);
    for one in &found {
        let day = jiff::SignedDuration::from_hours(24);
        assert!(
            reach.first - day <= one.from && reach.last.is_none_or(|last| one.to <= last + day),
            "{reach:?} {one:?}"
        );
    }
    assert_eq!(happens_in(event, &zone("America/Guayaquil"), range), !found.is_empty());
    found.iter().map(|one| format!("{}/{}", one.from, one.to)).collect()
}

fn days(event: &Event, range: Range) -> Vec<String> {
    found(event, range).iter().map(|one| one[5..13].to_owned()).collect()
}

#[test]
fn a_range_is_half_open_and_what_has_no_length_is_in_it_from_its_first_instant() {
    let hour = event("DTSTART:20270105T150000Z\nDTEND:20270105T160000Z");
    let none = event("DTSTART:20270105T150000Z\nDTEND:20270105T150000Z");
    for (from, to, hours, nones) in [
        ("15:00:00", "16:00:00", 1, 1),
        ("14:00:00", "15:00:00", 0, 0),
        ("14:00:00", "15:00:01", 1, 1),
        ("16:00:00", "17:00:00", 0, 0),
        ("15:59:59", "17:00:00", 1, 0),
        ("15:10:00", "15:20:00", 1, 0),
        ("15:00:00", "15:00:01", 1, 1),
    ] {
        let range = range(&format!("2027-01-05T{from}Z"), &format!("2027-01-05T{to}Z"));
        assert_eq!((found(&hour, range).len(), found(&none, range).len()), (hours, nones), "{from} {to}");
    }
    assert_eq!(Range::new(at("2027-01-05T15:00:00Z"), at("2027-01-05T15:00:00Z")), None);
}

#[test]
fn whole_days_and_floating_times_are_where_the_person_is() {
    let day = event("DTSTART;VALUE=DATE:20270105\nRRULE:FREQ=DAILY;COUNT=2");
    let floating = event("DTSTART:20270105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2");
    let all = range("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z");
    assert_eq!(
        found(&day, all),
        ["2027-01-05T05:00:00Z/2027-01-06T05:00:00Z", "2027-01-06T05:00:00Z/2027-01-07T05:00:00Z"]
    );
    assert_eq!(found(&floating, all)[0], "2027-01-05T15:00:00Z/2027-01-05T16:00:00Z");
    let kiritimati = in_range(&day, &zone("Pacific/Kiritimati"), all, 9).unwrap();
    assert_eq!(kiritimati[0].from, at("2027-01-04T10:00:00Z"));
    assert_eq!(days(&day, range("2027-01-06T05:00:00Z", "2027-01-06T06:00:00Z")), ["01-06T05"]);
}

#[test]
fn clocks_that_change_keep_the_reading_of_a_series() {
    let series = event("DTSTART;TZID=Europe/Madrid:20270327T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3");
    let all = range("2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z");
    assert_eq!(
        found(&series, all),
        [
            "2027-03-27T01:30:00Z/2027-03-27T02:00:00Z",
            // 02:30 is skipped: it is 03:30, and lasts as long as ever.
            "2027-03-28T01:30:00Z/2027-03-28T02:00:00Z",
            "2027-03-29T00:30:00Z/2027-03-29T01:00:00Z"
        ]
    );
    let autumn =
        event("DTSTART;TZID=Europe/Madrid:20271030T013000\nDTEND;TZID=Europe/Madrid:20271030T033000\nRRULE:FREQ=DAILY");
    let night = range("2027-10-30T22:00:00Z", "2027-10-31T12:00:00Z");
    assert_eq!(found(&autumn, night), ["2027-10-30T23:30:00Z/2027-10-31T02:30:00Z"], "a night of one hour more");
}

#[test]
fn a_count_far_in_the_past_is_counted_from_the_start() {
    let series = event("DTSTART:19900101T100000Z\nRRULE:FREQ=DAILY;COUNT=13521");
    assert_eq!(
        days(&series, range("2027-01-05T00:00:00Z", "2027-02-01T00:00:00Z")),
        ["01-05T10", "01-06T10", "01-07T10"]
    );
    let over = event("DTSTART:19900101T100000Z\nRRULE:FREQ=DAILY;COUNT=4000");
    assert_eq!(found(&over, range("2027-01-05T00:00:00Z", "2027-02-01T00:00:00Z")), Vec::<String>::new());
    assert_eq!(reach(&over).last, Some(at("2000-12-13T12:00:00Z")), "the last one, and the hours that clocks may add");
    assert_eq!(reach(&series).last, None, "nobody counted that far");
}

#[test]
fn changes_move_into_a_range_and_out_of_it() {
    let series = event(
        "DTSTART:20270104T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n--\n\
         RECURRENCE-ID:20270105T100000Z\nDTSTART:20270220T100000Z\nDURATION:PT1H\n--\n\
         RECURRENCE-ID:20270106T100000Z\nDTSTART:20261220T100000Z\nDURATION:PT1H\n--\n\
         RECURRENCE-ID:20270107T100000Z\nDTSTART:20270107T100000Z\nSTATUS:CANCELLED",
    );
    assert_eq!(days(&series, range("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")), ["01-04T10", "01-08T10"]);
    assert_eq!(days(&series, range("2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z")), ["02-20T10"]);
    let before = in_range(&series, &zone("UTC"), range("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"), 9).unwrap();
    assert_eq!(before[0].name().unwrap().to_string(), "20270106T100000Z", "it keeps its name wherever it goes");
    assert_eq!(before[0].change, Some(1));
}

#[test]
fn exceptions_and_added_dates_count() {
    let series = event(
        "DTSTART:20270104T100000Z\nRRULE:FREQ=DAILY;COUNT=4\nRDATE:20261201T100000Z,20270106T100000Z,20270301T100000Z\n\
         EXDATE:20270104T100000Z,20270301T100000Z\nEXRULE:FREQ=DAILY;INTERVAL=3;COUNT=2",
    );
    assert_eq!(
        days(&series, range("2026-11-01T00:00:00Z", "2027-06-01T00:00:00Z")),
        ["12-01T10", "01-05T10", "01-06T10"]
    );
}

#[test]
fn a_change_of_all_that_follow_moves_them_all() {
    let series = event(
        "DTSTART:20270104T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n--\n\
         RECURRENCE-ID;RANGE=THISANDFUTURE:20270106T100000Z\nDTSTART:20270126T120000Z\nDURATION:PT2H",
    );
    let late = range("2027-01-20T00:00:00Z", "2027-03-01T00:00:00Z");
    assert_eq!(
        found(&series, late),
        [
            "2027-01-26T12:00:00Z/2027-01-26T14:00:00Z",
            "2027-01-27T12:00:00Z/2027-01-27T14:00:00Z",
            "2027-01-28T12:00:00Z/2027-01-28T14:00:00Z"
        ]
    );
    assert_eq!(days(&series, range("2027-01-01T00:00:00Z", "2027-01-20T00:00:00Z")), ["01-04T10", "01-05T10"]);
}

#[test]
fn what_lasts_long_is_there_all_the_while() {
    let stay = event("DTSTART:20260101T100000Z\nDTEND:20301231T100000Z");
    assert_eq!(found(&stay, range("2028-06-01T00:00:00Z", "2028-06-01T00:00:01Z")).len(), 1);
    let yearly = event("DTSTART;VALUE=DATE:20200101\nDTEND;VALUE=DATE:20220601\nRRULE:FREQ=YEARLY");
    let found = found(&yearly, range("2027-03-01T05:00:00Z", "2027-03-02T05:00:00Z"));
    assert_eq!(found.len(), 3, "three of them overlap: {found:?}");
}

#[test]
fn an_event_has_only_so_many_instances() {
    let series = event("DTSTART:20270101T000000Z\nRRULE:FREQ=HOURLY");
    let day = range("2027-01-05T00:00:00Z", "2027-01-06T00:00:00Z");
    assert_eq!(in_range(&series, &zone("UTC"), day, 24).map(|found| found.len()), Ok(24));
    assert_eq!(in_range(&series, &zone("UTC"), day, 23), Err(TooMany { most: 23 }));
}

#[test]
fn an_instance_is_found_by_its_name_alone() {
    let zone = zone("America/Guayaquil");
    let series = event(
        "DTSTART;TZID=America/Guayaquil:20270104T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n\
         EXDATE;TZID=America/Guayaquil:20270107T100000\n--\n\
         RECURRENCE-ID;TZID=America/Guayaquil:20270105T100000\nDTSTART;TZID=America/Guayaquil:20270220T100000",
    );
    let find = |name: &str| find(&series, &zone, &Name::read(name).unwrap()).map(|one| one.from.to_string());
    assert_eq!(find("20270104T150000Z").as_deref(), Some("2027-01-04T15:00:00Z"));
    assert_eq!(find("20270105T150000Z").as_deref(), Some("2027-02-20T15:00:00Z"));
    assert_eq!(find("20270104T100000").as_deref(), Some("2027-01-04T15:00:00Z"), "by the series' own clock");
    for none in
        ["20270104T100000Z", "20270107T150000Z", "20270109T150000Z", "20270104", "20270104T150000", "20270103T150000Z"]
    {
        assert_eq!(find(none), None, "{none}");
    }
    let single = event("DTSTART:20270104T100000Z");
    assert_eq!(super::find(&single, &zone, &Name::read("20270104T100000Z").unwrap()), None);
}

#[test]
fn what_a_reach_is_shows_whether_it_must_be_read() {
    let edges = |lines: &str| reach(&event(lines)).edges;
    assert_eq!(edges("DTSTART:20270104T100000Z"), Edges::Instants);
    assert_eq!(edges("DTSTART;TZID=Europe/Madrid:20270104T100000"), Edges::Instants);
    assert_eq!(edges("DTSTART;VALUE=DATE:20270104"), Edges::Readings);
    assert_eq!(edges("DTSTART:20270104T100000"), Edges::Readings);
    assert_eq!(edges("DTSTART:20270104T100000Z\nRRULE:FREQ=DAILY;COUNT=2"), Edges::Rough);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is asked for piece by piece is what is asked for at once.
    #[test]
    fn pieces_of_a_range_make_the_whole(
        rule in prop::sample::select(vec![
            "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "FREQ=MONTHLY;BYDAY=-1FR,2TU", "FREQ=YEARLY",
            "FREQ=HOURLY;INTERVAL=7", "FREQ=WEEKLY;BYDAY=TU,WE,FR;BYSETPOS=-1,1;COUNT=90", "FREQ=MINUTELY;INTERVAL=1440;COUNT=1000",
            "FREQ=DAILY;UNTIL=20280101T000000Z", "FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO",
        ]),
        hours in prop::sample::select(vec![0i64, 1, 30, 24 * 40]),
        cut in 0..1_600i64,
    ) {
        let series = event(&format!("DTSTART;TZID=Europe/Madrid:20240229T023000\nDURATION:PT{hours}H\nRRULE:{rule}"));
        let (from, to) = (at("2025-01-01T00:00:00Z"), at("2029-06-01T00:00:00Z"));
        let cut = from + jiff::SignedDuration::from_hours(cut * 24 + 3);
        let madrid = zone("Europe/Madrid");
        let all = |from, to| in_range(&series, &madrid, Range::new(from, to).unwrap(), 1_000_000).unwrap();
        let mut pieces = all(from, cut);
        pieces.extend(all(cut, to).into_iter().filter(|one| one.from >= cut));
        prop_assert_eq!(&pieces, &all(from, to));
        for one in pieces.iter().step_by(pieces.len() / 20 + 1) {
            let found = find(&series, &madrid, &one.name().unwrap());
            prop_assert_eq!(found.as_ref(), Some(one));
        }
    }
}
