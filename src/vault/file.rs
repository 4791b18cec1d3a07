//! Files that only their owner may read, made whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Creates `path` with mode 0600 and `content`, on disk when this returns. An existing file is never touched
/// ([`io::ErrorKind::AlreadyExists`]), and no half-written one is ever seen under the name.
///
/// # Errors
/// When the folder can't be written or the name is taken.
pub fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = Draft::beside(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.0)?;
    file.write_all(content)?;
    file.sync_all()?;
    // A link, unlike a rename, fails when the name is taken.
    fs::hard_link(&draft.0, path)?;
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A name beside the wanted one, removed in every case.
struct Draft(PathBuf);

impl Draft {
    fn beside(path: &Path) -> Self {
        Self(folder_of(path).join(format!(".pasarela-{}", uuid::Uuid::new_v4().simple())))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the name says whose it is.
        let _ = fs::remove_file(&self.0);
    }
}
