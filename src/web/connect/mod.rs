//! The page that a person opens on their phone.

// The handlers that show these pages come next; until then only their samples do.
#[cfg(test)]
pub(super) mod looks;
