use super::*;

fn line(raw: &str) -> Line<'_> {
    Line::of(1, 0, raw, '\n')
}

#[test]
fn a_property_begins_with_a_name_and_prose_does_not() {
    for property in [
        "SUMMARY:x",
        "summary:x",
        "Url: x",
        "X-WR-CALNAME : x",
        "x-any_thing.else:",
        "ATTENDEE;CN=x",
        "ATTENDEE;RSVP:x",
        "DTSTART; TZID=x:y",
        "ROOM;VALUE=TEXT:12",
        "NAME:x",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ] {
        assert!(is_property(property), "{property}");
    }
    for prose in [
        "",
        "SUMMARY",
        "Nota: x",
        "NOTA:x",
        "ROOM:12",
        "https://x",
        "Name: x",
        "Contact; Juan Pérez y otros",
        "Contact;",
        "Comment;Comment;",
        "CONTACT;Juan:x",
        "NOTA; x: y",
        "Ubicación: x",
        ": x",
        ";x",
        "Pérez <j@x.ec>; Soto <s@x.ec>",
        "10:30",
    ] {
        assert!(!is_property(prose), "{prose}");
    }
}

#[test]
fn folds_are_taken_out_wherever_they_are() {
    assert_eq!(line("DTSTA\r\n RT;TZ\r\n\tID=a\n b:c").name(), "DTSTART");
    assert_eq!(line("DTSTA\r\n RT;TZ\r\n\tID=a\n b:c").rest(), ";TZID=ab:c");
    assert_eq!(line("SUMMARY:a\r\n  b").value(), "a b");
    assert_eq!(Line::of(1, 0, "SUMMARY:a\r b", '\r').value(), "ab");
}

#[test]
fn a_value_begins_where_the_parameters_end() {
    for (raw, value) in [
        ("A:b:c", "b:c"),
        ("A;B=\"c:d\":e", "e"),
        ("A;B=\"c\\\":d\":e", "e"),
        ("A;B=\"c:d", "d"),
        ("A;B=c", ""),
        ("A", ""),
        ("ATTENDEE;CN=a: b:mailto:c", "mailto:c"),
        ("ATTENDEE;CN=a:b@c.ec", "b@c.ec"),
        ("SUMMARY;X=a:b:mailto:c", "b:mailto:c"),
    ] {
        assert_eq!(line(raw).value(), value, "{raw}");
    }
}

#[test]
fn what_is_well_made_is_left_alone() {
    for raw in [
        "SUMMARY:a, b; c: d",
        "ATTENDEE;ROLE=REQ-PARTICIPANT;CN=\"Pérez, Juan\":mailto:j@x.ec",
        "ATTENDEE;DELEGATED-TO=\"mailto:a\",\"mailto:b\";RSVP=TRUE:mailto:c",
        "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Calle 1; Quito\":geo:1,2",
        "DTSTART;TZID=(UTC-05:00) Bogota, Lima, Quito:20261105T100000",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJD",
    ] {
        let mut mended = line(raw);
        mended.mend();
        assert_eq!((mended.whole(), mended.mended), (raw, Mended::default()));
    }
}

#[test]
fn what_lacks_its_quotes_gets_them() {
    for (raw, whole) in [
        ("ATTENDEE;CN=Pérez, Juan;ROLE=X:mailto:c", "ATTENDEE;CN=\"Pérez, Juan\";ROLE=X:mailto:c"),
        ("ATTENDEE;CN=Pérez; Juan:mailto:c", "ATTENDEE;CN=\"Pérez; Juan\":mailto:c"),
        (
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Calle 1\\; Quito:geo:-0.18,-78.48",
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Calle 1; Quito\":geo:-0.18,-78.48",
        ),
        ("ATTACH;FILENAME=a;b,c.pdf:https://x.ec", "ATTACH;FILENAME=\"a;b,c.pdf\":https://x.ec"),
    ] {
        let mut mended = line(raw);
        mended.mend();
        assert_eq!((mended.whole(), mended.mended.quoted), (whole, true), "{raw}");
        let again = mended.whole().to_owned();
        mended.mend();
        assert_eq!(mended.whole(), again);
    }
}
