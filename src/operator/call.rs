//! Asks the gateway that runs, if one does.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::frame::{Response, VERSION};
use super::{NotCarriedOut, Order, Reply, Socket};

/// How long an answer is waited for: a large export, a disk that is slow.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest answer, in bytes.
const LONGEST_ANSWER: u64 = 64 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    /// No gateway runs on this database: nothing was asked.
    #[error("no gateway runs on this database")]
    NobodyThere,
    /// It is somebody else's: nothing was asked.
    #[error(
        "the gateway that runs is another user's: {} can't be entered. Say it as that user, as in: sudo -u pasarela pasarela …",
        .0.display()
    )]
    Forbidden(PathBuf),
    /// The versions differ: nothing was done.
    #[error(
        "the gateway that runs is Pasarela {running}, and this is {VERSION}: nothing was done. Say it with the program that runs, or \
         start the gateway again with this one"
    )]
    OtherVersion {
        /// The gateway's.
        running: String,
    },
    /// The gateway refused it.
    #[error(transparent)]
    Refused(#[from] NotCarriedOut),
    /// The command went there, and no answer came back.
    #[error(
        "the gateway went away before it answered ({0}): whether it was done is not known. Look before you say it again, as with: \
         pasarela audit tail"
    )]
    Unanswered(io::Error),
    /// The answer makes no sense.
    #[error("what the gateway answers can't be read: {0}")]
    Unreadable(String),
}

/// Says a command to the gateway that runs on the database at `path`.
///
/// # Errors
/// See [`Unreached`].
pub fn call(database: &Path, request: &Order) -> Result<Reply, Unreached> {
    let line = request.line()?;
    let mut stream = connected(database)?;
    let answer = exchanged(&mut stream, line.as_bytes()).map_err(Unreached::Unanswered)?;
    let response: Response = serde_json::from_slice(&answer).map_err(|error| match running(&answer) {
        Some(running) => Unreached::OtherVersion { running },
        None => Unreached::Unreadable(error.to_string()),
    })?;
    match response.result {
        Some(result) => Ok(result?),
        None => Err(Unreached::OtherVersion { running: response.version }),
    }
}

fn connected(database: &Path) -> Result<UnixStream, Unreached> {
    let socket = match Socket::beside(database) {
        Ok(socket) => socket,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(Unreached::Forbidden(database.to_owned()));
        }
        // A database that is not there has no gateway.
        Err(_) => return Err(Unreached::NobodyThere),
    };
    UnixStream::connect(socket.address(None)).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => Unreached::Forbidden(socket.path()),
        // None, or one that a gateway left behind which was killed.
        _ => Unreached::NobodyThere,
    })
}

fn exchanged(stream: &mut UnixStream, line: &[u8]) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(line)?;
    let mut answer = Vec::new();
    BufReader::new(stream.take(LONGEST_ANSWER)).read_until(b'\n', &mut answer)?;
    if answer.ends_with(b"\n") { Ok(answer) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// The version of a gateway whose answer is otherwise unreadable here.
fn running(answer: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
    answer.get("version")?.as_str().filter(|version| *version != VERSION).map(str::to_owned)
}
