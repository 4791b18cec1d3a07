//! Secrets that stand in a file of their own, as container platforms hand them over.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::secret::SecretString;

/// No secret of ours is longer.
const MAX_BYTES: u64 = 16 << 10;

/// The content without its last line break. The error completes "`x_file`: …" and holds nothing of the content.
pub(super) fn read(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| format!("{shown} can't be read: {error}"))?;
    let mut text = Zeroizing::new(String::with_capacity(1 << 10));
    let taken = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => format!("{shown} is not UTF-8 text"),
        _ => format!("{shown} can't be read: {error}"),
    })?;
    if u64::try_from(taken).is_ok_and(|taken| taken > MAX_BYTES) {
        return Err(format!("{shown} is too large for a secret (over 16 KiB)"));
    }
    let trimmed = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    check(trimmed).map_err(|why| format!("{shown} {why}"))?;
    Ok(SecretString::from(trimmed))
}

/// What no secret can be, whichever way it came.
pub(super) fn check(secret: &str) -> Result<(), &'static str> {
    if secret.is_empty() {
        Err("is empty")
    } else if secret.contains(['\n', '\r', '\0']) {
        Err("must be one line; a line break inside would be part of the secret")
    } else {
        Ok(())
    }
}
