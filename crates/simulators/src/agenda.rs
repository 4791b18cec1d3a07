//! The agenda as a person would see it, so that whoever tries the gateway sees events arrive, change and go.
//!
//! Rule: it knows no calendar system. A simulator says what is on when, and what of it a person reads; the clock, the order and the
//! words are made here.

use std::collections::BTreeMap;
use std::fmt::Write;

use hyper::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::page::{escape, page, spanish_date};
use crate::wire::{Body, reply};

const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 42);
/// After so many seconds the page loads itself anew.
const SECONDS: u32 = 2;

/// Whose agenda it is, and the clock that it is shown on.
pub(crate) struct Agenda {
    /// Stands above everything; empty for nothing.
    pub(crate) lead: &'static str,
    pub(crate) whose: String,
    zone: String,
    local: TimeZone,
    now: Timestamp,
    /// The path of this page for another person, without their name.
    pub(crate) path: &'static str,
    /// Other people, whose agendas can be seen too.
    pub(crate) others: Vec<String>,
    pub(crate) calendars: Vec<Shown>,
}

/// A calendar.
pub(crate) struct Shown {
    pub(crate) name: String,
    /// May stand in a style attribute as it is.
    pub(crate) color: String,
    /// How many events it holds.
    pub(crate) count: usize,
    /// What takes place in the window of [`Agenda::window`].
    pub(crate) entries: Vec<Entry>,
}

/// Something that takes place.
pub(crate) struct Entry {
    pub(crate) start: Timestamp,
    pub(crate) time: Time,
    pub(crate) title: Option<String>,
    pub(crate) place: Option<String>,
    /// Is it one of a series?
    pub(crate) repeats: bool,
    /// The zone that its own clock hangs in.
    pub(crate) zone: Option<String>,
}

/// What stands in front of an entry.
pub(crate) enum Time {
    /// Whole days: the first and the last.
    Days(Date, Date),
    /// Until this instant.
    Until(Timestamp),
}

impl Agenda {
    /// Nothing yet, on the clock of `zone` (UTC's, where nobody knows it).
    pub(crate) fn new(whose: &str, zone: String, now: Timestamp) -> Self {
        let local = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        let (others, calendars) = (Vec::new(), Vec::new());
        Self { lead: "", whose: whose.to_owned(), zone, local, now, path: "/", others, calendars }
    }

    /// The clock that it is shown on.
    pub(crate) fn local(&self) -> &TimeZone {
        &self.local
    }

    /// What it shows: from the last midnight, six weeks.
    pub(crate) fn window(&self) -> (Timestamp, Timestamp) {
        let today = self.local.to_datetime(self.now).date();
        let from = today.to_zoned(self.local.clone()).map_or(self.now, |midnight| midnight.timestamp());
        (from, from.saturating_add(AHEAD).unwrap_or(Timestamp::MAX))
    }

    /// The page.
    pub(crate) fn page(&self) -> Response<Body> {
        let mut body = if self.lead.is_empty() { String::new() } else { format!("<p>{}</p>", self.lead) };
        let _ = write!(
            body,
            "<h1>Agenda de {}</h1><p>Las próximas seis semanas, hora de {}. Se actualiza sola.</p>",
            escape(&self.whose),
            escape(&city(&self.zone))
        );
        body.extend(self.calendars.iter().map(pill));
        body.push_str(&self.days());
        let others: String = self.others.iter().map(|other| self.link(other)).collect();
        if !others.is_empty() {
            let _ = write!(body, "<h2>Otras personas</h2><nav>{others}</nav>");
        }
        reply(200, "text/html; charset=utf-8", page("Agenda", Some(SECONDS), &body))
    }

    fn link(&self, other: &str) -> String {
        let query: String = url::form_urlencoded::byte_serialize(other.as_bytes()).collect();
        format!("<a class=pill href=\"{}?user={query}\">{}</a>", self.path, escape(other))
    }

    fn days(&self) -> String {
        let today = self.local.to_datetime(self.now).date();
        let mut days: BTreeMap<Date, Vec<(Timestamp, String)>> = BTreeMap::new();
        for calendar in &self.calendars {
            for entry in &calendar.entries {
                let day = self.local.to_datetime(entry.start).date().max(today);
                days.entry(day).or_default().push((entry.start, self.entry(entry, &calendar.color)));
            }
        }
        if days.is_empty() {
            return "<p class=empty>Todavía no hay nada en la agenda.</p>".to_owned();
        }
        let mut html = String::new();
        for (day, mut entries) in days {
            entries.sort_by_key(|(start, _)| *start);
            let when = if day == today { "hoy · " } else { "" };
            let _ = write!(html, "<h2>{when}{}</h2><ul>", spanish_date(day));
            html.extend(entries.into_iter().map(|(_, entry)| entry));
            html.push_str("</ul>");
        }
        html
    }

    fn entry(&self, entry: &Entry, color: &str) -> String {
        let mut details = String::new();
        if let Some(place) = &entry.place {
            let _ = write!(details, "<small>{}</small> ", escape(place));
        }
        if entry.repeats {
            details.push_str("<small title=\"se repite\">↻</small> ");
        }
        details.push_str(&self.elsewhere(entry));
        let title = entry.title.as_deref().unwrap_or("(sin título)");
        format!(
            "<li class=event style=\"border-left-color:{color}\"><span class=time>{}</span><span class=what><b>{}</b>{details}</span></li>",
            self.hours(entry),
            escape(title)
        )
    }

    /// Its time on its own clock, where that shows another.
    fn elsewhere(&self, entry: &Entry) -> String {
        let Some(zone) = &entry.zone else { return String::new() };
        let Ok(there) = TimeZone::get(zone) else { return String::new() };
        let time = there.to_datetime(entry.start);
        if time == self.local.to_datetime(entry.start) {
            return String::new();
        }
        format!("<small>{} en {}</small>", time.strftime("%H:%M"), escape(&city(zone)))
    }

    fn hours(&self, entry: &Entry) -> String {
        match entry.time {
            Time::Days(first, last) if last > first => format!("hasta el {}", last.day()),
            Time::Days(..) => "todo el día".to_owned(),
            Time::Until(end) => {
                let time = |at: Timestamp| self.local.to_datetime(at).strftime("%H:%M").to_string();
                format!("{}–{}", time(entry.start), time(end))
            }
        }
    }
}

fn pill(calendar: &Shown) -> String {
    let Shown { name, color, count, .. } = calendar;
    format!("<span class=pill><span class=dot style=\"background:{color}\"></span>{} · {count}</span>", escape(name))
}

fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}
