//! Texts by the dice: odd values and parameters of every property that is written.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::Sample;

/// The text of a seed, if it is accepted.
pub(super) fn sample(seed: u64) -> Option<Sample> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let text = texts().new_tree(&mut runner).unwrap().current();
    Sample::of(format!("m{seed:05}"), &text)
}

fn texts() -> impl Strategy<Value = String> {
    (starts(), proptest::collection::vec(lines(), 1..6)).prop_map(|(start, lines)| {
        let lines = lines.join("\n");
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@b\n{start}\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
    })
}

fn starts() -> impl Strategy<Value = &'static str> {
    select(vec![
        "DTSTART:20261105",
        "DTSTART:20261105T100000Z\nDURATION:PT1H",
        "DTSTART:20261105T100000\nRRULE:FREQ=WEEKLY;UNTIL=20271105T100000",
        "DTSTART;TZID=Europe/Madrid:20260329T023000\nRRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Madrid:20260331T023000",
        "DTSTART;TZID=America/Santiago:20260904T100000\nRDATE;TZID=America/Santiago:20260905T110000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR",
        "DTSTART;TZID=America/New_York:19500801T100000\nRRULE:FREQ=YEARLY;COUNT=3",
    ])
}

/// A line with any value: what people write, what machines break, what the grammar is made of.
fn lines() -> impl Strategy<Value = String> {
    let texts = select(vec![
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "COMMENT",
        "CONTACT",
        "RESOURCES",
        "X-PUENTES-REF",
        "X-ALT-DESC;FMTTYPE=text/html",
        "X-GOOGLE-CONFERENCE",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "ORGANIZER",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION",
    ]);
    let links = select(vec![
        "URL",
        "ATTACH",
        "CONFERENCE;VALUE=URI",
        "X-APPLE-STRUCTURED-LOCATION;VALUE=URI",
        "X-APPLE-TRAVEL-START",
    ]);
    let others =
        select(vec!["COLOR", "GEO", "PRIORITY", "X-APPLE-TRAVEL-DURATION;VALUE=DURATION", "ATTENDEE", "STATUS"]);
    let link = "(https?|mailto|geo|tel|X):[ -~]{0,30}|https://[\\PC]{0,20}";
    let other = "-?PT?[0-9]{1,3}[HMSD]|[0-9.;-]{1,9}|[a-z]{3,8}|mailto:[a-z]{1,9}@example.com";
    let line =
        prop_oneof![(texts, values()), (links, link.prop_map(|text| text)), (others, other.prop_map(|text| text))];
    (line, parameters()).prop_map(|((name, value), parameters)| {
        let (name, inner) = name.split_once("\n").map_or((name, None), |_| (name, Some("END:VALARM")));
        let line = format!("{name}{parameters}:{value}");
        inner.map_or(line.clone(), |end| format!("{line}\n{end}"))
    })
}

fn values() -> impl Strategy<Value = String> {
    let marks = select(vec![
        "\\n", "\\,", "\\;", "\\\\", "\"", ":", ";", ",", "^", "🙂", "ñ", "\u{7f}", "\u{1}", "\u{fffe}", "\t", "<b>",
        "%",
    ]);
    let pieces = prop_oneof![marks.prop_map(str::to_owned), "[a-zA-ZáéñÑ ]{0,40}", "\\PC{0,12}"];
    proptest::collection::vec(pieces, 0..9).prop_map(|pieces| pieces.concat())
}

fn parameters() -> impl Strategy<Value = String> {
    let names =
        select(vec!["X-TITLE", "LANGUAGE", "ALTREP", "CN", "LABEL", "FILENAME", "X_BAD", "X-APPLE-RADIUS", "ENCODING"]);
    let parameter = (names, "[ -~ñ🙂]{0,14}|\"[ !#-~]{0,14}\"").prop_map(|(name, value)| format!(";{name}={value}"));
    proptest::collection::vec(parameter, 0..3).prop_map(|parameters| parameters.concat())
}
