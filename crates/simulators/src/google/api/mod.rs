//! The Calendar API, `/calendar/v3`.
//!
//! Rule: a call is answered in this order, so that the first wrong thing decides: trouble on demand, the token, the method, its scopes,
//! the quota, the calendar, the call's own rules.

mod access;
mod batch;
mod calendar_list;
mod calendars;
mod call;
mod colors;
mod events;
mod fields;
mod free_busy;
mod paging;
mod quota;
mod route;
mod trouble;

use jiff::Timestamp;

pub(super) use access::{Caller, PREFIX};
pub(super) use batch::batch;
pub(super) use call::{Call, Outcome, Reply};
pub(super) use events::resource;
pub use trouble::Trouble;
pub(super) use trouble::Troubles;

use super::model::World;
use super::refusal::Refusal;
use access::Visit;
use route::{Method, Route};

/// Answers a call by whoever bears its token.
pub(super) fn answer(world: &mut World, troubles: &mut Troubles, call: &Call, now: Timestamp) -> Outcome {
    match troubles.pick(&call.line) {
        Some((refusal, true)) => {
            // Carried out, whatever came of it; only the answer is another.
            drop(bearer(world, call, now));
            Err(refusal)
        }
        Some((refusal, false)) => Err(refusal),
        None => bearer(world, call, now),
    }
}

fn bearer(world: &mut World, call: &Call, now: Timestamp) -> Outcome {
    let caller = access::caller(world, call, now)?;
    carry_out(world, call, &caller, now)
}

/// Carries out a call by somebody known.
pub(super) fn carry_out(world: &mut World, call: &Call, caller: &Caller, now: Timestamp) -> Outcome {
    let route = Route::find(&call.method, &call.segments).ok_or_else(Refusal::not_found)?;
    if route.method == Method::NotHere {
        return Err(Refusal::new(501, "notImplemented", "The simulator does not have this method."));
    }
    if !caller.may(route.method) {
        world.refused_scopes.push(call.line.clone());
        return Err(Refusal::scope());
    }
    let fields = call.parameter("fields").map(fields::Fields::read).transpose()?;
    let visit = Visit { call, caller, route: &route, now };
    quota::spend(world, &visit)?;
    let mut reply = run(world, &visit)?;
    if let (Some(fields), Some(body)) = (fields, &mut reply.body) {
        fields.apply(body)?;
    }
    Ok(reply)
}

fn run(world: &mut World, visit: &Visit<'_>) -> Outcome {
    match visit.route.method {
        Method::CalendarsInsert => calendars::insert(world, visit),
        Method::CalendarsGet => calendars::get(world, visit),
        Method::CalendarsUpdate | Method::CalendarsPatch => calendars::update(world, visit),
        Method::CalendarsDelete => calendars::delete(world, visit),
        Method::CalendarsClear => calendars::clear(world, visit),
        Method::ListList => calendar_list::list(world, visit),
        Method::ListGet => calendar_list::get(world, visit),
        Method::ListInsert => calendar_list::insert(world, visit),
        Method::ListUpdate | Method::ListPatch => calendar_list::update(world, visit),
        Method::ListDelete => calendar_list::delete(world, visit),
        Method::EventsInsert => events::insert(world, visit),
        Method::EventsImport => events::import(world, visit),
        Method::EventsGet => events::get(world, visit),
        Method::EventsList => events::list(world, visit),
        Method::EventsInstances => events::instances(world, visit),
        Method::EventsUpdate | Method::EventsPatch => events::update(world, visit),
        Method::EventsDelete => events::delete(world, visit),
        Method::EventsMove => events::relocate(world, visit),
        Method::FreeBusy => free_busy::query(world, visit),
        Method::Colors => Ok(colors::get()),
        Method::NotHere => Err(Refusal::not_found()),
    }
}
