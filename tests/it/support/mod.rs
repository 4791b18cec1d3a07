//! What the product tests share.

pub(crate) mod in_process;
pub(crate) mod told;
