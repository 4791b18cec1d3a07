//! REPORT: which one, and the two that read objects (RFC 4791 §7).

use super::super::model::{Object, Place, World};
use super::super::properties::resource;
use super::super::refusal::{Outcome, Refusal, xml};
use super::super::visit::Visit;
use super::super::xml::{CALDAV, DAV, Element, Name, Style, cal, dav};
use super::multistatus::bare;
use super::query::Filter;
use super::reader::Reader;
use super::sync::sync;

pub(in crate::caldav) fn report(visit: &Visit<'_>, world: &World) -> Outcome {
    let body = visit.xml()?.ok_or_else(|| Refusal::status(400).why("no body"))?;
    resource(world, &visit.place).ok_or_else(|| Refusal::status(404))?;
    let (Place::Calendar(owner, name) | Place::Object(owner, name, _)) = &visit.place else {
        return Err(Refusal::because(403, dav("supported-report")));
    };
    let calendar = world.users.get(owner).and_then(|user| user.calendars.get(name));
    let calendar = calendar.ok_or_else(|| Refusal::status(404))?;
    let reader = Reader { visit, world, owner, name, calendar, wanted: wanted(&body) };
    if body.name.is(CALDAV, "calendar-multiget") {
        reader.multiget(&body)
    } else if body.name.is(CALDAV, "calendar-query") {
        reader.query(&body)
    } else if body.name.is(DAV, "sync-collection") && !world.quirks.no_sync {
        sync(&reader, &body)
    } else {
        Err(Refusal::because(403, dav("supported-report")))
    }
}

fn wanted(body: &Element) -> Vec<Name> {
    body.child(DAV, "prop")
        .map(|prop| prop.elements().map(|element| element.name.clone()).collect())
        .unwrap_or_default()
}

impl Reader<'_> {
    fn multiget(&self, body: &Element) -> Outcome {
        let hrefs = body.elements().filter(|element| element.name.is(DAV, "href")).map(Element::text);
        let responses = hrefs.map(|href| {
            let object = match Place::read(&href) {
                Some(Place::Object(owner, calendar, object)) if owner == self.owner && calendar == self.name => object,
                _ => return bare(href, "404 Not Found"),
            };
            match self.calendar.objects.get(&object) {
                Some(found) => self.found(&object, found),
                None => bare(href, "404 Not Found"),
            }
        });
        Ok(xml(207, &dav("multistatus").with_all(responses), Style::Prefixed))
    }

    fn query(&self, body: &Element) -> Outcome {
        let filter = body.child(CALDAV, "filter").ok_or_else(|| bad_filter("no filter"))?;
        let filter = Filter::read(filter).map_err(bad_filter)?;
        let members: Vec<(&String, &Object)> = match (&self.visit.place, self.visit.request.header("depth")) {
            (Place::Object(.., name), _) => self.calendar.objects.get_key_value(name).into_iter().collect(),
            (_, Some("1" | "infinity")) => self.calendar.objects.iter().collect(),
            // Depth 0 is the calendar itself, which is no object.
            _ => Vec::new(),
        };
        let fitting = members.into_iter().filter(|(_, object)| filter.fits(&object.ics));
        let responses = fitting.map(|(name, object)| self.found(name, object));
        Ok(xml(207, &dav("multistatus").with_all(responses), Style::Default))
    }
}

fn bad_filter(why: impl Into<String>) -> Refusal {
    Refusal::because(403, cal("valid-filter")).why(why)
}
