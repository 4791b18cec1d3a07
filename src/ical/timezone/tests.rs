use jiff::{Timestamp, tz};

use super::*;
use crate::ical::limits::Limits;

fn zones() -> Vec<Zone> {
    let mut zones: Vec<Zone> = tz::db().available().filter_map(|name| Zone::named(name.as_str())).collect();
    zones.sort_by(|one, other| one.name().cmp(other.name()));
    zones.dedup();
    assert!(zones.len() > 300, "the zones are there");
    zones
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a reader of our VTIMEZONE makes of it.
fn read_back(text: &str) -> Rules {
    let text = format!("BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n");
    let outline = Outline::of(&text, &Limits::default()).unwrap();
    Rules::read(&outline, &outline.parts[0]).unwrap_or_else(|| panic!("not understood: {text}"))
}

#[test]
fn the_vtimezone_of_every_zone_says_what_the_database_says() {
    let until = at("2100-01-01T00:00:00Z");
    for zone in zones() {
        for from in ["1931-06-01T00:00:00Z", "1985-06-01T00:00:00Z", "2019-03-01T00:00:00Z", "2026-11-05T09:00:00Z"] {
            let from = at(from);
            let text = component(&zone, from);
            let rules = read_back(&text);
            let offset = i64::from(zone.rules().to_offset(from).seconds());
            assert_eq!(rules.offset_at(from.as_second()), Some(offset), "{} at {from}\n{text}", zone.name());
            let (from, until) = (from.as_second(), until.as_second());
            let is: Vec<_> = likeness::changes(&zone, from, until).collect();
            assert_eq!(rules.changes(from, until), is, "{} from {from}\n{text}", zone.name());
        }
    }
}

#[test]
fn zones_with_settled_rules_have_a_short_vtimezone() {
    let now = at("2026-11-05T09:00:00Z");
    let listed: Vec<String> = zones()
        .into_iter()
        .filter(|zone| component(zone, now).contains("RDATE"))
        .map(|zone| zone.name().to_owned())
        .collect();
    assert_eq!(listed, ["Africa/Cairo", "Asia/Gaza", "Asia/Hebron"]);
}

#[test]
fn a_vtimezone_reads_as_people_know_it() {
    let text = component(&Zone::named("Europe/Madrid").unwrap(), at("2026-11-05T09:00:00Z"));
    assert_eq!(
        text.replace("\r\n", "\n"),
        "BEGIN:VTIMEZONE\nTZID:Europe/Madrid\n\
         BEGIN:DAYLIGHT\nDTSTART:19960331T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\n\
         RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
         BEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\n\
         RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n"
    );
    let text = component(&Zone::named("America/Guayaquil").unwrap(), at("2026-11-05T09:00:00Z"));
    assert_eq!(
        text.replace("\r\n", "\n"),
        "BEGIN:VTIMEZONE\nTZID:America/Guayaquil\nBEGIN:STANDARD\nDTSTART:19930205T000000\n\
         TZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nTZNAME:-05\nEND:STANDARD\nEND:VTIMEZONE\n"
    );
}

/// What a TZID means in a calendar with this VTIMEZONE, for an event on 5 November 2026.
fn meaning(tzid: &str, vtimezone: &str) -> Result<String, String> {
    let text = format!("BEGIN:VCALENDAR\n{vtimezone}END:VCALENDAR\n");
    let outline = Outline::of(&text, &Limits::default()).unwrap();
    let notes = RefCell::default();
    let place = Zones::of(&outline, &notes).find(tzid, jiff::civil::date(2026, 11, 5).at(10, 0, 0, 0))?;
    Ok(match place {
        Place::Utc => "UTC".to_owned(),
        Place::Zone(zone) => zone.name().to_owned(),
        Place::Custom(_) => "custom".to_owned(),
    })
}

/// A VTIMEZONE as Outlook writes it: rules without a real start.
fn outlook(tzid: &str, winter: &str, summer: &str, (to_winter, to_summer): (&str, &str)) -> String {
    format!(
        "BEGIN:VTIMEZONE\nTZID:{tzid}\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:{summer}\n\
         TZOFFSETTO:{winter}\nRRULE:FREQ=YEARLY;{to_winter}\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n\
         TZOFFSETFROM:{winter}\nTZOFFSETTO:{summer}\nRRULE:FREQ=YEARLY;{to_summer}\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )
}

const EUROPE: (&str, &str) = ("BYDAY=-1SU;BYMONTH=10", "BYDAY=-1SU;BYMONTH=3");

#[test]
fn names_of_every_maker_mean_their_zone() {
    for (tzid, zone) in [
        ("Europe/Madrid", "Europe/Madrid"),
        ("europe/madrid", "Europe/Madrid"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Madrid", "Europe/Madrid"),
        ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Salta", "America/Argentina/Salta"),
        ("/citadel.org/20210210_1/America/Guayaquil", "America/Guayaquil"),
        ("Romance Standard Time", "Europe/Paris"),
        ("SA Pacific Standard Time", "America/Bogota"),
        ("South Sudan Standard Time", "Africa/Juba"),
        ("pacific standard time", "America/Los_Angeles"),
        ("(UTC-05:00) Bogota, Lima, Quito, Rio Branco", "America/Bogota"),
        ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Brussels"),
        ("(UTC+01:00) Bruselas, Copenhague, Madrid, París", "Europe/Brussels"),
        ("(GMT+01.00) Brussels/Madrid/Paris", "Europe/Brussels"),
        ("(UTC-03:00) Brasília", "America/Sao_Paulo"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC-07:00) Chihuahua, La Paz, Mazatlan", "America/Mazatlan"),
        ("(UTC-04:00) Georgetown, La Paz, Manaus, San Juan", "America/La_Paz"),
        ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ] {
        assert_eq!(meaning(tzid, ""), Ok(zone.to_owned()), "{tzid}");
    }
}

#[test]
fn a_name_that_says_nothing_is_refused_without_rules() {
    for tzid in
        ["Customized Time Zone", "Mi zona", "(UTC+03:00) Nowhere", "(UTC-05:00) Madrid", "tzone://Microsoft/Custom", ""]
    {
        let reason = meaning(tzid, "").unwrap_err();
        assert!(reason.contains(&format!("{tzid:?}")), "{reason}");
    }
}

#[test]
fn rules_without_a_usable_name_mean_the_zone_that_has_them() {
    let madrid = outlook("Customized Time Zone 1", "+0100", "+0200", EUROPE);
    let like = meaning("Customized Time Zone 1", &madrid).unwrap();
    let (like, madrid) = (Zone::named(&like).unwrap(), Zone::named("Europe/Madrid").unwrap());
    for month in 1..=12 {
        let day = jiff::civil::date(2031, month, 28).at(12, 0, 0, 0);
        assert_eq!(like.instant(day), madrid.instant(day));
    }
}

#[test]
fn clocks_that_never_change_are_no_places() {
    for (offset, zone) in
        [("-0500", "Etc/GMT+5"), ("+0300", "Etc/GMT-3"), ("+0000", "UTC"), ("+0545", "Asia/Kathmandu")]
    {
        let vtimezone = format!(
            "BEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:{offset}\n\
             TZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n"
        );
        assert_eq!(meaning("Mine", &vtimezone), Ok(zone.to_owned()), "{offset}");
    }
}

#[test]
fn a_library_says_where_its_zone_lies() {
    let vtimezone = "BEGIN:VTIMEZONE\nTZID:Custom\nX-LIC-LOCATION:America/Lima\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
                     TZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE\n";
    assert_eq!(meaning("Custom", vtimezone), Ok("America/Lima".to_owned()));
}

#[test]
fn rules_that_no_zone_has_stay_custom() {
    let odd = outlook("Odd", "+0117", "+0217", EUROPE);
    assert_eq!(meaning("Odd", &odd), Ok("custom".to_owned()));
}

#[test]
fn a_place_keeps_its_clock_when_its_vtimezone_is_out_of_date() {
    let stale = outlook("Europe/Madrid", "+0000", "+0100", EUROPE);
    assert_eq!(meaning("Europe/Madrid", &stale), Ok("Europe/Madrid".to_owned()));
}

#[test]
fn other_names_mean_what_their_vtimezone_says() {
    // A sender that takes the sign the other way round, and one that means all of New York's year by EST.
    let inverted = "BEGIN:VTIMEZONE\nTZID:Etc/GMT+5\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0500\n\
                    TZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\n";
    let zone = Zone::named(&meaning("Etc/GMT+5", inverted).unwrap()).unwrap();
    let noon = jiff::civil::date(2026, 7, 5).at(12, 0, 0, 0);
    assert_eq!(zone.instant(noon), Some(at("2026-07-05T07:00:00Z")));
    let year = ("BYDAY=1SU;BYMONTH=11", "BYDAY=2SU;BYMONTH=3");
    let new_york = outlook("EST", "-0500", "-0400", year).replace("T030000", "T020000");
    // In winter, when the sample event is, both say the same: all the year has to be compared.
    assert_eq!(meaning("EST", &new_york), Ok("America/New_York".to_owned()));
}

#[test]
fn custom_rules_tell_instants_around_the_changes_of_the_clocks() {
    let rules = read_back(&outlook("X", "+0100", "+0200", EUROPE));
    for (reading, instant) in [
        ("2026-07-05T12:00", "2026-07-05T10:00:00Z"),
        ("2026-11-05T12:00", "2026-11-05T11:00:00Z"),
        // The gap is read with the offset before it; of two the first counts (RFC 5545 §3.3.5).
        ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ("1960-01-05T12:00", "1960-01-05T11:00:00Z"),
    ] {
        assert_eq!(rules.instant(reading.parse().unwrap()), Some(at(instant)), "{reading}");
    }
}

#[test]
fn windows_names_are_sorted_and_known_to_the_database() {
    assert_eq!(windows::zones().filter_map(Zone::named).count(), 139);
    assert_eq!(windows::iana("afghanistan standard time"), Some("Asia/Kabul"));
    assert_eq!(windows::iana("Yukon Standard Time"), Some("America/Whitehorse"));
    assert_eq!(windows::iana("Yukon"), None);
}
