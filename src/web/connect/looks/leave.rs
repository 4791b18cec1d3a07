//! The end of a link: the question, and the wait until the calendar is clean.

use minijinja::context;

use super::{Visitor, linked, page};
use crate::linking::LinkView;
use crate::web::Page;

/// Asks once.
pub(in crate::web) fn unlink(visitor: &Visitor, link: &LinkView) -> Page {
    // What waits to be changed is in the calendar too, or will be before the end is asked for.
    let going = link.settled + link.pending;
    page("connect/unlink.html", visitor, context! { link => linked::link(link), going })
}

/// The calendar is being cleaned up.
pub(in crate::web) fn cleaning_up(visitor: &Visitor, link: &LinkView) -> Page {
    let left = link.settled + link.pending + link.failed;
    let values = context! {
        live => true,
        link => linked::link(link),
        removed => link.removed,
        left,
        all => link.removed + left,
    };
    page("connect/cleaning_up.html", visitor, values)
}
