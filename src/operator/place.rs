//! Where the socket is: beside the database's own file, whichever name that was given.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// What an address of a socket holds (`sun_path`, unix(7)), in bytes, with the zero behind it.
const ROOM: usize = 108;
/// The ending of the socket's name.
const ENDING: &str = ".sock";

/// Where the socket of a database is.
#[derive(Debug)]
pub struct Socket {
    folder: PathBuf,
    name: OsString,
    /// Through which a long path is reached.
    open: Option<File>,
}

impl Socket {
    /// The socket beside the database at `path`; its file is there.
    ///
    /// # Errors
    /// When the database is not there, or its folder can't be entered.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let database = fs::canonicalize(path)?;
        let mut name = database.file_name().unwrap_or_default().to_owned();
        name.push(ENDING);
        let folder = database.parent().unwrap_or(Path::new("/")).to_owned();
        let is_long = folder.as_os_str().len() + name.len() + 2 > ROOM;
        let open = is_long.then(|| File::open(&folder)).transpose()?;
        Ok(Self { folder, name, open })
    }

    /// Its path, for people and for whoever moves the file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a socket at `path` below its folder, or of the socket itself. A path that no address holds is named by
    /// the folder that is open here (proc(5)).
    pub fn address(&self, below: Option<&Path>) -> PathBuf {
        let name = below.unwrap_or(Path::new(&self.name));
        match &self.open {
            Some(folder) => Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name),
            None => self.folder.join(name),
        }
    }
}
