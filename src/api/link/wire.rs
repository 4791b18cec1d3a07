//! Links as they travel.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;

use super::super::resync::ResyncReport;
use super::super::time::Time;
use crate::http::{Code, Problem};
use crate::linking::{LinkRequest, LinkState, LinkView, ProviderKind, UnlinkReceipt};
use crate::secret::SecretString;

/// The providers that can be linked with here.
fn offered(google: bool) -> &'static [&'static str] {
    if google { &["google", "apple", "caldav"] } else { &["apple", "caldav"] }
}

/// How a link is to be made.
#[derive(Debug)]
pub(super) enum Wish {
    /// With an account whose password is known.
    Account(LinkRequest),
    /// By the person's consent at the provider.
    Consent,
    /// As the person chooses.
    Choice,
}

/// Which calendar to link.
#[derive(Deserialize, Object)]
#[oai(example)]
pub(super) struct NewLink {
    /// The phone number, as the key was made over it. Not needed when the header `X-Phone-Number` carries it.
    #[serde(skip)]
    phone_number: Option<String>,
    /// The lower-case hex MD5 of the phone number as sent followed by the shared secret. Not needed when the header
    /// `X-Secure-Key` carries it, which is recommended.
    #[serde(skip)]
    secure_key: Option<String>,
    /// `google` for Google Calendar, `apple` for iCloud, `caldav` for any CalDAV server. Those that aren't set up here are refused.
    /// Without it the person chooses, on their page.
    provider: Option<String>,
    /// The account, for `caldav` and `apple`.
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
    /// When the provider is not offered (`google`: whether that one is), or the account is not whole.
    pub(super) fn into_wish(self, google: bool) -> Result<Wish, Problem> {
        let Some(provider) = self.provider else {
            return match self.caldav {
                None => Ok(Wish::Choice),
                Some(_) => Err(field("provider", "is missing: say whose the account in caldav is")),
            };
        };
        let provider = read_provider(&provider, google)?;
        if provider == ProviderKind::Google {
            return match self.caldav {
                None => Ok(Wish::Consent),
                Some(_) => Err(field("caldav", "is not for Google, where the person consents instead")),
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

fn read_provider(word: &str, google: bool) -> Result<ProviderKind, Problem> {
    let offered = offered(google);
    let named = format!("It offers \"{}\".", offered.join("\", \""));
    let provider = ProviderKind::from_word(word).filter(|kind| offered.contains(&kind.as_str()));
    provider.ok_or_else(|| {
        let detail = match word {
            "google" => format!("Google is not set up at this gateway. {named}"),
            "microsoft" => format!("This gateway can't link Microsoft calendars yet. {named}"),
            _ => format!("There is no such provider. {named}"),
        };
        Problem::new(Code::ProviderNotAvailable, detail).with("providers", offered).with("field", "provider")
    })
}

fn field(name: &str, why: &str) -> Problem {
    Problem::new(Code::InvalidField, format!("The field {name} {why}.")).with("field", name)
}

/// How a link is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "LinkState", rename_all = "snake_case")]
enum StateWord {
    /// Working.
    Active,
    /// The provider refuses the credentials.
    NeedsReauthorization,
    /// The calendar is gone or read-only.
    CalendarLost,
    /// It is being cleaned up.
    Unlinking,
}

impl From<LinkState> for StateWord {
    fn from(state: LinkState) -> Self {
        match state {
            LinkState::Active => Self::Active,
            LinkState::NeedsReauthorization => Self::NeedsReauthorization,
            LinkState::CalendarLost => Self::CalendarLost,
            LinkState::Unlinking => Self::Unlinking,
        }
    }
}

/// Whether and how a phone number is linked. All but `linked` and `last_unlink` is there only when it is.
#[derive(Clone, Debug, Default, Object)]
#[oai(rename = "Link", example, skip_serializing_if_is_none)]
pub(super) struct LinkStatus {
    /// Whether a calendar is linked.
    linked: bool,
    /// `active`: working. `needs_reauthorization`: the provider refuses the credentials; events wait until the person gives new ones:
    /// `POST /link` again with the same account. `calendar_lost`: the calendar is gone or read-only; events wait. `unlinking`: it is being cleaned up.
    state: Option<StateWord>,
    /// `google`, `apple` or `caldav`.
    provider: Option<String>,
    /// Whose account, e.g. `ana@example.org`.
    account: Option<String>,
    /// The calendar's name.
    calendar: Option<String>,
    /// The calendar's address; with Google its id.
    calendar_url: Option<String>,
    /// Since when.
    linked_at: Option<Time>,
    /// The last time that the calendar was all as it should be.
    last_sync_at: Option<Time>,
    /// How many events are on their way.
    pending: Option<u64>,
    /// How many events the provider refuses.
    failed: Option<u64>,
    /// What is wrong with the link as a whole, while it lasts.
    reason: Option<String>,
    /// The newest resync.
    last_resync: Option<ResyncReport>,
    /// Without a link: what the last unlink did, if there was one.
    last_unlink: Option<LinkReceipt>,
}

impl LinkStatus {
    /// No calendar is linked.
    pub(super) fn without(last_unlink: Option<UnlinkReceipt>) -> Self {
        Self { last_unlink: last_unlink.map(LinkReceipt::from), ..Self::default() }
    }
}

impl From<LinkView> for LinkStatus {
    fn from(view: LinkView) -> Self {
        Self {
            linked: true,
            state: Some(view.state.into()),
            provider: Some(view.provider.as_str().to_owned()),
            account: Some(view.account),
            calendar: Some(view.calendar),
            calendar_url: Some(view.calendar_url),
            linked_at: Some(Time(view.linked_at)),
            last_sync_at: view.last_sync_at.map(Time),
            pending: Some(view.pending),
            failed: Some(view.failed),
            reason: view.reason,
            last_resync: view.last_resync.map(ResyncReport::from),
            last_unlink: None,
        }
    }
}

impl Example for LinkStatus {
    fn example() -> Self {
        Self {
            linked: true,
            state: Some(StateWord::Active),
            provider: Some("caldav".to_owned()),
            account: Some("ana@example.org".to_owned()),
            calendar: Some("Puentes".to_owned()),
            calendar_url: Some("https://dav.example.org/calendars/ana/puentes/".to_owned()),
            linked_at: Some(Time::example(-86_400)),
            last_sync_at: Some(Time::example(0)),
            pending: Some(0),
            failed: Some(0),
            ..Self::default()
        }
    }
}

/// How far an unlink is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "UnlinkStatus", rename_all = "snake_case")]
enum UnlinkWord {
    /// Done.
    Unlinked,
    /// The calendar is still being cleaned up.
    Unlinking,
}

/// What an unlink did. While it goes on only `status` is there.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Unlink", example, skip_serializing_if_is_none)]
pub(super) struct LinkReceipt {
    /// `unlinked`, or `unlinking` while the calendar is still being cleaned up.
    status: UnlinkWord,
    /// When it was asked for.
    requested_at: Option<Time>,
    /// When it ended.
    finished_at: Option<Time>,
    /// How many events were removed from the calendar.
    deleted: Option<u64>,
    /// How many could not be removed.
    left: Option<u64>,
    /// Why some were left.
    reason: Option<String>,
}

impl LinkReceipt {
    /// It goes on.
    pub(super) fn going() -> Self {
        Self {
            status: UnlinkWord::Unlinking,
            requested_at: None,
            finished_at: None,
            deleted: None,
            left: None,
            reason: None,
        }
    }
}

impl From<UnlinkReceipt> for LinkReceipt {
    fn from(receipt: UnlinkReceipt) -> Self {
        Self {
            status: UnlinkWord::Unlinked,
            requested_at: Some(Time(receipt.requested_at)),
            finished_at: Some(Time(receipt.finished_at)),
            deleted: Some(receipt.deleted),
            left: Some(receipt.left),
            reason: receipt.reason,
        }
    }
}

impl Example for LinkReceipt {
    fn example() -> Self {
        let (requested_at, finished_at) = (Time::example(0).0, Time::example(2).0);
        UnlinkReceipt { requested_at, finished_at, deleted: 31, left: 0, reason: None }.into()
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON;
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;

    fn wish(body: Value, google: bool) -> Result<Wish, (Code, Value)> {
        let link: NewLink = serde_json::from_value(body).unwrap();
        link.into_wish(google).map_err(|problem| (problem.code(), problem.example()))
    }

    fn request(body: Value) -> Result<LinkRequest, (Code, Value)> {
        match wish(body, false)? {
            Wish::Account(request) => Ok(request),
            other => panic!("nobody has to consent to a password: {other:?}"),
        }
    }

    #[test]
    fn google_asks_for_a_consent_where_it_is_set_up() {
        assert!(matches!(wish(json!({"provider": "google"}), true), Ok(Wish::Consent)));
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

    #[test]
    fn without_a_link_there_is_one_word_and_perhaps_a_receipt() {
        assert_eq!(LinkStatus::without(None).to_json().unwrap(), json!({"linked": false}));
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let receipt = UnlinkReceipt {
            requested_at: epoch,
            finished_at: epoch,
            deleted: 2,
            left: 1,
            reason: Some("x".to_owned()),
        };
        let time = "1970-01-01T00:00:00Z";
        let unlink = json!({
            "status": "unlinked", "requested_at": time, "finished_at": time, "deleted": 2, "left": 1, "reason": "x",
        });
        assert_eq!(
            LinkStatus::without(Some(receipt)).to_json().unwrap(),
            json!({"linked": false, "last_unlink": unlink})
        );
    }
}
