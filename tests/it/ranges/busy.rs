//! When somebody is busy.

use super::*;

fn blocks(blocks: &[pasarela::ranges::Block]) -> Vec<String> {
    blocks.iter().map(|block| format!("{}/{}", block.from, block.to)).collect()
}

#[test]
fn busy_times_are_merged_and_know_what_keeps_nobody_busy() {
    let desk = Desk::new();
    let event = |lines: &str| drop(desk.ical(&desk.next_name("e"), lines));
    event(HOUR);
    event("DTSTART:20270105T153000Z\nDTEND:20270105T170000Z\nCLASS:CONFIDENTIAL");
    event("DTSTART:20270105T180000Z\nDTEND:20270105T190000Z\nTRANSP:TRANSPARENT");
    event("DTSTART:20270105T180000Z\nDTEND:20270105T190000Z\nSTATUS:CANCELLED");
    event("DTSTART:20270105T183000Z\nDTEND:20270105T190000Z\nSTATUS:TENTATIVE");
    event("DTSTART:20270105T200000Z");
    event("DTSTART:20270104T230000Z\nDTEND:20270105T010000Z");
    event("DTSTART;TZID=America/Guayaquil:20270101T050000\nDURATION:PT1H\nRRULE:FREQ=DAILY");
    desk.ical_from_before("old", "DTSTART:20270105T210000Z\nDTEND:20270105T220000Z");
    let busy = desk.engine.app.ranges.busy(&ana(), range("2027-01-05", "2027-01-06")).unwrap();
    assert_eq!(
        blocks(&busy.busy),
        [
            "2027-01-05T00:00:00Z/2027-01-05T01:00:00Z",
            "2027-01-05T10:00:00Z/2027-01-05T11:00:00Z",
            "2027-01-05T15:00:00Z/2027-01-05T17:00:00Z",
            "2027-01-05T21:00:00Z/2027-01-05T22:00:00Z"
        ]
    );
    assert_eq!(blocks(&busy.tentative), ["2027-01-05T18:30:00Z/2027-01-05T19:00:00Z"]);
    assert_eq!(busy.unknown, []);
    let nobody = desk.engine.app.ranges.busy(&luis(), range("2027-01-05", "2027-01-06")).unwrap();
    assert_eq!(nobody, pasarela::ranges::Busy::default());
    same(desk.engine.app.ranges.busy(&ana(), range("2026-01-01", "2027-02-06")), &NotTold::TooLong { days: 401 });
}
