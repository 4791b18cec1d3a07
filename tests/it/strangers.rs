//! What strangers try and what bad days bring, against the real binary; and what it did about it stays as it is.

mod apart;
mod certificates;
mod damage;
mod floods;
mod inside;

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes a file that nobody else may read, in place of what was there.
fn write_private(path: &Path, bytes: &[u8]) {
    let _ = fs::remove_file(path);
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).unwrap();
    file.write_all(bytes).unwrap();
}
