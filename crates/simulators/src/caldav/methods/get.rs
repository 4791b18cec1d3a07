//! GET and HEAD of a calendar object.

use super::super::model::World;
use super::super::properties::{Resource, http_date, resource};
use super::super::refusal::{Outcome, Refusal};
use super::super::visit::Visit;
use super::put::header;
use crate::wire::{reply, text};

pub(in crate::caldav) fn get(visit: &Visit<'_>, world: &World) -> Outcome {
    let here = resource(world, &visit.place).ok_or_else(|| Refusal::status(404))?;
    let Resource::Object(object, _) = here else {
        return Err(Refusal::status(405).why("a collection has no content"));
    };
    let known = visit.request.header("if-none-match");
    let mut response = if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == object.etag)) {
        text(304, "")
    } else {
        reply(200, "text/calendar; charset=utf-8; component=VEVENT", object.ics.to_string())
    };
    header(&mut response, "ETag", &object.etag);
    header(&mut response, "Last-Modified", &http_date(object.modified));
    Ok(response)
}
