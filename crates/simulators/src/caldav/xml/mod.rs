//! XML as a small tree: read by namespace and local name, written in several styles, because real servers differ in theirs.

mod read;
mod tree;
mod write;

pub(super) use read::read;
pub(super) use tree::{APPLE, CALDAV, CALENDAR_SERVER, DAV, Element, Name, Node, apple, cal, cs, dav};
pub(super) use write::{Style, write};
