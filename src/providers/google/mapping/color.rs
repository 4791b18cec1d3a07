//! The nearest of Google's eleven colours.

use csscolorparser::{Color, NAMED_COLORS};

/// Google's event colours by their `colorId`, as its calendar shows them (Lavender, Sage, Grape, Flamingo, Banana,
/// Tangerine, Peacock, Graphite, Blueberry, Basil, Tomato).
const EVENT_COLORS: [(&str, [u8; 3]); 11] = [
    ("1", [0x79, 0x86, 0xcb]),
    ("2", [0x33, 0xb6, 0x79]),
    ("3", [0x8e, 0x24, 0xaa]),
    ("4", [0xe6, 0x7c, 0x73]),
    ("5", [0xf6, 0xbf, 0x26]),
    ("6", [0xf4, 0x51, 0x1e]),
    ("7", [0x03, 0x9b, 0xe5]),
    (GRAPHITE, [0x61, 0x61, 0x61]),
    ("9", [0x3f, 0x51, 0xb5]),
    ("10", [0x0b, 0x80, 0x43]),
    ("11", [0xd5, 0x00, 0x00]),
];

const GRAPHITE: &str = "8";

/// Below this much colour a colour is a grey.
const GREY: f32 = 0.02;

/// The `colorId` nearest to a colour of CSS, by its name in any case; none when there is no such name.
///
/// Near is what looks alike (OKLab), with the hue before the lightness: navy is a blue, not a black. What has no hue,
/// from black to white, is Graphite.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let wanted = lab(*NAMED_COLORS.get(name.into())?);
    let [_, a, b, _] = wanted;
    if a.hypot(b) < GREY {
        return Some(GRAPHITE);
    }
    let hued = EVENT_COLORS.iter().filter(|(id, _)| *id != GRAPHITE);
    let by_distance = hued.map(|(id, rgb)| (*id, distance(wanted, lab(*rgb))));
    by_distance.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(id, _)| id)
}

fn lab([red, green, blue]: [u8; 3]) -> [f32; 4] {
    Color::from_rgba8(red, green, blue, u8::MAX).to_oklaba()
}

fn distance([l1, a1, b1, _]: [f32; 4], [l2, a2, b2, _]: [f32; 4]) -> f32 {
    ((l1 - l2) / 2.0).powi(2) + (a1 - a2).powi(2) + (b1 - b2).powi(2)
}
