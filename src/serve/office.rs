//! The operator's own way in: a Unix socket beside the database, which only the user of this process may enter.
//!
//! Where none can be made (a file system without sockets), the gateway runs all the same: what it promised to others does not
//! depend on this door.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::operator::{LONGEST_COMMAND, Socket, answer_to};
use crate::tasks;

/// Commands that are carried out at a time; others wait.
const MOST: usize = 4;
/// How long a command may take to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);
/// How long nobody is let in after the system refused a connection.
const REST: Duration = Duration::from_millis(100);

/// The door, open.
#[derive(Debug)]
pub(super) struct Office {
    listener: UnixListener,
    path: PathBuf,
}

impl Office {
    /// Opens it; none where that can't be, which is said in the log.
    pub(super) fn open(database: &Path) -> Option<Self> {
        let opened = Socket::beside(database).and_then(|socket| Self::at(&socket));
        opened
            .inspect_err(|error| tracing::warn!(%error, "commands like `pasarela client add` can't reach this gateway"))
            .ok()
    }

    /// It is made in a folder that nobody else enters, and stands in its place only once nobody else may enter it itself. What a
    /// gateway left there that was killed goes.
    fn at(socket: &Socket) -> io::Result<Self> {
        let private = tempfile::Builder::new().prefix(".s").tempdir_in(socket.folder())?;
        let name = private.path().file_name().map(Path::new).unwrap_or(Path::new("")).join("s");
        let listener = UnixListener::bind(socket.address(Some(&name)))?;
        let made = socket.folder().join(&name);
        fs::set_permissions(&made, Permissions::from_mode(0o600))?;
        fs::rename(&made, socket.path())?;
        Ok(Self { listener, path: socket.path() })
    }

    /// Carries out what comes until the gateway stops; what is being carried out then is finished.
    pub(super) async fn run(self, app: Arc<App>, mut stopping: watch::Receiver<bool>) {
        let mut going = JoinSet::new();
        loop {
            while going.try_join_next().is_some() {}
            tokio::select! {
                () = told_to_stop(&mut stopping) => break,
                Some(_) = going.join_next(), if going.len() >= MOST => {}
                accepted = self.listener.accept(), if going.len() < MOST => match accepted {
                    Ok((stream, _)) => drop(going.spawn(serve(Arc::clone(&app), stream))),
                    Err(error) => {
                        tracing::warn!(%error, "a command could not be heard");
                        tokio::time::sleep(REST).await;
                    }
                },
            }
        }
        // Before the database is let go of: from here on nobody comes in.
        drop(fs::remove_file(&self.path));
        while going.join_next().await.is_some() {}
    }
}

async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone says the same.
    drop(stopping.wait_for(|stopping| *stopping).await);
}

async fn serve(app: Arc<App>, stream: UnixStream) {
    let (reads, mut writes) = stream.into_split();
    let mut line = Vec::new();
    let mut reads = BufReader::new(reads.take(LONGEST_COMMAND as u64));
    let arrived = tokio::time::timeout(ARRIVES_WITHIN, reads.read_until(b'\n', &mut line)).await;
    // Whoever said nothing whole hears nothing: they went away, or know another language.
    if !matches!(arrived, Ok(Ok(_))) || !line.ends_with(b"\n") {
        return;
    }
    let answer = tasks::blocking(move || answer_to(&app, &line)).await;
    // Whoever went away meanwhile does not change what was done.
    drop(writes.write_all(answer.as_bytes()).await);
}
