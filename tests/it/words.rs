//! Every word of a text that was broken, folded or coded in any way is read, or a note names what is not.

use data_encoding::BASE64;
use pasarela::calendar::Details;
use pasarela::reading::{self, Form};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use testing::cases::seeds;

/// A calendar with one event.
fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@b\nDTSTART:20261105T100000Z\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

/// What is read of the event with these lines, and what is said about it.
fn said(lines: &str) -> (Details, Vec<String>) {
    let draft = reading::read(Form::Ical, &event(lines)).unwrap_or_else(|error| panic!("{error}\n{lines}"));
    (draft.event.master, draft.notes)
}

/// One way to break a text: what stands between two words, and whether that ends the line for real.
const BREAKS: [&str; 9] = [" ", "\n", "\r\n", " \r\n ", " \n\t", "\\n", "\\, ", "\r\n\r\n", " \\n\r\n"];

/// How a text may be coded.
#[derive(Clone, Copy, Debug)]
enum Coding {
    Plain,
    Printable { latin: bool, charset: &'static str, soft: &'static str },
    Base64 { latin: bool, charset: &'static str },
}

fn codings() -> impl Strategy<Value = Coding> {
    let charset = select(vec!["", ";CHARSET=UTF-8", ";CHARSET=utf-8", ";CHARSET=nobody-knows"]);
    let soft = select(vec!["", "=\r\n", "=\n", "=\r\n ", "=\n\t"]);
    prop_oneof![
        3 => Just(Coding::Plain),
        2 => (any::<bool>(), charset.clone(), soft).prop_map(|(latin, charset, soft)| Coding::Printable { latin, charset, soft }),
        1 => (any::<bool>(), charset).prop_map(|(latin, charset)| Coding::Base64 { latin, charset }),
    ]
}

fn octets(text: &str, latin: bool) -> Vec<u8> {
    if latin {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn printable(bytes: &[u8], soft: &str) -> String {
    let mut coded = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at % 17 == 16 {
            coded.push_str(soft);
        }
        match byte {
            b'=' | b'\r' | b'\n' | 128.. => coded.push_str(&format!("={byte:02X}")),
            byte => coded.push(char::from(*byte)),
        }
    }
    coded
}

/// A property with a text in it, as `coding` writes it.
fn property(name: &str, text: &str, coding: Coding) -> String {
    match coding {
        Coding::Plain => format!("{name}:{text}"),
        Coding::Printable { latin, charset, soft } => {
            let coded = printable(&octets(text, latin), soft);
            format!("{name};ENCODING=QUOTED-PRINTABLE{charset}:{coded}")
        }
        Coding::Base64 { latin, charset } => {
            format!("{name};ENCODING=BASE64{charset}:{}", BASE64.encode(&octets(text, latin)))
        }
    }
}

/// Every word with a number of its own, so that each can be looked for.
fn numbered(words: &[(String, &'static str, &'static str)]) -> (Vec<String>, String) {
    let cores: Vec<String> = words.iter().enumerate().map(|(at, (word, ..))| format!("{word}{at}é")).collect();
    let mut text = String::new();
    for (core, (_, mark, pause)) in cores.iter().zip(words) {
        text.extend([core, *mark, *pause]);
    }
    (cores, text)
}

/// Words of prose with what may stand behind each.
fn prose() -> impl Strategy<Value = Vec<(String, &'static str, &'static str)>> {
    let marks = vec!["", ":", ";", ",", ".", "://", "=", "\"", "\\\\", ": ", "; ", "(", "¿", "-", "=C", "\\"];
    proptest::collection::vec(("[g-zñG-Z]{1,6}", select(marks), select(BREAKS.to_vec())), 1..12)
}

const TEXTS: [&str; 9] = [
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "COMMENT",
    "CONTACT",
    "CATEGORIES",
    "RESOURCES",
    "X-ALT-DESC;FMTTYPE=text/html",
    "X-PUENTES-REF",
];

/// How many cases of each are played, and by which dice.
fn dice() -> ProptestConfig {
    let seeds = seeds(0..80_000);
    let rng_seed = RngSeed::Fixed(seeds.start);
    let cases = u32::try_from(seeds.count()).unwrap();
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(dice())]

    #[test]
    fn every_word_of_a_text_is_read(name in select(TEXTS.to_vec()), words in prose(), coding in codings(), fold in 0..40usize) {
        let (cores, text) = numbered(&words);
        // What is passed on as it came stays coded, and is looked for uncoded only.
        let passed_on = ["COMMENT", "CONTACT", "RESOURCES", "X-PUENTES-REF"].contains(&name);
        let coding = if passed_on { Coding::Plain } else { coding };
        let mut line = property(name, &text, coding);
        if let Some((at, _)) = line.char_indices().nth(fold + name.len() + 1).filter(|_| matches!(coding, Coding::Plain)) {
            line.insert_str(at, "\r\n ");
        }
        let (details, notes) = said(&line);
        let shown = format!("{details:?}");
        for core in &cores {
            prop_assert!(shown.contains(core.as_str()), "{core} of {line:?} is not in {shown}\n{notes:?}");
        }
    }

    #[test]
    fn every_word_of_a_name_is_read(
        name in select(vec!["ATTENDEE", "ORGANIZER"]),
        before in select(vec!["", ";ROLE=REQ-PARTICIPANT", ";X-NUM-GUESTS=0;RSVP=TRUE"]),
        after in select(vec!["", ";PARTSTAT=ACCEPTED", ";X-A=1,2"]),
        words in proptest::collection::vec(
            ("[g-zñG-Z]{1,6}", select(vec!["", ",", ";", ":", ".", "(", "-"]), select(vec![" ", "\n", "\r\n", " \r\n "])), 1..6),
        quotes in select(vec![("", ""), ("\"", "\""), ("\"", "")]),
    ) {
        let (cores, text) = numbered(&words);
        let (open, close) = quotes;
        let line = format!("{name}{before};CN={open}{}{close}{after}:mailto:a@x.ec", text.trim());
        let (details, notes) = said(&line);
        let shown = format!("{:?}{:?}", details.organizer, details.attendees);
        for core in &cores {
            prop_assert!(shown.contains(core.as_str()), "{core} of {line:?} is not in {shown}\n{notes:?}");
        }
    }

    #[test]
    fn a_word_that_is_not_read_is_named(
        name in select(TEXTS.to_vec()),
        words in prose(),
        looks in proptest::collection::vec(
            (any::<prop::sample::Index>(), select(vec![
                "Nota:", "Location:", "LOCATION:", "Status:", "STATUS;X=1:", "Name:", "NAME:", "Contact:", "Url:", "Color:",
                "Priority:", "Summary:", "DESCRIPTION:", "X-ray:", "TEL:", "ROOM;A=b:", "Version:", "LINK: ", "Comment;", "Class:",
                "Attendee:", "Image:", "Reason: x ", "Transp:",
            ])), 1..4),
    ) {
        let (cores, text) = numbered(&words);
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        for (at, look) in &looks {
            let at = at.index(lines.len());
            lines[at] = format!("{look}{}", lines[at].trim_start());
        }
        let line = format!("{name}:{}", lines.join("\n"));
        let Ok(draft) = reading::read(Form::Ical, &event(&line)) else { return Ok(()) };
        let shown = format!("{:?}", draft.event.master);
        for core in &cores {
            let named = draft.notes.iter().any(|note| note.contains(" left out") || note.contains("not known"));
            // In a link it is encoded.
            let encoded = utf8_percent_encode(core, NON_ALPHANUMERIC).to_string();
            prop_assert!(shown.contains(core.as_str()) || shown.contains(&encoded) || named, "{core} of {line:?} is not in {shown}\n{:?}", draft.notes);
        }
    }
}
