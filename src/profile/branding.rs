//! How a client system's pages look: text and one colour, never markup.

use serde::{Deserialize, Serialize};

/// How a client system's pages look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// The colour of buttons and links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// Whom people ask for help, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_text: Option<String>,
    /// Where they ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_link: Option<String>,
    /// Where it says what it does with what it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_link: Option<String>,
}

/// A colour on which white text can be read: `#0b5cad`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(String);

impl Colour {
    /// The least contrast with white at which text is read by all (WCAG 2.2, 1.4.3).
    const LEAST_CONTRAST: f64 = 4.5;

    /// Takes `#rrggbb`, in any case.
    ///
    /// # Errors
    /// Says what it must be.
    pub fn new(text: &str) -> Result<Self, String> {
        let plain = |digits: &&str| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let digits = text.strip_prefix('#').filter(plain);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = number.ok_or("must be a colour as #rrggbb")?.to_be_bytes();
        let contrast = 1.05 / (luminance([red, green, blue]) + 0.05);
        if contrast < Self::LEAST_CONTRAST {
            return Err(format!(
                "must be darker: white text on {text} has a contrast of {contrast:.1}, and 4.5 are needed to read it"
            ));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The colour as `#rrggbb`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.0
    }
}

/// Relative luminance (WCAG 2.2, definitions).
fn luminance(channels: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let part = f64::from(channel) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = channels.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_one_on_which_white_text_can_be_read() {
        assert_eq!(Colour::new("#0B5CAD").map(String::from), Ok("#0b5cad".to_owned()));
        // #767676 is the lightest grey that WCAG lets stand below white text.
        assert!(Colour::new("#767676").is_ok() && Colour::new("#777777").is_err());
        for wrong in ["", "#fff", "red", "#12345g", "#1234567", "0b5cad", "#+12345", "#ffff00"] {
            assert!(Colour::new(wrong).is_err(), "{wrong}");
        }
    }
}
