//! Numbers as code, settings and people write them.

use super::source::{Token, shipped_tokens};

/// Milliseconds, or how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Time(f64),
    Count(f64),
}

/// What one of a unit is in a text: milliseconds, or bytes.
const UNITS: &[(&str, Number)] = &[
    ("ms", Number::Time(1.0)),
    ("s", Number::Time(1e3)),
    ("min", Number::Time(60e3)),
    ("h", Number::Time(3_600e3)),
    ("days", Number::Time(86_400e3)),
    ("KiB", Number::Count(1_024.0)),
    ("MiB", Number::Count(1_048_576.0)),
];

/// The functions that make a length of time, with their milliseconds.
const TIMES: &[(&str, f64)] = &[("from_millis", 1.0), ("from_secs", 1e3), ("from_mins", 60e3), ("from_hours", 3_600e3)];

/// A number for people: `4,096`, `2 MiB`, `90 s`, `0.8`.
pub(super) fn said(text: &str) -> Option<Number> {
    let (digits, unit) = text.split_once(' ').unwrap_or((text, ""));
    let number: f64 = digits.replace(',', "").parse().ok()?;
    if unit.is_empty() {
        return Some(Number::Count(number));
    }
    let (_, one) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some(one.times(number))
}

/// The default of a setting, named as `section.key`.
pub(super) fn setting(settings: &toml::Table, name: &str) -> Option<Number> {
    let (section, key) = name.split_once('.')?;
    match settings.get(section)?.get(key)? {
        toml::Value::Integer(number) => Some(Number::Count(f64::from(i32::try_from(*number).ok()?))),
        toml::Value::Float(number) => Some(Number::Count(*number)),
        toml::Value::String(text) => {
            let span: jiff::SignedDuration = text.parse().ok()?;
            Some(Number::Time(span.as_secs_f64() * 1e3))
        }
        _ => None,
    }
}

/// What `const NAME: T = …;`, or a field `name: …` of a value, is in these tokens.
pub(super) fn constant(tokens: &[Token], name: &str) -> Option<Number> {
    let places = tokens.windows(2).enumerate().filter(|(_, pair)| pair[0].text == name && pair[1].text == ":");
    let values = places.filter_map(|(at, _)| {
        let rest = &tokens[at + 2..];
        if tokens[..at].last().is_some_and(|before| before.text == "const") {
            let begin = rest.iter().position(|token| token.text == "=")?;
            return Reading { tokens, rest: &rest[begin + 1..] }.whole(&[";"]);
        }
        Reading { tokens, rest }.whole(&[",", "}"])
    });
    let values: Vec<Number> = values.collect();
    values.first().copied().filter(|first| values.iter().all(|value| value == first))
}

impl Number {
    fn times(self, other: f64) -> Self {
        match self {
            Self::Time(ms) => Self::Time(ms * other),
            Self::Count(number) => Self::Count(number * other),
        }
    }
}

/// A constant expression as far as it is not read yet, in the tokens of its file.
struct Reading<'t> {
    tokens: &'t [Token],
    rest: &'t [Token],
}

impl Reading<'_> {
    /// The whole expression, which ends before one of these signs.
    fn whole(mut self, ends: &[&str]) -> Option<Number> {
        let value = self.shifted()?;
        ends.contains(&self.rest.first()?.text.as_str()).then_some(value)
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = self.rest.first().is_some_and(|token| token.text == text);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    fn shifted(&mut self) -> Option<Number> {
        let mut value = self.product()?;
        while self.takes("<") {
            let Number::Count(by) = self.takes("<").then(|| self.product())?? else { return None };
            value = value.times(by.exp2());
        }
        Some(value)
    }

    fn product(&mut self) -> Option<Number> {
        let mut value = self.one()?;
        loop {
            let divides = self.takes("/");
            if !divides && !self.takes("*") {
                return Some(value);
            }
            let Number::Count(factor) = self.one()? else { return None };
            value = value.times(if divides { factor.recip() } else { factor });
        }
    }

    /// A literal, a constant of the same file, or a call that makes a length of time.
    fn one(&mut self) -> Option<Number> {
        let (word, rest) = self.rest.split_first()?;
        self.rest = rest;
        if word.text.starts_with(|c: char| c.is_ascii_digit()) {
            let digits: String = word.text.replace('_', "");
            let suffix = digits.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(digits.len());
            return digits[..suffix].parse().ok().map(Number::Count);
        }
        if !self.takes(":") {
            // A constant that is made of another one; a word in small letters is known only to who runs it.
            let is_constant = word.text.chars().all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit());
            return is_constant.then(|| constant(self.tokens, &word.text))?;
        }
        let (_, rest) = self.rest.split_first()?;
        let (function, rest) = rest.split_first()?;
        let (_, ms) = TIMES.iter().find(|(name, _)| *name == function.text)?;
        self.rest = rest;
        let Number::Count(number) = self.takes("(").then(|| self.shifted())?? else { return None };
        self.takes(")").then_some(Number::Time(number * ms))
    }
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let text = "const A: usize = 4_096; const B: u64 = 2 << 20; const C: Duration = Duration::from_secs(7 * 86_400);
        pub(super) const D: SignedDuration = SignedDuration::from_mins(5); const E: usize = 3 * A / 2; const F: u8 = 16u8;
        struct S { max: usize } fn s() -> S { S { max: 1 << 10 } } const G: f64 = 0.2; const H: Duration = f();";
    let tokens = shipped_tokens(text);
    for (name, told) in [
        ("A", "4,096"),
        ("B", "2 MiB"),
        ("C", "7 days"),
        ("D", "300 s"),
        ("D", "5 min"),
        ("E", "6,144"),
        ("F", "16"),
        ("max", "1 KiB"),
        ("G", "0.2"),
    ] {
        assert_eq!((name, constant(&tokens, name)), (name, said(told)));
        assert!(said(told).is_some(), "{told}");
    }
    assert_eq!([constant(&tokens, "H"), constant(&tokens, "I"), said("ten"), said("1 hour")], [None; 4]);
    let settings: toml::Table = "[a]\nb = \"5s\"\nc = 32\nd = 0.8\ne = \"text\"".parse().unwrap();
    let told = ["b", "c", "d", "e", "f"].map(|key| setting(&settings, &format!("a.{key}")));
    assert_eq!(told, [said("5 s"), said("32"), said("0.8"), None, None]);
}
