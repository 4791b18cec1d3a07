//! `pasarela client …`

use serde_json::Value;

use super::args::{AddClient, ClientDoes, OneClient, RemoveClient, SetClient, Shown};
use super::out::Out;
use super::reach::{json, unexpected};
use super::{Stop, export, locate, reach, secret};
use crate::operator::{ClientCard, ClientCommand, Command, Reply};
use crate::profile::Changes;

pub(super) fn run(what: ClientDoes, out: &mut Out) -> Result<(), Stop> {
    match what {
        ClientDoes::Add(wanted) => add(wanted, out),
        ClientDoes::List(shown) => list(shown, out),
        ClientDoes::Show(wanted) => one(wanted, |client| ClientCommand::Show { client }, card, out),
        ClientDoes::Set(SetClient { which, settings }) => {
            let changes = changes(settings)?;
            one(which, |client| ClientCommand::Set { client, changes }, card, out)
        }
        ClientDoes::Suspend(wanted) => {
            let said = |it: &ClientCard| {
                format!(
                    "{} rests: its keys are refused and its calendars wait. To go on: pasarela client resume {}",
                    it.slug, it.slug
                )
            };
            one(wanted, |client| ClientCommand::Suspend { client }, said, out)
        }
        ClientDoes::Remove(wanted) => remove(wanted, out),
        ClientDoes::Export(wanted) => export::run(wanted, out),
        ClientDoes::Secret(wanted) => secret::run(wanted.what, out),
        ClientDoes::Resume(wanted) => {
            one(wanted, |client| ClientCommand::Resume { client }, |it| format!("{} goes on.", it.slug), out)
        }
    }
}

fn add(wanted: AddClient, out: &mut Out) -> Result<(), Stop> {
    let AddClient { slug, name, holders, settings, shown } = wanted;
    let changes = changes(settings)?;
    let added = asked(&shown, ClientCommand::Add { slug, name, phones: holders == "phone", changes })?;
    if shown.json {
        return json(&added, out);
    }
    let next = format!("Next, a key for its programs: pasarela key create --client {}", added.slug);
    out.line(&format!("Added {} ({}), {}", added.slug, added.name, added.id))?;
    out.line(&next)
}

/// What can't be taken back is asked for twice: with a word more.
fn remove(RemoveClient { which, yes }: RemoveClient, out: &mut Out) -> Result<(), Stop> {
    if !yes {
        let it = asked(&which.shown, ClientCommand::Show { client: which.client })?;
        let held = it.holdings.map_or_else(String::new, |held| {
            format!(" ({} holders, {} links, {} events)", held.holders, held.links, held.events)
        });
        return Err(Stop::Misused(format!(
            "this takes what Pasarela wrote out of their calendars, and then erases all that is kept for {}{held}. It can't be taken \
             back. To keep a copy: pasarela client export {}\nTo go on: pasarela client remove {} --yes",
            it.slug, it.slug, it.slug
        )));
    }
    let said = |it: &ClientCard| {
        format!(
            "{} goes: nobody comes in for it any more. Its calendars are cleaned and all is erased while the gateway runs; how far that \
             is: pasarela client show {}",
            it.slug, it.slug
        )
    };
    one(which, |client| ClientCommand::Remove { client }, said, out)
}

fn list(shown: Shown, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(shown.place.config.clone())?;
    let Reply::Clients(all) = reach::carry_out(&config, &Command::Client(ClientCommand::List))? else {
        return Err(unexpected());
    };
    if shown.json {
        return json(&all, out);
    }
    let width = |column: fn(&ClientCard) -> &str| all.iter().map(|it| column(it).chars().count()).max().unwrap_or(0);
    let (slug, state) = (width(|it| &it.slug), width(|it| &it.state));
    for it in &all {
        out.line(&format!("{:slug$}  {:state$}  {}  {}", it.slug, it.state, it.id, it.name))?;
    }
    Ok(())
}

/// Says one thing about one client system, and shows what became of it.
fn one(
    wanted: OneClient,
    command: impl FnOnce(String) -> ClientCommand,
    said: impl FnOnce(&ClientCard) -> String,
    out: &mut Out,
) -> Result<(), Stop> {
    let it = asked(&wanted.shown, command(wanted.client))?;
    if wanted.shown.json { json(&it, out) } else { out.line(&said(&it)) }
}

fn asked(shown: &Shown, command: ClientCommand) -> Result<ClientCard, Stop> {
    let config = locate::load(shown.place.config.clone())?;
    match reach::carry_out(&config, &Command::Client(command))? {
        Reply::Client(card) => Ok(card),
        _ => Err(unexpected()),
    }
}

fn changes(settings: Vec<(String, Value)>) -> Result<Changes, Stop> {
    let mut changes = Changes::new();
    for (name, value) in settings {
        if changes.insert(name.clone(), value).is_some() {
            return Err(Stop::Misused(format!("{name} is said twice")));
        }
    }
    Ok(changes)
}

/// Everything that is known of one, a line each.
fn card(it: &ClientCard) -> String {
    let known = [
        ("id", it.id.clone()),
        ("slug", it.slug.clone()),
        ("state", it.state.clone()),
        ("holders are named by", if it.naming == "phone" { "their phones" } else { "an id of its own" }.to_owned()),
        ("added", it.created_at.clone().unwrap_or_else(|| "made by the configuration file".to_owned())),
    ];
    let held = it
        .holdings
        .as_ref()
        .map(|held| ("kept of it", format!("{} holders, {} links, {} events", held.holders, held.links, held.events)));
    let known = known.into_iter().chain(held);
    let settings = it.settings.iter().map(|(name, value)| (name.as_str(), words(value)));
    let lines = known.chain(settings).map(|(name, value)| format!("{name:20} {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(words) => words.clone(),
        Value::Array(list) if list.is_empty() => "-".to_owned(),
        Value::Object(object) if object.is_empty() => "-".to_owned(),
        other => other.to_string(),
    }
}
