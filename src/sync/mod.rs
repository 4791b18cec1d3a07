//! The reconciler: makes what is known of a calendar equal to what is wanted in it.

pub mod driver;
pub mod resync;
