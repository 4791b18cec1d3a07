//! What the reports on one calendar share.

use super::super::model::{Calendar, Object, Place, World};
use super::super::properties::{Desk, Resource};
use super::super::visit::Visit;
use super::super::xml::{CALDAV, Element, Name, cal};
use super::multistatus::parts;

/// A report on one calendar.
pub(super) struct Reader<'a> {
    pub(super) visit: &'a Visit<'a>,
    pub(super) world: &'a World,
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
    pub(super) calendar: &'a Calendar,
    pub(super) wanted: Vec<Name>,
}

impl Reader<'_> {
    /// The place of a member.
    pub(super) fn member(&self, object: &str) -> Place {
        Place::Object(self.owner.to_owned(), self.name.to_owned(), object.to_owned())
    }

    /// The `response` for one object.
    pub(super) fn found(&self, name: &str, object: &Object) -> Element {
        let desk = Desk { user: &self.visit.user, hrefs: &self.visit.hrefs, quirks: &self.world.quirks };
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for asked in &self.wanted {
            if asked.is(CALDAV, "calendar-data") {
                found.push(cal("calendar-data").with_data(object.ics.clone()));
                continue;
            }
            match desk.property(&Resource::Object(object, self.name), asked) {
                Some(value) => found.push(value),
                None => missing.push(Element::new(asked.clone())),
            }
        }
        parts(self.visit.hrefs.of(&self.member(name)), found, missing)
    }
}
