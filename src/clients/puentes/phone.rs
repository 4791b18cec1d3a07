//! Phone numbers as people write them, to the one E.164 form that names a holder.
//!
//! Two spellings of one number must be one holder, and two numbers must never become one. So a number with its country
//! code is taken when its length is possible there (its E.164 form is unambiguous, and numbering plans grow faster than
//! any library), while a number in national form is taken only when it is a valid number of the default region: read
//! as another country's, `34612345678` would silently name a stranger.
//!
//! Two forms that E.164 knows are two numbers, also where people reach one phone by both: Argentina's with and without the
//! `9` of mobiles, Brazil's with and without the ninth digit. Mexico's `1` of mobiles is none any more (since August 2019
//! no number has it), but WhatsApp still writes it: it is read away.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

use super::met::Met;
use super::written::Written;
use crate::ids::HolderKey;

/// Mexico, its mobiles as they were called from abroad (`1` and ten digits), and that `1`.
const MEXICO: i32 = 52;
const MEXICAN_MOBILES: std::ops::Range<u64> = 10_000_000_000..20_000_000_000;
const MOBILE: u64 = 10_000_000_000;

/// The text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a phone number; write it with its country code, as in +593991234567")]
pub struct PhoneError;

/// Phone numbers that name holders.
#[derive(Clone, Debug)]
pub struct PhoneNumbers {
    /// The country of numbers without a country code (ISO 3166 alpha-2).
    default_region: String,
    met: Met,
}

impl PhoneNumbers {
    /// Those of a system whose numbers without a country code are of `default_region` (ISO 3166 alpha-2).
    pub fn of(default_region: impl Into<String>) -> Self {
        Self { default_region: default_region.into(), met: Met::default() }
    }

    /// The canonical holder behind a phone number as sent (`099 123 4567`, `+593991234567`, ` 593…` where a query turned
    /// the plus into a space).
    ///
    /// # Errors
    /// When it is not a phone number.
    pub fn key(&self, phone_as_sent: &str) -> Result<HolderKey, PhoneError> {
        match Written::read(phone_as_sent).ok_or(PhoneError)? {
            Written::International(text) if self.met.has(&text) => Ok(HolderKey::from_canonical(text)),
            Written::International(text) => self.international(&text),
            Written::National(text) => parsed(&text, Some(region(&self.default_region)?))
                .filter(|number| PHONE_NUMBER_UTIL.is_valid_number(number))
                .as_ref()
                .map(canonical)
                .ok_or(PhoneError),
        }
    }

    fn international(&self, text: &str) -> Result<HolderKey, PhoneError> {
        let number = parsed(text, None).filter(|number| PHONE_NUMBER_UTIL.is_possible_number(number));
        let key = number.as_ref().map(canonical).ok_or(PhoneError)?;
        if key.as_str() == text {
            self.met.remember(text);
        }
        Ok(key)
    }
}

fn parsed(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    let mut number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    let national = number.national_number;
    if number.country_code == MEXICO && MEXICAN_MOBILES.contains(&national) {
        number.national_number = national - MOBILE;
    }
    Some(number)
}

/// How a holder may be known to who still writes the `1` of Mexico's mobiles.
pub(super) fn other_spelling(holder: &HolderKey) -> Option<String> {
    let national = holder.as_str().strip_prefix("+52").filter(|national| national.len() == 10)?;
    Some(format!("+521{national}"))
}

fn region(code: &str) -> Result<Region, PhoneError> {
    code.parse().map_err(|_| PhoneError)
}

fn canonical(number: &PhoneNumber) -> HolderKey {
    HolderKey::from_canonical(PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde::Deserialize;

    use super::*;

    fn read(text: &str, default_region: &str) -> Result<HolderKey, PhoneError> {
        let numbers = PhoneNumbers::of(default_region);
        let first = numbers.key(text);
        assert_eq!(numbers.key(text), first, "once it was met: {text:.40?}");
        first
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
            "tel:+593991234567;ext=5",
            "whatsapp:",
            "whatsapp:ana",
            "whatsapp:tel:+593991234567",
            "telegram:+593991234567",
            "sms:+593991234567",
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

    #[derive(Deserialize)]
    struct Pair {
        one: String,
        other: String,
        same_holder: bool,
    }

    #[test]
    fn phones_of_the_real_world_are_the_holders_that_their_people_are() {
        let pairs: BTreeMap<String, Pair> =
            serde_json::from_str(include_str!("../../../tests/fixtures/phones.json")).unwrap();
        assert!(pairs.len() >= 9);
        for (name, Pair { one, other, same_holder }) in pairs {
            assert_eq!(key(&one).as_deref(), Some(one.as_str()), "{name}");
            assert!(key(&other).is_some(), "{name}: {other:?}");
            assert_eq!(key(&one) == key(&other), same_holder, "{name}");
        }
    }

    #[test]
    fn a_mexican_mobile_is_one_holder_with_and_without_its_old_one() {
        for spelling in [
            "+525512345678",
            "+5215512345678",
            "+52 1 55 1234 5678",
            "005215512345678",
            " 5215512345678",
            "whatsapp:+5215512345678",
        ] {
            assert_eq!(key(spelling).as_deref(), Some("+525512345678"), "{spelling:?}");
        }
        for national in ["55 1234 5678", "525512345678", "5215512345678"] {
            assert_eq!(read(national, "MX").unwrap().as_str(), "+525512345678", "{national:?}");
        }
        assert_eq!(key("+52155123456789"), None, "one digit too many");
        assert_eq!(
            key("+521551234567").as_deref(),
            Some("+521551234567"),
            "ten digits are a number whatever they begin with"
        );
        assert_eq!(key("+15512345678").as_deref(), Some("+15512345678"), "another country's");
    }

    #[test]
    fn what_stands_before_a_number_or_is_another_script_s_ascii_is_no_part_of_it() {
        for spelling in [
            "tel:+593991234567",
            "Tel:+593-99-123-4567",
            "WhatsApp: +593991234567",
            "whatsapp: 593991234567",
            "whatsapp:0991234567",
            "\u{200e}whatsapp:\u{202a}+593991234567\u{202c}",
            "\u{202a} 593991234567",
            "＋５９３　９９　１２３－４５６７",
            "\u{feff}+593991234567",
            "+593\u{ad}991234567",
        ] {
            assert_eq!(key(spelling).as_deref(), Some("+593991234567"), "{spelling:?}");
        }
    }

    const MARKS: &str = "\u{ad}\u{200b}\u{200e}\u{200f}\u{202a}\u{202c}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}";
    const SEPARATORS: &str =
        "-\u{a0}\u{2000}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}\u{2010}\u{2011}\u{2013}\u{2015}\u{2212}.()/";

    proptest! {
        #[test]
        fn a_phone_that_is_decorated_is_the_same_holder(
            phone in select(vec![
                "+593991234567", "0991234567", " 593991234567", "00593991234567", "+5215512345678", "+525512345678",
                "+34612345678", "+5491123456789", "+541123456789", "+5511987654321", "whatsapp:+593991234567",
                "+390612345678", "+12125550100", "991234567", "+8613800138000",
            ]),
            marks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..40),
        ) {
            let before = key(phone);
            prop_assert!(before.is_some());
            let mut decorated: Vec<char> = phone.chars().collect();
            let number = phone.rfind(':').map_or(0, |colon| colon + 1);
            for (place, mark) in marks {
                // Behind the first sign of the number anything may stand; around the prefix only what nobody sees.
                let at = place.index(decorated.len() + 1);
                let inside = decorated.iter().skip(number).position(|sign| *sign == '+' || sign.is_ascii_digit());
                let inside = number + inside.unwrap_or_default();
                let prefix = 0 < at && at < number;
                let choice: Vec<char> = if at <= inside { MARKS.chars().collect() } else { [MARKS, SEPARATORS].concat().chars().collect() };
                if !prefix {
                    decorated.insert(if at == 0 { number } else { at }, choice[mark.index(choice.len())]);
                }
            }
            let decorated: String = decorated.into_iter().collect();
            prop_assert_eq!(key(&decorated), before, "{:?}", decorated);
        }
    }

    #[test]
    fn a_region_that_does_not_exist_refuses_national_numbers_only() {
        assert!(read("0991234567", "XX").is_err());
        assert!(read("0991234567", "").is_err());
        assert!(read("+593991234567", "").is_ok());
    }
}
