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
    said_in(2026, tzid, vtimezone).map(|(place, _)| place)
}

/// The same for an event of 5 November in a year, with the notes.
fn said_in(year: i16, tzid: &str, vtimezone: &str) -> Result<(String, Vec<String>), String> {
    let text = format!("BEGIN:VCALENDAR\n{vtimezone}BEGIN:VEVENT\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n");
    let outline = Outline::of(&text, &Limits::default()).unwrap();
    let notes = RefCell::default();
    let place = Zones::of(&outline, &notes).find(tzid, jiff::civil::date(year, 11, 5).at(10, 0, 0, 0))?;
    let place = match place {
        Place::Utc => "UTC".to_owned(),
        Place::Zone(zone) => zone.name().to_owned(),
        Place::Custom(_) => "custom".to_owned(),
    };
    Ok((place, notes.take()))
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

/// Without a VTIMEZONE.
#[track_caller]
fn mean(zones: &[(&str, &str)]) {
    for (tzid, zone) in zones {
        assert_eq!(meaning(tzid, ""), Ok((*zone).to_owned()), "{tzid}");
    }
}

#[test]
fn names_of_every_maker_mean_their_zone() {
    mean(&[
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
    ]);
}

#[test]
fn a_solidus_or_a_vendor_before_a_name_changes_nothing() {
    mean(&[
        // A solidus says that the name is everybody's (RFC 5545 §3.8.3.1).
        ("/Europe/Vienna", "Europe/Vienna"),
        ("/Etc/GMT+5", "Etc/GMT+5"),
        ("/mozilla.org/20050126_1/Europe/Vienna", "Europe/Vienna"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Paris", "Europe/Paris"),
        ("/freeassociation.sourceforge.net/UTC", "UTC"),
        ("/citadel.org/20210210_1/PRC", "Asia/Shanghai"),
        ("/softwarestudio.org/Tzfile/Japan", "Asia/Tokyo"),
        ("posix/Europe/Vaduz", "Europe/Vaduz"),
        ("tzone://Microsoft/Pacific Standard Time", "America/Los_Angeles"),
    ]);
}

#[test]
fn labels_and_names_of_windows_are_known_in_its_languages() {
    mean(&[
        ("(UTC+04:00) Port Louis", "Indian/Mauritius"),
        ("(UTC+01:00) Amsterdam, Berlín, Berna, Roma, Estocolmo, Viena", "Europe/Amsterdam"),
        ("(UTC+01:00) Amesterdão, Berlim, Berna, Roma, Estocolmo, Viena", "Europe/Zurich"),
        ("(UTC+01:00) Sarajevo, Skopje, Warschau, Zagreb", "Europe/Sarajevo"),
        ("(UTC-03:00) City of Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("(UTC-05:00) Hora del este (EE. UU. y Canadá)", "America/New_York"),
        ("(UTC-08:00) Pacifique (É.-U. et Canada)", "America/Los_Angeles"),
        ("(UTC-06:00) Zentralamerika", "America/Guatemala"),
        ("(UTC-01:00) Cabo Verde Is.", "Atlantic/Cape_Verde"),
        ("(UTC-04:00) Asuncion", "America/Asuncion"),
        ("(UTC-03:00) Groenlandia", "America/Nuuk"),
        ("GMT -05:00 Lima, Quito", "America/Lima"),
        ("Mitteleuropäische Zeit", "Europe/Berlin"),
        ("Hora est. Pacífico, Sudamérica", "America/Bogota"),
        ("hora estándar romance", "Europe/Paris"),
        ("Hora oficial do Brasil", "America/Sao_Paulo"),
        ("ora solare Europa occidentale", "Europe/Rome"),
    ]);
}

#[test]
fn offsets_have_the_sign_of_clocks_but_for_the_names_of_the_database() {
    mean(&[
        ("GMT-0500", "Etc/GMT+5"),
        ("GMT+05:00", "Etc/GMT-5"),
        ("\"GMT+05:00\"", "Etc/GMT-5"),
        ("UTC-5", "Etc/GMT+5"),
        ("UTC\u{2212}5", "Etc/GMT+5"),
        ("utc +02:00", "Etc/GMT-2"),
        ("(GMT-03:00)", "Etc/GMT+3"),
        ("+0530", "Asia/Kolkata"),
        ("GMT-0", "UTC"),
        ("UTC+00:00", "UTC"),
        ("(UTC)", "UTC"),
        ("Etc/GMT-5", "Etc/GMT-5"),
        ("UTC+12", "Etc/GMT-12"),
        // An offset that only a lost minute of history had: good for one happening.
        ("GMT+01:17", "custom"),
    ]);
}

#[test]
fn names_that_can_mean_one_zone_only_mean_it_with_a_note() {
    for (tzid, zone) in [
        ("US-Eastern", "America/New_York"),
        ("Europe_Berlin", "Europe/Berlin"),
        ("America_New_York", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("Europe\\/Madrid", "Europe/Madrid"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Hora del este (EE. UU. y Canadá)", "America/New_York"),
        ("Bogota, Lima, Quito", "America/Bogota"),
        ("Kuala Lumpur, Singapore", "Asia/Kuala_Lumpur"),
    ] {
        let note = format!("the zone {tzid:?} is taken for {zone}");
        assert_eq!(said_in(2026, tzid, ""), Ok((zone.to_owned(), vec![note])), "{tzid}");
    }
    for tzid in ["Europe/Madrid", "/mozilla.org/20050126_1/Europe/Vienna", "GMT-0500", "(UTC+04:00) Port Louis"] {
        assert_eq!(said_in(2026, tzid, "").unwrap().1, Vec::<String>::new(), "{tzid}");
    }
}

#[test]
fn a_name_that_says_nothing_is_refused_without_rules() {
    for tzid in [
        "Customized Time Zone",
        "Mi zona",
        "(UTC+03:00) Nowhere",
        "(UTC-05:00) Madrid",
        "tzone://Microsoft/Custom",
        "",
        // Each of these is more than one place.
        "Eastern",
        "CST",
        "San Juan",
        "Madrid, Tokyo",
        "Office/Japan",
        "GMT+25:00",
        "GMT+5:99",
        "+5",
    ] {
        let reason = meaning(tzid, "").unwrap_err();
        assert!(reason.contains(&format!("{tzid:?}")) && reason.contains("America/Guayaquil"), "{reason}");
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
fn a_place_is_followed_where_its_vtimezone_slips_by_an_hour_of_the_year() {
    // Lotus Notes and old libraries: the rules of before 2007; a change at another hour of the night.
    let old = ("BYDAY=-1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=4");
    let slipped = outlook("Mitteleuropäische Zeit", "+0100", "+0200", EUROPE).replace("T020000", "T010000");
    for (tzid, vtimezone, zone) in [
        ("US-Eastern", outlook("US-Eastern", "-0500", "-0400", old), "America/New_York"),
        ("Eastern", outlook("Eastern", "-0500", "-0400", old), "America/New_York"),
        ("W. Europe", outlook("W. Europe", "+0100", "+0200", ("BYDAY=-1SU;BYMONTH=9", EUROPE.1)), "Europe/Berlin"),
        (
            "(UTC-05:00) Eastern Time (US & Canada)",
            outlook("(UTC-05:00) Eastern Time (US & Canada)", "-0500", "-0400", old),
            "America/New_York",
        ),
        ("Mitteleuropäische Zeit", slipped.clone(), "Europe/Berlin"),
        ("Mi zona", slipped.replace("Mitteleuropäische Zeit", "Mi zona"), "Europe/Budapest"),
    ] {
        let (place, notes) = said_in(2026, tzid, &vtimezone).unwrap();
        assert_eq!(place, zone, "{tzid}");
        assert!(notes.len() == 1 && notes[0].contains(tzid) && notes[0].contains(zone), "{notes:?}");
    }
}

#[test]
fn a_zone_that_parts_from_a_vtimezone_later_is_said_to() {
    let old = outlook("Old Eastern", "-0500", "-0400", ("BYDAY=-1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=4"))
        .replace("T030000", "T020000");
    let (place, notes) = said_in(2004, "Old Eastern", &old).unwrap();
    assert_eq!(place, "America/New_York");
    assert!(notes[0].ends_with("until 2007: from then on those of America/New_York are followed"), "{notes:?}");
    // Haiti did almost the same for some weeks longer.
    let eastern = old.replace("Old Eastern", "Eastern");
    assert_eq!(said_in(2005, "Eastern", &eastern).unwrap().0, "America/New_York");
    let slipped = old.replace("T020000", "T030000");
    assert_eq!(said_in(2005, "Old Eastern", &slipped).unwrap().0, "America/New_York");
    let (place, notes) = said_in(1990, "Old Eastern", &old).unwrap();
    assert_eq!(place, "America/New_York");
    assert!(notes[0].ends_with("which has the same rules"), "{notes:?}");
}

#[test]
fn a_vtimezone_that_moves_nothing_of_an_event_is_not_worth_a_word() {
    let madrid = outlook("Europe/Madrid", "+0100", "+0200", EUROPE);
    assert_eq!(said_in(2026, "Europe/Madrid", &madrid), Ok(("Europe/Madrid".to_owned(), Vec::new())));
    let stale = outlook("America/Mexico_City", "-0600", "-0500", ("BYDAY=-1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=4"));
    // In November both say the same, but this series goes on into April.
    let (place, notes) = said_in(2026, "America/Mexico_City", &stale).unwrap();
    assert_eq!((place.as_str(), notes.len()), ("America/Mexico_City", 1), "{notes:?}");
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
