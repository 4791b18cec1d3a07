//! Carries out a command. The operator may speak for every client system.

use super::{AuditLine, ClientCard, ClientCommand, Command, NotCarriedOut, Reply, keys, secrets};
use crate::app::App;
use crate::ids::Slug;
use crate::profile::{Naming, Profile};
use crate::store::StoreError;
use crate::tenants::{NewTenant, NotDone};
use crate::trail::Actor;

/// The most entries of the audit trail in one answer.
const MOST_ENTRIES: u32 = 1_000;

/// Carries out `command` for `by`.
///
/// # Errors
/// See [`NotCarriedOut`].
pub fn carry_out(app: &App, command: Command, by: &Actor) -> Result<Reply, NotCarriedOut> {
    match command {
        Command::Client(command) => client(app, command, by),
        Command::Key(command) => keys::carry_out(app, command, by),
        Command::Audit { after, most } => audit(app, after, most.min(MOST_ENTRIES)),
    }
}

fn client(app: &App, command: ClientCommand, by: &Actor) -> Result<Reply, NotCarriedOut> {
    let tenants = &app.tenants;
    let shown = |profile: &Profile| Reply::Client(ClientCard::from(profile));
    let named = |client: &str| tenants.named(client).map_err(|error| refused(client, error));
    match command {
        ClientCommand::Add { slug, name, phones, changes } => {
            let naming = if phones { Naming::Phone } else { Naming::Id };
            let called = Slug::new(&slug).map_err(|error| NotCarriedOut::Misused(format!("{slug:.80}: {error}")))?;
            let added = tenants.add(&NewTenant { slug: called, name, naming, changes }, by);
            Ok(shown(&added.map_err(|error| refused(&slug, error))?))
        }
        ClientCommand::List => Ok(Reply::Clients(tenants.all().iter().map(ClientCard::from).collect())),
        ClientCommand::Show { client } => {
            let profile = named(&client)?;
            let holdings = tenants.holdings(profile.for_operator()).map_err(failed)?;
            Ok(Reply::Client(ClientCard::from(&profile).with(holdings)))
        }
        ClientCommand::Set { client, changes } => {
            let changed = tenants.choose(named(&client)?.for_operator(), &changes, by);
            Ok(shown(&changed.map_err(|error| refused(&client, error))?))
        }
        ClientCommand::Suspend { client } => {
            let rests = tenants.suspend(named(&client)?.for_operator(), by);
            Ok(shown(&rests.map_err(|error| refused(&client, error))?))
        }
        ClientCommand::Resume { client } => {
            let goes_on = tenants.resume(named(&client)?.for_operator(), by);
            Ok(shown(&goes_on.map_err(|error| refused(&client, error))?))
        }
        ClientCommand::Remove { client } => {
            let goes = tenants.remove(named(&client)?.for_operator(), by);
            Ok(shown(&goes.map_err(|error| refused(&client, error))?))
        }
        ClientCommand::Export { client, place } => {
            let page = tenants.export(named(&client)?.for_operator(), place, by);
            let (rows, next) = page.map_err(|error| refused(&client, error))?;
            Ok(Reply::Exported { rows, next })
        }
        ClientCommand::Secret { client, secret } => secrets::carry_out(app, named(&client)?.for_operator(), secret, by),
    }
}

fn audit(app: &App, after: Option<i64>, most: u32) -> Result<Reply, NotCarriedOut> {
    let entries = app.tenants.trail(after, most).map_err(failed)?;
    let lines = entries.into_iter().map(|noted| {
        let client = noted.client.map(|client| app.tenants.called(client));
        AuditLine::of(noted, client)
    });
    Ok(Reply::Audit(lines.collect()))
}

fn refused(client: &str, error: NotDone) -> NotCarriedOut {
    match error {
        NotDone::Setting(_) => NotCarriedOut::Misused(error.to_string()),
        NotDone::NotThere => NotCarriedOut::Failed(format!(
            "there is no client system called {client:.80}; all of them: pasarela client list"
        )),
        NotDone::Store(error) => failed(error),
        _ => NotCarriedOut::Failed(error.to_string()),
    }
}

fn failed(error: StoreError) -> NotCarriedOut {
    NotCarriedOut::Failed(error.to_string())
}
