//! Character references that are none in XML, made into some.
//!
//! SOGo writes what lies beyond Unicode's first plane as the two halves of UTF-16 (`&#55357;&#56832;`), others write control
//! characters (`docs/providers.md#caldav-answers`). XML has neither, and one title must not cost the whole listing.

use std::borrow::Cow;

/// Bytes in which a reference has its semicolon: eight digits, with as many zeros before.
const LONGEST: usize = 16;

/// The text with references that XML 1.0 allows: two halves become their character, what is no character its replacement.
pub(super) fn whole(text: &str) -> Cow<'_, str> {
    if !text.contains("&#") {
        return Cow::Borrowed(text);
    }
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, reference)) = rest.find("&#").map(|at| rest.split_at(at)) {
        plain.push_str(before);
        rest = match number(reference) {
            Some((number, after)) => match joined(number, after) {
                Some((character, after)) => {
                    plain.push(character);
                    after
                }
                None if is_character(number) => {
                    // Cut by length: to compare the rest of the text for each reference takes hours for a megabyte of them.
                    plain.push_str(reference.get(..reference.len() - after.len()).unwrap_or_default());
                    after
                }
                None => {
                    plain.push(char::REPLACEMENT_CHARACTER);
                    after
                }
            },
            // Not even a number: the parser says what it thinks of that.
            None => {
                plain.push_str("&#");
                reference.strip_prefix("&#").unwrap_or_default()
            }
        };
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The number of the reference that the text begins with, and what follows it.
fn number(reference: &str) -> Option<(u32, &str)> {
    let rest = reference.strip_prefix("&#")?;
    // No further than the longest number reaches: the next semicolon may be megabytes away.
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let (digits, after) = (rest.get(..end)?, rest.get(end + 1..)?);
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => digits.parse(),
    };
    Some((number.ok()?, after))
}

/// The character whose first half is `high`, where its second one follows.
fn joined(high: u32, after: &str) -> Option<(char, &str)> {
    let (low, after) = number(after).filter(|_| (0xD800..0xDC00).contains(&high))?;
    let halves = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    Some((char::decode_utf16(halves).next()?.ok()?, after))
}

/// XML 1.0, production 2.
fn is_character(number: u32) -> bool {
    matches!(number, 0x9 | 0xA | 0xD | 0x20..=0xD7FF | 0xE000..=0xFFFD | 0x1_0000..=0x10_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_joined_and_what_is_no_character_is_replaced() {
        for (text, plain) in [
            ("no reference", "no reference"),
            ("&#55357;&#56832;", "😀"),
            ("a&#xD83D;&#xde00;b&#55357;&#56833;", "a😀b😁"),
            ("&#60;&#38;amp;&#x1F600;&#10;", "&#60;&#38;amp;&#x1F600;&#10;"),
            ("&#55357;", "\u{fffd}"),
            ("&#56832;&#55357;", "\u{fffd}\u{fffd}"),
            ("&#55357;x&#56832;", "\u{fffd}x\u{fffd}"),
            ("&#55357;&#60;", "\u{fffd}&#60;"),
            ("&#0;&#11;&#xFFFF;&#x110000;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&#;&#x;&#99999999999;&#12", "&#;&#x;&#99999999999;&#12"),
            ("&#&#&#55357;&#56832;", "&#&#😀"),
            ("&#é;&#ééééééééé;", "&#é;&#ééééééééé;"),
        ] {
            assert_eq!(whole(text), plain, "{text}");
        }
    }
}
