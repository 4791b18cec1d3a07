//! Rules, expanded. Many more are held against another expansion in `tests/simulators`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Mark, series};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

/// The starts on the clock of the zone, `MMDDTHHMM`, until the end of 2027.
fn starts(zone_name: &str, start: &str, lines: &[&str]) -> Vec<String> {
    let zone = zone(zone_name);
    let first = match start.parse::<jiff::civil::DateTime>() {
        Ok(time) if start.len() > 10 => Mark::At(zone.to_ambiguous_timestamp(time).compatible().expect("an instant")),
        _ => Mark::Day(start.parse().expect("a date")),
    };
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let series = super::series(&lines, first, zone.clone()).expect("a series");
    let horizon: Timestamp = "2028-01-01T00:00:00Z".parse().expect("an instant");
    let marks = series.marks(horizon);
    marks.iter().map(|mark| zone.to_datetime(mark.instant(&zone)).strftime("%m%dT%H%M").to_string()).collect()
}

fn refused(lines: &[&str], whole_days: bool) -> String {
    let first =
        if whole_days { Mark::Day("2026-11-05".parse().expect("a date")) } else { Mark::At(Timestamp::UNIX_EPOCH) };
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    series(&lines, first, TimeZone::UTC).expect_err("refused")
}

#[test]
fn a_class_at_ten_stays_at_ten() {
    let shown = starts("Europe/Madrid", "2026-10-22T10:00:00", &["RRULE:FREQ=WEEKLY;COUNT=3"]);
    assert_eq!(shown, ["1022T1000", "1029T1000", "1105T1000"]);
}

#[test]
fn a_gap_of_the_clock_moves_a_start_on_and_a_missing_date_is_skipped() {
    let gap = starts("Europe/Madrid", "2026-03-28T02:30:00", &["RRULE:FREQ=DAILY;COUNT=3"]);
    assert_eq!(gap, ["0328T0230", "0329T0330", "0330T0230"]);
    let months = starts("UTC", "2026-01-31T10:00:00", &["RRULE:FREQ=MONTHLY;COUNT=3"]);
    assert_eq!(months, ["0131T1000", "0331T1000", "0531T1000"]);
    let samoa = starts("Pacific/Apia", "2011-12-29T10:00:00", &["RRULE:FREQ=DAILY;COUNT=3"]);
    assert_eq!(samoa, ["1229T1000", "1231T1000"], "the 30th falls onto the 31st, which is there already");
}

#[test]
fn of_an_hour_that_comes_twice_the_first_is_meant() {
    let lines = ["RRULE:FREQ=DAILY;COUNT=3".to_owned()];
    let first = Mark::read_suffix("20261024T003000Z").expect("a mark");
    let series = super::series(&lines, first, zone("Europe/Madrid")).expect("a series");
    let marks: Vec<String> = series.marks(Timestamp::MAX).iter().map(|mark| mark.suffix()).collect();
    assert_eq!(marks, ["20261024T003000Z", "20261025T003000Z", "20261026T013000Z"]);
}

#[test]
fn weekdays_are_counted_from_both_ends_of_month_and_year() {
    let last = starts("UTC", "2026-01-30T10:00:00", &["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3"]);
    assert_eq!(last, ["0130T1000", "0227T1000", "0327T1000"]);
    let both = starts("UTC", "2026-01-01T10:00:00", &["RRULE:FREQ=YEARLY;BYDAY=1TH,-1TH;COUNT=3"]);
    assert_eq!(both, ["0101T1000", "1231T1000", "0107T1000"], "and on into the next year");
}

#[test]
fn where_a_week_begins_decides_which_weeks_are_skipped() {
    let biweekly = |start| {
        starts(
            "UTC",
            "1997-08-05T09:00:00",
            &[&format!("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={start}")],
        )
    };
    // Both are examples of RFC 5545 §3.8.5.3.
    assert_eq!(biweekly("MO"), ["0805T0900", "0810T0900", "0819T0900", "0824T0900"]);
    assert_eq!(biweekly("SU"), ["0805T0900", "0817T0900", "0819T0900", "0831T0900"]);
}

#[test]
fn the_first_start_counts_also_when_the_rule_would_not_make_it() {
    let shown = starts("UTC", "2026-11-03T10:00:00", &["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"]);
    assert_eq!(shown, ["1103T1000", "1109T1000", "1116T1000"]);
}

#[test]
fn positions_count_in_the_whole_period_of_the_first_start() {
    let shown = starts("UTC", "2026-11-04T10:00:00", &["RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3"]);
    assert_eq!(shown, ["1104T1000", "1111T1000", "1118T1000"]);
    let last = starts("UTC", "2026-01-30T10:00:00", &["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"]);
    assert_eq!(last, ["0130T1000", "0227T1000", "0331T1000"]);
}

#[test]
fn a_week_number_alone_keeps_the_weekday() {
    let shown = starts("UTC", "2026-05-12T10:00:00", &["RRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=2"]);
    assert_eq!(shown, ["0512T1000", "0518T1000"]);
}

#[test]
fn what_repeats_and_what_does_not_both_count() {
    let lines = [
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXRULE:FREQ=DAILY;INTERVAL=2",
        "RDATE:20261202T090000Z",
        "EXDATE;TZID=Europe/Madrid:20261108T100000",
    ];
    let shown = starts("Europe/Madrid", "2026-11-05T10:00:00", &lines);
    assert_eq!(shown, ["1106T1000", "1202T1000"]);
    let days = starts("UTC", "2026-11-05", &["RDATE;VALUE=DATE:20261201,20261202", "EXDATE;VALUE=DATE:20261105"]);
    assert_eq!(days, ["1201T0000", "1202T0000"]);
}

#[test]
fn a_rule_that_never_comes_true_ends() {
    let shown = starts("UTC", "2026-11-05T10:00:00", &["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"]);
    assert_eq!(shown, ["1105T1000"]);
}

#[test]
fn an_instance_is_known_by_its_start_however_far_ahead() {
    let lines = ["RRULE:FREQ=DAILY".to_owned()];
    let first = Mark::read_suffix("20261105T090000Z").expect("a mark");
    let series = super::series(&lines, first, zone("Europe/Madrid")).expect("a series");
    for (suffix, there) in
        [("20460705T080000Z", true), ("20460705T090000Z", false), ("20261104T090000Z", false), ("20261105", false)]
    {
        assert_eq!(series.has(Mark::read_suffix(suffix).expect("a mark")), there, "{suffix}");
    }
    for bad in ["2026110", "20261105T0900Z", "20261105t090000z", "20261305T090000Z", ""] {
        assert_eq!(Mark::read_suffix(bad), None, "{bad}");
    }
}

#[test]
fn broken_lines_are_refused_with_a_reason() {
    for (line, whole_days, why) in [
        ("RRULE:FREQ=HOURLY", false, "not supported"),
        ("RRULE:BYDAY=MO", false, "FREQ is missing"),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", false, "twice"),
        ("RRULE:FREQ=DAILY;COUNT=0", false, "COUNT"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", false, "INTERVAL"),
        ("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261231T000000Z", false, "exclude each other"),
        ("RRULE:FREQ=DAILY;UNTIL=20261231", false, "a time in UTC"),
        ("RRULE:FREQ=DAILY;UNTIL=20261231T000000", false, "neither"),
        ("RRULE:FREQ=DAILY;UNTIL=20261231T000000Z", true, "must be a date"),
        ("RRULE:FREQ=DAILY;BYHOUR=10", true, "whole days"),
        ("RRULE:FREQ=WEEKLY;BYMONTHDAY=3", false, "BYMONTHDAY"),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", false, "numbered"),
        ("RRULE:FREQ=MONTHLY;BYWEEKNO=3", false, "BYWEEKNO"),
        ("RRULE:FREQ=DAILY;BYSETPOS=1", false, "BYSETPOS"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", false, "BYMONTHDAY"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", false, "BYMONTHDAY"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", false, "weekday"),
        ("RRULE;X=Y:FREQ=DAILY", false, "no parameters"),
        ("RRULE:FREQ=DAILY;X-A=1", false, "no such part"),
        ("DTSTART:20261105T100000Z", false, "no place"),
        ("RDATE;VALUE=PERIOD:20261105T100000Z/PT1H", false, "not supported"),
        ("RDATE;VALUE=DATE:20261105", false, "do not fit"),
        ("EXDATE:20261105T100000", false, "named zone"),
        ("EXDATE;TZID=Europe/Madrid:20261105T100000Z", false, "named zone"),
        ("EXDATE;TZID=europe/madrid:20261105T100000", false, "not known"),
        ("EXDATE;TZID=UTC;VALUE=DATE:20261105", true, "TZID"),
        ("nonsense", false, "no colon"),
    ] {
        let told = refused(&[line], whole_days);
        assert!(told.contains(why), "{line}: {told}");
    }
    assert!(refused(&["EXDATE:20261105T100000Z"], false).contains("neither RRULE nor RDATE"));
}
