//! The age identity file: read with care, made once.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use age::x25519::Identity;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::VaultError;
use super::file::create_private;
use crate::secret::ExposeSecret;

/// A file of identities is a few hundred bytes; more is something else.
const MAX_BYTES: u64 = 64 << 10;

/// Creates a new identity at `path` (mode 0600, never over an existing file), in the form of `age-keygen`. Answers its
/// public half, with which anyone may seal for it.
///
/// # Errors
/// When the file exists or its folder can't be written.
pub fn create_identity(path: &Path, now: Timestamp) -> io::Result<String> {
    let identity = Identity::generate();
    let recipient = identity.to_public().to_string();
    let secret = identity.to_string();
    let second = now.strftime("%Y-%m-%dT%H:%M:%SZ");
    // Sized so that writing never moves it and leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(512));
    text.push_str(&format!("# created: {second}\n# public key: {recipient}\n"));
    text.push_str(secret.expose_secret());
    text.push('\n');
    create_private(path, text.as_bytes())?;
    Ok(recipient)
}

/// Reads the identities of a file that nobody else may read.
pub(super) fn read(path: &Path) -> Result<Vec<Identity>, VaultError> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::Missing(format!(
            "there is no age identity at {shown}; put yours there, or make one with: age-keygen -o {shown} && chmod 600 {shown}"
        )),
        io::ErrorKind::PermissionDenied => VaultError::Unreadable(format!(
            "the age identity {shown} can't be read by this user; mend it with: chown \"$(id -u)\" {shown} (as root, with this user's id)"
        )),
        _ => VaultError::Unreadable(format!("the age identity {shown} can't be read: {error}")),
    })?;
    // Asked of the open file, not of the name: nobody can swap it in between.
    let about = file
        .metadata()
        .map_err(|error| VaultError::Unreadable(format!("the age identity {shown} can't be read: {error}")))?;
    if !about.is_file() {
        return Err(VaultError::Unreadable(format!(
            "{shown} is not a file; vault.identity_file must name an age identity"
        )));
    }
    let mode = about.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed(format!(
            "others may open the age identity {shown} (mode {mode:04o}); mend it with: chmod 600 {shown}"
        )));
    }
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(about.len().min(MAX_BYTES)).unwrap_or(0) + 1));
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(|_| VaultError::Unreadable(format!("{shown} is not an age identity: it is not text")))?;
    parse(&text).map_err(|why| VaultError::Unreadable(format!("{shown} is not an age identity: {why}")))
}

/// The identities, one a line between comments. No word of the file goes into the error.
fn parse(text: &str) -> Result<Vec<Identity>, String> {
    let mut identities = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        identities.push(line.parse().map_err(|_| format!("line {number} {}", what_instead(line)))?);
    }
    if identities.is_empty() { Err("it holds no AGE-SECRET-KEY-1… line".to_owned()) } else { Ok(identities) }
}

fn what_instead(line: &str) -> &'static str {
    if line.starts_with("age1") {
        "is a public key; the secret half (AGE-SECRET-KEY-1…) is needed"
    } else if line.starts_with("age-encryption.org") || line.starts_with("-----BEGIN AGE") {
        "says that it is locked with a passphrase; open it with: age -d, and name the result"
    } else if line.starts_with("AGE-PLUGIN-") || line.starts_with("AGE-SECRET-KEY-PQ-") {
        "is an identity of a kind that is not supported; make an X25519 one with: age-keygen"
    } else if line.contains("PRIVATE KEY") {
        "is a key of another kind (SSH or TLS); make an age identity with: age-keygen"
    } else if line.starts_with("AGE-SECRET-KEY-1") {
        "is a secret key that is cut or mistyped (its checksum is wrong)"
    } else {
        "is no AGE-SECRET-KEY-1…"
    }
}
