//! What the control interface and the handle show.

use serde::Serialize;
use serde_json::Value;

use super::api;
use super::model::World;

/// A calendar as the control interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub summary: String,
    /// Is it the user's first?
    pub primary: bool,
    /// The client that made it, if it was not the person.
    pub maker: Option<String>,
    /// How many events live in it, exceptions of series included.
    pub events: usize,
}

/// Tokens as the control interface shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokensView {
    /// Living refresh tokens.
    pub refresh: usize,
    /// Access tokens that have not ended.
    pub access: usize,
    /// How often a refresh token was used with success.
    pub refreshed: u64,
    /// What each user has granted to each client.
    pub grants: Vec<(String, String, Vec<String>)>,
}

/// The calendars in which a user may write; empty for an unknown one.
pub(super) fn calendars(world: &World, user: &str) -> Vec<CalendarView> {
    let open = world.calendars.values().filter(|calendar| calendar.is_open_to(user));
    open.map(|calendar| CalendarView {
        id: calendar.id.clone(),
        summary: calendar.summary().to_owned(),
        primary: calendar.primary,
        maker: calendar.maker.clone(),
        events: calendar.events.values().filter(|event| event.is_live()).count(),
    })
    .collect()
}

/// Everything in a calendar, tombstones too, as the API would answer it; empty for an unknown one.
pub(super) fn events(world: &World, calendar: &str) -> Vec<Value> {
    let Some(calendar) = world.calendars.get(calendar) else { return Vec::new() };
    let zone = calendar.zone();
    let kept = calendar.events.values().filter(|event| !event.dropped);
    kept.map(|event| api::resource(event, calendar, &zone)).collect()
}

pub(super) fn tokens(world: &World, now: jiff::Timestamp) -> TokensView {
    let tokens = &world.tokens;
    TokensView {
        refresh: tokens.refresh.iter().filter(|refresh| refresh.lives(now)).count(),
        access: tokens.access.values().filter(|access| access.ends.is_none_or(|ends| now < ends)).count(),
        refreshed: tokens.refreshed,
        grants: tokens
            .grants
            .iter()
            .map(|((user, client), scopes)| (user.clone(), client.clone(), scopes.iter().cloned().collect()))
            .collect(),
    }
}
