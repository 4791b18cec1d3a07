//! Phone numbers as people write them, to the one E.164 form that names a holder.
//!
//! Two spellings of one number must be one holder, and two numbers must never become one. So a number with its country
//! code is taken when its length is possible there (its E.164 form is unambiguous, and numbering plans grow faster than
//! any library), while a number in national form is taken only when it is a valid number of the default region: read
//! as another country's, `34612345678` would silently name a stranger.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

use crate::ids::HolderKey;

/// The longest text taken, in bytes. E.164 has 15 digits; the rest is room for an `00` prefix and separators.
const MAX_BYTES: usize = 40;

/// The text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a phone number; write it with its country code, as in +593991234567")]
pub struct PhoneError;

/// Phone numbers that name holders.
#[derive(Clone, Debug)]
pub struct PhoneNumbers {
    /// The country of numbers without a country code (ISO 3166 alpha-2).
    pub default_region: String,
}

impl PhoneNumbers {
    /// The canonical holder behind a phone number as sent (`099 123 4567`, `+593991234567`, ` 593…` where a query turned
    /// the plus into a space).
    ///
    /// # Errors
    /// When it is not a phone number.
    pub fn key(&self, phone_as_sent: &str) -> Result<HolderKey, PhoneError> {
        let written = Written::read(phone_as_sent)?;
        let number = match &written {
            Written::International(text) => {
                PHONE_NUMBER_UTIL.parse(text, None).ok().filter(|number| PHONE_NUMBER_UTIL.is_possible_number(number))
            }
            Written::National(text) => PHONE_NUMBER_UTIL
                .parse(text, Some(region(&self.default_region)?))
                .ok()
                .filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number)),
        };
        number.as_ref().map(canonical).ok_or(PhoneError)
    }
}

fn region(code: &str) -> Result<Region, PhoneError> {
    code.parse().map_err(|_| PhoneError)
}

fn canonical(number: &PhoneNumber) -> HolderKey {
    HolderKey::from_canonical(PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned())
}

/// How the country is said.
enum Written {
    /// By a country code; the text begins with `+`.
    International(String),
    /// Not at all: the default region's.
    National(String),
}

impl Written {
    /// Takes digits and the separators that people use; letters, extensions and `tel:` name no holder.
    fn read(text: &str) -> Result<Self, PhoneError> {
        if text.len() > MAX_BYTES {
            return Err(PhoneError);
        }
        let spaced_plus = text.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c| matches!(c, '1'..='9')));
        let mut digits = String::with_capacity(text.len());
        let mut plus = false;
        for sign in text.trim().chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                '+' if digits.is_empty() && !plus => plus = true,
                ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
                _ => return Err(PhoneError),
            }
        }
        match digits.strip_prefix("00") {
            _ if plus || spaced_plus => Ok(Self::International(format!("+{digits}"))),
            Some(rest) => Ok(Self::International(format!("+{rest}"))),
            None => Ok(Self::National(digits)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, default_region: &str) -> Result<HolderKey, PhoneError> {
        PhoneNumbers { default_region: default_region.to_owned() }.key(text)
    }

    fn key(text: &str) -> Option<String> {
        read(text, "EC").ok().map(|key| key.as_str().to_owned())
    }

    #[test]
    fn all_spellings_of_a_number_are_one_holder() {
        for spelling in [
            "+593991234567",
            " 593991234567",
            "00593991234567",
            "00 593 99 123 4567",
            "0991234567",
            "099 123 4567",
            "(099) 123-4567",
            "099/123.4567",
            "991234567",
            "593991234567",
            "+593 0 99 123 4567",
            "+593\u{a0}99\u{a0}123\u{a0}4567",
            " +593991234567 ",
        ] {
            assert_eq!(key(spelling).as_deref(), Some("+593991234567"), "{spelling:?}");
        }
    }

    #[test]
    fn numbers_of_other_countries_keep_their_country() {
        assert_eq!(key("+34 612 345 678").as_deref(), Some("+34612345678"));
        assert_eq!(key("0034612345678").as_deref(), Some("+34612345678"));
        assert_eq!(key(" 34612345678").as_deref(), Some("+34612345678"));
        assert_eq!(key("+390612345678").as_deref(), Some("+390612345678"), "Italy's zero belongs to the number");
        assert_eq!(read("612 345 678", "ES").unwrap().as_str(), "+34612345678");
        assert_eq!(read("(212) 555-0100", "US").unwrap().as_str(), "+12125550100");
    }

    #[test]
    fn a_foreign_number_without_plus_is_refused_instead_of_becoming_a_stranger() {
        assert_eq!(key("34612345678"), None);
        assert_eq!(key("4915112345678"), None);
    }

    #[test]
    fn a_number_newer_than_the_numbering_plan_we_know_is_taken_with_its_country_code() {
        assert_eq!(key("+593 88 123 4567").as_deref(), Some("+593881234567"));
        assert_eq!(key("088 123 4567"), None, "in national form nothing tells it from a slip");
    }

    #[test]
    fn what_is_no_phone_number_is_refused() {
        for wrong in [
            "",
            " ",
            "+",
            "00",
            "hello",
            "12345",
            "+593",
            "+5939912345678901234",
            "++593991234567",
            "593+991234567",
            "+593991234567 ext 5",
            "+593991234567;ext=5",
            "tel:+593991234567",
            "099-CALL-NOW",
            "٠٩٩١٢٣٤٥٦٧",
            "+999123456789",
            "0991234567\0",
            "ñ",
            "+593991234567,+593991234568",
        ] {
            assert_eq!(key(wrong), None, "{wrong:?}");
        }
        assert_eq!(key(&"9".repeat(1_000_000)), None);
    }

    #[test]
    fn a_region_that_does_not_exist_refuses_national_numbers_only() {
        assert!(read("0991234567", "XX").is_err());
        assert!(read("0991234567", "").is_err());
        assert!(read("+593991234567", "").is_ok());
    }
}
