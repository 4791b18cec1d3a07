use super::*;

#[test]
fn a_plain_event_is_written_so() {
    let mapped = of("DTSTART;TZID=Europe/Madrid:20261105T100000\nDTEND;TZID=Europe/Madrid:20261105T110000\n\
         SUMMARY:Clase\nDESCRIPTION:Texto & más\nLOCATION:Aula 2\nSEQUENCE:3\nCLASS:PRIVATE\nURL:https://gw.example/e/1\n\
         RRULE:FREQ=WEEKLY;UNTIL=20261217T090000Z\nEXDATE;TZID=Europe/Madrid:20261112T100000\n\
         BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT30M\nEND:VALARM");
    let expected = json!({
        "status": "confirmed", "summary": "Clase", "location": "Aula 2", "sequence": 3,
        "description": "Texto &amp; más\n\nEnlace: https://gw.example/e/1",
        "start": {"dateTime": "2026-11-05T10:00:00", "timeZone": "Europe/Madrid"},
        "end": {"dateTime": "2026-11-05T11:00:00", "timeZone": "Europe/Madrid"},
        "recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20261217T090000Z", "EXDATE;TZID=Europe/Madrid:20261112T100000"],
        "transparency": "opaque", "visibility": "private",
        "reminders": {"useDefault": false, "overrides": [{"method": "popup", "minutes": 30}]},
        "source": {"title": "gw.example", "url": "https://gw.example/e/1"},
        "extendedProperties": {"private": {
            "psrMark": "psr0123456789ab", "psrKey": "psr0123456789abkey", "psrUid": "abc@origen", "psrV": "1"
        }},
    });
    assert_eq!(Value::from(mapped.body), expected);
    assert_eq!((mapped.sequence, mapped.exceptions, mapped.degradations), (3, Vec::new(), Vec::new()));
}

#[test]
fn state_is_told_in_googles_words() {
    let cases = [
        ("", "confirmed", "opaque", "default"),
        ("STATUS:CONFIRMED\nTRANSP:OPAQUE\nCLASS:PUBLIC", "confirmed", "opaque", "default"),
        ("STATUS:TENTATIVE", "tentative", "opaque", "default"),
        ("STATUS:CANCELLED", "confirmed", "transparent", "default"),
        ("TRANSP:TRANSPARENT", "confirmed", "transparent", "default"),
        ("CLASS:PRIVATE", "confirmed", "opaque", "private"),
        ("CLASS:CONFIDENTIAL", "confirmed", "opaque", "private"),
    ];
    for (lines, status, transparency, visibility) in cases {
        let body = day(lines).body;
        let found = [&body["status"], &body["transparency"], &body["visibility"]];
        assert_eq!(found, [status, transparency, visibility], "{lines}");
    }
}

#[test]
fn a_private_occurrence_is_private_from_the_start() {
    let series = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY;COUNT=5";
    let one = "DTSTART;VALUE=DATE:20261107\nRECURRENCE-ID;VALUE=DATE:20261106\nCLASS:PRIVATE";
    let mapped = mapped(&events(&[series, one]));
    assert_eq!(mapped.body["visibility"], "private");
    assert_eq!(mapped.exceptions[0].body["visibility"], "private");
    assert_eq!(mapped.degradations, [said::ONE_PRIVATE]);
}

#[test]
fn a_colour_becomes_the_one_that_looks_like_it() {
    let cases = [
        ("red", "11"),
        ("darkred", "11"),
        ("orangered", "6"),
        ("coral", "4"),
        ("salmon", "4"),
        ("gold", "5"),
        ("yellow", "5"),
        ("green", "10"),
        ("mediumseagreen", "2"),
        ("deepskyblue", "7"),
        ("navy", "9"),
        ("royalblue", "9"),
        ("purple", "3"),
        ("lavender", "1"),
        ("mediumpurple", "1"),
        ("black", "8"),
        ("white", "8"),
        ("gray", "8"),
        ("DimGrey", "8"),
    ];
    let found: Vec<_> = cases.iter().map(|(name, _)| (*name, color::nearest(name).unwrap())).collect();
    assert_eq!(found, cases);
    assert_eq!(day("COLOR:Tomato").body["colorId"], color::nearest("tomato").unwrap());
    for none in ["", "facade", "puce", "#ff0000", "transparent", "inherit"] {
        assert_eq!(color::nearest(none), None, "{none}");
    }
}

#[test]
fn guests_are_attendees_only_where_that_is_wanted_and_have_an_address() {
    let people = "ORGANIZER;CN=Ana:mailto:ana@example.com\nATTENDEE;CN=Luis;PARTSTAT=ACCEPTED:mailto:luis@example.com\n\
                  ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:eva@example.com\nATTENDEE;CUTYPE=ROOM;CN=Sala:invalid:nomail";
    let event = event(&format!("DTSTART;VALUE=DATE:20261105\nDESCRIPTION:Uno\n{people}"));
    assert_eq!(mapped(&event).body.get("attendees"), None);
    let mapped = mapped_with(&event, "America/Guayaquil", "abc@origen", People::AsGuests);
    let guests = json!([
        { "email": "eva@example.com", "responseStatus": "needsAction", "optional": true },
        { "email": "luis@example.com", "displayName": "Luis", "responseStatus": "accepted" },
    ]);
    assert_eq!(mapped.body["attendees"], guests);
    let text = "Uno\n\nOrganiza: Ana &lt;ana@example.com&gt;\nParticipantes:\n- Sala";
    assert_eq!(mapped.body["description"], text);
}

#[test]
fn private_properties_stand_in_series_and_occurrences_alike() {
    let series = "DTSTART;VALUE=DATE:20261105\nRRULE:FREQ=DAILY;COUNT=5\nCATEGORIES:b,a\\,c";
    let mapped = mapped(&events(&[series, "DTSTART;VALUE=DATE:20261107\nRECURRENCE-ID;VALUE=DATE:20261106"]));
    let expected = json!({"private": {
        "psrMark": "psr0123456789ab", "psrKey": "psr0123456789abkey", "psrUid": "abc@origen", "psrV": "1"
    }});
    assert_eq!(mapped.exceptions[0].body["extendedProperties"], expected);
    assert_eq!(mapped.body["extendedProperties"]["private"]["psrCategories"], r#"["a,c","b"]"#);
}
