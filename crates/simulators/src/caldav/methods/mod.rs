//! The methods of WebDAV and CalDAV, a file each.
//!
//! Rule: a method reads or changes the world under the lock it was handed, and says no with a `Refusal`.

mod delete;
mod get;
mod make;
mod multistatus;
mod propfind;
mod proppatch;
mod put;
mod query;
mod reader;
mod report;
mod sync;

pub(super) use delete::delete;
pub(super) use get::get;
pub(super) use make::make;
pub(super) use propfind::propfind;
pub(super) use proppatch::proppatch;
pub(super) use put::{Precondition, put, store};
pub(super) use report::report;
