//! Words that were sent are read, or it is said that they are not.

use super::*;

const START: &str = "DTSTART:20261105T100000Z";

fn draft(body: &str) -> Draft {
    read(&event(&format!("{START}\n{body}"))).unwrap_or_else(|error| panic!("{error}\n{body}"))
}

/// What is read of a body, and what is said about it.
#[track_caller]
fn said(body: &str) -> (crate::calendar::Details, Vec<String>) {
    let draft = draft(body);
    (draft.event.master, draft.notes)
}

#[test]
fn a_text_that_was_not_folded_stays_whole() {
    let joined = |name: &str| vec![format!("{name} is broken over several lines: they are put together")];
    for (body, summary) in [
        ("SUMMARY:uno\ndos", "uno\ndos"),
        ("SUMMARY:uno\r\n\r\n\\n [dos] (tres)\r", "uno\n\n [dos] (tres)"),
        ("SUMMARY:\nuno", "uno"),
        ("SUMMARY:uno\nNota: traer DNI\nhttps://example.org/x;y", "uno\nNota: traer DNI\nhttps://example.org/x;y"),
        ("SUMMARY:uno\nNOTA:traer DNI", "uno\nNOTA:traer DNI"),
        ("SUMMARY:uno\n10:30 h; 11:45 h", "uno\n10:30 h; 11:45 h"),
        ("SUMMARY:uno\nName: Ana\nLink: ver", "uno\nName: Ana\nLink: ver"),
        ("SUMMARY:uno\nContact; Juan", "uno\nContact; Juan"),
        ("SUMMARY:uno\\\ndos", "uno\\\ndos"),
        ("SUMMARY:uno\n plegado\ndos\n plegado", "unoplegado\ndosplegado"),
        ("SUMMARY;LANGUAGE=es:uno\ndos", "uno\ndos"),
    ] {
        let (details, notes) = said(body);
        assert_eq!((details.summary.as_str(), notes), (summary, joined("SUMMARY")), "{body:?}");
    }
    let (details, notes) =
        said("LOCATION:Av. Amazonas N34-451\nEdificio Torre Azul\nPiso 3, oficina 301\nSUMMARY:Firma");
    let address = "Av. Amazonas N34-451\nEdificio Torre Azul\nPiso 3, oficina 301";
    assert_eq!((details.location.as_deref(), details.summary.as_str()), (Some(address), "Firma"));
    assert_eq!(notes, joined("LOCATION"));
    let (details, notes) = said("CATEGORIES:uno,\ndos\nBEGIN:VALARM\nTRIGGER:-PT5M\nDESCRIPTION:ya\nviene\nEND:VALARM");
    assert_eq!(
        (details.categories.clone(), details.alarms[0].text.as_deref()),
        (vec!["dos".to_owned(), "uno".to_owned()], Some("ya\nviene"))
    );
    assert_eq!(notes, [joined("CATEGORIES"), joined("DESCRIPTION")].concat());
}

#[test]
fn what_begins_a_property_ends_a_text() {
    for (body, left_out) in [
        ("SUMMARY:uno\nlocation:dos", None),
        ("SUMMARY:uno\nX-WR-CALNAME : dos", None),
        ("SUMMARY:uno\nTZID:Europe/Madrid", None),
        ("SUMMARY:uno\nMETHOD:REQUEST", None),
        ("SUMMARY:uno\nX-ray: a las 10", Some("X-RAY is left out")),
        ("SUMMARY:uno\nNAME:dos palabras", Some("NAME is left out")),
        ("SUMMARY:uno\nROOM;VALUE=TEXT:dos palabras", Some("ROOM is left out")),
        ("SUMMARY:uno\nStatus: pagado", Some("STATUS is left out: \"pagado\" is no state of an event")),
        ("SUMMARY:uno\nPriority: alta", Some("PRIORITY is left out: \"alta\" is not from 1 to 9")),
        ("SUMMARY:uno\nSUMMARY:dos", Some("a second SUMMARY is left out")),
        ("SUMMARY:uno\nSTATUS:CONFIRMED\nuna nota", Some("line 7 is left out: \"una nota\" is no property")),
        ("SUMMARY:uno\nURL:https://example.org/\nuna nota", Some("line 7 is left out: \"una nota\" is no property")),
        ("SUMMARY:uno\nATTENDEE:", Some("ATTENDEE is left out: it names nobody")),
    ] {
        let (details, notes) = said(body);
        assert_eq!(details.summary, "uno", "{body:?}");
        assert_eq!(notes, left_out.into_iter().collect::<Vec<_>>(), "{body:?}");
    }
    assert!(
        read(&event(&format!("{START}\nSUMMARY:uno\nBEGIN: mañana"))).is_err(),
        "what looks like structure is some"
    );
}

#[test]
fn names_without_quotes_are_one_name() {
    let people = |line: &str| {
        let (details, notes) = said(line);
        let person =
            details.organizer.clone().or_else(|| details.attendees.first().map(|one| one.person.clone())).unwrap();
        (person.name.unwrap_or_default(), person.address, notes.len())
    };
    for (line, name, notes) in [
        ("ATTENDEE;CN=Pérez, Juan:mailto:j@x.ec", "Pérez, Juan", 1),
        ("ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Pérez, Juan;PARTSTAT=ACCEPTED:mailto:j@x.ec", "Pérez, Juan", 1),
        ("ORGANIZER;CN=Pérez; Juan:mailto:j@x.ec", "Pérez; Juan", 1),
        ("ATTENDEE;CN=Dra: Vera:MAILTO:j@x.ec", "Dra: Vera", 1),
        ("ATTENDEE;CN=Pérez\nJuan:mailto:j@x.ec", "Pérez Juan", 1),
        ("ATTENDEE;CN=\"Pérez,\n Juan\":mailto:j@x.ec", "Pérez,Juan", 0),
        ("ATTENDEE;CN=\"Pérez, Juan:mailto:j@x.ec", "Pérez, Juan", 1),
        ("ATTENDEE;CN=\"Pérez, Juan\":mailto:j@x.ec", "Pérez, Juan", 0),
        ("ATTENDEE;CN=\"Soto, Mateo; (\\\"Ventas\\\")\":mailto:j@x.ec", "Soto, Mateo; (\"Ventas\")", 0),
        ("ATTENDEE;CN=\"Mari\" Soto, Ana:mailto:j@x.ec", "Mari' Soto, Ana", 1),
        ("ATTENDEE;CN=Pérez\\, Juan:mailto:j@x.ec", "Pérez, Juan", 1),
        ("ATTENDEE;CN=Ana ^'Mari^' Soto:mailto:j@x.ec", "Ana 'Mari' Soto", 0),
        ("ATTENDEE;RSVP;CN=Pérez, Juan;X-A=1,2:mailto:j@x.ec", "Pérez, Juan", 1),
        ("ATTENDEE;DELEGATED-TO=\"mailto:a@x.ec\",\"mailto:b@x.ec\";CN=Ana:mailto:j@x.ec", "Ana", 0),
    ] {
        assert_eq!(people(line), (name.to_owned(), "j@x.ec".to_owned(), notes), "{line}");
    }
}

#[test]
fn everybody_who_is_named_stays() {
    let both = |lines: &str| draft(lines).event.master.attendees.len();
    assert_eq!(both("ATTENDEE;CN=Ana:mailto:casa@x.ec\nATTENDEE;CN=Luis:mailto:casa@x.ec"), 2);
    assert_eq!(both("ATTENDEE;CN=Sala 1:invalid:nomail\nATTENDEE;CN=Sala 2:invalid:nomail"), 2);
    assert_eq!(both("ATTENDEE;CN=Ana:mailto:a@x.ec\nATTENDEE:mailto:A@x.ec\nATTENDEE;CN=Ana:mailto:a@x.ec"), 1);
}

#[test]
fn quoted_printable_is_read_once_and_in_its_charset() {
    for (line, text, note) in [
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Reuni=C3=B3n", "Reunión", false),
        ("DESCRIPTION;QUOTED-PRINTABLE:Reuni=C3=B3n", "Reunión", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Reuni=F3n=80", "Reunión€", true),
        ("DESCRIPTION;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Reuni=F3n", "Reunión", true),
        ("DESCRIPTION;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Reuni=F3n", "Reunión", false),
        ("DESCRIPTION;CHARSET=\"koi8-r\";ENCODING=Quoted-Printable:=C4=C1", "да", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:uno=\ndos=0D=0Atres", "unodos\ntres", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:uno =\n dos", "uno dos", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Reuni=\n C3=B3n", "Reunión", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Reuni=C3=\n=B3n", "Reunión", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:uno=\nSUMMARY: dos", "unoSUMMARY: dos", false),
        ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a=2C b=5Cn c=3B 1+1=2 \\n fin=", "a, b\\n c; 1+1=2 \n fin=", false),
        ("DESCRIPTION;ENCODING=BASE64:UmV1bmnDs24=", "Reunión", false),
        ("DESCRIPTION;ENCODING=BASE64;VALUE=BINARY:UmV1bmnDs\n24=", "Reunión", false),
    ] {
        let (details, notes) = said(line);
        assert_eq!(details.description.as_deref(), Some(text), "{line}");
        assert_eq!(notes.iter().any(|note| note.contains("Windows-1252")), note, "{line}: {notes:?}");
    }
    let (details, _) = said("ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJD\nREVG\nSUMMARY:x");
    assert_eq!(details.attachments[0].data, crate::calendar::AttachmentData::Inline(b"ABCDEF".to_vec()));
}

#[test]
fn a_backslash_that_escapes_nothing_is_one() {
    for (text, read) in [
        ("C:\\docs\\rutas", "C:\\docs\\rutas"),
        ("uno\\ndos\\Ntres", "uno\ndos\ntres"),
        ("uno\\r\\ndos", "uno\ndos"),
        ("a\\, b\\; c\\: d\\\\ e\\'f\\\"", "a, b; c: d\\ e'f\""),
        ("fin\\", "fin\\"),
    ] {
        assert_eq!(draft(&format!("SUMMARY:{text}")).event.master.summary, read, "{text}");
    }
}

#[test]
fn a_link_without_a_scheme_is_one_of_the_web_or_is_named() {
    let url = |text: &str| said(&format!("URL:{text}"));
    assert_eq!(url("https://example.org/a").1, Vec::<String>::new());
    let (details, notes) = url("www.example.org/a");
    assert_eq!(details.url.as_deref(), Some("https://www.example.org/a"));
    assert_eq!(notes, ["URL has no scheme: it is taken for a page of the web"]);
    let (details, notes) = url("ver la página");
    assert_eq!((details.url.clone(), notes), (None, vec!["URL is left out: \"ver la página\" is no link".to_owned()]));
}

#[test]
fn a_colour_has_a_name_or_is_named() {
    let color = |text: &str| said(&format!("COLOR:{text}"));
    for (text, name, notes) in [
        ("red", "red", 0),
        ("DarkBlue", "DarkBlue", 0),
        ("#ff0000", "red", 0),
        ("#F00", "red", 0),
        ("#fe0102", "red", 1),
    ] {
        let (details, said) = color(text);
        assert_eq!((details.color.as_deref(), said.len()), (Some(name), notes), "{text}: {said:?}");
    }
    for text in ["rojo", "#ff", "7", "#00000000"] {
        let (details, notes) = color(text);
        assert_eq!(details.color, None, "{text}");
        assert_eq!(notes, [format!("COLOR is left out: \"{text}\" is no colour of CSS")]);
    }
}

#[test]
fn lines_may_end_in_cr_alone() {
    let text = event(&format!("{START}\nSUMMARY:uno\n dos\nDESCRIPTION:tres\ncuatro")).replace('\n', "\r");
    let details = read(&text).unwrap().event.master;
    assert_eq!(details.summary, "unodos");
    assert_eq!(details.description.as_deref(), Some("tres\ncuatro"));
    let error = read(&text.replace("20261105T", "20261305T")).unwrap_err();
    assert_eq!((error.line, error.property.as_deref()), (Some(4), Some("DTSTART")));
    assert_eq!(split(&text, &Limits::default()).unwrap().len(), 1);
    // A CR that ends no line is a line end in the text that it stands in.
    assert_eq!(draft("SUMMARY:uno\rdos").event.master.summary, "uno\ndos");
}

#[test]
fn a_text_in_a_hundred_thousand_pieces_is_read_whole() {
    let pieces = "Nota: y=\n".repeat(100_000);
    for line in ["SUMMARY:x", "SUMMARY;ENCODING=QUOTED-PRINTABLE:x=", "SUMMARY;LANGUAGE=\"x"] {
        let text = event(&format!("{START}\n{line}\n{pieces}"));
        let summary = read(&text).unwrap().event.master.summary.clone();
        assert_eq!(summary.matches("Nota: y").count(), 100_000 - usize::from(line.ends_with("\"x")), "{line}");
    }
    for line in ["ATTENDEE;CN=\"x", "STATUS:x", "URL;A=\"b"] {
        assert!(read(&event(&format!("{START}\n{line}\n{pieces}"))).is_ok(), "{line}");
    }
}
