//! The page that a person opens on their phone.

#[cfg_attr(not(test), expect(unused_imports, reason = "the handlers that show these pages come next"))]
pub(super) mod looks;
