//! What a page needs to know of a text: when, and under which title.

use jiff::Timestamp;

use crate::calendar::{Details, Event, Recurrence, Span, Status, When, Zone};
use crate::reading::{self, Text};

/// Characters of a title that a page shows; more is no title.
const MOST_TITLE: usize = 255;

/// A text as a page tells it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Of a series, what its occurrences have in common.
    pub(super) own: Happens,
    /// It is a series.
    pub(super) repeats: bool,
    /// How it repeats; none for a single happening, and for a series of which only that it is one is kept.
    pub(super) series: Option<Box<Series>>,
}

/// One happening.
#[derive(Clone, Debug)]
pub(super) struct Happens {
    pub(super) title: Option<String>,
    pub(super) span: Span,
    pub(super) cancelled: bool,
}

/// How a series repeats.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) recurrence: Recurrence,
    /// Occurrences that differ, in the order of the points that they replace.
    pub(super) changed: Vec<Changed>,
}

/// An occurrence that differs from its series.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) replaces: When,
    /// And all that follow it.
    pub(super) and_later: bool,
    pub(super) happens: Happens,
}

impl Told {
    /// Reads a text; none when it can't be read (any more).
    pub(super) fn read(text: &Text) -> Option<Self> {
        reading::read(text.form, &text.body).ok().map(|draft| Self::of(draft.event))
    }

    fn of(event: Event) -> Self {
        let Event { mut master, overrides, .. } = event;
        let recurrence = master.recurrence.take();
        let changed = overrides.into_iter().map(|one| Changed {
            replaces: one.replaces.at,
            and_later: one.replaces.and_later,
            happens: Happens::of(one.details),
        });
        let changed: Vec<Changed> = changed.collect();
        let series = (recurrence.is_some() || !changed.is_empty())
            .then(|| Box::new(Series { recurrence: recurrence.unwrap_or_default(), changed }));
        Self { own: Happens::of(master), repeats: series.is_some(), series }
    }

    /// How much memory its repetition takes, in units of a single happening.
    pub(super) fn weight(&self) -> usize {
        self.series.as_ref().map_or(0, |series| {
            let Recurrence { rules, except_rules, dates, except_dates } = &series.recurrence;
            1 + series.changed.len() + rules.len() + except_rules.len() + dates.len() + except_dates.len()
        })
    }
}

impl Happens {
    fn of(details: Details) -> Self {
        Self {
            title: Some(shortened(&details.summary)).filter(|title| !title.trim().is_empty()),
            cancelled: details.status == Some(Status::Cancelled),
            span: details.span,
        }
    }
}

/// A title as a page shows it. The whole may be a megabyte, and a page shows fifty.
fn shortened(title: &str) -> String {
    match title.char_indices().nth(MOST_TITLE) {
        None => title.to_owned(),
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or_default().trim_end()),
    }
}

/// The instant of a point for a person who lives in `zone`.
pub(super) fn instant(when: &When, zone: &Zone) -> Timestamp {
    when.instant().or_else(|| zone.instant(when.reading())).unwrap_or(Timestamp::MAX)
}

/// Whether it is over for a person who lives in `zone`. What has no length is over once its time has passed.
pub(super) fn is_over(span: &Span, zone: &Zone, now: Timestamp) -> bool {
    instant(&span.end, zone) <= now && instant(&span.start, zone) < now
}
