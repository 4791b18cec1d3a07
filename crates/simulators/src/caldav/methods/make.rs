//! MKCALENDAR (RFC 4791 §5.3.1) and extended MKCOL (RFC 5689).

use super::super::model::{Place, World};
use super::super::properties::protected;
use super::super::refusal::{Outcome, Refusal};
use super::super::visit::Visit;
use super::super::xml::{CALDAV, DAV, Element, cal, dav};
use crate::wire::text;

pub(in crate::caldav) fn make(visit: &Visit<'_>, world: &mut World) -> Outcome {
    if world.quirks.no_mkcalendar {
        return Err(Refusal::because(403, dav("need-privileges")));
    }
    let Place::Calendar(owner, name) = &visit.place else {
        return Err(Refusal::because(403, cal("calendar-collection-location-ok")));
    };
    let user = world.users.get(owner).ok_or_else(|| Refusal::status(404))?;
    if user.calendars.contains_key(name) {
        return Err(Refusal::because(405, dav("resource-must-be-null")));
    }
    let (properties, components) = wanted(visit)?;
    world.make(owner, name, properties, components);
    Ok(text(201, ""))
}

/// The properties to set and the component types, from the body.
fn wanted(visit: &Visit<'_>) -> Result<(Vec<Element>, Option<Vec<String>>), Refusal> {
    let extended = visit.request.method == "MKCOL";
    let Some(body) = visit.xml()? else {
        // A plain MKCOL would make a collection that is no calendar.
        return if extended { Err(not_a_calendar()) } else { Ok((Vec::new(), None)) };
    };
    let right = if extended { body.name.is(DAV, "mkcol") } else { body.name.is(CALDAV, "mkcalendar") };
    if !right {
        return Err(Refusal::status(400).why("the body does not fit the method"));
    }
    let sets = body.elements().filter(|element| element.name.is(DAV, "set"));
    let asked: Vec<&Element> = sets.filter_map(|set| set.child(DAV, "prop")).flat_map(|prop| prop.elements()).collect();
    let kind = asked.iter().find(|element| element.name.is(DAV, "resourcetype"));
    if extended && kind.is_none_or(|kind| kind.child(CALDAV, "calendar").is_none()) {
        return Err(not_a_calendar());
    }
    let mut properties = Vec::new();
    let mut components = None;
    for element in asked {
        if element.name.is(CALDAV, "supported-calendar-component-set") {
            components = Some(component_names(element)?);
        } else if !protected(&element.name) {
            properties.push(element.clone());
        } else if !element.name.is(DAV, "resourcetype") {
            let why = element.name.local.to_string();
            return Err(Refusal::because(403, dav("cannot-modify-protected-property")).why(why));
        }
    }
    Ok((properties, components))
}

fn not_a_calendar() -> Refusal {
    Refusal::because(403, dav("valid-resourcetype")).why("only calendars are made here")
}

fn component_names(set: &Element) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> = set.elements().filter_map(|comp| comp.attribute("name").map(str::to_owned)).collect();
    if names.is_empty() { Err(Refusal::status(400).why("no component named")) } else { Ok(names) }
}
