//! Quotas: units in a sliding minute, new calendars in an hour.

use jiff::{SignedDuration, Timestamp};

use super::access::Visit;
use super::route::Method;
use crate::google::model::World;
use crate::google::refusal::Refusal;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Books the call, or refuses it. The person's own doing costs nothing.
pub(super) fn spend(world: &mut World, visit: &Visit<'_>) -> Result<(), Refusal> {
    if visit.caller.client.is_none() {
        return Ok(());
    }
    let (now, user, cost) = (visit.now, &visit.caller.user, visit.route.method.cost());
    let limits = (world.quirks.user_units_per_minute, world.quirks.project_units_per_minute);
    if limits != (None, None) {
        world.units.retain(|(at, ..)| is_within(*at, MINUTE, now));
        let used = |fits: &dyn Fn(&str) -> bool| -> u32 {
            world.units.iter().filter(|(_, whose, _)| fits(whose)).map(|(.., units)| units).sum()
        };
        if limits.0.is_some_and(|most| used(&|whose| whose == user) + cost > most) {
            return Err(Refusal::new(403, "userRateLimitExceeded", "User Rate Limit Exceeded"));
        }
        if limits.1.is_some_and(|most| used(&|_| true) + cost > most) {
            return Err(Refusal::new(403, "rateLimitExceeded", "Rate Limit Exceeded"));
        }
        world.units.push_back((now, user.clone(), cost));
    }
    if world.quirks.usage_exceeded && visit.route.method.writes() {
        return Err(usage());
    }
    if visit.route.method == Method::CalendarsInsert {
        world.made.retain(|(at, _)| is_within(*at, HOUR, now));
        if world.made.iter().filter(|(_, whose)| whose == user).count() >= world.quirks.calendars_per_hour {
            return Err(usage());
        }
        world.made.push_back((now, user.clone()));
    }
    Ok(())
}

fn is_within(at: Timestamp, length: SignedDuration, now: Timestamp) -> bool {
    now.duration_since(at) < length
}

fn usage() -> Refusal {
    Refusal::new(403, "quotaExceeded", "Calendar usage limits exceeded.")
}
