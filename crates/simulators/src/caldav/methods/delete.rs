//! DELETE of an object or of a calendar with everything in it.

use super::super::model::{Place, World};
use super::super::refusal::{Outcome, Refusal};
use super::super::visit::Visit;
use super::super::xml::dav;
use super::put::Precondition;
use crate::wire::text;

pub(in crate::caldav) fn delete(visit: &Visit<'_>, world: &mut World) -> Outcome {
    match &visit.place {
        Place::Calendar(owner, name) => calendar(visit, world, owner, name),
        Place::Object(owner, name, object) => {
            let user = world.users.get_mut(owner).ok_or_else(|| Refusal::status(404))?;
            let calendar = user.calendars.get(name).ok_or_else(|| Refusal::status(404))?;
            let found = calendar.objects.get(object).ok_or_else(|| Refusal::status(404))?;
            if world.quirks.read_only.contains(name) {
                return Err(Refusal::because(403, dav("need-privileges")));
            }
            if !world.quirks.ignores_if_match_on_delete {
                Precondition::read(visit.request).check(Some(&found.etag), &world.quirks)?;
            }
            user.delete(name, object);
            Ok(text(204, ""))
        }
        Place::Root | Place::Dav | Place::Principal(_) | Place::Home(_) => {
            Err(Refusal::because(403, dav("need-privileges")))
        }
    }
}

fn calendar(visit: &Visit<'_>, world: &mut World, owner: &str, name: &str) -> Outcome {
    // RFC 4918 §9.6.1: of a collection everything or nothing.
    if visit.request.header("depth").is_some_and(|depth| !depth.eq_ignore_ascii_case("infinity")) {
        return Err(Refusal::status(400).why("Depth"));
    }
    let user = world.users.get_mut(owner).filter(|user| user.calendars.contains_key(name));
    let user = user.ok_or_else(|| Refusal::status(404))?;
    if world.quirks.no_calendar_delete || world.quirks.read_only.iter().any(|read_only| read_only == name) {
        return Err(Refusal::because(403, dav("need-privileges")));
    }
    let calendar = user.calendars.get(name).map(|calendar| calendar.sync_token(calendar.revision));
    if let (Some(asked), false) = (visit.request.header("if"), world.quirks.no_sync) {
        // RFC 6578 §5: the token of a state, of which there is one for the whole calendar.
        let holds = calendar.is_some_and(|token| asked.contains(&format!("(<{token}>)")));
        if !holds || world.quirks.forgets_sync_tokens {
            return Err(Refusal::status(412));
        }
    }
    user.delete_calendar(name);
    Ok(text(204, ""))
}
