//! `/api/v1/client-system`: what a client system has chosen, and with what it signs for its own users.

mod settings;
mod token_keys;

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use self::settings::{ClientReport, SettingsChange};
use super::super::Tag;
use super::super::gate::{About, ForTenant, Operation, OperationTable};
use super::super::told::Told;
use super::super::wait::Desk;
use crate::app::App;
use crate::http::{Code, Problem};
use crate::ids::Tenant;
use crate::profile::SettingError;
use crate::scope::Scope;
use crate::tenants::NotDone;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    operation("get_client_system", &[]),
    operation("change_client_system", &[Code::InvalidField, Code::UnknownField, Code::ScopeMissing]),
];

const fn operation(id: &'static str, refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::SettingsWrite, about: About::Tenant, takes: &[], refuses }
}

/// The client system itself.
pub(in crate::api) struct OwnClientSystem(pub(in crate::api) Desk);

#[OpenApi(tag = "Tag::ClientSystem", prefix_path = "/api/v1")]
impl OwnClientSystem {
    /// Show the client system
    ///
    /// What it is called, what it has chosen, and its keys for tokens. Secrets are never shown.
    #[oai(path = "/client-system", method = "get", operation_id = "get_client_system")]
    async fn show(&self, caller: ForTenant) -> Result<Json<ClientReport>, Problem> {
        let tenant = caller.tenant;
        Ok(Json(self.0.read_of(tenant, move |app| report(app, tenant)).await?))
    }

    /// Change the client system
    ///
    /// A merge patch (RFC 7396): what is not named stays, and `null` is what it was in the beginning. All of it is done, or nothing.
    /// `token_keys` registers what your own users' tokens are signed with (HS256, RS256 or ES256): a page of yours may then call with a
    /// JWT for the person who is signed in there. A token needs `iss` (your slug or id), `sub` (the holder), `aud` (the address of this
    /// gateway) and `exp` (at most an hour ahead). What may be asked (`limits`) is changed by who runs the gateway alone.
    #[oai(path = "/client-system", method = "patch", operation_id = "change_client_system")]
    async fn change(&self, caller: ForTenant, change: Told<SettingsChange>) -> Result<Json<ClientReport>, Problem> {
        let (changes, wishes) = change.0.read(&caller)?;
        let (tenant, by) = (caller.tenant, caller.actor);
        let changed = move |app: &App| {
            app.access.look_at_token_keys(&wishes).map_err(token_keys::refused)?;
            // Both are looked at before either is written.
            app.tenants.profile(tenant)?.chosen.with(&changes)?;
            if !wishes.is_empty() && !app.access.set_token_keys(tenant, &wishes, &by)? {
                return Err(token_keys::too_many());
            }
            if !changes.is_empty() {
                app.tenants.choose(tenant, &changes, &by)?;
            }
            report(app, tenant)
        };
        Ok(Json(self.0.change_of(tenant, changed).await?))
    }
}

fn report(app: &App, tenant: Tenant) -> Result<ClientReport, Problem> {
    Ok(ClientReport::of(app.tenants.profile(tenant)?, app.access.token_keys(tenant)?))
}

impl From<SettingError> for Problem {
    fn from(error: SettingError) -> Self {
        let detail = format!("{error}.");
        match error {
            SettingError::Unknown { name, meant } => {
                let problem = Self::new(Code::UnknownField, detail).with("field", name);
                match meant {
                    Some(meant) => problem.with("nearest", meant),
                    None => problem,
                }
            }
            SettingError::Wrong { name, .. } => Self::new(Code::InvalidField, detail).with("field", name),
        }
    }
}

impl From<NotDone> for Problem {
    fn from(not: NotDone) -> Self {
        let detail = format!("{not}.");
        match not {
            NotDone::Setting(error) => error.into(),
            NotDone::OfTheFile { name } => Self::new(Code::InvalidField, detail).with("field", name),
            NotDone::Store(error) => error.into(),
            // A key of a client system that went is not let in; one that goes in this very moment is told the same later.
            NotDone::Exists(_)
            | NotDone::NotThere
            | NotDone::MadeByTheFile
            | NotDone::Going
            | NotDone::NotAsSaid(_)
            | NotDone::TooManySecrets { .. }
            | NotDone::NoSuchSecret => Self::internal(detail),
        }
    }
}
