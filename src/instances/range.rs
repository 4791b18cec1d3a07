//! A stretch of time that is asked about.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Span, When, Zone};

/// A stretch of time, from an instant on and before another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    from: Timestamp,
    to: Timestamp,
}

impl Range {
    /// From `from` on and before `to`; none where nothing lies between them.
    pub fn new(from: Timestamp, to: Timestamp) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// Its first instant.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// The first instant behind it.
    pub fn to(&self) -> Timestamp {
        self.to
    }

    /// How long it is.
    pub fn length(&self) -> SignedDuration {
        self.to.duration_since(self.from)
    }

    /// Whether what lasts from `from` until `to` lies in it at least in part.
    pub fn meets(&self, from: Timestamp, to: Timestamp) -> bool {
        from < self.to && (self.from < to || self.from <= from)
    }
}

/// The first instant of a span, and the first behind it, by what makes instants of its ends. Where clocks skip an hour, what
/// ends in it by the clock lasts as long as ever.
pub(super) fn edges(span: &Span, instant: impl Fn(&When) -> Timestamp) -> (Timestamp, Timestamp) {
    let (from, to) = (instant(&span.start), instant(&span.end));
    let by_clock = span.end.reading().duration_since(span.start.reading());
    if to > from || !by_clock.is_positive() {
        return (from, to.max(from));
    }
    (from, from.checked_add(by_clock).unwrap_or(Timestamp::MAX))
}

/// The instant of a point for a person in `zone`.
pub(super) fn instant(when: &When, zone: &Zone) -> Timestamp {
    when.instant().or_else(|| zone.instant(when.reading())).unwrap_or(Timestamp::MAX)
}
