//! Has a command of the operator carried out: by the gateway that runs, or here where none does.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::out::Out;
use super::{Stop, logs};
use crate::app::{App, StartError};
use crate::clock::{Clock, Moment};
use crate::config::{Config, Log};
use crate::operator::{self, Command, NotCarriedOut, Order, Reply, Unreached};
use crate::store::OpenError;

/// How long a gateway is waited for that has the database and does not listen yet, or no more.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long until it is looked for again.
const REST: Duration = Duration::from_millis(100);

/// The longest name of a user that is noted.
const LONGEST_NAME: usize = 64;

/// Has `command` carried out on the database of `config`.
#[expect(clippy::disallowed_methods, reason = "nobody tells a command that the database was let go: it looks again")]
pub(super) fn carry_out(config: &Config, command: &Command) -> Result<Reply, Stop> {
    // What is wrong with files is worth a line; that nothing is, is not.
    logs::start(&Log { level: "warn".to_owned(), ..Log::default() });
    let request = Order::new(command.clone(), user());
    let clock = Clock::system();
    let give_up = clock.moment() + PATIENCE;
    loop {
        match operator::call(&config.database, &request) {
            Ok(answer) => return Ok(answer),
            Err(Unreached::Refused(not)) => return Err(not.into()),
            Err(Unreached::NobodyThere) => {}
            Err(error) => return Err(Stop::Failed(error.to_string())),
        }
        match App::open_for_a_command(config.clone(), clock.clone()) {
            Ok(app) => return Ok(request.carried_out(&app)?),
            Err(StartError::Store(OpenError::InUse(_))) if is_before(&clock, give_up) => std::thread::sleep(REST),
            Err(StartError::Store(OpenError::InUse(path))) => return Err(Stop::Failed(held(&path))),
            Err(error) => return Err(Stop::Failed(explained(&config.database, &error))),
        }
    }
}

/// Asks the gateway that runs; none where none does.
pub(super) fn ask_running(config: &Config, command: &Command) -> Result<Option<Reply>, Stop> {
    match operator::call(&config.database, &Order::new(command.clone(), user())) {
        Ok(answer) => Ok(Some(answer)),
        Err(Unreached::Refused(not)) => Err(not.into()),
        // One that goes away in the middle of a question is one that runs no more.
        Err(Unreached::NobodyThere | Unreached::Unanswered(_)) => Ok(None),
        Err(error) => Err(Stop::Failed(error.to_string())),
    }
}

impl From<NotCarriedOut> for Stop {
    fn from(not: NotCarriedOut) -> Self {
        match not {
            NotCarriedOut::Misused(why) => Self::Misused(why),
            NotCarriedOut::Failed(why) => Self::Failed(why),
        }
    }
}

fn is_before(clock: &Clock, then: Moment) -> bool {
    clock.moment() < then
}

fn held(database: &str) -> String {
    format!(
        "a process has the database {database} and takes no commands: a gateway that is just starting or stopping, one of an older \
         version, or one that could not make its socket (its log says so). Nothing was done"
    )
}

fn explained(database: &Path, error: &StartError) -> String {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| !folder.exists()) {
        Some(folder) => format!("{error}\nThe folder {} is not there; it is made by: pasarela init", folder.display()),
        None => error.to_string(),
    }
}

/// Who sits there, for the audit trail: also behind `sudo`.
fn user() -> Option<String> {
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let named = named.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(char::is_control));
    Some(named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw())))
}

/// What a gateway of the same version never answers.
pub(super) fn unexpected() -> Stop {
    Stop::Failed("the gateway answered something else than what was asked for".to_owned())
}

/// Prints it for programs.
pub(super) fn json(value: &impl Serialize, out: &mut Out) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Stop::Failed(error.to_string()))?;
    out.line(&text)
}
