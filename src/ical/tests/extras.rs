//! What other makers said is passed on so that every server takes it, or left out and said.

use super::*;

/// What is written of a property that another maker made, and the notes.
fn passed_on(line: &str) -> (Vec<String>, Vec<String>) {
    let draft = read(&event(&format!("DTSTART:20261105T100000Z\n{line}"))).unwrap();
    let text = unfolded(&write(&draft.event, &key(), "id", People::AsText).unwrap().text);
    let name = line.split([':', ';']).next().unwrap().to_ascii_uppercase();
    (lines(&text, &[&name]), draft.notes)
}

#[test]
fn what_other_makers_said_is_written_anew() {
    for (line, written) in [
        (
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Calle 1\\; Quito:geo:-0.18,-78.48",
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Calle 1; Quito\":geo:-0.18,-78.48",
        ),
        (
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Calle 1; Quito;X-APPLE-RADIUS=70.5:geo:-0.18,-78.48",
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Calle 1; Quito\";X-APPLE-RADIUS=70.5:geo:-0.18,-78.48",
        ),
        (
            "x-apple-structured-location;X-TITLE=\"Café \\\"Luna\\\"\";X_BAD=1;X-EMPTY=:geo:1,2",
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Café ^'Luna^'\":geo:1,2",
        ),
        (
            "X-APPLE-STRUCTURED-LOCATION;VALUE=TEXT;X-TITLE=\"a^'b^nc\":geo:1,2",
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"a^'b^nc\":geo:1,2",
        ),
        ("X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M", "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"),
        ("X-PUENTES-REF:a;b,c", "X-PUENTES-REF:a\\;b\\,c"),
        ("X-PUENTES-REF:a\\;b\\,c", "X-PUENTES-REF:a\\;b\\,c"),
        ("RESOURCES;LANGUAGE=es:Sala\\, grande,Proyector", "RESOURCES;LANGUAGE=es:Sala\\, grande,Proyector"),
        ("COMMENT;ALTREP=\"https://example.com/\";VALUE=TEXT:Hola", "COMMENT;ALTREP=\"https://example.com/\":Hola"),
        ("X-PUENTES-REF;VALUE=INTEGER:7", "X-PUENTES-REF:7"),
        ("COMMENT;ENCODING=QUOTED-PRINTABLE:=C3=B1", "COMMENT:ñ"),
    ] {
        assert_eq!(passed_on(line), (vec![written.to_owned()], Vec::new()), "{line}");
    }
}

#[test]
fn what_other_makers_said_and_cannot_be_written_is_left_out_and_said() {
    for (line, note) in [
        (
            "X-APPLE-TRAVEL-START;ROUTING=CAR;VALUE=URI;X-TITLE=Casa:",
            "X-APPLE-TRAVEL-START is left out: it has no value",
        ),
        (
            "X-APPLE-STRUCTURED-LOCATION;VALUE=URI:Quito",
            "X-APPLE-STRUCTURED-LOCATION is left out: its value is no link",
        ),
        ("X-APPLE-TRAVEL-DURATION;VALUE=DURATION:soon", "X-APPLE-TRAVEL-DURATION is left out: its value is no length"),
        ("X-GOOGLE-CONFERENCE;ENCODING=BASE64:QUJD", "X-GOOGLE-CONFERENCE is left out: its value is encoded"),
    ] {
        assert_eq!(passed_on(line), (Vec::new(), vec![note.to_owned()]), "{line}");
    }
    // Nothing is lost with what says nothing.
    for line in ["X-PUENTES-REF:", "X-PUENTES-REF;VALUE=TEXT: ", "X-APPLE-TRAVEL-START;VALUE=URI:"] {
        assert_eq!(passed_on(line), (Vec::new(), Vec::new()), "{line}");
    }
}
