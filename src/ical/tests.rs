use super::*;
use crate::placement::RemoteKey;

#[test]
fn a_plain_event_is_read_and_written() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@b\nDTSTART;TZID=europe/madrid:20261105T100000\nDURATION:PT1H\nSUMMARY:Clase\\, la primera\nRRULE:FREQ=WEEKLY;UNTIL=20261217\nEND:VEVENT\nEND:VCALENDAR\n";
    let draft = parse(text, &Limits::default()).unwrap();
    let object = write(&draft.event, &RemoteKey::from_text("psrk"), "a@b");
    println!("{}", object.text);
    assert!(object.text.contains("DTEND;TZID=Europe/Madrid:20261105T110000\r\n"));
}
