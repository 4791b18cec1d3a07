use jiff::civil::datetime;

use super::*;
use crate::calendar::Zone;

fn x() -> Head {
    Head::named("X-A").unwrap()
}

#[test]
fn parameters_are_quoted_and_encoded_where_they_have_to_be() {
    for (value, written) in [
        ("plain-1.5+/=", ";P=plain-1.5+/="),
        ("Café", ";P=\"Café\""),
        ("two words", ";P=\"two words\""),
        ("a,b;c:d", ";P=\"a,b;c:d\""),
        ("C:\\dir", ";P=\"C:\\dir\""),
        ("\"La Luna\" ^ sol\nmar", ";P=\"^'La Luna^' ^^ sol^nmar\""),
        ("a\u{0}b\u{7f}c\u{85}d\re", ";P=\"abcde\""),
        ("  around  ", ";P=around"),
        ("", ""),
        ("  ", ""),
    ] {
        assert_eq!(x().parameter("P", value).text("v").rest(), format!("{written}:v"), "{value:?}");
    }
}

#[test]
fn what_is_no_name_names_nothing() {
    for name in ["", "X_A", "X A", "X:A", "Ñ", "X-A;B", "X\n"] {
        assert!(Head::named(name).is_none(), "{name:?}");
        assert_eq!(x().parameter(name, "v").text("v").rest(), ":v", "{name:?}");
    }
    let words = ["AUDIO", "not one", "", "VIDEO"].map(str::to_owned);
    assert_eq!(x().words("FEATURE", &words).text("v").rest(), ";FEATURE=AUDIO,VIDEO:v");
}

#[test]
fn texts_are_escaped_and_lose_what_no_line_can_hold() {
    assert_eq!(x().text("a\\b;c,d\ne\tf").rest(), ":a\\\\b\\;c\\,d\\ne\tf");
    assert_eq!(x().text("a\r\u{0}\u{1b}\u{7f}\u{fffe}\u{ffff}b").rest(), ":ab");
    assert_eq!(x().texts(&["a,b".to_owned(), "c".to_owned()]).rest(), ":a\\,b,c");
}

#[test]
fn a_link_is_one_or_makes_no_line() {
    for (link, written) in [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("https://example.com/ñ a\"<b>\\{c}", "https://example.com/%C3%B1%20a%22%3Cb%3E%5C%7Bc%7D"),
        ("geo:-0.18,-78.48", "geo:-0.18,-78.48"),
        ("https:", "https:"),
        ("https://example.com/%C3%B1", "https://example.com/%C3%B1"),
    ] {
        assert_eq!(x().typed_uri(link).unwrap().rest(), format!(";VALUE=URI:{written}"), "{link}");
    }
    for link in ["", "no link", "www.example.com", "://x", "1a:b", "https://a\nb"] {
        assert_eq!(x().uri(link), None, "{link:?}");
    }
}

#[test]
fn a_value_says_its_type_where_it_is_not_the_property_s_own() {
    let local = datetime(2026, 11, 5, 10, 0, 0, 0);
    let zoned = When::Zoned { local, zone: Zone::named("Europe/Madrid").unwrap() };
    for (line, rest) in [
        (x().when(&When::Date(local.date())), ";VALUE=DATE:20261105"),
        (x().when(&zoned), ";TZID=Europe/Madrid:20261105T100000"),
        (x().when(&When::Floating(local)), ":20261105T100000"),
        (x().typed_instant(Timestamp::UNIX_EPOCH), ";VALUE=DATE-TIME:19700101T000000Z"),
        (x().parameter("X-B", "c").typed_duration(-5_400), ";VALUE=DURATION;X-B=c:-PT1H30M"),
        (x().duration(0), ":PT0S"),
        (x().duration(90_061), ":P1DT1H1M1S"),
        (x().binary(&[7, 7, 7]), ";ENCODING=BASE64;VALUE=BINARY:BwcH"),
        (x().offset(Offset::from_seconds(-1_172).unwrap()), ":-001932"),
        (x().offset(Offset::from_seconds(19_800).unwrap()), ":+0530"),
    ] {
        assert_eq!(line.rest(), rest);
    }
}

#[test]
fn lines_are_folded_by_octets_and_never_inside_of_a_character() {
    for text in ["a".repeat(66), "a".repeat(67), "ñ".repeat(200), "🙂".repeat(100), format!("a{}", "🙂".repeat(100))]
    {
        let mut lines = Lines::new();
        lines.push(&Head::of("SUMMARY").text(&text));
        let folded = lines.finish();
        let physical: Vec<&str> = folded.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        assert!(physical.iter().all(|line| line.len() <= 75), "{folded}");
        assert!(
            physical[..physical.len() - 1].iter().all(|line| line.len() > 71),
            "folded no earlier than needed: {folded}"
        );
        assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
    }
}
