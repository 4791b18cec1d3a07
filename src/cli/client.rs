//! `pasarela client …`

use serde::Serialize;
use serde_json::Value;

use super::args::{AddClient, ClientDoes, OneClient, SetClient, Shown};
use super::out::Out;
use super::{Stop, locate, reach};
use crate::operator::{Answer, ClientCard, ClientCommand, Command};
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

fn list(shown: Shown, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(shown.place.config.clone())?;
    let Answer::Clients(all) = reach::carry_out(&config, &Command::Client(ClientCommand::List))? else {
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
        Answer::Client(card) => Ok(card),
        _ => Err(unexpected()),
    }
}

pub(super) fn unexpected() -> Stop {
    Stop::Failed("the gateway answered something else than what was asked for".to_owned())
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
    let settings = it.settings.iter().map(|(name, value)| (name.as_str(), words(value)));
    let lines = known.into_iter().chain(settings).map(|(name, value)| format!("{name:20} {value}"));
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

pub(super) fn json(value: &impl Serialize, out: &mut Out) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Stop::Failed(error.to_string()))?;
    out.line(&text)
}
