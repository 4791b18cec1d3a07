//! What a link that was not made means to its person.

use super::LinkError;
use crate::link::Obstacle;
use crate::providers::caldav::Unreachable;

impl LinkError {
    /// What stands between the person and their calendar; none where they only have to choose one of
    /// [`LinkError::CalendarNotFound`]'s calendars, and where the gateway itself failed.
    pub fn obstacle(&self) -> Option<Obstacle> {
        match self {
            Self::AlreadyLinked(_) => Some(Obstacle::AlreadyLinked),
            Self::OtherAccount(_) => Some(Obstacle::OtherAccount),
            Self::LoginFailed(_) => Some(Obstacle::LoginFailed),
            Self::AppleRegularPassword => Some(Obstacle::AppleRegularPassword),
            Self::Unreachable { why, .. } => Some(match why {
                Unreachable::NotFound => Obstacle::DiscoveryFailed,
                Unreachable::Down => Obstacle::ProviderDown,
                Unreachable::TlsUntrusted => Obstacle::TlsUntrusted,
                Unreachable::Busy => Obstacle::RateLimited,
                Unreachable::Refuses => Obstacle::NoWritableCalendar,
            }),
            Self::CalendarNotFound { available, .. } => available.is_empty().then_some(Obstacle::NoWritableCalendar),
            Self::AddressNotAllowed(_) => Some(Obstacle::AddressNotAllowed),
            Self::NotOffered(_) => Some(Obstacle::Operator),
            Self::NotLinked => Some(Obstacle::Interrupted),
            Self::Store(_) => None,
        }
    }
}
