//! What can be asked for.

use serde::{Deserialize, Serialize};

use super::key_command::KeyCommand;
use super::secret::SecretCommand;
use crate::profile::Changes;
use crate::tenants::ExportPlace;

/// What the operator wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Something about client systems.
    Client(ClientCommand),
    /// Something about keys.
    Key(KeyCommand),
    /// Entries of the audit trail: those behind `after`, or the newest.
    Audit {
        /// The number of the last entry that is known; none: the newest are wanted.
        after: Option<i64>,
        /// How many at most.
        most: u32,
    },
}

/// What the operator wants of client systems. Each is called by its short name, or by its public one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientCommand {
    /// One more.
    Add {
        /// Its short name.
        slug: String,
        /// What people know it as.
        name: Option<String>,
        /// Whether its holders are named by their phones.
        phones: bool,
        /// What else it chooses.
        changes: Changes,
    },
    /// All of them.
    List,
    /// One of them.
    Show {
        /// Which.
        client: String,
    },
    /// One that chooses otherwise.
    Set {
        /// Which.
        client: String,
        /// What.
        changes: Changes,
    },
    /// One that is to rest.
    Suspend {
        /// Which.
        client: String,
    },
    /// One that may go on.
    Resume {
        /// Which.
        client: String,
    },
    /// One that is to go, with all that is kept of it.
    Remove {
        /// Which.
        client: String,
    },
    /// A page of all that is kept of one.
    Export {
        /// Which.
        client: String,
        /// From where on.
        place: ExportPlace,
    },
    /// Something about the secrets that one shares with us.
    Secret {
        /// Which.
        client: String,
        /// What.
        secret: SecretCommand,
    },
}
