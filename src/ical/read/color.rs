//! COLOR: a name of CSS (RFC 7986 §5.9). Senders write what they paint with, `#ff8800` or `rgb(255, 136, 0)`, as well.

use csscolorparser::{Color, NAMED_COLORS};

use super::source::Source;
use crate::quoted::Quoted;

/// The name of the colour, of another than a named one that of the nearest, which is said.
pub(super) fn read(source: &Source<'_>) -> Option<String> {
    let text = source.text("COLOR")?;
    let Some((name, exact)) = named(&text) else {
        source.note(format!("COLOR is left out: {} is no colour of CSS", Quoted(&text)));
        return None;
    };
    if !exact {
        source.note(format!("the colour {} is written as {name}, the nearest that has a name", Quoted(&text)));
    }
    Some(name)
}

/// The name of a colour, or of the nearest that has one; none of a text that is no colour of CSS.
pub fn color(text: &str) -> Option<String> {
    named(text).map(|(name, _)| name)
}

/// The same, and whether it is that colour to the shade.
fn named(text: &str) -> Option<(String, bool)> {
    if NAMED_COLORS.get(text.into()).is_some() {
        return Some((text.to_owned(), true));
    }
    let wanted = csscolorparser::parse(text).ok().filter(|color| color.a > 0.0)?;
    let name = nearest(&wanted)?;
    let exact = NAMED_COLORS.get(name.into()).copied() == Some(rgb(&wanted)) && wanted.a >= 1.0;
    Some((name.to_owned(), exact))
}

fn rgb(color: &Color) -> [u8; 3] {
    let [red, green, blue, _] = color.to_rgba8();
    [red, green, blue]
}

/// The named colour that looks most like it (OKLab); of two names of one colour the first in the alphabet.
fn nearest(wanted: &Color) -> Option<&'static str> {
    let [light, a, b, _] = wanted.to_oklaba();
    let distance = |[red, green, blue]: [u8; 3]| {
        let [other, other_a, other_b, _] = Color::from_rgba8(red, green, blue, u8::MAX).to_oklaba();
        (light - other).powi(2) + (a - other_a).powi(2) + (b - other_b).powi(2)
    };
    let named = NAMED_COLORS.entries().map(|(name, color)| (distance(*color), name.as_str()));
    named.min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(other.1))).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_has_a_nearest_name() {
        for (text, name) in [
            ("#ff0000", "red"),
            ("#F00", "red"),
            ("rgb(255, 0, 0)", "red"),
            ("#00ffff", "aqua"),
            ("#ff0001", "red"),
            ("#d50000", "crimson"),
            ("hsl(120, 100%, 25%)", "green"),
            ("#fefefe", "white"),
        ] {
            assert_eq!(csscolorparser::parse(text).ok().and_then(|color| nearest(&color)), Some(name), "{text}");
        }
    }
}
