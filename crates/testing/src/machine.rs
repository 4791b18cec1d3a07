//! What the machine has: the binary that cargo built, and places for files.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The product's binary, which cargo builds before tests and benches: it lies in the folder above theirs.
pub fn binary() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let binary = own.ancestors().nth(2).unwrap().join("pasarela");
    assert!(binary.exists(), "{} is not there: it is built for tests in tests/ and benches/", binary.display());
    binary
}

/// A folder of one's own in memory, where this machine has such a place: no test is about what a disk does.
pub fn folder() -> TempDir {
    let mut named = tempfile::Builder::new();
    named.prefix("pasarela-test-");
    named.tempdir_in("/dev/shm").or_else(|_| named.tempdir()).unwrap()
}

/// A folder of one's own on the disk of `target/`, for what is measured or killed.
pub(crate) fn folder_on_disk() -> TempDir {
    let place = binary().ancestors().nth(2).unwrap().join("tmp");
    std::fs::create_dir_all(&place).unwrap();
    tempfile::Builder::new().prefix("gateway-").tempdir_in(place).unwrap()
}

/// A runtime for servers in this process.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
