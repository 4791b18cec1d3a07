//! PROPPATCH (RFC 4918 §9.2): all or nothing.

use super::super::model::{Place, World};
use super::super::properties::protected;
use super::super::refusal::{Outcome, Refusal, xml};
use super::super::visit::Visit;
use super::super::xml::{DAV, Element, Style, dav};
use super::multistatus::propstat;

pub(in crate::caldav) fn proppatch(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let Place::Calendar(owner, name) = &visit.place else { return Err(Refusal::status(403)) };
    let body = visit.xml()?.filter(|body| body.name.is(DAV, "propertyupdate"));
    let body = body.ok_or_else(|| Refusal::status(400).why("not a propertyupdate"))?;
    let calendar = world.users.get_mut(owner).and_then(|user| user.calendars.get_mut(name));
    let calendar = calendar.ok_or_else(|| Refusal::status(404))?;
    if world.quirks.read_only.contains(name) {
        return Err(Refusal::because(403, dav("need-privileges")));
    }
    let changes: Vec<(bool, &Element)> = body
        .elements()
        .filter(|change| change.name.is(DAV, "set") || change.name.is(DAV, "remove"))
        .filter_map(|change| Some((change.name.is(DAV, "set"), change.child(DAV, "prop")?)))
        .flat_map(|(set, prop)| prop.elements().map(move |element| (set, element)))
        .collect();
    let (refused, fine): (Vec<_>, Vec<_>) = changes.iter().partition(|(_, element)| protected(&element.name));
    let names = |changes: Vec<&(bool, &Element)>| -> Vec<Element> {
        changes.iter().map(|(_, element)| Element::new(element.name.clone())).collect()
    };
    let mut response = dav("response").with(dav("href").with_text(visit.hrefs.of(&visit.place)));
    if refused.is_empty() {
        for (set, element) in &changes {
            if *set {
                calendar.properties.insert(element.name.clone(), (*element).clone());
            } else {
                calendar.properties.remove(&element.name);
            }
        }
        response = response.with(propstat(names(fine), "200 OK"));
    } else {
        response = response.with(propstat(names(refused), "403 Forbidden"));
        if !fine.is_empty() {
            response = response.with(propstat(names(fine), "424 Failed Dependency"));
        }
    }
    Ok(xml(207, &dav("multistatus").with(response), Style::Default))
}
