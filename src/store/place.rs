//! Where the database lies: one file of one process, which nobody else may read.
//!
//! Rule: the file counts, not a name of it. Its own path is found first; the lock and the files that SQLite keeps beside it
//! lie beside that one, whichever name was given. A file with two names of its own (hard links) has no such path, and
//! SQLite would keep a log for each: it is refused.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::OpenError;

/// What a file of the database is open for: its owner alone.
const PRIVATE: u32 = 0o600;

/// What SQLite keeps beside the file, and the lock; the file itself first.
const FILES: [&str; 5] = ["", "-wal", "-shm", "-journal", ".lock"];

/// A database that was taken for this process.
pub(super) struct Place {
    /// The file's own path.
    pub(super) path: PathBuf,
    /// The lock goes with the process, however it ends.
    pub(super) lock: File,
}

/// Finds the file (making it if there is none), takes it for this process, and closes it to others.
///
/// # Errors
/// See [`OpenError`].
pub(super) fn take(named: &Path) -> Result<Place, OpenError> {
    let unusable = |why: String| OpenError::Unusable { path: named.display().to_string(), why };
    let path = own_path(named).map_err(|error| unusable(error.to_string()))?;
    let about = fs::metadata(&path).map_err(|error| unusable(error.to_string()))?;
    if !about.is_file() {
        return Err(unusable("it is not a file".to_owned()));
    }
    if about.nlink() > 1 {
        let names = about.nlink();
        return Err(unusable(format!(
            "the file has {names} names (hard links), and whoever opens it by another one damages it; copy it instead"
        )));
    }
    let lock_path = beside(&path, ".lock");
    let lock = open_private(&lock_path).map_err(|error| unusable(error.to_string()))?;
    give_to_owner(&lock_path, &about);
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(named.display().to_string())),
        Err(TryLockError::Error(error)) => return Err(unusable(error.to_string())),
    }
    FILES.iter().for_each(|ending| close_to_others(&beside(&path, ending)));
    Ok(Place { path, lock })
}

/// The path without links. A file that is not there is made where the name leads; one that is there is not opened, as
/// closing it again would take away the locks that SQLite has on it in this process.
fn own_path(named: &Path) -> io::Result<PathBuf> {
    if fs::metadata(named).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        open_private(named)?;
        let path = fs::canonicalize(named)?;
        if let Some(Ok(folder)) = path.parent().map(fs::metadata) {
            give_to_owner(&path, &folder);
        }
    }
    fs::canonicalize(named)
}

/// Gives a file to whom `other` belongs: what root made for a command must not keep the gateway's own user out. (SQLite does
/// the same with the files that it makes.) Who is not root makes files of their own, and can't.
fn give_to_owner(path: &Path, other: &fs::Metadata) {
    let Ok(about) = fs::metadata(path) else { return };
    if about.uid() == other.uid() {
        return;
    }
    if let Err(error) = chown(path, Some(other.uid()), Some(other.gid())) {
        tracing::warn!(
            "{} belongs to another user than what it lies beside, and that can't be changed: {error}",
            path.display()
        );
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(PRIVATE).open(path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Takes a file of the database away from everybody else. New ones that SQLite makes follow the database's.
fn close_to_others(path: &Path) {
    let Ok(about) = fs::metadata(path) else { return };
    let mode = about.permissions().mode() & 0o777;
    if mode & !PRIVATE == 0 {
        return;
    }
    let shown = path.display();
    match fs::set_permissions(path, Permissions::from_mode(PRIVATE)) {
        Ok(()) => tracing::info!("{shown} was open to others (mode {mode:04o}) and is not any more"),
        // Another user's file, or a file system without modes: it works, and the operator has to look.
        Err(error) => tracing::warn!("{shown} is open to others (mode {mode:04o}), and that can't be changed: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::Store;
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_may_read_what_the_database_keeps_in_any_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pasarela.db");
        for exposed in [false, true] {
            if exposed {
                for file in fs::read_dir(folder.path()).unwrap().flatten() {
                    fs::set_permissions(file.path(), Permissions::from_mode(0o664)).unwrap();
                }
            }
            let store = Store::open(&path).unwrap();
            store.probe().unwrap();
            let files: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().map(|file| file.path()).collect();
            assert!(files.len() >= 4, "database, log, index and lock: {files:?}");
            files.iter().for_each(|file| assert_eq!(mode(file), 0o600, "{}", file.display()));
        }
    }

    #[test]
    fn one_file_is_one_process_s_by_whatever_name_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("pasarela.db"), folder.path().join("other.db"));
        // The link is there first: the file is made where it leads.
        symlink(&path, &other).unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        let store = Store::open(&other).unwrap();
        assert!(path.is_file() && beside(&path, ".lock").exists() && !beside(&other, ".lock").exists());
        for name in [&path, &other, &folder.path().join("below/../pasarela.db")] {
            assert!(matches!(Store::open(name), Err(OpenError::InUse(_))), "{}", name.display());
        }
        drop(store);
        assert!(Store::open(&path).is_ok());
    }

    #[test]
    fn a_file_with_two_names_of_its_own_and_what_is_no_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("pasarela.db"), folder.path().join("other.db"));
        drop(Store::open(&path).unwrap());
        fs::hard_link(&path, &other).unwrap();
        for name in [&path, &other] {
            let error = Store::open(name).map(drop).unwrap_err().to_string();
            assert!(error.contains("2 names"), "{error}");
        }
        fs::remove_file(&other).unwrap();
        assert!(Store::open(&path).is_ok());
        let error = Store::open(folder.path()).map(drop).unwrap_err().to_string();
        assert!(error.contains("not a file"), "{error}");
    }
}
