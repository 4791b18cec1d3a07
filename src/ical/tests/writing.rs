use super::*;

#[test]
fn a_plain_event_is_written_so() {
    let text =
        event("DTSTART;TZID=America/Guayaquil:20261105T100000\nDURATION:PT1H\nSUMMARY:Clase\nDTSTAMP:20261101T080000Z");
    let object =
        write(&read(&text).unwrap().event, &RemoteKey::from_text("psrkey"), "abc@origen", People::AsText).unwrap();
    assert_eq!(
        object.text,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pasarela//1.0//ES\r\nCALSCALE:GREGORIAN\r\n\
         BEGIN:VTIMEZONE\r\nTZID:America/Guayaquil\r\nBEGIN:STANDARD\r\nDTSTART:19930205T000000\r\nTZOFFSETFROM:-0400\r\n\
         TZOFFSETTO:-0500\r\nTZNAME:-05\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
         BEGIN:VEVENT\r\nUID:psrkey@pasarela\r\nDTSTAMP:20261101T080000Z\r\nSEQUENCE:0\r\n\
         DTSTART;TZID=America/Guayaquil:20261105T100000\r\nDTEND;TZID=America/Guayaquil:20261105T110000\r\n\
         SUMMARY:Clase\r\nTRANSP:OPAQUE\r\nX-PASARELA-UID:abc@origen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert!(object.degradations.is_empty());
}

#[test]
fn the_same_event_makes_the_same_bytes() {
    let text = event("DTSTART:20261105T100000Z");
    assert_eq!(rewritten(&text), rewritten(&text));
    assert_eq!(lines(&rewritten(&text), &["DTSTAMP"]), ["DTSTAMP:19700101T000000Z"]);
    let changed = event("DTSTART:20261105T100000Z\nDTSTAMP:20261101T080000Z\nLAST-MODIFIED:20261030T080000Z");
    assert_eq!(lines(&rewritten(&changed), &["DTSTAMP"]), ["DTSTAMP:20261030T080000Z"]);
}

#[test]
fn people_become_text() {
    let text = rewritten(&event(
        "DTSTART:20261105\nDESCRIPTION:Hola\nORGANIZER;CN=Ana:mailto:ana@example.com\n\
         ATTENDEE;CN=Luis;PARTSTAT=ACCEPTED:mailto:luis@example.com\nATTENDEE;ROLE=OPT-PARTICIPANT:mailto:eva@example.com",
    ));
    assert_eq!(
        lines(&text, &["DESCRIPTION"]),
        ["DESCRIPTION:Hola\\n\\nOrganiza: Ana <ana@example.com>\\nParticipantes:\\n- eva@example.com (opcional)\\n- \
          Luis <luis@example.com> (acepta)"]
    );
}

#[test]
fn a_crowd_is_counted() {
    let crowd: String = (0..150).map(|n| format!("\nATTENDEE:mailto:{n}@example.com")).collect();
    let text = rewritten(&event(&format!("DTSTART:20261105{crowd}")));
    assert_eq!(text.matches("@example.com").count(), 100);
    assert!(text.contains("\\ny 50 más\n"), "{text}");
}

#[test]
fn what_is_left_out_is_said() {
    let file = data_encoding::BASE64.encode(&[7; 100_001]);
    let text = event(&format!(
        "DTSTART:20261105\nATTACH;FILENAME=a.bin;ENCODING=BASE64;VALUE=BINARY:{file}\n\
         ATTACH;ENCODING=BASE64;VALUE=BINARY:BwcH\nATTACH:https://example.com/a.pdf\n\
         BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nATTENDEE:mailto:ana@example.com\nEND:VALARM"
    ));
    let object = write(&read(&text).unwrap().event, &key(), "id", People::AsText).unwrap();
    assert_eq!(object.degradations.len(), 2, "{:?}", object.degradations);
    assert!(object.degradations.iter().any(|what| what.contains("a.bin")));
    assert!(!object.text.contains("ACTION:EMAIL") && !object.text.contains("ana@example.com"));
    let attached = ["ATTACH:https://example.com/a.pdf", "ATTACH;ENCODING=BASE64;VALUE=BINARY:BwcH"];
    assert!(attached.iter().all(|line| object.text.contains(line)), "{}", object.text);
}

#[test]
fn lines_are_folded_between_characters() {
    let title = "ñ🙂".repeat(60);
    let object = write(
        &read(&event(&format!("DTSTART:20261105\nSUMMARY:{title}"))).unwrap().event,
        &key(),
        "id",
        People::AsText,
    )
    .unwrap();
    fixtures::strict::check(&object.text);
    assert!(unfolded(&object.text).contains(&format!("SUMMARY:{title}\n")));
}

#[test]
fn a_zone_is_described_from_the_first_time_that_is_needed() {
    // Spain had double summer time in 1945, and kept other changes of the clocks until 1996.
    let text = rewritten(&event("DTSTART;TZID=Europe/Madrid:19450805T100000\nRRULE:FREQ=YEARLY"));
    assert!(text.contains("DAYLIGHT\nDTSTART:19450414T230000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200"), "{text}");
    assert!(!text.contains("1944") && text.contains("RDATE:19950924T030000"), "{text}");
    let now = rewritten(&event("DTSTART;TZID=Europe/Madrid:20261105T100000"));
    assert!(!now.contains("1945"), "{now}");
}

#[test]
fn texts_with_everything_that_needs_escaping_come_back() {
    let odd = r#"a\\b\;c\,d\n"e":f=g"#;
    let draft = read(&event(&format!("DTSTART:20261105\nSUMMARY:{odd}"))).unwrap();
    assert_eq!(draft.event.master.summary, "a\\b;c,d\n\"e\":f=g");
    let again = read(&write(&draft.event, &key(), "id", People::AsText).unwrap().text).unwrap();
    assert_eq!(again.event.master.summary, draft.event.master.summary);
}

/// A text whose people are an organizer, a guest with an address and one without.
const PEOPLE: &str = "DTSTART:20261105\nDESCRIPTION:Uno\nORGANIZER;CN=Ana:mailto:ana@example.com\n\
     ATTENDEE;CN=José;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:josé@ejemplo.es\nATTENDEE;CUTYPE=ROOM;CN=Sala:invalid:nomail\n\
     BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nEND:VALARM";

#[test]
fn guests_are_written_where_that_is_wanted_and_nobody_is_to_be_mailed() {
    let event = read(&event(PEOPLE)).unwrap().event;
    let written = |people| unfolded(&write(&event, &key(), "id", people).unwrap().text);
    assert!(!written(People::AsText).contains("mailto:"));
    let guests = written(People::AsGuests);
    for line in [
        "ORGANIZER;CN=Ana;SCHEDULE-AGENT=NONE:mailto:ana@example.com\n",
        "ATTENDEE;CN=\"José\";SCHEDULE-AGENT=NONE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:josé@ejemplo.es\n",
        "DESCRIPTION:Uno\\n\\nParticipantes:\\n- Sala\n",
        "ACTION:DISPLAY\n",
    ] {
        assert!(guests.contains(line), "{line}\n{guests}");
    }
    assert!(guests.lines().filter(|line| line.contains("mailto:")).all(|line| line.contains("SCHEDULE-AGENT=NONE")));
}

#[test]
fn guests_without_an_organizer_are_text() {
    let alone: String = PEOPLE.lines().filter(|line| !line.starts_with("ORGANIZER")).collect::<Vec<_>>().join("\n");
    let event = read(&event(&alone)).unwrap().event;
    let guests = unfolded(&write(&event, &key(), "id", People::AsGuests).unwrap().text);
    assert!(!guests.contains("ATTENDEE"), "{guests}");
    assert!(guests.contains("Participantes:"), "{guests}");
}

#[test]
fn a_file_says_what_its_source_said() {
    let event = read(&event(PEOPLE)).unwrap().event;
    let file = export(&event, "abc@origen").unwrap().text;
    assert_eq!(fingerprint(&read(&file).unwrap().event), fingerprint(&event));
    let file = unfolded(&file);
    for line in [
        "UID:abc@origen\n",
        "DESCRIPTION:Uno\n",
        "ORGANIZER;CN=Ana:mailto:ana@example.com\n",
        "ATTENDEE;CN=Sala;CUTYPE=RESOURCE;PARTSTAT=NEEDS-ACTION:invalid:nomail\n",
        "ACTION:EMAIL\n",
    ] {
        assert!(file.contains(line), "{line}\n{file}");
    }
    assert!(!file.contains("X-PASARELA-UID") && !file.contains("SCHEDULE-AGENT") && !file.contains("METHOD"), "{file}");
}
