//! Every sentence has an event that it is told of.

use super::*;

#[test]
fn what_google_cant_hold_is_told() {
    let alarm = |lines: &str| format!("BEGIN:VALARM\nACTION:DISPLAY\n{lines}\nEND:VALARM");
    let many: String = (1..=6).map(|n| format!("{}\n", alarm(&format!("TRIGGER:-PT{n}H")))).collect();
    let cases: Vec<(String, String)> = [
        ("PRIORITY:1", said::PRIORITY),
        ("CATEGORIES:Trabajo", said::CATEGORIES),
        ("X-ALT-DESC;FMTTYPE=text/html:<b>x</b>", said::HTML_ONLY),
        ("DESCRIPTION:x\nX-ALT-DESC;FMTTYPE=text/html:<b>x</b>", crate::ical::said::NO_HTML),
        ("ATTENDEE:mailto:a@example.com", crate::ical::said::PEOPLE_AS_TEXT),
        ("STATUS:CANCELLED", said::CANCELLED),
        ("CLASS:CONFIDENTIAL", said::CONFIDENTIAL),
        ("ATTACH;ENCODING=BASE64;VALUE=BINARY:BwcH", "attachment left out: a file has 3 bytes"),
        ("ATTACH;FILENAME=a.bin;ENCODING=BASE64;VALUE=BINARY:BwcH", "attachment left out: a.bin has 3 bytes"),
        ("COMMENT:Hola", "property left out: COMMENT"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "property left out: X-MICROSOFT-CDO-BUSYSTATUS"),
        (&alarm("TRIGGER:PT9H"), said::REMINDER_AFTER),
        (&alarm("TRIGGER:-P29D"), said::REMINDER_FAR),
        (&alarm("TRIGGER:-PT5M\nDESCRIPTION:¡Ya!"), said::REMINDER_TEXT),
        (&alarm("TRIGGER:-PT5M\nREPEAT:2\nDURATION:PT5M"), said::REMINDER_REPEATS),
        (&many, said::REMINDERS_CUT),
        (&format!("RRULE:FREQ=DAILY\n{}", alarm("TRIGGER;VALUE=DATE-TIME:20261104T100000Z")), said::REMINDER_FIXED),
    ]
    .map(|(lines, sentence)| (lines.to_owned(), sentence.to_owned()))
    .into();
    for (lines, sentence) in cases {
        assert_eq!(day(&lines).degradations, [sentence], "{lines}");
    }
}

#[test]
fn what_of_a_series_google_cant_hold_is_told() {
    let utc = "DTSTART:20261105T100000Z\nDURATION:PT1H\n";
    let cases = [
        ("DTSTART:20261105T100000\nDURATION:PT1H".to_owned(), said::FLOATING),
        ("DTSTART:20261105T100000Z".to_owned(), crate::ical::said::NO_LENGTH),
        (format!("{utc}RRULE:FREQ=HOURLY"), said::WITHIN_DAY),
        (format!("{utc}RRULE:FREQ=DAILY\nEXRULE:FREQ=HOURLY;INTERVAL=48"), said::EXCEPT_WITHIN_DAY),
        (
            "DTSTART;TZID=Europe/Madrid:20260329T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY".to_owned(),
            said::SKIPPED_HOUR,
        ),
    ];
    for (lines, sentence) in cases {
        assert_eq!(of(&lines).degradations, [sentence], "{lines}");
    }
    let later = "DTSTART:20261107T120000Z\nDURATION:PT1H\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261107T100000Z";
    let series = |rest: &str| format!("{utc}RRULE:FREQ=DAILY{rest}");
    assert_eq!(mapped(&events(&[&series(""), later])).degradations, [said::AND_LATER]);
}

#[test]
fn what_is_too_long_is_told() {
    let long = |n: usize| "x".repeat(n);
    let categories: Vec<String> = (0..200).map(|n| format!("Categoría {n}")).collect();
    let cases: [(String, &[&str]); 5] = [
        (format!("SUMMARY:{}", long(1_025)), &[said::TITLE_CUT]),
        (format!("LOCATION:{}", long(1_025)), &[said::LOCATION_CUT]),
        (format!("DESCRIPTION:{}", long(8_193)), &[said::DESCRIPTION_CUT]),
        (format!("URL:https://example.com/{}", long(5_000)), &[said::LINKS_CUT]),
        (format!("CATEGORIES:{}", categories.join(",")), &[said::CATEGORIES, said::CATEGORIES_CUT]),
    ];
    for (lines, sentences) in cases {
        assert_eq!(day(&lines).degradations, sentences, "{}", &lines[..40]);
    }
}

#[test]
fn what_google_holds_is_not_told() {
    let quiet = "SUMMARY:x\nSTATUS:TENTATIVE\nCLASS:PRIVATE\nTRANSP:TRANSPARENT\nCOLOR:red\nURL:https://example.com\n\
        GEO:1;2\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\nX-MICROSOFT-CDO-IMPORTANCE:1\n\
        X-GOOGLE-CONFERENCE:https://meet.example.com/x\nATTACH:https://example.com/a\n\
        BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION:x\nEND:VALARM";
    assert_eq!(day(quiet).degradations, Vec::<String>::new());
}

#[test]
fn a_sentence_is_told_once_and_in_order() {
    let series = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY\nPRIORITY:1\nCOMMENT:b";
    let one = "DTSTART;VALUE=DATE:20261107\nRECURRENCE-ID;VALUE=DATE:20261106\nPRIORITY:2\nCOMMENT:c\nCONTACT:d";
    let told = mapped(&events(&[series, one])).degradations;
    assert_eq!(told, ["property left out: COMMENT", "property left out: CONTACT", said::PRIORITY]);
}
