//! Edits of series, against lists of what happens.

mod dice;
mod list;
mod patches;
mod random;
mod removals;
mod shapes;

use super::{Exceptions, Extent, Patch, ReviseError, Revised, Which, patch};
use crate::calendar::Event;
use crate::instances::Name;
use crate::json::{Defaults, MergePatch};
use crate::reading::{self, Form};

/// An event that reads.
#[track_caller]
fn read(form: Form, text: &str) -> Event {
    reading::read(form, text).unwrap_or_else(|error| panic!("{error}\n{text}")).event
}

/// What an edit is about.
fn which(extent: Extent, at: &str) -> Which {
    Which { extent: Some(extent), occurrence: Some(Name::spelled(at).unwrap()) }
}

/// What a patch leaves.
fn patched(form: Form, text: &str, body: &str, which: Which) -> Result<Revised, ReviseError> {
    let change = MergePatch::read(body)?;
    patch(form, text, &Patch { change: &change, exceptions: Exceptions::Keep, defaults: Defaults::default() }, which)
}
