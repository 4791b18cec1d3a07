//! Feeds as they travel.

use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;
use url::Url;

use crate::api::time::Time;
use crate::feeds::{Feed, FeedMade, NewFeed, Privacy};
use crate::http::{Code, Problem};
use crate::scope::{Scope, Scopes};
use crate::secret::ExposeSecret;

/// The longest name of a feed, in characters.
const LONGEST_NAME: usize = 100;
const EXAMPLE_SECRET: &str = "an-example-of-a-secret";

/// How much a feed tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum, Deserialize)]
#[oai(rename = "FeedPrivacy", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum PrivacyWord {
    /// All that is held, but for confidential events.
    #[default]
    Full,
    /// When there is something, but not what.
    Busy,
    /// The same as one list of stretches of time (VFREEBUSY), which few calendars can subscribe to.
    FreeBusy,
}

impl From<PrivacyWord> for Privacy {
    fn from(word: PrivacyWord) -> Self {
        match word {
            PrivacyWord::Full => Self::Full,
            PrivacyWord::Busy => Self::Busy,
            PrivacyWord::FreeBusy => Self::FreeBusy,
        }
    }
}

impl From<Privacy> for PrivacyWord {
    fn from(privacy: Privacy) -> Self {
        match privacy {
            Privacy::Full => Self::Full,
            Privacy::Busy => Self::Busy,
            Privacy::FreeBusy => Self::FreeBusy,
        }
    }
}

/// A feed that is asked for.
#[derive(Clone, Debug, Default, Deserialize, Object)]
#[oai(rename = "NewFeed", example)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedFeed {
    /// What calendars show, up to 100 characters; what your client system is known as, where nothing is said.
    name: Option<String>,
    /// How much it tells; `full` where nothing is said.
    privacy: Option<PrivacyWord>,
    /// Whether a `full` feed tells of confidential events as well. The key needs the scope `private:read` for that.
    #[serde(alias = "includePrivate")]
    include_private: Option<bool>,
}

impl WantedFeed {
    /// What is asked for, as far as whoever asks may have it.
    ///
    /// # Errors
    /// `invalid_field`, `scope_missing`.
    pub(super) fn read(self, scopes: Scopes) -> Result<NewFeed, Problem> {
        let with_confidential = self.include_private.unwrap_or(false);
        if with_confidential && !scopes.has(Scope::PrivateRead) {
            let scope = Scope::PrivateRead;
            let detail = format!("Confidential events are for keys with the scope {scope}. Leave include_private out.");
            return Err(Problem::new(Code::ScopeMissing, detail).with("scope", scope.as_str()));
        }
        let name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if name.iter().any(|name| name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)) {
            let detail = format!("The field name must be a name of at most {LONGEST_NAME} characters in one line.");
            return Err(Problem::new(Code::InvalidField, detail).with("field", "name"));
        }
        Ok(NewFeed { name, privacy: self.privacy.unwrap_or_default().into(), with_confidential })
    }
}

impl Example for WantedFeed {
    fn example() -> Self {
        Self { name: Some("Citas".to_owned()), privacy: Some(PrivacyWord::Full), include_private: None }
    }
}

/// A feed, without its address.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Feed")]
pub(super) struct FeedReport {
    /// Names the feed; it opens nothing.
    id: String,
    /// What calendars show.
    name: String,
    /// How much it tells.
    privacy: PrivacyWord,
    /// Whether it tells of confidential events.
    include_private: bool,
    /// When it was made.
    created_at: Time,
    /// When its address was last made.
    rotated_at: Time,
}

impl From<Feed> for FeedReport {
    fn from(feed: Feed) -> Self {
        Self {
            id: feed.id.to_string(),
            name: feed.name,
            privacy: feed.privacy.into(),
            include_private: feed.with_confidential,
            created_at: Time(feed.created_at),
            rotated_at: Time(feed.changed_at),
        }
    }
}

impl Example for FeedReport {
    fn example() -> Self {
        Self {
            id: "fd_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f".to_owned(),
            name: "Citas".to_owned(),
            privacy: PrivacyWord::Full,
            include_private: false,
            created_at: Time::example(0),
            rotated_at: Time::example(0),
        }
    }
}

/// A feed with its address, which is shown this one time.
#[derive(Clone, Debug, Object)]
#[oai(rename = "FeedWithAddress", example)]
pub(super) struct NewFeedReport {
    #[oai(flatten)]
    feed: FeedReport,
    /// The address. Whoever has it may read.
    url: String,
    /// The same for a tap: it opens in the calendar of a phone or a computer.
    webcal_url: String,
}

impl NewFeedReport {
    pub(super) fn of(made: FeedMade, public_url: &Url) -> Self {
        let ending = if made.feed.privacy == Privacy::FreeBusy { "ifb" } else { "ics" };
        Self::at(made.feed.into(), public_url.as_str(), &format!("{}.{ending}", made.secret.expose_secret()))
    }

    fn at(feed: FeedReport, public_url: &str, file: &str) -> Self {
        let url = format!("{}/feed/{file}", public_url.trim_end_matches('/'));
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        Self { feed, webcal_url: format!("webcal://{rest}"), url }
    }
}

impl Example for NewFeedReport {
    fn example() -> Self {
        Self::at(FeedReport::example(), "https://calendars.example.org", &format!("{EXAMPLE_SECRET}.ics"))
    }
}

/// The feeds of a holder.
#[derive(Clone, Debug, Object)]
#[oai(rename = "FeedList", example)]
pub(super) struct FeedList {
    /// The feeds, in the order in which they were made.
    feeds: Vec<FeedReport>,
}

impl FeedList {
    pub(super) fn of(feeds: Vec<Feed>) -> Self {
        Self { feeds: feeds.into_iter().map(FeedReport::from).collect() }
    }
}

impl Example for FeedList {
    fn example() -> Self {
        Self { feeds: vec![FeedReport::example()] }
    }
}
