//! A phone number as it was written or pasted, down to its digits.
//!
//! Numbers come from address books, chats and word processors, which wrap them in marks that nobody sees, set them with
//! spaces and hyphens of their own, and name the service in front. None of that is part of the number.

/// The longest text taken, in bytes. E.164 has 15 digits; the rest is room for a prefix, separators and the marks around
/// each digit, of up to four bytes.
const MAX_BYTES: usize = 256;

/// What stands before a number to say what it is for: `whatsapp:` is Twilio's, `tel:` that of RFC 3966.
const PREFIXES: [&str; 2] = ["whatsapp:", "tel:"];

/// How the country is said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// By a country code; the text begins with `+`.
    International(String),
    /// Not at all: the default region's.
    National(String),
}

impl Written {
    /// Takes digits and what people put between them; none where there is anything else. Letters and extensions name no
    /// holder.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (spaced_plus, number) = (spaced_plus(text).is_some(), text.get(number_starts(text)..)?);
        let mut digits = String::with_capacity(number.len());
        let mut plus = false;
        for sign in number.trim().chars() {
            match sign {
                '+' | '＋' if digits.is_empty() && !plus => plus = true,
                _ if is_mark(sign) || is_separator(sign) => {}
                _ => digits.push(digit(sign)?),
            }
        }
        Some(match digits.strip_prefix("00") {
            _ if plus || spaced_plus => Self::International(format!("+{digits}")),
            Some(rest) => Self::International(format!("+{rest}")),
            None => Self::National(digits),
        })
    }
}

/// Where a space stands in the place of a `+` that nobody percent-encoded: in front of all digits, and of a country code,
/// which never begins with a zero.
pub(super) fn spaced_plus(text: &str) -> Option<usize> {
    let at = number_starts(text);
    let mut behind = text.get(at..)?.strip_prefix(' ')?.chars().skip_while(|sign| is_mark(*sign));
    behind.next().and_then(digit).filter(|first| *first != '0').map(|_| at)
}

/// Where the number begins, behind marks and the prefix.
fn number_starts(text: &str) -> usize {
    let past_marks = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        at + (rest.len() - rest.trim_start_matches(is_mark).len())
    };
    let at = past_marks(0);
    let rest = text.get(at..).unwrap_or_default().as_bytes();
    let named = |prefix: &&str| rest.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix.as_bytes()));
    PREFIXES.iter().find(|prefix| named(prefix)).map_or(at, |prefix| past_marks(at + prefix.len()))
}

/// ASCII, or the full-width digits of East Asian keyboards. Digits of other scripts are not taken for these.
fn digit(sign: char) -> Option<char> {
    let ascii = match sign {
        '０'..='９' => char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0'))?,
        _ => sign,
    };
    ascii.is_ascii_digit().then_some(ascii)
}

/// Marks that are not seen: soft hyphens, joiners, marks of direction, byte order marks.
fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What people and typesetters put between digits.
fn is_separator(sign: char) -> bool {
    matches!(sign, ' ' | '-' | '.' | '(' | ')' | '/')
        || matches!(sign, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
        || matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '．' | '（' | '）' | '／')
}
