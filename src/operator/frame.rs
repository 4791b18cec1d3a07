//! How a command travels: one line of JSON there, one line back, and the connection ends.
//!
//! The version stands in each line and is read before all else, so that a gateway and a command line of different versions
//! never take a word of each other's for something else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refusal::NotCarriedOut;
use super::{Command, Reply, carry_out};
use crate::app::App;
use crate::trail::Actor;

/// The longest command, in bytes.
pub const LONGEST_COMMAND: usize = 256 << 10;

/// Ours.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A command, and who says it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Of which version the command line is.
    version: String,
    /// The user name of whoever sits there.
    user: Option<String>,
    /// What they want.
    command: Command,
}

/// What comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Response {
    /// Of which version the gateway is.
    pub(super) version: String,
    /// What the command came to; none where the versions differ.
    pub(super) result: Option<Result<Reply, NotCarriedOut>>,
}

impl Order {
    /// A command of this process's user.
    pub fn new(command: Command, user: Option<String>) -> Self {
        Self { version: VERSION.to_owned(), user, command }
    }

    /// Carries it out here.
    ///
    /// # Errors
    /// See [`NotCarriedOut`].
    pub fn carried_out(self, app: &App) -> Result<Reply, NotCarriedOut> {
        carry_out(app, self.command, &Actor::operator(self.user))
    }

    /// As it travels.
    ///
    /// # Errors
    /// When it is too long.
    pub(super) fn line(&self) -> Result<String, NotCarriedOut> {
        let mut line = written(self);
        if line.len() >= LONGEST_COMMAND {
            return Err(NotCarriedOut::Misused(format!("the command is longer than {} KiB", LONGEST_COMMAND >> 10)));
        }
        line.push('\n');
        Ok(line)
    }
}

/// Carries out the command that came as `line`, and says what is to go back.
pub fn answer_to(app: &App, line: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        version: String,
    }
    let said = serde_json::from_slice::<Said>(line);
    let result = match said {
        Ok(Said { version }) if version != VERSION => None,
        Ok(_) => Some(match serde_json::from_slice::<Order>(line) {
            Ok(request) => request.carried_out(app),
            Err(error) => Err(NotCarriedOut::Failed(format!("the command can't be read: {error}"))),
        }),
        Err(_) => Some(Err(NotCarriedOut::Failed("this is no command".to_owned()))),
    };
    let mut line = written(&Response { version: VERSION.to_owned(), result });
    line.push('\n');
    line
}

fn written(value: &impl Serialize) -> String {
    // What is written has no keys but texts and no numbers but whole ones: this does not fail.
    serde_json::to_value(value).unwrap_or(Value::Null).to_string()
}
