//! Series by the dice.

use fastrand::Rng;
use jiff::civil::DateTime;

use super::list::list;
use crate::calendar::{Event, When};
use crate::reading::{self, Form};

/// Until when occurrences are compared.
pub(super) fn far() -> DateTime {
    "2027-09-01T00:00:00".parse().unwrap()
}

/// A series by the dice, as text.
#[expect(clippy::too_many_lines, reason = "one throw after another")]
pub(super) fn series(dice: &mut Rng) -> String {
    let kind = dice
        .choice([
            "date",
            "floating",
            "utc",
            "America/New_York",
            "Europe/Madrid",
            "America/Santiago",
            "America/Guayaquil",
        ])
        .unwrap();
    let day = dice.i32(0..60);
    let start: DateTime = "2027-02-10T00:00:00".parse().unwrap();
    let start = start + jiff::Span::new().days(day).hours(dice.i32(0..24)).minutes(30 * dice.i32(0..2));
    let start = if kind == "date" { start.date().to_datetime(jiff::civil::Time::midnight()) } else { start };
    let point = |name: &str, at: DateTime| match kind {
        "date" => format!("{name};VALUE=DATE:{}", at.strftime("%Y%m%d")),
        "floating" => format!("{name}:{}", at.strftime("%Y%m%dT%H%M%S")),
        "utc" => format!("{name}:{}Z", at.strftime("%Y%m%dT%H%M%S")),
        zone => format!("{name};TZID={zone}:{}", at.strftime("%Y%m%dT%H%M%S")),
    };
    let length = jiff::Span::new().hours(if kind == "date" { 24 * dice.i32(1..3) } else { dice.i32(1..6) });
    let mut master = vec![
        "BEGIN:VEVENT".to_owned(),
        "UID:serie-1".to_owned(),
        point("DTSTART", start),
        point("DTEND", start + length),
        "SUMMARY:Clase".to_owned(),
    ];
    for _ in 0..if dice.u8(0..8) == 0 { 2 } else { 1 } {
        master.push(format!("RRULE:{}", rule(dice, kind, start)));
    }
    for _ in 0..dice.usize(0..3) {
        let at =
            start + jiff::Span::new().days(dice.i32(-20..150)).hours(if kind == "date" { 0 } else { dice.i32(0..5) });
        master.push(point("RDATE", at));
    }
    master.push("X-OTRA;X-P=1:queda".to_owned());
    master.push("END:VEVENT".to_owned());
    let whole = |master: &[String], others: &[String]| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\n{}END:VCALENDAR\r\n", master.join("\r\n"), others.concat())
    };
    let text = whole(&master, &[]);
    let Ok(draft) = reading::read(Form::Ical, &text) else { return series(dice) };
    let all: Vec<DateTime> = list(&draft.event, far()).values().map(|(span, _)| span.start.reading()).collect();
    let mut others = Vec::new();
    for at in &all {
        match dice.u8(0..16) {
            0 => master.insert(5, point("EXDATE", *at)),
            1 => {
                let to = if dice.bool() { *at } else { *at + jiff::Span::new().days(dice.i32(-2..3)) };
                let length = if dice.bool() { length } else { jiff::Span::new().hours(24) };
                let status = if dice.u8(0..4) == 0 { "STATUS:CANCELLED\r\n" } else { "" };
                let title = dice.choice(["Clase", "Otra"]).unwrap();
                others.push(format!(
                    "BEGIN:VEVENT\r\nUID:serie-1\r\n{}\r\n{}\r\n{}\r\nSUMMARY:{title}\r\n{status}X-OTRA:{to}\r\nEND:VEVENT\r\n",
                    point("RECURRENCE-ID", *at), point("DTSTART", to), point("DTEND", to + length)
                ));
            }
            _ => {}
        }
    }
    whole(&master, &others)
}

fn rule(dice: &mut Rng, kind: &str, start: DateTime) -> String {
    let mut rule = match dice.u8(0..7) {
        0 => "FREQ=DAILY".to_owned(),
        1 => "FREQ=WEEKLY".to_owned(),
        2 => "FREQ=WEEKLY;BYDAY=MO,WE,SU".to_owned(),
        3 => format!(
            "FREQ=WEEKLY;WKST=SU;BYDAY={},SA",
            start.strftime("%a").to_string().to_uppercase().get(..2).unwrap()
        ),
        4 => "FREQ=MONTHLY".to_owned(),
        5 => "FREQ=MONTHLY;BYDAY=2TU".to_owned(),
        _ if kind != "date" => "FREQ=HOURLY;INTERVAL=9".to_owned(),
        _ => "FREQ=YEARLY".to_owned(),
    };
    if !rule.contains("HOURLY") && dice.bool() {
        rule.push_str(&format!(";INTERVAL={}", dice.i32(2..4)));
    }
    match dice.u8(0..3) {
        0 => rule.push_str(&format!(";COUNT={}", dice.i32(1..25))),
        1 => {
            let until = start + jiff::Span::new().days(dice.i32(10..150));
            let until = match kind {
                "date" => until.strftime("%Y%m%d").to_string(),
                "floating" => until.strftime("%Y%m%dT%H%M%S").to_string(),
                _ => until.strftime("%Y%m%dT%H%M%SZ").to_string(),
            };
            rule.push_str(&format!(";UNTIL={until}"));
        }
        _ => {}
    }
    rule
}

/// The occurrences that an edit can name, called off or not.
pub(super) fn named(event: &Event) -> Vec<When> {
    let mut event = event.clone();
    for one in &mut event.overrides {
        one.details.status = None;
        one.details.span.start = one.replaces.at.clone();
    }
    let start = event.master.span.start.clone();
    let all = list(&event, far());
    all.values().map(|(span, _)| start.at_reading(span.start.reading())).collect()
}
