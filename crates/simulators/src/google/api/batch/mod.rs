//! Batches: `POST /batch/calendar/v3`, `multipart/mixed` there and back.

mod read;
mod write;

use hyper::Response;
use jiff::Timestamp;

use self::read::{Part, parts};
use super::call::Call;
use super::{Troubles, answer};
use crate::google::model::World;
use crate::google::refusal::Refusal;
use crate::google::sent::Sent;
use crate::wire::{Body, Request};

/// Carries out the parts, each for itself.
pub(in crate::google) fn batch(
    world: &mut World,
    troubles: &mut Troubles,
    request: &Request,
    now: Timestamp,
) -> Response<Body> {
    let read = parts(request).filter(|parts| !parts.is_empty());
    let Some(parts) = read else {
        return Sent::refused(&Refusal::new(400, "badRequest", "Failed to parse batch request.")).response();
    };
    if parts.len() > world.quirks.batch_limit {
        let message = format!("The batch request has more than {} parts.", world.quirks.batch_limit);
        return Sent::refused(&Refusal::new(400, "badRequest", message)).response();
    }
    let mut answers: Vec<(usize, Option<String>, Sent)> = Vec::new();
    let order: Box<dyn Iterator<Item = (usize, Part)>> = match world.quirks.batch_reversed {
        true => Box::new(parts.into_iter().enumerate().rev()),
        false => Box::new(parts.into_iter().enumerate()),
    };
    for (at, part) in order {
        let sent = match part.call {
            Some(call) => one(world, troubles, &call, now),
            None => Sent::refused(&Refusal::not_found()),
        };
        answers.push((at, part.id, sent));
    }
    answers.sort_by_key(|(at, ..)| *at);
    write::response(answers.into_iter().map(|(_, id, sent)| (id, sent)))
}

fn one(world: &mut World, troubles: &mut Troubles, call: &Call, now: Timestamp) -> Sent {
    world.parts += 1;
    let every = world.quirks.batch_conflict_every;
    let clash = every > 0 && world.parts.is_multiple_of(every);
    let outcome =
        if clash { Err(Refusal::new(409, "conflict", "Conflict")) } else { answer(world, troubles, call, now) };
    let sent = Sent::from(outcome);
    world.note(&call.line, sent.status);
    sent
}
