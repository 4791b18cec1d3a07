//! The database file and its folder, without opening the database: that would migrate it.

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

use super::State;
use crate::quoted::Quoted;
use crate::store::peek;

/// How every SQLite file begins (<https://www.sqlite.org/fileformat.html>, "Magic Header String").
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

pub(super) fn look(path: &Path) -> State {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return State::Wrong(format!(
            "its folder {0} does not exist; make it with: mkdir -p -m 700 {0}",
            folder.display()
        ));
    }
    if let Err(error) = try_writing(folder) {
        return State::Wrong(format!(
            "its folder {} can't be written ({error}); SQLite keeps two files beside the database, so give this user \
             the folder: chown \"$(id -un)\" {0}",
            folder.display()
        ));
    }
    match OpenOptions::new().read(true).append(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            State::Fine(format!("{} will be made at the first start", path.display()))
        }
        Err(error) => State::Wrong(format!("{} can't be written ({error})", path.display())),
        Ok(file) => begins_like_sqlite(file, path),
    }
}

fn try_writing(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".pasarela-{}", uuid::Uuid::new_v4().simple()));
    OpenOptions::new().write(true).create_new(true).open(&probe)?;
    fs::remove_file(&probe)
}

fn begins_like_sqlite(file: fs::File, path: &Path) -> State {
    let mut start = Vec::with_capacity(MAGIC.len());
    match file.take(16).read_to_end(&mut start) {
        Ok(0) => State::Fine(format!("{} is empty and will be filled at the first start", path.display())),
        Ok(_) if start == MAGIC => is_sound(path),
        Ok(_) => {
            State::Wrong(format!("{} is not a SQLite database; name another file in database.path", path.display()))
        }
        Err(error) => State::Wrong(format!("{} can't be read ({error})", path.display())),
    }
}

fn is_sound(path: &Path) -> State {
    match peek::damage(path) {
        None => State::Fine(format!("{} is sound and can be written", path.display())),
        Some(how) => State::Wrong(format!(
            "{} is damaged ({}); stop the gateway, keep this file, and put the newest backup in its place, or what \
             `sqlite3 FILE .recover` can still read of it",
            path.display(),
            Quoted(&how)
        )),
    }
}
