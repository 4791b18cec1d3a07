//! One slip of the pen: a good text with one character too many, too few or twice is refused, or means what it meant.
//!
//! What a good text is is said here once more and by itself, after the grammars of RFC 5545 §3.3, so that the reader is not
//! measured by itself. A slip that makes another good text of one (`COUNT=1`, `COUNT=11`) is no slip: nobody can see it.

mod good;
mod made;

use fastrand::Rng;

use super::*;

/// A place in a text where a value stands.
struct Place {
    before: &'static str,
    after: &'static str,
    legal: fn(&str) -> bool,
    /// What is made there.
    value: fn(&mut Rng) -> String,
    /// Whether lengths stand in it.
    of_lengths: bool,
}

const PLACES: [Place; 21] = [
    Place {
        before: "DTSTART:",
        after: "\nDURATION:PT1H",
        legal: good::is_point,
        value: made::point,
        of_lengths: false,
    },
    Place {
        before: "DTSTART;TZID=Europe/Madrid:",
        after: "\nDURATION:PT1H",
        legal: good::is_point,
        value: made::local,
        of_lengths: false,
    },
    Place { before: "DTSTART;VALUE=DATE:", after: "", legal: good::is_date, value: made::date, of_lengths: false },
    Place {
        before: "DTSTART:19000101T000000\nDTEND:",
        after: "\nSUMMARY:x",
        legal: good::is_point,
        value: made::early,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nDURATION:",
        after: "\nSUMMARY:x",
        legal: good::is_length,
        value: made::length,
        of_lengths: true,
    },
    Place {
        before: "DTSTART;VALUE=DATE:20300101\nDURATION:",
        after: "",
        legal: good::is_length,
        value: made::length,
        of_lengths: true,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nRRULE:FREQ=DAILY\nEXDATE:",
        after: "",
        legal: good::is_points,
        value: made::points,
        of_lengths: false,
    },
    Place {
        before: "DTSTART;TZID=Europe/Madrid:20300101T100000\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Madrid:",
        after: "",
        legal: good::is_points,
        value: made::points,
        of_lengths: false,
    },
    Place {
        before: "DTSTART;VALUE=DATE:20300101\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:",
        after: "",
        legal: good::is_dates,
        value: made::dates,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nRDATE:",
        after: "\nSUMMARY:x",
        legal: good::is_points,
        value: made::points,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nRDATE;VALUE=PERIOD:",
        after: "",
        legal: good::is_periods,
        value: made::periods,
        of_lengths: true,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nRRULE:",
        after: "\nSUMMARY:x",
        legal: good::is_rule,
        value: made::rule,
        of_lengths: false,
    },
    Place {
        before: "DTSTART;VALUE=DATE:20300101\nRRULE:",
        after: "",
        legal: good::is_rule,
        value: made::rule,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20310101T120000Z\n\
                 RECURRENCE-ID:",
        after: "\nSUMMARY:x",
        legal: good::is_point,
        value: made::at_ten,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:",
        after: "\nEND:VALARM",
        legal: good::is_length,
        value: made::length,
        of_lengths: true,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:",
        after: "\nEND:VALARM",
        legal: good::is_point,
        value: made::instant,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\nDURATION:PT5M\nREPEAT:",
        after: "\nEND:VALARM",
        legal: good::is_number,
        value: made::few,
        of_lengths: false,
    },
    Place {
        before: "DTSTART:20300101T100000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT1H\nREPEAT:2\nDURATION:",
        after: "\nEND:VALARM",
        legal: good::is_length,
        value: made::length,
        of_lengths: true,
    },
    // Made into the definition of the zone by `text`.
    Place { before: "TZOFFSETTO:", after: "", legal: good::is_offset, value: made::offset, of_lengths: false },
    Place { before: "OBSERVED:", after: "", legal: good::is_point, value: made::local, of_lengths: false },
    Place { before: "RULE:", after: "", legal: good::is_rule, value: made::yearly, of_lengths: false },
];

/// The whole text with that value.
fn text(place: &Place, value: &str) -> String {
    let zone = |start: &str, to: &str, rule: &str| {
        let zone = format!(
            "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0217\nTZOFFSETTO:{to}\n\
             RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:{start}\nTZOFFSETFROM:{to}\n\
             TZOFFSETTO:+0217\nRRULE:{rule}\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
        );
        let body = "DTSTART;TZID=Odd:20300715T100000\nDTEND;TZID=Odd:20301215T100000";
        event(body).replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1)
    };
    let march = "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU";
    match place.before {
        "TZOFFSETTO:" => zone("19700329T020000", value, march),
        "OBSERVED:" => zone(value, "+0117", march),
        "RULE:" => zone("19700329T020000", "+0117", value),
        _ => event(&format!("{}{value}{}", place.before, place.after)),
    }
}

/// What can slip in: what values are made of, what templates leave, and what nobody sees.
const SLIPS: [char; 40] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'T', 'Z', 't', 'z', 'P', 'W', 'D', 'H', 'M', 'S', '+', '-', ':',
    ';', ',', '.', '/', '=', ' ', '\t', '\n', '\r', '\\', '"', '%', 'X', 'O', 'ñ', '\u{a0}', '\u{200b}',
];

fn slip(dice: &mut Rng, value: &str) -> String {
    let mut chars: Vec<char> = value.chars().collect();
    let at = dice.usize(0..chars.len());
    match dice.u8(0..4) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, chars[at]),
        _ => chars.insert(dice.usize(0..=chars.len()), SLIPS[dice.usize(0..SLIPS.len())]),
    }
    chars.into_iter().collect()
}

/// Whether what was read of the slip is what was meant, or less by what the notes say.
fn same(meant: &Draft, read: &Draft) -> bool {
    let mut meant = meant.event.clone();
    if meant == read.event {
        return true;
    }
    // A reminder that is not understood is left out, or comes once, and that is said.
    if !read.notes.iter().any(|note| note.contains("reminder")) {
        return false;
    }
    if read.event.master.alarms.is_empty() {
        meant.master.alarms.clear();
    }
    meant.master.alarms.iter_mut().for_each(|alarm| alarm.repeat = None);
    meant == read.event
}

#[test]
fn a_slip_is_refused_or_means_what_was_meant() {
    let (mut told, mut refused, mut repaired, mut other) = (Vec::new(), 0, 0, 0);
    for seed in testing::cases::seeds(0..100_000) {
        let mut dice = Rng::with_seed(seed);
        let place = &PLACES[dice.usize(0..PLACES.len())];
        let value = (place.value)(&mut dice);
        let good = text(place, &value);
        let Ok(meant) = read(&good) else {
            assert!((place.legal)(&value), "seed {seed}: {value:?} is not even good");
            continue;
        };
        let slipped = slip(&mut dice, &value);
        if (place.legal)(&slipped) || is_listed(place, &slipped) {
            other += 1;
            continue;
        }
        match read(&text(place, &slipped)) {
            Err(_) => refused += 1,
            Ok(read) if same(&meant, &read) => repaired += 1,
            Ok(read) => told.push(format!("{seed}: {}{value:?} as {slipped:?}: {:?}", place.before, read.notes)),
        }
    }
    assert!(
        told.is_empty(),
        "{} were misread; PASARELA_SEEDS=SEED..SEED+1 plays one again:\n{}",
        told.len(),
        told.join("\n")
    );
    let played = refused + repaired + other;
    assert!(
        refused > played / 3 && repaired > played / 50,
        "{refused} refused, {repaired} repaired, {other} other texts"
    );
}

/// The repairs that give another meaning than a slip may have had: weeks beside days, as ISO 8601 has them, and a COUNT
/// of -1 for no end.
fn is_listed(place: &Place, text: &str) -> bool {
    let weeks_beside_days = |text: &str| text.contains(['W', 'w']) && text.contains(['D', 'T']);
    place.of_lengths && text.split(['/', ',']).any(weeks_beside_days) || text.split(';').any(|part| part == "COUNT=-1")
}
