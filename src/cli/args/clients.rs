//! The words about client systems and the audit trail.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};
use serde_json::Value;

use super::place::Place;

#[derive(Debug, Group)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct Client {
    #[command(subcommand)]
    pub(in crate::cli) what: ClientDoes,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ClientDoes {
    /// Add a client system
    #[command(after_help = "\
Examples:
  pasarela client add erp-norte --name \"ERP Norte\"
  pasarela client add agenda --holders phone --set locale=pt --set time_zone=America/Sao_Paulo

Its programs come in with keys: pasarela key create --client SLUG")]
    Add(AddClient),
    /// List all client systems
    List(Shown),
    /// Show one, with all that it has chosen
    Show(OneClient),
    /// Change what one has chosen
    #[command(after_help = "\
Examples:
  pasarela client set erp-norte locale=pt json_names=camel
  pasarela client set erp-norte allowed_origins=https://erp.example.org,https://app.example.org
  pasarela client set erp-norte limits='{\"per_key\": {\"per_second\": 50, \"burst\": 100}}'
  pasarela client set erp-norte webhook_url=          back to what it was in the beginning

Settings: display_name, locale, time_zone, default_region, events_url, webhook_url, json_names, allowed_origins,
takes_md5, guests_as_attendees, direction, limits, branding.")]
    Set(SetClient),
    /// Let one rest: its keys are refused, its calendars wait, and nothing is lost
    Suspend(OneClient),
    /// Let one that rests go on
    Resume(OneClient),
    /// Let one go: what Pasarela wrote leaves its holders' calendars, and all that is kept of it is erased
    Remove(RemoveClient),
    /// Write out all that is kept of one, a line of JSON each: no secrets, no keys
    #[command(after_help = "\
Examples:
  pasarela client export erp-norte --out erp-norte.jsonl
  pasarela client export erp-norte | jq -c 'select(.event) | .event.text'")]
    Export(ExportClient),
    /// Secrets that one shares with us beside the configuration file's: several are taken at once
    #[command(after_help = "\
To let a new secret of Puentes take the place of the former one:
  pasarela client secret add puentes --label \"new\"       both are taken from now on; give it to Puentes
  then put it into the configuration file (puentes.secret_file), and the former one here until nobody uses it:
  pasarela client secret add puentes --label \"former\" --secret-file old.secret --expires 30d")]
    Secret(Secret),
}

#[derive(Debug, Group)]
pub(in crate::cli) struct RemoveClient {
    #[command(flatten)]
    pub(in crate::cli) which: OneClient,

    /// Go on; without it, what would go is told
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct ExportClient {
    #[command(flatten)]
    pub(in crate::cli) which: OneClient,

    /// Write it into this file, which is made for its owner alone (0600), instead of printing it
    #[arg(long = "out", value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
}

#[derive(Debug, Group)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct Secret {
    #[command(subcommand)]
    pub(in crate::cli) what: SecretDoes,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SecretDoes {
    /// Take one more; without --secret-file one is made and printed this one time, alone on its line
    Add(AddSecret),
    /// List those that are taken, without the secrets themselves
    List(OneClient),
    /// Take one no more, from now on
    Revoke(RevokeSecret),
}

#[derive(Debug, Group)]
pub(in crate::cli) struct AddSecret {
    #[command(flatten)]
    pub(in crate::cli) which: OneClient,

    /// What you call it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(in crate::cli) label: String,

    /// When it ends: a time (2027-12-31T23:59:59Z), or a length of time from now (30d, 720h) [default: when it is revoked]
    #[arg(long, value_name = "WHEN")]
    pub(in crate::cli) expires: Option<String>,

    /// A file that holds the secret; - for what comes in
    #[arg(long = "secret-file", value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct RevokeSecret {
    #[command(flatten)]
    pub(in crate::cli) which: OneClient,

    /// Its name (sec_…), as `pasarela client secret list` tells it
    #[arg(value_name = "SECRET_ID")]
    pub(in crate::cli) secret: String,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct Shown {
    /// As JSON, for programs
    #[arg(long)]
    pub(in crate::cli) json: bool,

    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct AddClient {
    /// Its short name: small letters, digits and hyphens, as in erp-norte
    #[arg(value_name = "SLUG")]
    pub(in crate::cli) slug: String,

    /// What people know it as, on pages and in their calendars [default: the short name]
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) name: Option<String>,

    /// How it names its holders: by an id of its own, or by their phones however these are written
    #[arg(long, value_name = "BY", value_parser = ["id", "phone"], default_value = "id")]
    pub(in crate::cli) holders: String,

    /// What else it chooses; see: pasarela client set --help
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub(in crate::cli) settings: Vec<(String, Value)>,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct OneClient {
    /// Its short name, or its id (cs_…)
    #[arg(value_name = "SLUG")]
    pub(in crate::cli) client: String,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct SetClient {
    #[command(flatten)]
    pub(in crate::cli) which: OneClient,

    /// What it chooses; without a value, what it was in the beginning
    #[arg(value_name = "NAME=VALUE", required = true, value_parser = setting)]
    pub(in crate::cli) settings: Vec<(String, Value)>,
}

#[derive(Debug, Group)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct Audit {
    #[command(subcommand)]
    pub(in crate::cli) what: AuditDoes,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AuditDoes {
    /// Show the newest entries
    Tail(Tail),
}

#[derive(Debug, Group)]
pub(in crate::cli) struct Tail {
    /// How many
    #[arg(short = 'n', long = "lines", value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(in crate::cli) lines: u32,

    /// Go on with what comes
    #[arg(short, long)]
    pub(in crate::cli) follow: bool,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

/// `NAME=VALUE`: JSON where the value is a list, an object, a truth, a number or null; otherwise words. None is null.
fn setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, as in locale=pt")?;
    let value = match serde_json::from_str::<Value>(value) {
        _ if value.is_empty() => Value::Null,
        Ok(json) if !json.is_string() => json,
        _ if name == "allowed_origins" => value.split(',').map(|site| Value::from(site.trim())).collect(),
        _ => Value::from(value),
    };
    Ok((name.trim().to_owned(), value))
}
