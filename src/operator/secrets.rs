//! What the operator says about secrets that client systems share with us.

use super::answer::Reply;
use super::refusal::NotCarriedOut;
use super::secret::{Handed, SecretCard, SecretCommand};
use super::until::until;
use crate::app::App;
use crate::ids::Tenant;
use crate::secret::{ExposeSecret, SecretString};
use crate::tenants::{NotDone, SharedWith};
use crate::trail::Actor;

/// Carries out what is wanted of the secrets of `tenant`.
pub(super) fn carry_out(app: &App, tenant: Tenant, command: SecretCommand, by: &Actor) -> Result<Reply, NotCarriedOut> {
    let tenants = &app.tenants;
    match command {
        SecretCommand::Add { label, secret, expires } => {
            let ahead = "a secret ends at a time ahead, as in 2027-12-31T23:59:59Z, or after a length of time, as in 30d or 720h";
            let end =
                |text: String| until(&text, app.clock.now()).ok_or_else(|| NotCarriedOut::Misused(ahead.to_owned()));
            let expires_at = expires.map(end).transpose()?;
            let secret = secret.map(|Handed(secret)| SecretString::from(secret));
            let (id, secret) =
                tenants.add_secret(tenant, SharedWith { label, secret, expires_at }, by).map_err(refused)?;
            Ok(Reply::SecretAdded { id: id.to_string(), secret: Handed(secret.expose_secret().to_owned()) })
        }
        SecretCommand::List => {
            let all = tenants.secrets(tenant).map_err(|error| refused(error.into()))?;
            Ok(Reply::Secrets(all.iter().map(SecretCard::from).collect()))
        }
        SecretCommand::Revoke { secret } => {
            tenants.revoke_secret(tenant, &secret, by).map_err(refused)?;
            Ok(Reply::Done)
        }
    }
}

fn refused(error: NotDone) -> NotCarriedOut {
    match error {
        NotDone::NotAsSaid(_) => NotCarriedOut::Misused(error.to_string()),
        _ => NotCarriedOut::Failed(error.to_string()),
    }
}
