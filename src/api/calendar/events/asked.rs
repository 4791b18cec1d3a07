//! What is asked of a list of events, as its parameters say it.

use poem_openapi::Enum;
use poem_openapi::param::Query;

use super::super::points;
use crate::calendar::Zone;
use crate::http::{Code, Problem};
use crate::link::ProviderKind;
use crate::ranges::{Asked, Expand, Record};

/// How series are told.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum Expansion {
    /// Each occurrence by itself.
    Instances,
    /// The series once, as a whole.
    Series,
}

/// The parameters of a list, as they were sent.
#[derive(Debug, Default)]
pub(super) struct Wished {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) expand: Option<Expansion>,
    pub(super) updated_since: Option<String>,
    pub(super) sync_token: Option<String>,
    pub(super) res_model: Option<String>,
    pub(super) res_id: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) include_private: Option<bool>,
    pub(super) limit: Option<usize>,
    pub(super) page_token: Option<String>,
}

impl Wished {
    /// What is asked for by somebody in `zone`, who may see confidential events or not.
    ///
    /// # Errors
    /// When a parameter says nothing that can be asked for.
    pub(super) fn read(self, zone: &Zone, may_see_private: bool) -> Result<Asked, Problem> {
        let updated_since = self.updated_since.as_deref();
        let updated_since = updated_since.map(|text| points::instant("updated_since", text, zone)).transpose()?;
        let record = match (self.res_model, self.res_id) {
            (Some(model), id) => Some(Record { model, id }),
            (None, Some(_)) => {
                return Err(refused("res_model", "res_id is said without res_model. An id says nothing without it."));
            }
            (None, None) => None,
        };
        let external = match (self.external_id, self.provider) {
            (Some(id), Some(provider)) => Some((kind(&provider)?, id)),
            (Some(_), None) => return Err(refused("provider", "external_id is said without provider.")),
            (None, Some(_)) => return Err(refused("external_id", "provider is said without external_id.")),
            (None, None) => None,
        };
        if self.include_private == Some(true) && !may_see_private {
            return Err(private());
        }
        Ok(Asked {
            range: points::range(self.from.as_ref(), self.to.as_ref(), zone)?,
            expand: self.expand.map(|expand| match expand {
                Expansion::Instances => Expand::Instances,
                Expansion::Series => Expand::Series,
            }),
            updated_since,
            record,
            external,
            with_confidential: self.include_private == Some(true),
            limit: self.limit,
            page_token: self.page_token,
            sync_token: self.sync_token,
        })
    }
}

/// The value of a parameter.
pub(super) fn of<T: poem_openapi::types::ParseFromParameter>(query: Query<Option<T>>) -> Option<T> {
    query.0
}

/// A provider as client systems name it, in any case.
fn kind(word: &str) -> Result<ProviderKind, Problem> {
    let word = word.trim().to_ascii_lowercase();
    let word = match word.as_str() {
        "ical" => "caldav",
        "outlook" => "microsoft",
        word => word,
    };
    ProviderKind::from_word(word).ok_or_else(|| {
        let known = ProviderKind::ALL.map(ProviderKind::as_str).join(", ");
        refused("provider", &format!("provider is one of: {known}."))
    })
}

fn refused(name: &'static str, detail: &str) -> Problem {
    Problem::new(Code::InvalidParameter, detail).with("field", name)
}

/// Who asks may not see confidential events.
fn private() -> Problem {
    let detail = "include_private=true needs the scope private:read, which the key does not have.";
    Problem::new(Code::ScopeMissing, detail).with("scope", crate::scope::Scope::PrivateRead.as_str())
}
