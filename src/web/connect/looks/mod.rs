//! What each page of a person shows: from what is known to a [`Page`]. Nothing here asks anything.
//!
//! Rule: a look is a plain function; what it says stands in `texts/`, how it stands there in `templates/connect/`. A
//! page that waits for something is `live`: it asks for itself again every two seconds and is exchanged piece by piece
//! (htmx), or, where no script runs, is loaded again every four. The next look that waits for nothing ends that.

mod aside;
mod begin;
mod forms;
mod happened;
mod leave;
mod linked;
mod past;
#[cfg(test)]
pub(in crate::web) mod samples;

use minijinja::value::merge_maps;
use minijinja::{Value, context};

use jiff::Timestamp;

use crate::calendar::Zone;
use crate::ids::Holder;
use crate::link::{Obstacle, ProviderKind};
use crate::secret::{ExposeSecret, SecretString};
use crate::web::answer::Page;
use crate::web::places::place;

pub(in crate::web) use aside::{Handover, change, handover, signed_out, way_in};
pub(in crate::web) use begin::{Start, checking, choose, opening, start, stopped};
pub(in crate::web) use forms::{Apple, Caldav, PresetLook, apple, caldav};
pub(in crate::web) use leave::{cleaning_up, unlink};
pub(in crate::web) use linked::{Linked, attention, linked};
pub(in crate::web) use past::{History, event, history};

/// Who looks, from where, and when. No `Debug`: it holds a ticket.
pub(in crate::web) struct Visitor {
    /// Whose page it is.
    pub(in crate::web) holder: Holder,
    /// What forms prove with that a page of this session sent them.
    pub(in crate::web) csrf: SecretString,
    /// The time that "5 minutes ago" is counted from.
    pub(in crate::web) now: Timestamp,
    /// Where the clock hangs that times are told by.
    pub(in crate::web) zone: Zone,
    /// Which page it is.
    pub(in crate::web) here: Here,
}

/// A page's own address, for the language switch and for a live page.
#[derive(Clone, Debug)]
pub(in crate::web) struct Here {
    /// The path.
    pub(in crate::web) path: &'static str,
    /// The event that it is about.
    pub(in crate::web) event: Option<String>,
}

impl Here {
    fn values(&self) -> Value {
        context! { path => place(self.path), here_event => &self.event }
    }
}

/// A page of `visitor`: what it shows itself, and what all of them show.
fn page(template: &'static str, visitor: &Visitor, values: Value) -> Page {
    let shared = context! {
        visitor => true,
        phone => visitor.holder.masked(),
        csrf => visitor.csrf.expose_secret(),
        now => instant(visitor.now),
        zone => visitor.zone.name(),
    };
    let values = merge_maps([values, shared, visitor.here.values()]);
    Page { holder: Some(visitor.holder.clone()), ..Page::new(template, values) }
}

/// An instant as templates take it: RFC 3339.
fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// What stands in the way, as `parts/fault.html` tells it.
fn told(obstacle: Option<Obstacle>) -> Option<&'static str> {
    obstacle.map(Obstacle::code)
}

/// The page on which the access to a provider is typed in, for templates.
fn form_of(provider: ProviderKind) -> Option<Value> {
    super::form_of(provider).map(place)
}
