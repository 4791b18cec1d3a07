//! PROPFIND (RFC 4918 §9.1).

use super::super::model::{Place, World};
use super::super::properties::{Desk, Resource, resource};
use super::super::refusal::{Outcome, Refusal, xml};
use super::super::visit::Visit;
use super::super::xml::{DAV, Element, Name, Style, dav};
use super::multistatus::{parts, response};

/// What is asked for.
enum Asked {
    All,
    Names,
    These(Vec<Name>),
}

pub(in crate::caldav) fn propfind(visit: &Visit<'_>, world: &World) -> Outcome {
    let asked = asked(visit)?;
    let members = match visit.request.header("depth") {
        Some("0") => false,
        Some("1") => true,
        // No header means infinity, which nobody should get.
        None | Some("infinity") => return Err(Refusal::because(403, dav("propfind-finite-depth"))),
        Some(_) => return Err(Refusal::status(400).why("Depth")),
    };
    let desk = Desk { user: &visit.user, hrefs: &visit.hrefs, quirks: &world.quirks };
    let here = resource(world, &visit.place).ok_or_else(|| Refusal::status(404))?;
    let style = if matches!(here, Resource::Root | Resource::Principal) { Style::Default } else { Style::Prefixed };
    let mut responses = vec![one(visit, &desk, &visit.place, &here, &asked)];
    if members {
        for place in below(world, visit) {
            if let Some(member) = resource(world, &place).filter(|member| !late(member)) {
                responses.push(one(visit, &desk, &place, &member, &asked));
            }
        }
    }
    Ok(xml(207, &dav("multistatus").with_all(responses), style))
}

fn late(member: &Resource<'_>) -> bool {
    matches!(member, Resource::Calendar(calendar, _) if calendar.late > 0)
}

fn asked(visit: &Visit<'_>) -> Result<Asked, Refusal> {
    // No body means allprop.
    let Some(body) = visit.xml()? else { return Ok(Asked::All) };
    if !body.name.is(DAV, "propfind") {
        return Err(Refusal::status(400).why("not a propfind"));
    }
    if let Some(prop) = body.child(DAV, "prop") {
        return Ok(Asked::These(prop.elements().map(|element| element.name.clone()).collect()));
    }
    if body.child(DAV, "allprop").is_some() {
        return Ok(Asked::All);
    }
    let names = body.child(DAV, "propname").map(|_| Asked::Names);
    names.ok_or_else(|| Refusal::status(400).why("neither prop, allprop nor propname"))
}

fn one(visit: &Visit<'_>, desk: &Desk<'_>, place: &Place, resource: &Resource<'_>, asked: &Asked) -> Element {
    let href = visit.hrefs.of(place);
    match asked {
        Asked::These(names) => response(href, desk, resource, names, visit.minimal()),
        Asked::All => response(href, desk, resource, &desk.all_names(resource), true),
        Asked::Names => parts(href, desk.all_names(resource).into_iter().map(Element::new).collect(), Vec::new()),
    }
}

/// The places one level down.
fn below(world: &World, visit: &Visit<'_>) -> Vec<Place> {
    let user = |name: &str| world.users.get(name);
    match &visit.place {
        Place::Root => vec![Place::Dav],
        Place::Dav => vec![Place::Principal(visit.user.clone()), Place::Home(visit.user.clone())],
        Place::Home(owner) => user(owner)
            .map(|user| user.calendars.keys().map(|name| Place::Calendar(owner.clone(), name.clone())).collect())
            .unwrap_or_default(),
        Place::Calendar(owner, name) => user(owner)
            .and_then(|user| user.calendars.get(name))
            .map(|calendar| {
                calendar.objects.keys().map(|o| Place::Object(owner.clone(), name.clone(), o.clone())).collect()
            })
            .unwrap_or_default(),
        Place::Principal(_) | Place::Object(..) => Vec::new(),
    }
}
