use super::*;

fn fingerprint(body: &str) -> [u8; 32] {
    read(&event(body)).unwrap_or_else(|error| panic!("{error}: {body}")).fingerprint
}

const BASE: &str = "DTSTART;TZID=Europe/Madrid:20261105T100000\nDTEND;TZID=Europe/Madrid:20261105T110000\n\
                    SUMMARY:Clase\nDESCRIPTION:uno\\ndos\nCATEGORIES:a,b\nRRULE:FREQ=WEEKLY;BYDAY=TH,MO";

#[test]
fn what_a_calendar_would_not_show_does_not_matter() {
    let base = fingerprint(BASE);
    let reversed: Vec<&str> = BASE.lines().rev().collect();
    for (what, body) in [
        ("order", reversed.join("\n")),
        ("line ends", BASE.replace('\n', "\r\n")),
        ("folds", BASE.replace("Clase", "Cla\n se")),
        (
            "stamps",
            format!("{BASE}\nDTSTAMP:20261101T080000Z\nCREATED:20261101T080000Z\nLAST-MODIFIED:20261101T080000Z"),
        ),
        ("sequence", format!("{BASE}\nSEQUENCE:7")),
        ("unknown", format!("{BASE}\nX-WHATEVER:1")),
        ("defaults", format!("{BASE}\nSTATUS:CONFIRMED\nTRANSP:OPAQUE\nCLASS:PUBLIC\nPRIORITY:0")),
        ("length", BASE.replace("DTEND;TZID=Europe/Madrid:20261105T110000", "DURATION:PT1H")),
        ("order in lists", BASE.replace("a,b", "b,a").replace("TH,MO", "MO,TH")),
        ("defaults of the rule", BASE.replace("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=1;WKST=MO")),
        ("case of the zone", BASE.replace("Europe/Madrid", "europe/madrid")),
        ("white space", BASE.replace("Clase", "Clase ")),
    ] {
        assert_eq!(fingerprint(&body), base, "{what}");
    }
    let text = event(BASE);
    let whole = read(&text.replace("BEGIN:VEVENT", "PRODID:x\nVERSION:2.0\nBEGIN:VEVENT")).unwrap();
    assert_eq!(whole.fingerprint, base, "PRODID");
    assert_eq!(read(&text.replace("a@b", "c@d")).unwrap().fingerprint, base, "UID");
}

#[test]
fn whatever_a_calendar_shows_matters() {
    let bodies = [
        BASE.to_owned(),
        BASE.replace("T100000", "T100001"),
        BASE.replace("T110000", "T120000"),
        BASE.replace("Europe/Madrid", "Europe/Paris"),
        BASE.replace("SUMMARY:Clase", "SUMMARY:Clase 2"),
        BASE.replace("SUMMARY:Clase", "LOCATION:Clase"),
        BASE.replace("uno", "tres"),
        BASE.replace("a,b", "a"),
        BASE.replace("WEEKLY", "WEEKLY;INTERVAL=2"),
        BASE.replace("WEEKLY", "WEEKLY;COUNT=2"),
        format!("{BASE}\nEXDATE:20261112T090000Z"),
        format!("{BASE}\nRDATE:20261113T090000Z"),
        format!("{BASE}\nSTATUS:TENTATIVE"),
        format!("{BASE}\nSTATUS:CANCELLED"),
        format!("{BASE}\nTRANSP:TRANSPARENT"),
        format!("{BASE}\nCLASS:PRIVATE"),
        format!("{BASE}\nPRIORITY:1"),
        format!("{BASE}\nURL:https://example.com/"),
        format!("{BASE}\nGEO:1.5;2.5"),
        format!("{BASE}\nCOLOR:navy"),
        format!("{BASE}\nORGANIZER;CN=Ana:mailto:ana@example.com"),
        format!("{BASE}\nATTENDEE;CN=Ana:mailto:ana@example.com"),
        format!("{BASE}\nATTENDEE;CN=Ana;PARTSTAT=ACCEPTED:mailto:ana@example.com"),
        format!("{BASE}\nATTACH:https://example.com/a.pdf"),
        format!("{BASE}\nCONFERENCE;VALUE=URI:https://example.com/a"),
        format!("{BASE}\nX-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"),
        format!("{BASE}\nX-ALT-DESC;FMTTYPE=text/html:<p>uno</p>"),
        format!("{BASE}\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM"),
        format!("{BASE}\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT6M\nEND:VALARM"),
        format!("{BASE}\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nRECURRENCE-ID:20261119T090000Z\nDTSTART:20261119T110000Z"),
        format!("{BASE}\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nRECURRENCE-ID:20261126T090000Z\nDTSTART:20261119T110000Z"),
    ];
    let mut prints: Vec<[u8; 32]> = bodies.iter().map(|body| fingerprint(body)).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), bodies.len());
}
