//! What a client system says to have a calendar linked.

use poem_openapi::Object;
use poem_openapi::types::Example;
use serde::Deserialize;

use super::super::body::{object, proof};
use crate::http::{Code, Problem};
use crate::link::{Offer, ProviderKind};
use crate::linking::LinkRequest;
use crate::secret::SecretString;

/// How a link is to be made.
#[derive(Debug)]
pub(super) enum Wish {
    /// With an account whose password is known.
    Account(LinkRequest),
    /// By the person's consent at the provider.
    Consent(ProviderKind),
    /// As the person chooses.
    Choice,
}

/// Which calendar to link.
#[derive(Deserialize, Object)]
#[oai(example)]
pub(super) struct NewLink {
    /// The phone number, as the key was made over it. Not needed when the header `X-Phone-Number` carries it.
    #[serde(default, deserialize_with = "proof")]
    phone_number: Option<String>,
    /// The lower-case hex MD5 of the phone number as sent followed by the shared secret. Not needed when the header
    /// `X-Secure-Key` carries it, which is recommended.
    #[serde(default, deserialize_with = "proof")]
    secure_key: Option<String>,
    /// `google` for Google Calendar, `apple` for iCloud, `caldav` for any CalDAV server. Those that aren't set up here are refused.
    /// Without it the person chooses, on their page.
    provider: Option<String>,
    /// The account, for `caldav` and `apple`.
    #[serde(default, deserialize_with = "object")]
    caldav: Option<CaldavAccount>,
}

/// An account at a CalDAV server.
#[derive(Deserialize, Object)]
pub(super) struct CaldavAccount {
    /// Where the calendars are: the server's address, or an e-mail address of the account whose domain leads there. HTTPS only.
    /// Not for Apple.
    url: Option<String>,
    /// The user name; with Apple the Apple Account's e-mail address.
    username: String,
    /// The password; with Apple an app-specific password (made at account.apple.com). It is stored encrypted and never shown.
    #[oai(write_only)]
    password: String,
    /// The calendar to use, by name, path or address. Without it one is made for these events, which is best.
    calendar: Option<String>,
}

impl Example for NewLink {
    fn example() -> Self {
        Self {
            phone_number: Some("+593991234567".to_owned()),
            secure_key: Some("0f4e3b1c9a7d52e86b0c1d2e3f405162".to_owned()),
            provider: Some("caldav".to_owned()),
            caldav: Some(CaldavAccount {
                url: Some("https://dav.example.org/".to_owned()),
                username: "ana@example.org".to_owned(),
                password: "correct horse battery staple".to_owned(),
                calendar: None,
            }),
        }
    }
}

impl NewLink {
    /// What the doing layer needs.
    ///
    /// # Errors
    /// When the provider is none of those that are offered, or the account is not whole.
    pub(super) fn into_wish(self, offers: &[Offer]) -> Result<Wish, Problem> {
        let Some(provider) = self.provider else {
            return match self.caldav {
                None => Ok(Wish::Choice),
                Some(_) => Err(field("provider", "is missing: say whose the account in caldav is")),
            };
        };
        let offer = read_provider(&provider, offers)?;
        let provider = offer.kind;
        if offer.consents {
            let why = format!("is not for {}, where the person consents instead", provider.name());
            return match self.caldav {
                None => Ok(Wish::Consent(provider)),
                Some(_) => Err(field("caldav", &why)),
            };
        }
        let Some(account) = self.caldav else {
            return Err(field("caldav", "is missing: it holds the account's username and password"));
        };
        let address = match (provider, account.url) {
            (ProviderKind::Caldav, None) => return Err(field("caldav.url", "is missing: say where the calendars are")),
            (ProviderKind::Apple, Some(_)) => {
                return Err(field("caldav.url", "is not for Apple, whose address is known"));
            }
            (_, url) => url.unwrap_or_default(),
        };
        for (name, value) in [("caldav.username", &account.username), ("caldav.password", &account.password)] {
            if value.is_empty() {
                return Err(field(name, "is empty"));
            }
        }
        let password = SecretString::from(account.password);
        let (username, calendar) = (account.username, account.calendar);
        Ok(Wish::Account(LinkRequest { provider, address, username, password, calendar }))
    }
}

fn read_provider(word: &str, offers: &[Offer]) -> Result<Offer, Problem> {
    let offered: Vec<&str> = offers.iter().map(|offer| offer.kind.as_str()).collect();
    let named = format!("It offers \"{}\".", offered.join("\", \""));
    offers.iter().copied().find(|offer| offer.kind.as_str() == word).ok_or_else(|| {
        let detail = match ProviderKind::from_word(word) {
            Some(kind) => format!("{} is not set up at this gateway. {named}", kind.name()),
            None if word == "microsoft" => format!("This gateway can't link Microsoft calendars yet. {named}"),
            None => format!("There is no such provider. {named}"),
        };
        Problem::new(Code::ProviderNotAvailable, detail).with("providers", offered).with("field", "provider")
    })
}

fn field(name: &str, why: &str) -> Problem {
    Problem::new(Code::InvalidField, format!("The field {name} {why}.")).with("field", name)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;

    fn wish(body: Value, google: bool) -> Result<Wish, (Code, Value)> {
        let offer = |kind| Offer { kind, consents: kind == ProviderKind::Google, lets_choose: false };
        let offers: Vec<Offer> = ProviderKind::ALL.map(offer).into_iter().filter(|it| google || !it.consents).collect();
        let link: NewLink = serde_json::from_value(body).unwrap();
        link.into_wish(&offers).map_err(|problem| (problem.code(), problem.example()))
    }

    fn request(body: Value) -> Result<LinkRequest, (Code, Value)> {
        match wish(body, false)? {
            Wish::Account(request) => Ok(request),
            other => panic!("nobody has to consent to a password: {other:?}"),
        }
    }

    #[test]
    fn google_asks_for_a_consent_where_it_is_set_up() {
        assert!(matches!(wish(json!({"provider": "google"}), true), Ok(Wish::Consent(ProviderKind::Google))));
        let account = json!({"provider": "google", "caldav": {"username": "a", "password": "b"}});
        let (code, shown) = wish(account, true).unwrap_err();
        assert_eq!((code, &shown["field"]), (Code::InvalidField, &"caldav".into()));
        let (_, shown) = wish(json!({"provider": "yahoo"}), true).unwrap_err();
        assert_eq!(shown["providers"], json!(["google", "apple", "caldav"]));
    }

    #[test]
    fn without_a_provider_the_person_chooses() {
        assert!(matches!(wish(json!({}), false), Ok(Wish::Choice)));
        let (code, shown) = wish(json!({"caldav": {"username": "a", "password": "b"}}), false).unwrap_err();
        assert_eq!((code, &shown["field"]), (Code::InvalidField, &"provider".into()));
    }

    #[test]
    fn a_caldav_account_needs_its_address_and_an_apple_account_none() {
        let account =
            json!({"url": "https://dav.example.org", "username": "ana", "password": "pw", "calendar": "Work"});
        let caldav = request(json!({"provider": "caldav", "caldav": account})).unwrap();
        assert_eq!((caldav.provider, caldav.address.as_str()), (ProviderKind::Caldav, "https://dav.example.org"));
        assert_eq!((caldav.username.as_str(), caldav.password.expose_secret()), ("ana", "pw"));
        assert_eq!(caldav.calendar.as_deref(), Some("Work"));
        let apple = request(json!({"provider": "apple", "caldav": {"username": "ana", "password": "pw"}})).unwrap();
        assert_eq!((apple.provider, apple.address.as_str()), (ProviderKind::Apple, ""));
    }

    #[test]
    fn what_is_missing_is_named() {
        let table = [
            (json!({"provider": "caldav"}), "caldav"),
            (json!({"provider": "caldav", "caldav": {"username": "a", "password": "b"}}), "caldav.url"),
            (json!({"provider": "apple", "caldav": {"url": "x", "username": "a", "password": "b"}}), "caldav.url"),
            (json!({"provider": "apple", "caldav": {"username": "", "password": "b"}}), "caldav.username"),
            (json!({"provider": "apple", "caldav": {"username": "a", "password": ""}}), "caldav.password"),
        ];
        for (body, named) in table {
            let (code, shown) = request(body).unwrap_err();
            assert_eq!((code, &shown["field"]), (Code::InvalidField, &named.into()));
        }
    }

    #[test]
    fn a_provider_that_is_not_offered_is_told_with_those_that_are() {
        for (body, code) in [
            (json!({"provider": "google"}), Code::ProviderNotAvailable),
            (json!({"provider": "microsoft"}), Code::ProviderNotAvailable),
            (json!({"provider": "icloud"}), Code::ProviderNotAvailable),
        ] {
            let (told, shown) = request(body).unwrap_err();
            assert_eq!((told, &shown["providers"]), (code, &json!(["apple", "caldav"])));
        }
    }
}
