//! Patches, case by case.

use super::list::list;
use super::{patched, read, which};
use crate::calendar::Event;
use crate::instances::Name;
use crate::json::{Defaults, MergePatch, Mistake, Unsaid};
use crate::reading::Form;
use crate::revise::{Exceptions, Extent, Patch, ReviseError, Revised, Split, Which, patch, split_name};

const ALL: Which = Which { extent: None, occurrence: None };

/// A series in iCalendar with these lines.
fn ical(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

#[track_caller]
fn left(form: Form, text: &str, body: &str, which: Which) -> String {
    match patched(form, text, body, which) {
        Ok(Revised::Changed { text, split: None }) => text,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn parted(form: Form, text: &str, body: &str, at: &str) -> (String, String) {
    match patched(form, text, body, which(Extent::Following, at)) {
        Ok(Revised::Changed { text, split: Some(Split { text: new, .. }) }) => (text, new),
        other => panic!("{other:?}"),
    }
}

/// The starts and titles of what happens, in order.
fn shown(event: &Event) -> Vec<String> {
    let until = "2028-06-01T00:00:00".parse().unwrap();
    let mut all: Vec<_> = list(event, until).into_values().collect();
    all.sort_by_key(|(span, _)| span.start.order());
    all.iter().map(|(span, title)| format!("{} {title}", span.start.reading())).collect()
}

fn happens(form: Form, text: &str) -> Vec<String> {
    shown(&read(form, text))
}

const MADRID: &str = "DTSTART;TZID=Europe/Madrid:20270322T100000\r\nDTEND;TZID=Europe/Madrid:20270322T110000\r\n\
                      RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Clase";

#[test]
fn a_series_goes_on_by_the_clock_of_its_place_where_it_is_cut() {
    let (old, new) = parted(
        Form::Ical,
        &ical(MADRID),
        r#"{"start_datetime": "2027-04-05T12:00:00+02:00", "end_datetime": "2027-04-05T13:30:00+02:00"}"#,
        "2027-04-05T10:00:00",
    );
    assert_eq!(happens(Form::Ical, &old), ["2027-03-22T10:00:00 Clase", "2027-03-29T10:00:00 Clase"]);
    assert_eq!(happens(Form::Ical, &new), ["2027-04-05T12:00:00 Clase", "2027-04-12T12:00:00 Clase"]);
    assert!(
        old.contains("RRULE:FREQ=WEEKLY;COUNT=2\r\n") && new.contains("RRULE:FREQ=WEEKLY;COUNT=2\r\n"),
        "{old}{new}"
    );
    assert!(new.contains("UID:a_R20270405T080000Z\r\n"), "{new}");
    assert_eq!(split_name("a", Name::read("20270405T080000Z").unwrap()), "a_R20270405T080000Z");
    let long = split_name(&"x".repeat(510), Name::read("20270405").unwrap());
    assert_eq!((long.len(), long == split_name(&"x".repeat(510), Name::read("20270406").unwrap())), (64, false));
}

#[test]
fn an_end_by_date_stays_with_the_half_that_has_it() {
    let endless = ical(&MADRID.replace("COUNT=4", "UNTIL=20270412T080000Z"));
    let (old, new) = parted(Form::Ical, &endless, r#"{"name": "Otra"}"#, "2027-04-05T08:00:00Z");
    assert!(old.contains("UNTIL=20270329T080000Z") && new.contains("UNTIL=20270412T080000Z"), "{old}{new}");
    assert_eq!(happens(Form::Ical, &new), ["2027-04-05T10:00:00 Otra", "2027-04-12T10:00:00 Otra"]);
}

#[test]
fn several_rules_and_added_dates_keep_their_rhythm() {
    let lines = "DTSTART:20270301T100000Z\r\nRRULE:FREQ=DAILY;INTERVAL=3;COUNT=5\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3\r\n\
                 RDATE:20270305T120000Z\r\nSUMMARY:a";
    let before = happens(Form::Ical, &ical(lines));
    // A date that no rule gives, and one of each rule; the same with one that was added before the start.
    for at in ["2027-03-05T12:00:00Z", "2027-03-07T10:00:00Z", "2027-03-15T10:00:00Z", "2027-04-15T10:00:00Z"] {
        let (old, new) = parted(Form::Ical, &ical(lines), r#"{"location": "Aula 2"}"#, at);
        let mut both = happens(Form::Ical, &old);
        both.extend(happens(Form::Ical, &new));
        assert_eq!(both, before, "{at}\n{old}{new}");
    }
    let early = lines.replace("RDATE:", "RDATE:20270110T090000Z,20270201T090000Z,");
    let before = happens(Form::Ical, &ical(&early));
    for at in ["2027-02-01T09:00:00Z", "2027-03-01T10:00:00Z", "2027-03-05T12:00:00Z", "2027-03-07T10:00:00Z"] {
        let (old, new) = parted(Form::Ical, &ical(&early), r#"{"location": "Aula 2"}"#, at);
        let mut both = happens(Form::Ical, &old);
        both.extend(happens(Form::Ical, &new));
        assert_eq!(both, before, "{at}\n{old}{new}");
    }
}

#[test]
fn a_rule_follows_the_start_that_it_described() {
    let moved = |rule: &str, start: &str, to: &str| {
        let text = ical(&format!("DTSTART:{start}\r\nRRULE:FREQ={rule}\r\nSUMMARY:a"));
        let text = left(Form::Ical, &text, &format!(r#"{{"start_datetime": "{to}", "end_datetime": "{to}"}}"#), ALL);
        text.lines().find_map(|line| line.strip_prefix("RRULE:FREQ=")).unwrap().to_owned()
    };
    for (rule, start, to, becomes) in [
        ("WEEKLY;BYDAY=TU", "20270105T100000Z", "2027-01-06T11:00:00Z", "WEEKLY;BYDAY=WE"),
        (
            "WEEKLY;INTERVAL=2;BYDAY=TU,SU",
            "20270105T100000Z",
            "2027-01-06T10:00:00Z",
            "WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=TU",
        ),
        ("MONTHLY;BYDAY=2TU", "20270112T100000Z", "2027-01-13T10:00:00Z", "MONTHLY;BYDAY=2WE"),
        ("MONTHLY;BYDAY=-1FR", "20270129T100000Z", "2027-01-28T10:00:00Z", "MONTHLY;BYDAY=-1TH"),
        ("MONTHLY;BYMONTHDAY=15", "20270115T100000Z", "2027-01-17T10:00:00Z", "MONTHLY;BYMONTHDAY=17"),
        ("MONTHLY;BYMONTHDAY=-1", "20270131T100000Z", "2027-01-30T10:00:00Z", "MONTHLY;BYMONTHDAY=-2"),
        (
            "MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
            "20270129T100000Z",
            "2027-01-28T10:00:00Z",
            "MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
        ),
        ("YEARLY;BYMONTH=1;BYMONTHDAY=5", "20270105T100000Z", "2027-02-06T10:00:00Z", "YEARLY;BYMONTHDAY=6;BYMONTH=2"),
        ("DAILY;BYHOUR=10,16", "20270105T100000Z", "2027-01-05T11:30:00Z", "DAILY;BYHOUR=11,17"),
        ("DAILY;UNTIL=20270110T100000Z", "20270105T100000Z", "2027-01-06T11:00:00Z", "DAILY;UNTIL=20270111T110000Z"),
    ] {
        assert_eq!(moved(rule, start, to), becomes, "{rule} {start} {to}");
    }
}

#[test]
fn exceptions_go_along_or_are_reset() {
    let lines = "DTSTART;TZID=Europe/Madrid:20270112T100000\r\nDTEND;TZID=Europe/Madrid:20270112T110000\r\nRRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=4\r\nEXDATE;TZID=Europe/Madrid:20270209T100000\r\nSUMMARY:Clase\r\nEND:VEVENT\r\n\
                 BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Europe/Madrid:20270309T100000\r\nDTSTART;TZID=Europe/Madrid:20270309T100000\r\nDTEND;TZID=Europe/Madrid:20270309T110000\r\nSUMMARY:Otra";
    let text = ical(lines);
    let body = r#"{"start_datetime": "2027-01-13T12:00:00", "end_datetime": "2027-01-13T13:00:00"}"#;
    let kept = left(Form::Ical, &text, body, ALL);
    // The second Wednesday of February is the 10th, of March the 10th, of April the 14th.
    assert_eq!(
        happens(Form::Ical, &kept),
        ["2027-01-13T12:00:00 Clase", "2027-03-10T12:00:00 Otra", "2027-04-14T12:00:00 Clase"]
    );
    let change = MergePatch::read(body).unwrap();
    let reset = Patch { change: &change, exceptions: Exceptions::Reset, defaults: Defaults::default() };
    let Ok(Revised::Changed { text: reset, .. }) = patch(Form::Ical, &text, &reset, ALL) else { panic!("refused") };
    assert_eq!(happens(Form::Ical, &reset).len(), 4, "{reset}");
    assert!(!reset.contains("Otra") && !reset.contains("EXDATE"), "{reset}");
}

#[test]
fn an_occurrence_tells_where_all_are_moved_to() {
    let text = ical(MADRID);
    let body = r#"{"start_datetime": "2027-04-06T09:00:00", "end_datetime": "2027-04-06T10:00:00"}"#;
    let text = left(Form::Ical, &text, body, which(Extent::All, "2027-04-05T10:00:00"));
    assert_eq!(happens(Form::Ical, &text)[..2], ["2027-03-23T09:00:00 Clase", "2027-03-30T09:00:00 Clase"], "{text}");
}

#[test]
fn days_become_times_and_zones_others() {
    let days =
        ical("DTSTART;VALUE=DATE:20270105\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20270106\r\nSUMMARY:a");
    let body = r#"{"all_day": false, "start_datetime": "2027-01-05T09:00:00", "end_datetime": "2027-01-05T10:00:00", "timezone": "Europe/Madrid"}"#;
    let text = left(Form::Ical, &days, body, ALL);
    assert_eq!(happens(Form::Ical, &text), ["2027-01-05T09:00:00 a", "2027-01-07T09:00:00 a"]);
    assert!(
        text.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Madrid")
            && text.contains("EXDATE;TZID=Europe/Madrid:20270106T090000"),
        "{text}"
    );
    let back = left(Form::Ical, &text, r#"{"all_day": true}"#, ALL);
    assert_eq!(happens(Form::Ical, &back), ["2027-01-05T00:00:00 a", "2027-01-07T00:00:00 a"]);
    // The same instants, by another clock.
    let moved = left(Form::Ical, &ical(MADRID), r#"{"timezone": "America/Guayaquil"}"#, ALL);
    assert_eq!(happens(Form::Ical, &moved)[..2], ["2027-03-22T04:00:00 Clase", "2027-03-29T04:00:00 Clase"], "{moved}");
}

#[test]
fn what_a_patch_says_changes_the_lines_that_say_it() {
    let lines = "DTSTART:20270105T100000Z\r\nDURATION:PT1H\r\nSUMMARY;LANGUAGE=es:Clase\r\nDESCRIPTION:x\r\nX-ALT-DESC;FMTTYPE=text/html:<b>x</b>\r\n\
                 LOCATION:Aula 1\r\nTRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nORGANIZER;CN=Ana;SENT-BY=\"mailto:s@example.org\":mailto:ana@example.org\r\n\
                 ATTENDEE;CN=Luis;X-NUM-GUESTS=1;RSVP=TRUE:mailto:luis@example.org\r\nX-OTRA:1\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nX-WR-ALARMUID:7\r\nEND:VALARM";
    let body = r#"{"name": "Otra; clase", "description": "y", "location": null, "show_as": "free", "privacy": "private",
        "attendees": [{"email": "luis@example.org", "name": "Luis"}, {"email": "eva@example.org", "role": "opt_participant", "state": "accepted"}]}"#;
    let text = left(Form::Ical, &ical(lines), body, ALL);
    for line in [
        "SUMMARY:Otra\\; clase",
        "DESCRIPTION:y",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "ATTENDEE;CN=Luis;X-NUM-GUESTS=1;RSVP=TRUE:mailto:luis@example.org",
        "X-WR-ALARMUID:7",
        "DURATION:PT1H",
        "ORGANIZER;CN=Ana;SENT-BY=\"mailto:s@example.org\":mailto:ana@example.org",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line}\n{text}");
    }
    assert!(
        text.replace("\r\n ", "")
            .contains("ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:eva@example.org\r\n"),
        "{text}"
    );
    for gone in ["X-ALT-DESC", "LOCATION", "BUSYSTATUS"] {
        assert!(!text.contains(gone), "{gone} says it as it was\n{text}");
    }
    let reminded = left(
        Form::Ical,
        &text,
        r#"{"reminders": [{"method": "notification", "interval_value": 2, "interval_unit": "hours"}]}"#,
        ALL,
    );
    assert!(reminded.contains("TRIGGER:-PT2H\r\n") && !reminded.contains("X-WR-ALARMUID"), "{reminded}");
}

#[test]
fn what_is_refused_changes_nothing() {
    let text = ical(MADRID);
    let refused = |body: &str, which: Which| match patched(Form::Ical, &text, body, which) {
        Err(ReviseError::Invalid(invalid)) => (invalid.pointer, invalid.code),
        other => panic!("{other:?}"),
    };
    let this = which(Extent::This, "2027-03-29T10:00:00");
    assert_eq!(refused(r#"{"nmae": "x"}"#, ALL), ("/nmae".to_owned(), Mistake::UnknownField));
    assert_eq!(
        refused(r#"{"end_datetime": "2027-03-22T09:00:00"}"#, ALL),
        ("/end_datetime".to_owned(), Mistake::EndBeforeStart)
    );
    assert_eq!(refused(r#"{"recurrence": {"interval": 2}}"#, this).0, "/recurrence");
    assert_eq!(
        refused(r#"{"recurrence": {"rules": ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"]}}"#, ALL).1,
        Mistake::InvalidRecurrence
    );
    let record = patched(Form::Ical, &text, r#"{"res_model": "crm.lead", "res_id": "7"}"#, ALL);
    assert_eq!(record, Err(ReviseError::NotInIcalendar(vec![Unsaid::Record])));
    let none = patched(Form::Ical, &text, "{}", which(Extent::This, "2027-03-30T10:00:00"));
    assert!(matches!(none, Err(ReviseError::NoSuchOccurrence(_))), "{none:?}");
    let which_one = patched(Form::Ical, &text, "{}", Which { extent: Some(Extent::This), occurrence: None });
    assert_eq!(which_one, Err(ReviseError::WhichOccurrence));
    for extent in [Extent::This, Extent::Following, Extent::All] {
        assert_eq!(
            patched(Form::Ical, &text, "{}", which(extent, "2027-03-29T10:00:00")),
            Ok(Revised::Same),
            "{extent:?}"
        );
    }
}

#[test]
fn another_rule_keeps_the_changes_whose_occurrences_it_has() {
    let lines = format!(
        "{}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Europe/Madrid:20270329T100000\r\nDTSTART;TZID=Europe/Madrid:20270329T120000\r\nSUMMARY:Semana\r\n\
         END:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Europe/Madrid:20270405T100000\r\nDTSTART;TZID=Europe/Madrid:20270405T100000\r\nSUMMARY:Quincena",
        MADRID
    );
    let text = left(Form::Ical, &ical(&lines), r#"{"recurrence": {"interval": 2}}"#, ALL);
    assert_eq!(
        happens(Form::Ical, &text)[..3],
        ["2027-03-22T10:00:00 Clase", "2027-04-05T10:00:00 Quincena", "2027-04-19T10:00:00 Clase"],
        "{text}"
    );
    assert!(!text.contains("Semana"), "{text}");
    let single = left(Form::Ical, &text, r#"{"recurrence": null}"#, ALL);
    assert_eq!(happens(Form::Ical, &single), ["2027-03-22T10:00:00 Clase"], "{single}");
    let series = left(
        Form::Ical,
        &single,
        r#"{"recurrence": {"rrule_type": "daily", "end_type": "count", "count": 2, "overrides": {"2027-03-23T10:00:00": {"name": "Segunda"}}}}"#,
        ALL,
    );
    assert_eq!(happens(Form::Ical, &series), ["2027-03-22T10:00:00 Clase", "2027-03-23T10:00:00 Segunda"], "{series}");
}

#[test]
fn documents_keep_what_no_calendar_shows() {
    let document = r#"{"name": "Clase", "start_datetime": "2027-03-22T10:00:00+01:00", "end_datetime": "2027-03-22T11:00:00+01:00",
        "timezone": "Europe/Madrid", "res_model": "crm.lead", "res_id": "7", "active": true, "location": "Aula 1",
        "recurrence": {"rules": ["FREQ=WEEKLY;COUNT=4"], "overrides": {"2027-04-05T10:00:00": {"location": null}}}}"#;
    let (old, new) = parted(Form::Json, document, r#"{"name": "Otra", "location": "Aula 2"}"#, "2027-03-29T10:00:00");
    assert_eq!(happens(Form::Json, &old), ["2027-03-22T10:00:00 Clase"]);
    assert_eq!(
        happens(Form::Json, &new),
        ["2027-03-29T10:00:00 Otra", "2027-04-05T10:00:00 Otra", "2027-04-12T10:00:00 Otra"]
    );
    let places: Vec<_> = read(Form::Json, &new).overrides.iter().map(|one| one.details.location.clone()).collect();
    assert_eq!(places, [None], "an occurrence that has no place keeps having none");
    for text in [&old, &new] {
        assert!(text.contains(r#""res_model":"crm.lead""#) && text.contains(r#""active":true"#), "{text}");
    }
    let this = which(Extent::This, "2027-04-05T10:00:00");
    let back = left(Form::Json, &new, r#"{"location": "Aula 2"}"#, this);
    assert!(!back.contains("overrides"), "what says what its series says differs in nothing: {back}");
}

#[test]
fn what_is_said_of_all_later_ones_is_said_by_the_half_that_begins_there() {
    let lines = "DTSTART:20270105T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=6\r\nSUMMARY:Clase\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\n\
                 RECURRENCE-ID;RANGE=THISANDFUTURE:20270107T100000Z\r\nDTSTART:20270107T180000Z\r\nDURATION:PT2H\r\nSUMMARY:Tarde";
    let (old, new) = parted(Form::Ical, &ical(lines), r#"{"location": "Aula 2"}"#, "2027-01-09T10:00:00Z");
    assert_eq!(happens(Form::Ical, &new), ["2027-01-09T18:00:00 Tarde", "2027-01-10T18:00:00 Tarde"], "{new}");
    assert!(
        old.contains("COUNT=4") && old.contains("RANGE=THISANDFUTURE") && new.contains("DURATION:PT2H"),
        "{old}{new}"
    );
    let one = left(Form::Ical, &ical(lines), r#"{"name": "Sola"}"#, which(Extent::This, "2027-01-08T10:00:00Z"));
    assert!(
        one.contains("RECURRENCE-ID:20270108T100000Z\r\nDTSTART:20270108T180000Z\r\nDURATION:PT2H\r\nSUMMARY:Sola"),
        "{one}"
    );
}

#[test]
fn the_hour_that_clocks_skip_is_no_other_start() {
    let night =
        ical("DTSTART;TZID=America/New_York:20270312T023000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:a");
    let before = happens(Form::Ical, &night);
    let (old, new) = parted(Form::Ical, &night, r#"{"location": "x"}"#, "2027-03-14T07:30:00Z");
    assert_eq!(happens(Form::Ical, &old), before[..2]);
    assert_eq!(happens(Form::Ical, &new), before[2..], "{new}");
    assert!(new.contains("EXDATE"), "it begins the day before, which is excluded: {new}");
}

#[test]
fn the_occurrence_that_a_patch_names_takes_it_also_where_it_differs() {
    let lines = format!(
        "{MADRID}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Europe/Madrid:20270329T100000\r\nDTSTART;TZID=Europe/Madrid:20270329T180000\r\n\
         DTEND;TZID=Europe/Madrid:20270329T190000\r\nSUMMARY:Otra"
    );
    let body = r#"{"name": "Nueva", "start_datetime": "2027-03-29T11:00:00", "end_datetime": "2027-03-29T12:00:00"}"#;
    let (old, new) = parted(Form::Ical, &ical(&lines), body, "2027-03-29T10:00:00");
    assert_eq!(happens(Form::Ical, &old), ["2027-03-22T10:00:00 Clase"]);
    assert_eq!(
        happens(Form::Ical, &new),
        ["2027-03-29T11:00:00 Nueva", "2027-04-05T11:00:00 Nueva", "2027-04-12T11:00:00 Nueva"],
        "{new}"
    );
    let other = left(Form::Ical, &ical(&lines), r#"{"name": "Nueva"}"#, which(Extent::All, "2027-04-05T10:00:00"));
    assert_eq!(happens(Form::Ical, &other)[1], "2027-03-29T18:00:00 Otra", "what another one changed stays: {other}");
}
