//! `pasarela client secret …`

use std::fs;
use std::io::Read;

use super::args::{AddSecret, RevokeSecret, SecretDoes};
use super::out::Out;
use super::reach::{json, unexpected};
use super::{Stop, locate, reach};
use crate::operator::{ClientCommand, Command, Handed, Reply, SecretCommand};

pub(super) fn run(what: SecretDoes, out: &mut Out) -> Result<(), Stop> {
    let (which, secret) = match what {
        SecretDoes::Add(AddSecret { which, label, expires, file }) => {
            let secret = file.as_deref().map(read).transpose()?.map(Handed);
            (which, SecretCommand::Add { label, secret, expires })
        }
        SecretDoes::List(which) => (which, SecretCommand::List),
        SecretDoes::Revoke(RevokeSecret { which, secret }) => (which, SecretCommand::Revoke { secret }),
    };
    let was_given = matches!(&secret, SecretCommand::Add { secret: Some(_), .. });
    let config = locate::load(which.shown.place.config)?;
    let command = Command::Client(ClientCommand::Secret { client: which.client, secret });
    match reach::carry_out(&config, &command)? {
        // Whoever gave it knows it.
        Reply::SecretAdded { id, .. } if was_given => out.line(&id),
        Reply::SecretAdded { id, secret } if which.shown.json => {
            json(&serde_json::json!({ "id": id, "secret": secret.0 }), out)
        }
        Reply::SecretAdded { id, secret } => {
            out.line(&format!("Added {id}. It is shown this once:"))?;
            out.line(&secret.0)
        }
        Reply::Secrets(all) if which.shown.json => json(&all, out),
        Reply::Secrets(all) if all.is_empty() => out.line("None beside what the configuration file says."),
        Reply::Secrets(all) => all.iter().try_for_each(|it| {
            let end = it.expires_at.as_deref().unwrap_or("it is revoked");
            out.line(&format!("{}  since {}  until {end}  {}", it.id, it.created_at, it.label))
        }),
        Reply::Done => out.line("It is taken no more."),
        _ => Err(unexpected()),
    }
}

/// What stands in a file, or comes in where that is called `-`, without the last line break.
fn read(file: &std::path::Path) -> Result<String, Stop> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        fs::read_to_string(file).map(|content| text = content)
    };
    read.map_err(|error| Stop::Failed(format!("{} can't be read: {error}", file.display())))?;
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    Ok(text)
}
