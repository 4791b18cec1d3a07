//! When a VEVENT happens.

use super::component::Component;
use super::lines::Named;
use crate::calendar::{Recurrence, RecurrenceId, Rule, Span, When};
use crate::ical::content_line::Head;

/// Marks of Outlook's that make whole days of midnights.
const ALL_DAY: [&str; 2] = ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"];

impl Component {
    /// Lets an event that was read as `was` happen then.
    pub fn set_span(&mut self, was: &Span, is: &Span) {
        if was == is {
            return;
        }
        let named = self.named(was);
        self.set("DTSTART", vec![named.line(Head::of("DTSTART"), &is.start).into_text()]);
        self.remove(&ALL_DAY);
        // A length, or none, says it still.
        if self.lines("DTEND").next().is_some() || was.starting(is.start.clone()) != *is {
            self.set("DTEND", vec![named.line(Head::of("DTEND"), &is.end).into_text()]);
            self.remove(&["DURATION"]);
        }
    }

    /// Makes it the one that replaces an occurrence, or one that replaces none.
    pub fn set_replaces(&mut self, start: &Span, replaces: Option<&RecurrenceId>) {
        let named = self.named(start);
        let line = replaces.map(|replaces| {
            let range = if replaces.and_later { "THISANDFUTURE" } else { "" };
            named.line(Head::of("RECURRENCE-ID").parameter("RANGE", range), &replaces.at).into_text()
        });
        self.set("RECURRENCE-ID", line.into_iter().collect());
    }

    /// Lets a series whose first occurrence is told as `span` and which repeated as `was` repeat so.
    pub fn set_recurrence(&mut self, span: &Span, was: Option<&Recurrence>, is: Option<&Recurrence>) {
        let nothing = Recurrence::default();
        let (was, now) = (was.unwrap_or(&nothing), is.unwrap_or(&nothing));
        let rules = [("RRULE", &was.rules, &now.rules), ("EXRULE", &was.except_rules, &now.except_rules)];
        for (name, was, now) in rules {
            if was != now || is.is_none() {
                let line = |rule: &Rule| Head::of(name).rule(rule).into_text();
                self.set(name, now.iter().map(line).collect());
            }
        }
        let named = self.named(span);
        if was.dates != now.dates || is.is_none() {
            let line = |at: &When| named.line(Head::of("RDATE"), at).into_text();
            self.set("RDATE", now.dates.iter().map(line).collect());
        }
        let line = |at: &When| named.line(Head::of("EXDATE"), at).into_text();
        if is.is_some() && was.except_dates.iter().all(|at| now.except_dates.contains(at)) {
            for at in now.except_dates.iter().filter(|at| !was.except_dates.contains(at)) {
                self.add("EXDATE", line(at));
            }
        } else {
            self.set("EXDATE", now.except_dates.iter().map(line).collect());
        }
    }

    /// How it names the zone of its start.
    fn named(&self, span: &Span) -> Named {
        Named::by(self.lines("DTSTART").last(), &span.start)
    }
}
