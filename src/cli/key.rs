//! `pasarela key …`

use std::path::Path;

use super::args::{CreateKey, KeyDoes, ListKeys, OneKey, RotateKey, Shown};
use super::out::Out;
use super::reach::{json, unexpected};
use super::{Stop, locate, reach};
use crate::config::Config;
use crate::operator::{Command, KeyCard, KeyCommand, NewKey, Reply};
use crate::vault::create_private;

pub(super) fn run(what: KeyDoes, out: &mut Out) -> Result<(), Stop> {
    match what {
        KeyDoes::Create(wanted) => create(wanted, out),
        KeyDoes::List(wanted) => list(wanted, out),
        KeyDoes::Rotate(wanted) => rotate(wanted, out),
        KeyDoes::Revoke(wanted) => revoke(wanted, out),
    }
}

fn create(wanted: CreateKey, out: &mut Out) -> Result<(), Stop> {
    let CreateKey { client, name, scopes, holder, networks, expires, file, shown } = wanted;
    let command = KeyCommand::Create { client, name, scopes, holder, networks, expires };
    hand_over(command, file.as_deref(), &shown, out)
}

fn rotate(wanted: RotateKey, out: &mut Out) -> Result<(), Stop> {
    let RotateKey { key, overlap, file, shown } = wanted;
    hand_over(KeyCommand::Rotate { key, overlap }, file.as_deref(), &shown, out)
}

/// Has a key made, and shows it this one time: alone on its line, or in a file of its own.
fn hand_over(command: KeyCommand, file: Option<&Path>, shown: &Shown, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(shown.place.config.clone())?;
    if let Some(file) = file.filter(|file| file.symlink_metadata().is_ok()) {
        return Err(Stop::Failed(format!("{} is there already; no key was made", file.display())));
    }
    let Reply::NewKey(new) = reach::carry_out(&config, &Command::Key(command))? else { return Err(unexpected()) };
    let NewKey { key, card } = *new;
    match file {
        Some(file) => {
            keep(&config, file, &key.0, &card.id)?;
            if shown.json {
                json(&card, out)
            } else {
                out.note(&said(&card, &format!("It stands in {}.", file.display())))
            }
        }
        None if shown.json => json(&NewKey { key, card }, out),
        None => {
            out.line(&key.0)?;
            out.note(&said(&card, "It is shown this once."))
        }
    }
}

/// A key that can't be kept where it was to be is of no use to anybody.
fn keep(config: &Config, file: &Path, key: &str, id: &str) -> Result<(), Stop> {
    let Err(error) = create_private(file, format!("{key}\n").as_bytes()) else { return Ok(()) };
    let revoked = reach::carry_out(config, &Command::Key(KeyCommand::Revoke { key: id.to_owned() }));
    let then = match revoked {
        Ok(_) => "the key was revoked again".to_owned(),
        Err(_) => format!("revoke the key that was made for it: pasarela key revoke {id}"),
    };
    Err(Stop::Failed(format!("{} can't be written ({error}); {then}", file.display())))
}

fn said(card: &KeyCard, where_it_is: &str) -> String {
    format!("{} of {}. {where_it_is} To end it: pasarela key revoke {}", card.id, card.client, card.id)
}

fn list(wanted: ListKeys, out: &mut Out) -> Result<(), Stop> {
    let ListKeys { client, shown } = wanted;
    let config = locate::load(shown.place.config.clone())?;
    let command = Command::Key(KeyCommand::List { client: client.clone() });
    let Reply::Keys(all) = reach::carry_out(&config, &command)? else { return Err(unexpected()) };
    if shown.json {
        return json(&all, out);
    }
    if all.is_empty() {
        let client = client.as_deref().unwrap_or("SLUG");
        return out.note(&format!("There is no key yet. The first: pasarela key create --client {client}"));
    }
    let width = |column: fn(&KeyCard) -> &str| all.iter().map(|it| column(it).chars().count()).max().unwrap_or(0);
    let (slug, state) = (width(|it| &it.client), width(|it| &it.state));
    for it in &all {
        let used = it.last_used_at.as_deref().unwrap_or("never");
        let line = format!("{:slug$}  {:state$}  {}  {}…{}", it.client, it.state, it.id, it.prefix, it.last4);
        out.line(&format!("{line}  last used {used:20}  {}", it.name))?;
    }
    Ok(())
}

fn revoke(wanted: OneKey, out: &mut Out) -> Result<(), Stop> {
    let OneKey { key, shown } = wanted;
    let config = locate::load(shown.place.config.clone())?;
    let Reply::Key(card) = reach::carry_out(&config, &Command::Key(KeyCommand::Revoke { key }))? else {
        return Err(unexpected());
    };
    if shown.json {
        json(&card, out)
    } else {
        out.line(&format!("{} of {} opens nothing any more.", card.id, card.client))
    }
}
