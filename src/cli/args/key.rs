//! What is said about keys.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use super::Shown;

#[derive(Debug, Group)]
#[command(arg_required_else_help = true)]
pub(in crate::cli) struct Key {
    #[command(subcommand)]
    pub(in crate::cli) what: KeyDoes,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeyDoes {
    /// Make a key, and print it this one time
    #[command(after_help = "\
Examples:
  pasarela key create --client erp-norte                        all that a client system may do
  pasarela key create --client erp-norte --name \"ERP, production\" --scopes events:read,events:write
  pasarela key create --client erp-norte --holder customer-1042 --expires 90d
  pasarela key create --client erp-norte --network 203.0.113.0/24 --out /etc/erp/pasarela.key

The key stands alone on its line, or in the file. What the gateway keeps of it opens nothing, so it can't be shown again.

Scopes: events:read events:write private:read links:read links:write feeds:write changes:read webhooks:write notices:read
types:write bookings:read bookings:write customers:read customers:write integrations:write keys:write settings:write
audit:read; for assistants calendar:read calendar:book calendar:cancel.")]
    Create(CreateKey),
    /// List keys, also those that open nothing any more
    List(ListKeys),
    /// Make a key that takes the place of another, and print it this one time
    #[command(after_help = "\
The old key goes on for the overlap, so that programs are given the new one meanwhile. Once `pasarela key list` says that
nobody uses the old one any more, it may be revoked.")]
    Rotate(RotateKey),
    /// Let a key open nothing any more, from now on
    Revoke(OneKey),
}

#[derive(Debug, Group)]
pub(in crate::cli) struct CreateKey {
    /// Whose: the short name of a client system, or its id (cs_…)
    #[arg(long, value_name = "SLUG")]
    pub(in crate::cli) client: String,

    /// What people call it: where it is used
    #[arg(long, value_name = "TEXT", default_value = "made at the command line")]
    pub(in crate::cli) name: String,

    /// What it may do, with commas between [default: all that a client system may do]
    #[arg(long, value_name = "SCOPES")]
    pub(in crate::cli) scopes: Option<String>,

    /// The one holder that it speaks for, by the client system's own id, or by the phone
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(in crate::cli) holder: Option<String>,

    /// From where it may be used: an address or a network; may be said again [default: from anywhere]
    #[arg(long = "network", value_name = "CIDR")]
    pub(in crate::cli) networks: Vec<String>,

    /// When it ends: a time (2027-12-31T23:59:59Z), or a length of time from now (90d, 720h) [default: never]
    #[arg(long, value_name = "WHEN")]
    pub(in crate::cli) expires: Option<String>,

    /// Write the key into this file, which is made for its owner alone (0600), instead of printing it
    #[arg(long = "out", value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct ListKeys {
    /// Whose [default: of all client systems]
    #[arg(long, value_name = "SLUG")]
    pub(in crate::cli) client: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct RotateKey {
    /// The id of the key (key_…), as `pasarela key list` tells it
    #[arg(value_name = "KEY_ID")]
    pub(in crate::cli) key: String,

    /// How long the old key goes on (0s: not at all)
    #[arg(long, value_name = "TIME", default_value = "24h")]
    pub(in crate::cli) overlap: String,

    /// Write the new key into this file, which is made for its owner alone (0600), instead of printing it
    #[arg(long = "out", value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct OneKey {
    /// The id of the key (key_…), as `pasarela key list` tells it
    #[arg(value_name = "KEY_ID")]
    pub(in crate::cli) key: String,

    #[command(flatten)]
    pub(in crate::cli) shown: Shown,
}
