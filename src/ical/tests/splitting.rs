use super::*;

fn parts(text: &str) -> Result<Vec<(String, String)>, IcalError> {
    let pieces = split(text, &Limits::default())?;
    Ok(pieces.into_iter().map(|piece| (piece.uid.unwrap_or_default(), piece.text)).collect())
}

const MADRID: &str = "BEGIN:VTIMEZONE\r\nTZID:Madrid\r\nX-LIC-LOCATION:Europe/Madrid\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
                      TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

fn calendar(events: &str) -> String {
    let label = MADRID.replace("TZID:Madrid", "TZID:(UTC+01:00) Madrid\\, Paris");
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{MADRID}{label}{events}END:VCALENDAR\r\n")
}

#[test]
fn each_uid_comes_apart_with_the_zones_that_it_uses() {
    let text = calendar(
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Madrid:20261105T100000\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20261105T100000Z\r\nEND:VEVENT\r\n\
         BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n\
         BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20261106T090000Z\r\nDTSTART:20261106T100000Z\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nDTSTART;TZID=(UTC+01:00) Madrid\\, Paris:20261105T100000\r\nUID:c\r\nEND:VEVENT\r\n",
    );
    let parts = parts(&text).unwrap();
    assert_eq!(parts.iter().map(|(uid, _)| uid.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    let drafts: Vec<Draft> = parts.iter().map(|(_, text)| read(text).unwrap()).collect();
    assert!(parts.iter().zip(&drafts).all(|((uid, _), draft)| Some(uid) == draft.uid.as_ref()));
    assert_eq!(drafts[0].event.overrides.len(), 1);
    assert_eq!(parts.iter().map(|(_, text)| text.matches("BEGIN:VTIMEZONE").count()).collect::<Vec<_>>(), [1, 0, 1]);
}

#[test]
fn an_event_that_cannot_be_read_comes_out_all_the_same() {
    let good = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261105\r\nEND:VEVENT\r\n";
    let bad = "BEGIN:VEVENT\r\nUID:b\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\n";
    let parts = parts(&calendar(&format!("{bad}{good}"))).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!((parts[0].0.as_str(), read(&parts[0].1).is_err()), ("b", true));
    assert_eq!((parts[1].0.as_str(), read(&parts[1].1).is_ok()), ("a", true));
}

#[test]
fn an_event_without_a_uid_is_apart_from_all_others_and_named_by_its_line() {
    let nameless = "BEGIN:VEVENT\nUID: \nDTSTART:20261105\nEND:VEVENT\n";
    let text = format!(
        "BEGIN:VCALENDAR\n{nameless}BEGIN:VEVENT\nUID:a\nDTSTART:20261105\nEND:VEVENT\n{nameless}END:VCALENDAR\n"
    );
    let pieces = split(&text, &Limits::default()).unwrap();
    let named: Vec<_> = pieces.iter().map(|piece| (piece.uid.as_deref(), piece.line)).collect();
    assert_eq!(named, [(None, 2), (Some("a"), 6), (None, 10)]);
    assert!(pieces.iter().all(|piece| piece.text.matches("BEGIN:VEVENT").count() == 1));
}

#[test]
fn a_calendar_without_events_gives_none_and_an_empty_text_is_no_calendar() {
    assert_eq!(parts("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"), Ok(Vec::new()));
    assert!(parts("").is_err());
}

#[test]
fn every_fixture_reads_the_same_alone_and_among_others() {
    let inner = |text: &str| -> String {
        let text = text.trim_start_matches('\u{feff}').trim();
        text.strip_prefix("BEGIN:VCALENDAR").unwrap().strip_suffix("END:VCALENDAR").unwrap().trim_start().to_owned()
    };
    let all: String = fixtures::FIXTURES.iter().map(|(_, text)| inner(text)).collect();
    let parts = parts(&format!("BEGIN:VCALENDAR\r\n{all}END:VCALENDAR\r\n")).unwrap();
    assert_eq!(parts.len(), fixtures::FIXTURES.len());
    for ((_, text), (uid, part)) in fixtures::FIXTURES.iter().zip(&parts) {
        let (alone, among) = (read(text).unwrap(), read(part).unwrap());
        assert_eq!((alone.uid.as_ref(), alone.fingerprint), (Some(uid), among.fingerprint));
    }
}

#[test]
fn each_event_keeps_the_zone_that_its_own_calendar_names() {
    let event = |uid: &str| format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20270105T100000\r\nEND:VEVENT\r\n");
    let calendar = |head: &str, events: &str| format!("BEGIN:VCALENDAR\r\n{head}{events}END:VCALENDAR\r\n");
    let text = [
        calendar("X-WR-TIMEZONE:Europe/Amsterdam\r\n", &(event("a") + &event("b"))),
        calendar("", &event("c")),
        // Wherever it stands, and where it names a VTIMEZONE.
        calendar(MADRID, &(event("d") + "X-WR-TIMEZONE:Madrid\r\n")),
    ]
    .concat();
    let starts: Vec<String> = parts(&text)
        .unwrap()
        .iter()
        .map(|(uid, text)| format!("{uid} {}", lines(&rewritten(text), &["DTSTART"])[0]))
        .collect();
    assert_eq!(
        starts,
        [
            "a DTSTART;TZID=Europe/Amsterdam:20270105T100000",
            "b DTSTART;TZID=Europe/Amsterdam:20270105T100000",
            "c DTSTART:20270105T100000",
            "d DTSTART;TZID=Europe/Madrid:20270105T100000",
        ]
    );
}

#[test]
fn a_zone_that_each_of_many_events_names_is_not_copied_without_end() {
    let zone = format!("BEGIN:VTIMEZONE\r\nTZID:Zona\r\nX-NOTE:{}\r\nEND:VTIMEZONE\r\n", "a".repeat(1 << 20));
    let event = |n: usize| format!("BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;TZID=Zona:20270105T100000\r\nEND:VEVENT\r\n");
    let calendar =
        |many: usize| format!("BEGIN:VCALENDAR\r\n{zone}{}END:VCALENDAR\r\n", (0..many).map(event).collect::<String>());
    let limits = Limits { max_bytes: usize::MAX, ..Limits::default() };
    assert_eq!(split(&calendar(60), &limits).unwrap().len(), 60);
    let refused = split(&calendar(64), &limits).unwrap_err();
    assert_eq!(refused.reason, "its events, each with the VTIMEZONEs that it names, take more than 64 MiB");
}

#[test]
fn a_calendar_has_a_most_of_zones() {
    let calendar = |zones: usize| {
        let zones: String = (0..zones).map(|n| format!("BEGIN:VTIMEZONE\nTZID:z{n}\nEND:VTIMEZONE\n")).collect();
        let event = "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=z0:20270101T000000\nEND:VEVENT\n";
        split(&format!("BEGIN:VCALENDAR\n{zones}{event}END:VCALENDAR\n"), &Limits::default()).map(|pieces| pieces.len())
    };
    assert_eq!(calendar(200), Ok(1));
    assert!(calendar(201).unwrap_err().reason.contains("VTIMEZONEs"));
}
