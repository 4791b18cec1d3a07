//! The words of the command line, and its help.

mod key;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand};

mod clients;
mod place;

pub(super) use clients::{
    AddClient, AddSecret, Audit, AuditDoes, Client, ClientDoes, ExportClient, OneClient, RemoveClient, RevokeSecret,
    SecretDoes, SetClient, Shown, Tail,
};
pub(super) use place::Place;

pub(super) use key::{CreateKey, Key, KeyDoes, ListKeys, OneKey, RotateKey};

/// A self-hosted calendar gateway: a client system tells it about a person's events, it keeps them in that person's
/// own calendar.
#[derive(Debug, Parser)]
#[command(name = "pasarela", version, about, long_about = None, max_term_width = 100)]
#[command(after_help = "\
Try it with nothing else installed:
  pasarela demo

Set it up:
  pasarela init            settings and keys in this folder
  pasarela check           are the settings right, is everybody reachable?
  pasarela serve
  pasarela client add SLUG and pasarela key create --client SLUG: another system that uses it

Settings are looked for in --config FILE, $PASARELA_CONFIG, ./pasarela.toml, /etc/pasarela/config.toml.
Any setting may come from the environment instead: PASARELA_SECTION__KEY.")]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the gateway
    #[command(after_help = "\
Examples:
  pasarela serve
  pasarela serve --config /etc/pasarela/config.toml
  PASARELA_LOG__LEVEL=debug pasarela serve

SIGTERM and Ctrl-C finish what is in flight; what is accepted but not yet in a calendar goes on after the next start.")]
    Serve(Serve),

    /// Try everything on this machine: gateway, simulated Puentes and a small CalDAV server, with a believable agenda
    #[command(after_help = "\
It keeps everything in a temporary folder, listens on loopback only, and prints what to try.

Example:
  pasarela demo")]
    Demo(DemoAt),

    /// Write a new configuration, an age identity and a secret; never over existing files
    #[command(after_help = "\
Examples:
  pasarela init                         ./pasarela.toml and its files, here
  pasarela init --dir /etc/pasarela     /etc/pasarela/config.toml and its files")]
    Init(Init),

    /// Check the settings and try every outside party; tells what is wrong and how to mend it
    #[command(after_help = "\
Examples:
  pasarela check
  pasarela check --config /etc/pasarela/config.toml

Exit code 0 when all is fine, 1 when something must be mended. Nothing is changed.")]
    Check(Place),

    /// Print the link with which a person opens their page
    #[command(after_help = "\
Example:
  pasarela link-url +593991234567

Whoever has the link can act for that phone: send it to the person alone.")]
    LinkUrl(LinkUrl),

    /// The systems that use the gateway: add, show, change, let rest
    #[command(after_help = "\
Examples:
  pasarela client add erp-norte --name \"ERP Norte\"
  pasarela client list
  pasarela client set erp-norte locale=pt json_names=camel
  pasarela client suspend erp-norte

While the gateway runs, it is asked over a socket beside the database, so this is said as the same user.")]
    Client(Client),

    /// The keys that the programs of client systems come in with: make, list, rotate, revoke
    #[command(after_help = "\
Examples:
  pasarela key create --client erp-norte
  pasarela key create --client erp-norte --scopes events:read,events:write --out /etc/erp/pasarela.key
  pasarela key list --client erp-norte
  pasarela key rotate key_… --overlap 24h
  pasarela key revoke key_…

While the gateway runs, it is asked over a socket beside the database, so this is said as the same user.")]
    Key(Key),

    /// Who changed keys, client systems and links
    #[command(after_help = "\
Examples:
  pasarela audit tail
  pasarela audit tail -n 100 --json | jq .action
  pasarela audit tail --follow")]
    Audit(Audit),

    /// Run a stand-in of an outside party, to try things or to test against
    Simulate(Simulate),

    /// Print the OpenAPI document of the HTTP interface
    #[command(after_help = "\
Examples:
  pasarela openapi > pasarela.yaml
  pasarela openapi --json | jq .paths")]
    Openapi(Form),
}

#[derive(Debug, Group)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) place: Place,

    /// Start although stored credentials are sealed for an age identity that is lost for good: those people are asked for
    /// theirs again
    #[arg(long)]
    pub(super) identity_lost: bool,
}

#[derive(Debug, Group)]
pub(super) struct DemoAt {
    /// Where the gateway of the demo listens (loopback) [default: 127.0.0.1:8080, or the next port that is free]
    #[arg(long, value_name = "ADDR", value_parser = loopback)]
    pub(super) listen: Option<SocketAddr>,
}

#[derive(Debug, Group)]
pub(super) struct Init {
    /// The folder for the files; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Group)]
pub(super) struct LinkUrl {
    /// The phone number, best with its country code
    #[arg(value_name = "PHONE", allow_hyphen_values = true)]
    pub(super) phone: String,

    #[command(flatten)]
    pub(super) place: Place,
}

#[derive(Debug, Group)]
#[command(arg_required_else_help = true)]
pub(super) struct Simulate {
    #[command(subcommand)]
    pub(super) which: Simulator,
}

#[derive(Debug, Subcommand)]
pub(super) enum Simulator {
    /// Puentes's events endpoint, with events that can be edited
    Puentes(PuentesAt),
    /// A small CalDAV server
    Caldav(CaldavAt),
    /// Google's OAuth and Calendar API
    Google(GoogleAt),
}

#[derive(Debug, Group)]
pub(super) struct PuentesAt {
    /// Where to listen (loopback)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090", value_parser = loopback)]
    pub(super) listen: SocketAddr,
}

#[derive(Debug, Group)]
pub(super) struct CaldavAt {
    /// Where to listen (loopback)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5232", value_parser = loopback)]
    pub(super) listen: SocketAddr,
}

#[derive(Debug, Group)]
pub(super) struct GoogleAt {
    /// Where to listen (loopback)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091", value_parser = loopback)]
    pub(super) listen: SocketAddr,

    /// Whose account it is
    #[arg(long, value_name = "EMAIL", default_value = "ana@example.com", value_parser = email)]
    pub(super) user: String,

    /// An access token for scripts; it opens everything and never ends
    #[arg(long, value_name = "TOKEN")]
    pub(super) token: Option<String>,
}

#[derive(Debug, Group)]
#[group(multiple = false)]
pub(super) struct Form {
    /// As YAML (the default)
    #[arg(long)]
    pub(super) yaml: bool,
    /// As JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Demo and simulators speak plain HTTP and know no real secrets: they stay on this machine.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "write an IP address and a port, as in 127.0.0.1:8080".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("it speaks plain HTTP, so it listens on loopback only, as in 127.0.0.1:8080".to_owned())
    }
}

fn email(text: &str) -> Result<String, String> {
    let whole = text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    let plain = text.is_ascii() && !text.contains(|c: char| c.is_whitespace() || c == '/');
    if whole && plain { Ok(text.to_owned()) } else { Err("write an address, as in ana@example.com".to_owned()) }
}
