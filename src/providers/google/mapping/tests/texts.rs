use super::*;

fn utf16(text: &Value) -> usize {
    text.as_str().unwrap().encode_utf16().count()
}

#[test]
fn the_description_holds_text_people_and_links() {
    let mapped = day("DESCRIPTION:Uno <b>\\ndos & tres\nORGANIZER;CN=Ana:mailto:ana@example.com\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:luis@example.com\nURL:https://example.com/?a=1&b=2\nGEO:40.4;-3.7\n\
         CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.com/x\n\
         CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Por teléfono:tel:+593991234567\n\
         X-GOOGLE-CONFERENCE:https://meet.example.com/x\nX-MICROSOFT-SKYPETEAMSMEETINGURL;X=\"a:b\":https://teams.example.com\n\
         ATTACH;FILENAME=a.pdf:https://example.com/a.pdf\nATTACH:https://example.com/b.pdf");
    let expected = "Uno &lt;b&gt;\ndos &amp; tres\n\nOrganiza: Ana &lt;ana@example.com&gt;\nParticipantes:\n\
        - luis@example.com (acepta)\n\nVideollamada: https://meet.example.com/x\nPor teléfono: tel:+593991234567\n\
        Videollamada: https://teams.example.com\nEnlace: https://example.com/?a=1&amp;b=2\n\
        Mapa: https://www.google.com/maps/search/?api=1&amp;query=40.4,-3.7\nAdjunto: a.pdf https://example.com/a.pdf\n\
        Adjunto: https://example.com/b.pdf";
    assert_eq!(mapped.body["description"], expected);
    assert_eq!(mapped.body["location"], "https://meet.example.com/x");
    assert_eq!(mapped.body["source"], json!({"title": "example.com", "url": "https://example.com/?a=1&b=2"}));
    assert_eq!(mapped.degradations, [crate::ical::said::PEOPLE_AS_TEXT]);
}

#[test]
fn only_pages_of_the_web_are_a_source() {
    for url in ["mailto:a@b", "tel:+593991234567", "ftp://example.com/x", "urn:uuid:1", "https:"] {
        let body = day(&format!("URL:{url}")).body;
        assert_eq!(body.get("source"), None, "{url}");
        assert_eq!(body["description"], format!("Enlace: {url}"));
    }
}

#[test]
fn a_title_says_once_that_it_was_called_off() {
    for (title, shown) in [
        ("Clase", "Cancelado: Clase"),
        ("", "Cancelado:"),
        ("CANCELADO: Clase", "CANCELADO: Clase"),
        ("ñññññ", "Cancelado: ñññññ"),
    ] {
        assert_eq!(day(&format!("STATUS:CANCELLED\nSUMMARY:{title}")).body["summary"], shown);
    }
}

#[test]
fn what_just_fits_is_whole_and_one_more_is_cut() {
    for (fits, letter) in [(1_024, "a"), (1_024, "ñ"), (512, "🙂")] {
        let whole = day(&format!("SUMMARY:{}\nLOCATION:{}", letter.repeat(fits), letter.repeat(fits)));
        assert_eq!(whole.body["summary"], letter.repeat(fits));
        assert_eq!(whole.degradations, Vec::<String>::new());
        let cut = day(&format!("SUMMARY:{}\nLOCATION:{}", letter.repeat(fits + 1), letter.repeat(fits + 1)));
        assert_eq!(cut.body["summary"], format!("{}…", letter.repeat(fits - 1)));
        assert_eq!(cut.body["summary"], cut.body["location"]);
        assert_eq!(cut.degradations, [said::LOCATION_CUT, said::TITLE_CUT]);
    }
}

#[test]
fn a_description_is_never_cut_inside_an_entity() {
    for before in 0..6 {
        let text = format!("{}{}", "x".repeat(before), "&".repeat(1_700));
        let mapped = day(&format!("DESCRIPTION:{text}"));
        let description = mapped.body["description"].as_str().unwrap();
        let body = description.strip_suffix('…').unwrap();
        assert!(body.ends_with("&amp;") && utf16(&mapped.body["description"]) <= 8_192, "{before}");
        assert!(utf16(&mapped.body["description"]) > 8_192 - 6);
        assert_eq!(mapped.degradations, [said::DESCRIPTION_CUT]);
    }
}

#[test]
fn links_go_before_a_long_text() {
    let mapped = day(&format!("DESCRIPTION:{}\nURL:https://example.com/x", "ñ".repeat(9_000)));
    let description = mapped.body["description"].as_str().unwrap();
    assert!(description.ends_with("ñ…\n\nEnlace: https://example.com/x"));
    assert_eq!(utf16(&mapped.body["description"]), 8_192);
}
