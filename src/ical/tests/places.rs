//! Zones as makers and scripts really name them, whole texts: when the event is, and what is noted about it.

use super::*;

macro_rules! odd {
    ($name:ident) => {
        (stringify!($name), include_str!(concat!("../../../tests/fixtures/ics/odd/", stringify!($name), ".ics")))
    };
}

/// The start as it is written, and the notes.
fn start(text: &str) -> (String, String) {
    let draft = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let written = unfolded(&write(&draft.event, &key(), "id", People::AsText).unwrap().text);
    (lines(&written, &["DTSTART"]).concat(), draft.notes.join("\n"))
}

#[test]
fn the_place_is_found_that_can_only_be_meant() {
    for ((name, text), start_at, note) in [
        (odd!(zone_with_slash), "Europe/Madrid:20260105T090000", ""),
        (odd!(tzid_solidus), "Europe/Vienna:20270506T180000", ""),
        (odd!(tzid_gmt_minus), "Etc/GMT+5:20270105T100000", ""),
        (odd!(label_not_a_city), "Indian/Mauritius:20260105T090000", ""),
        (odd!(tzid_label_sarajevo_series), "Europe/Sarajevo:20270317T100000", ""),
        (odd!(tzid_mitteleuropaeische_zeit), "Europe/Berlin:20270320T103000", ""),
        (odd!(vtimezone_param_and_one_year), "America/Chicago:20270910T110000", ""),
        (odd!(casablanca_over_ramadan), "Africa/Casablanca:20270128T090000", ""),
        (
            odd!(tzid_customized_cet),
            "Europe/Budapest:20270308T090000",
            "taken for Europe/Budapest, which has the same rules",
        ),
        (
            odd!(tzone_microsoft_custom),
            "Europe/Budapest:20270910T120000",
            "taken for Europe/Budapest, which has the same rules",
        ),
        (
            odd!(tzid_customized_perth_series),
            "Etc/GMT-8:20270105T090000",
            "taken for Etc/GMT-8, which has the same rules",
        ),
        (odd!(own_zone_an_hour_off), "Europe/Berlin:20260105T090000", "the rules of Europe/Berlin are followed"),
        (
            odd!(mexico_outdated_vtimezone),
            "America/Mexico_City:20270325T100000",
            "the rules of America/Mexico_City are followed",
        ),
        (
            odd!(taken_for_a_zone_that_parts_later),
            "America/New_York:20040105T090000",
            "which has the same rules, until 2007: from then on those of America/New_York are followed",
        ),
        (odd!(x_wr_timezone_floating), "Europe/Amsterdam:20270105T100000", ""),
        (odd!(puentes_wr_timezone), "Europe/Amsterdam:20270105T100000", ""),
        (odd!(floating_in_madrid), "Europe/Madrid:20260105T090000", ""),
    ] {
        let (written, notes) = start(text);
        assert_eq!(written, format!("DTSTART;TZID={start_at}"), "{name}");
        assert!(if note.is_empty() { notes.is_empty() } else { notes.contains(note) }, "{name}: {notes:?}");
    }
    let (_, text) = odd!(empty_zone);
    assert_eq!(start(text), ("DTSTART:20260105T090000".to_owned(), String::new()));
}

#[test]
fn what_says_no_zone_is_refused_with_what_to_send_instead() {
    let (_, text) = odd!(tzid_gmt_minus);
    for tzid in ["CST", "Eastern", "Office/Japan"] {
        let error = read(&text.replace("GMT-0500", tzid)).unwrap_err();
        assert_eq!((error.line, error.property.as_deref()), (Some(7), Some("DTSTART")), "{error}");
        assert!(error.reason.contains(tzid) && error.reason.contains("such as America/Guayaquil"), "{error}");
    }
}

#[test]
fn ornaments_of_makers_are_written_for_the_strictest_server() {
    for ((name, text), written) in [
        (
            odd!(parameter_unquoted),
            vec!["X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"Calle 1; Quito\":geo:-0.18,-78.48"],
        ),
        (odd!(own_reference_empty), vec![]),
        (odd!(travel_start_without_place), vec![]),
    ] {
        let text = rewritten(text);
        let ours = ["X-APPLE-STRUCTURED-LOCATION", "X-PUENTES-REF", "X-APPLE-TRAVEL-START"];
        assert_eq!(lines(&text, &ours), written, "{name}");
    }
}
