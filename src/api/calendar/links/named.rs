//! Providers, by the words that client systems have for them.

use crate::http::{Code, Problem};
use crate::link::{Offer, ProviderKind};
use crate::quoted::Quoted;

/// The provider of a word, in any case; `OUTLOOK` and `ical` are said as well.
///
/// # Errors
/// `provider_not_available`, where this gateway offers none of that name.
pub(super) fn provider(word: &str, offers: &[Offer]) -> Result<ProviderKind, Problem> {
    let kind = match word.to_ascii_lowercase().as_str() {
        "ical" => Some(ProviderKind::Caldav),
        "icloud" => Some(ProviderKind::Apple),
        word => ProviderKind::from_word(word),
    };
    let words: Vec<&str> = offers.iter().map(|offer| offer.kind.as_str()).collect();
    kind.filter(|kind| offers.iter().any(|offer| offer.kind == *kind)).ok_or_else(|| {
        let detail = format!("This gateway does not offer {}. It offers {}.", Quoted(word), words.join(", "));
        Problem::new(Code::ProviderNotAvailable, detail).with("providers", serde_json::json!(words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_goes_by_several_words_in_any_case() {
        let offer = |kind| Offer { kind, consents: false, lets_choose: false };
        let offers = [offer(ProviderKind::Google), offer(ProviderKind::Apple), offer(ProviderKind::Caldav)];
        let table = [
            ("GOOGLE", Some(ProviderKind::Google)),
            ("google", Some(ProviderKind::Google)),
            ("ical", Some(ProviderKind::Caldav)),
            ("CalDAV", Some(ProviderKind::Caldav)),
            ("apple", Some(ProviderKind::Apple)),
            ("iCloud", Some(ProviderKind::Apple)),
            ("OUTLOOK", None),
            ("microsoft", None),
            ("", None),
        ];
        for (word, kind) in table {
            assert_eq!(provider(word, &offers).ok(), kind, "{word}");
        }
        let refused = provider("google", &offers[1..]).unwrap_err();
        assert_eq!(refused.example()["providers"], serde_json::json!(["apple", "caldav"]));
    }
}
