//! What the operator says on the command line about what changes while the gateway runs: client systems, their secrets, the
//! audit trail.
//!
//! Rule: a command is carried out in one place ([`carry_out()`]), by the process that has the database. While a gateway runs that is
//! the gateway, asked over a Unix socket beside the database that only its owner may enter ([`call()`]); otherwise it is the command
//! line itself. Both sides are of one version, or nothing is done. What is answered is data; the command line makes lines of
//! it.

mod answer;
mod call;
mod carry_out;
mod command;
mod frame;
mod key_card;
mod key_command;
mod keys;
mod place;
mod refusal;
mod secret;
mod secrets;
mod until;

pub use answer::{AuditLine, ClientCard, Reply};
pub use call::{Unreached, call};
pub use carry_out::carry_out;
pub use command::{ClientCommand, Command};
pub use frame::{LONGEST_COMMAND, Order, answer_to};
pub use key_card::{KeyCard, NewKey, ShownOnce};
pub use key_command::KeyCommand;
pub use place::Socket;
pub use refusal::NotCarriedOut;
pub use secret::{Handed, SecretCard, SecretCommand};
