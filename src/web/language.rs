//! Which language a person reads.

use poem::http::{HeaderMap, header};

use super::cookie;

const COOKIE: &str = "pasarela_lang";
const A_YEAR: u32 = 365 * 24 * 3600;

/// A language of the pages. The first is the one for whoever reads none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Spanish.
    Es,
    /// English.
    En,
    /// Portuguese.
    Pt,
}

impl Language {
    /// All of them, as the switch shows them.
    pub(super) const ALL: [Self; 3] = [Self::Es, Self::En, Self::Pt];

    /// As HTML and HTTP name it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    /// Its own name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Es => "Español",
            Self::En => "English",
            Self::Pt => "Português",
        }
    }

    /// Reads the code back.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language that the person chose here before, else the best one of those that their browser names.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let wished = headers.get_all(header::ACCEPT_LANGUAGE).into_iter().filter_map(|value| value.to_str().ok());
        let chosen = cookie::all(headers).find(|(name, _)| *name == COOKIE).and_then(|(_, code)| Self::from_code(code));
        chosen.or_else(|| accepted(wished)).unwrap_or(Self::Es)
    }

    /// A cookie that remembers it. It tells nothing else about the person.
    pub(super) fn cookie(self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax{secure}", self.code())
    }
}

/// The best of `es-EC, en;q=0.8, *;q=0.1` that there is; the earlier one of two that are wanted alike.
fn accepted<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let primary = parts.next().unwrap_or_default().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let Some(language) = Language::from_code(&primary) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if weight > best.map_or(0.0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn of(lines: &[(&'static str, &'static str)]) -> &'static str {
        let headers = lines.iter().map(|(name, value)| ((*name).try_into().unwrap(), HeaderValue::from_static(value)));
        Language::of(&headers.collect()).code()
    }

    #[test]
    fn the_browser_s_wish_is_heard_and_the_person_s_own_is_stronger() {
        let table = [
            ("", "es"),
            ("de-DE, de;q=0.9", "es"),
            ("en-GB,en;q=0.9,es;q=0.8", "en"),
            ("de, pt-BR;q=0.7, en;q=0.5", "pt"),
            ("en;q=0, fr", "es"),
            ("EN", "en"),
            ("*", "es"),
            ("en;q=x, pt;q=NaN", "en"),
        ];
        for (accept, expected) in table {
            assert_eq!(of(&[("accept-language", accept)]), expected, "{accept}");
        }
        assert_eq!(of(&[("accept-language", "en"), ("cookie", "a=b; pasarela_lang=pt")]), "pt");
        assert_eq!(of(&[("accept-language", "en"), ("cookie", "pasarela_lang=xx")]), "en");
    }

    #[test]
    fn the_cookie_goes_over_https_alone_where_there_is_https() {
        assert!(Language::Pt.cookie(true).starts_with("pasarela_lang=pt; Path=/; "));
        assert!(Language::Pt.cookie(true).ends_with("; HttpOnly; SameSite=Lax; Secure"));
        assert!(!Language::Pt.cookie(false).contains("Secure"));
    }
}
