//! Calendars as people name them. Pure.

use super::error::NotMade;
use crate::link::{CalendarChoice, Obstacle};
use crate::providers::account::AccountCalendar;
use crate::quoted::Quoted;

/// The calendar of that address, path or name. A name that two calendars share is refused: never a guess.
pub(super) fn named_calendar(named: &str, calendars: &[AccountCalendar]) -> Result<AccountCalendar, NotMade> {
    let not_found = |detail: String| NotMade {
        instead: Some(choices(calendars, None)),
        ..NotMade::new(Obstacle::NoWritableCalendar, detail)
    };
    let by_address = calendars.iter().find(|calendar| is_address_of(named, &calendar.address));
    let mut by_name = calendars.iter().filter(|calendar| calendar.name == named);
    let found = match (by_address, by_name.next(), by_name.next()) {
        (Some(calendar), ..) | (None, Some(calendar), None) => calendar,
        (None, Some(_), Some(_)) => {
            return Err(not_found(format!("two calendars are named {}; give the URL of one", Quoted(named))));
        }
        (None, None, _) => return Err(not_found(format!("the account has no calendar {}", Quoted(named)))),
    };
    if !found.writable {
        return Err(not_found(format!("the calendar “{}” is read-only", found.name)));
    }
    Ok(found.clone())
}

pub(super) fn is_address_of(named: &str, address: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches('/').to_owned();
    let path = url::Url::parse(address).map(|url| plain(url.path())).unwrap_or_default();
    let named = plain(named);
    !named.is_empty() && (named == plain(address) || named == path)
}

/// What can be chosen instead of `tried`.
pub(super) fn choices(calendars: &[AccountCalendar], tried: Option<&AccountCalendar>) -> Vec<CalendarChoice> {
    let others = calendars.iter().filter(|calendar| calendar.writable && Some(*calendar) != tried);
    others.map(|calendar| CalendarChoice { id: calendar.address.clone(), name: calendar.name.clone() }).collect()
}
