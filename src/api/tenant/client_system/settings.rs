//! Settings as they travel.

use std::borrow::Cow;
use std::collections::HashMap;

use poem_openapi::Object;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{Example, Type};
use serde::Deserialize;
use serde_json::Value;

use super::super::super::gate::ForTenant;
use super::super::super::time::Time;
use super::token_keys::{self, TokenKeyReport, TokenKeySent};
use crate::access::{TokenKeyCard, TokenKeyWish};
use crate::http::{Code, Problem};
use crate::profile::{Changes, Profile};

/// How often something may be asked.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Rate")]
struct RateReport {
    /// So many a second, over time.
    per_second: u32,
    /// So many at once.
    burst: u32,
}

/// What of the gateway's limits is otherwise for this client system.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Limits", skip_serializing_if_is_none)]
struct LimitsReport {
    /// Requests with one key.
    per_key: Option<RateReport>,
    /// Requests about one holder.
    per_holder: Option<RateReport>,
}

/// How the pages of a client system look: text and one colour, never markup.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Branding", skip_serializing_if_is_none)]
struct BrandingReport {
    /// The colour of buttons and links (`#0b5cad`), on which white text can be read.
    accent: Option<String>,
    /// Whom people ask for help, in one line.
    support_text: Option<String>,
    /// Where they ask.
    support_link: Option<String>,
    /// Where it says what it does with what it knows.
    privacy_link: Option<String>,
}

/// A client system, as it sees itself.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ClientSystem", example)]
pub(super) struct ClientReport {
    /// Names it in answers.
    id: String,
    /// How who runs the gateway calls it; what stands in `iss` of tokens.
    slug: String,
    /// Whether it may work: `active` or `suspended`.
    state: String,
    /// How its holders are named: by an `id` of its own, compared byte for byte, or by their `phone`.
    naming: String,
    /// When it was added; null for one that the configuration file makes.
    created_at: Option<Time>,
    /// What people know it as, on pages and in their calendars.
    display_name: String,
    /// The language in which its people are addressed first: `es`, `en` or `pt`.
    locale: String,
    /// The zone of times that come without one; null: the gateway's.
    time_zone: Option<String>,
    /// The country of phone numbers without a country code; null: the gateway's.
    default_region: Option<String>,
    /// Where it tells all events of a holder; null: nowhere, so there is no resync.
    events_url: Option<String>,
    /// Where it wants to be told what happens.
    webhook_url: Option<String>,
    /// How names are spelled in what it is answered under `/api/v1/calendar`: `snake` or `camel`.
    json_names: String,
    /// Origins of sites whose pages may call with a token of its users.
    allowed_origins: Vec<String>,
    /// Whether keys over phones that are made with MD5 are taken beside those made with HMAC.
    takes_md5: bool,
    /// Whether guests are written into the provider's event as its attendees. Nobody is ever mailed for that.
    guests_as_attendees: bool,
    /// Which way events go on links that say nothing else.
    direction: String,
    /// How much it may ask, where that differs from the gateway's own limits.
    limits: LimitsReport,
    /// How its pages look.
    branding: BrandingReport,
    /// What its own users' tokens are signed with, by the names that it gave.
    token_keys: HashMap<String, TokenKeyReport>,
}

impl ClientReport {
    pub(super) fn of(profile: Profile, token_keys: Vec<TokenKeyCard>) -> Self {
        let text = |name: &str, value: &Value| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let rate = |rate: crate::profile::Rate| RateReport { per_second: rate.per_second, burst: rate.burst };
        let (chosen, shown) = (profile.chosen.clone(), Value::Object(profile.chosen.shown()));
        let branding = shown.get("branding").cloned().unwrap_or_default();
        let word = |name: &str| text(name, &shown).unwrap_or_default();
        Self {
            id: profile.public_id.to_string(),
            slug: profile.slug.to_string(),
            state: profile.state.as_str().to_owned(),
            naming: profile.naming.as_str().to_owned(),
            created_at: profile.created_at.map(Time),
            display_name: word("display_name"),
            locale: word("locale"),
            time_zone: text("time_zone", &shown),
            default_region: text("default_region", &shown),
            events_url: text("events_url", &shown),
            webhook_url: text("webhook_url", &shown),
            json_names: word("json_names"),
            allowed_origins: chosen.allowed_origins,
            takes_md5: chosen.takes_md5,
            guests_as_attendees: chosen.guests_as_attendees,
            direction: word("direction"),
            limits: LimitsReport {
                per_key: chosen.limits.per_key.map(rate),
                per_holder: chosen.limits.per_holder.map(rate),
            },
            branding: BrandingReport {
                accent: text("accent", &branding),
                support_text: text("support_text", &branding),
                support_link: text("support_link", &branding),
                privacy_link: text("privacy_link", &branding),
            },
            token_keys: token_keys.into_iter().map(TokenKeyReport::of).collect(),
        }
    }
}

impl Example for ClientReport {
    fn example() -> Self {
        Self {
            id: "cs_0199d3f0a1b27c3d8e4f5a6b7c8d9e0f".to_owned(),
            slug: "erp-norte".to_owned(),
            state: "active".to_owned(),
            naming: "id".to_owned(),
            created_at: Some(Time::example(0)),
            display_name: "ERP Norte".to_owned(),
            locale: "es".to_owned(),
            time_zone: Some("America/Guayaquil".to_owned()),
            default_region: Some("EC".to_owned()),
            events_url: None,
            webhook_url: None,
            json_names: "snake".to_owned(),
            allowed_origins: vec!["https://erp.example.org".to_owned()],
            takes_md5: true,
            guests_as_attendees: false,
            direction: "export".to_owned(),
            limits: LimitsReport { per_key: Some(RateReport { per_second: 50, burst: 100 }), per_holder: None },
            branding: BrandingReport {
                accent: Some("#0b5cad".to_owned()),
                support_text: Some("Soporte: 02 600 0000".to_owned()),
                support_link: None,
                privacy_link: None,
            },
            token_keys: HashMap::from([TokenKeyReport::named_example()]),
        }
    }
}

/// What is to be otherwise. What is not named stays; null is what it was in the beginning.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ClientSystemChange", example, skip_serializing_if_is_none)]
struct ChangeShape {
    /// What people know it as, on pages and in their calendars, up to 100 characters. It can't be null.
    display_name: Option<String>,
    /// The language in which its people are addressed first: `es`, `en` or `pt`.
    locale: Option<String>,
    /// The zone of times that come without one, by its name in the IANA database.
    time_zone: Option<String>,
    /// The country of phone numbers without a country code, in two capital letters.
    default_region: Option<String>,
    /// Where it tells all events of a holder.
    events_url: Option<String>,
    /// Where it wants to be told what happens.
    webhook_url: Option<String>,
    /// How names are spelled in what it is answered under `/api/v1/calendar`: `snake` or `camel`.
    json_names: Option<String>,
    /// Origins of sites whose pages may call with a token of its users, up to 20.
    allowed_origins: Option<Vec<String>>,
    /// Whether keys over phones that are made with MD5 are taken beside those made with HMAC.
    takes_md5: Option<bool>,
    /// Whether guests are written into the provider's event as its attendees.
    guests_as_attendees: Option<bool>,
    /// Which way events go on links that say nothing else: `export`, `import` or `both`.
    direction: Option<String>,
    /// How its pages look.
    branding: Option<BrandingReport>,
    /// Keys for tokens, by names of your own: one takes the place of what had its name, null takes it away.
    token_keys: Option<HashMap<String, TokenKeySent>>,
}

impl Example for ChangeShape {
    fn example() -> Self {
        Self {
            display_name: None,
            locale: Some("pt".to_owned()),
            time_zone: Some("America/Guayaquil".to_owned()),
            default_region: None,
            events_url: None,
            webhook_url: None,
            json_names: Some("camel".to_owned()),
            allowed_origins: Some(vec!["https://erp.example.org".to_owned()]),
            takes_md5: None,
            guests_as_attendees: None,
            direction: None,
            branding: None,
            token_keys: Some(HashMap::from([TokenKeySent::named_example()])),
        }
    }
}

/// The same as it comes: null is another thing than nothing.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct SettingsChange(Changes);

impl SettingsChange {
    /// The settings, and the keys for tokens.
    ///
    /// # Errors
    /// `invalid_field`, `unknown_field`, `scope_missing`.
    pub(super) fn read(self, caller: &ForTenant) -> Result<(Changes, Vec<TokenKeyWish>), Problem> {
        let mut changes = self.0;
        if changes.contains_key("limits") {
            let detail = "The field limits is changed by who runs the gateway alone.";
            return Err(Problem::new(Code::InvalidField, detail).with("field", "limits"));
        }
        let wishes = changes.remove("token_keys").map(|sent| token_keys::read(sent, caller)).transpose()?;
        Ok((changes, wishes.unwrap_or_default()))
    }
}

impl Type for SettingsChange {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        ChangeShape::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        ChangeShape::schema_ref()
    }

    fn register(registry: &mut Registry) {
        ChangeShape::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}
