//! `pasarela audit tail`

use std::time::Duration;

use super::args::{AuditDoes, Tail};
use super::out::Out;
use super::reach::unexpected;
use super::{Stop, locate, reach};
use crate::config::Config;
use crate::operator::{AuditLine, Command, Reply};

/// How often `--follow` looks for what came.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// Entries that are asked for at once while following.
const AT_ONCE: u32 = 500;

pub(super) fn run(AuditDoes::Tail(wanted): AuditDoes, out: &mut Out) -> Result<(), Stop> {
    let config = locate::load(wanted.shown.place.config.clone())?;
    // One is asked for in any case: what comes is what comes behind it.
    let newest = Command::Audit { after: None, most: wanted.lines.max(1) };
    let Reply::Audit(entries) = reach::carry_out(&config, &newest)? else { return Err(unexpected()) };
    let last = entries.last().map_or(0, |entry| entry.number);
    for entry in entries.iter().filter(|_| wanted.lines > 0) {
        out.line(&line(entry, wanted.shown.json)?)?;
    }
    if entries.is_empty() && !wanted.follow && !wanted.shown.json {
        return out.line("Nothing was changed yet. What is noted: pasarela audit --help");
    }
    if wanted.follow { follow(&config, &wanted, last, out) } else { Ok(()) }
}

/// Only a gateway that runs makes entries; while none does, it is waited for.
#[expect(clippy::disallowed_methods, reason = "nobody tells a command that there is something new: it looks again")]
fn follow(config: &Config, wanted: &Tail, mut last: i64, out: &mut Out) -> Result<(), Stop> {
    loop {
        out.finish()?;
        let command = Command::Audit { after: Some(last), most: AT_ONCE };
        let entries = match reach::ask_running(config, &command)? {
            Some(Reply::Audit(entries)) => entries,
            Some(_) => return Err(unexpected()),
            None => Vec::new(),
        };
        for entry in &entries {
            out.line(&line(entry, wanted.shown.json)?)?;
            last = entry.number;
        }
        if entries.len() < AT_ONCE as usize {
            std::thread::sleep(LOOKS_EVERY);
        }
    }
}

fn line(entry: &AuditLine, json: bool) -> Result<String, Stop> {
    if json {
        return serde_json::to_string(entry).map_err(|error| Stop::Failed(error.to_string()));
    }
    let AuditLine { at, client, actor, actor_id, via, action, object, outcome, detail, .. } = entry;
    let mut line = format!("{at}  {action}");
    if outcome != "done" {
        line.push_str(&format!(" ({outcome})"));
    }
    line.push_str(&format!("  {}", client.as_deref().unwrap_or("-")));
    if let Some(object) = object {
        line.push_str(&format!("  {object}"));
    }
    line.push_str(&format!("  by {actor} {} via {via}", actor_id.as_deref().unwrap_or("")));
    if detail.as_object().is_some_and(|detail| !detail.is_empty()) {
        line.push_str(&format!("  {detail}"));
    }
    Ok(line)
}
