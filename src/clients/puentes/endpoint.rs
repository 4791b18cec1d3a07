//! Asks Puentes's events endpoint: every page, or nothing.
//!
//! The question carries a phone and its key in the query (that is Puentes's contract), so no URL goes into an error or
//! a log; `outbound` writes none either.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use http::{Request, Response, header};
use jiff::Timestamp;
use url::Url;

use super::answer::{self, Page};
use super::{Proof, phone};
use crate::clients::{SourceError, Telling, Told};
use crate::config;
use crate::happened::{Skipped, Unread};
use crate::ids::{EventId, HolderKey};
use crate::outbound::{Outbound, OutboundError, Patience};
use crate::permit::Permit;

/// Far more pages than any person has; a server that never says `null` ends here.
const MAX_PAGES: usize = 1_000;

/// Events of all pages together, with those that can't be read.
const MAX_EVENTS: usize = 100_000;

/// Bytes of all pages together: memory is bounded whatever Puentes tells.
const MAX_TOTAL_BYTES: usize = 64 << 20;

/// The time for all pages together: a server that answers each just in time, and always names another, ends here.
const WHOLE: Duration = Duration::from_secs(600);

/// Where Puentes tells all events of a phone, and a way there of its own: its host may be private, which people who link
/// calendars must not profit from.
#[derive(Debug)]
pub struct EventsEndpoint {
    url: Url,
    proof: Proof,
    way: Outbound,
}

impl EventsEndpoint {
    /// The endpoint that is configured, if one is; `way` leads there.
    pub fn of(settings: &config::Puentes, way: Outbound) -> Option<Self> {
        let proof = Proof::new(Some(settings.secret.clone()), Vec::new(), true);
        Some(Self::at(settings.events_url.clone()?, proof, way))
    }

    /// An endpoint of the same kind, of whichever client system; `proof` makes the keys that it is asked with.
    pub fn at(url: Url, proof: Proof, way: Outbound) -> Self {
        Self { url, proof, way }
    }

    /// Asks Puentes for all events of a holder: every page, or nothing. A phone that it doesn't know is asked for once more in
    /// its other spelling, where it has one; only one that is unknown in each has no events.
    ///
    /// # Errors
    /// See [`SourceError`].
    pub fn all_events(&self, holder: &HolderKey, now: Timestamp, permit: &Permit) -> Result<Telling, SourceError> {
        self.all_events_within(WHOLE, holder, now, permit)
    }

    fn all_events_within(
        &self,
        whole: Duration,
        holder: &HolderKey,
        now: Timestamp,
        permit: &Permit,
    ) -> Result<Telling, SourceError> {
        let way = self.way.under(permit).patient(&Patience::none().ending_within(whole));
        let other = phone::other_spelling(holder);
        for phone in [Some(holder.as_str()), other.as_deref()].into_iter().flatten() {
            let key = self.proof.question_key(phone, now).ok_or(SourceError::NoSecret)?;
            let question = Question { endpoint: &self.url, phone, key: &key };
            let told = gather(|cursor| {
                let request = question.request(cursor)?;
                way.send(request).map_err(|error| match error {
                    OutboundError::Off(off) => off.into(),
                    error => question.no_answer(&error),
                })
            })?;
            if let Some(told) = told {
                return Ok(told);
            }
        }
        Ok(Telling::default())
    }
}

/// What is asked, page by page.
struct Question<'a> {
    endpoint: &'a Url,
    phone: &'a str,
    key: &'a str,
}

impl Question<'_> {
    fn request(&self, cursor: Option<&str>) -> Result<Request<Vec<u8>>, SourceError> {
        let mut url = self.endpoint.clone();
        url.query_pairs_mut().append_pair("phone_number", self.phone).append_pair("secure_key", self.key);
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        Request::get(url.as_str())
            .header(header::ACCEPT, "application/json, text/calendar;q=0.9")
            .body(Vec::new())
            .map_err(|_| SourceError::Unavailable("puentes.events_url makes no valid request".to_owned()))
    }

    /// The client's own words; the key is cut out should they ever repeat it.
    fn no_answer(&self, error: &OutboundError) -> SourceError {
        let digits = self.phone.trim_start_matches('+');
        let text = error.to_string().replace(self.key, "…").replace(digits, "…");
        SourceError::Unavailable(format!("Puentes can't be asked: {text}"))
    }
}

/// Follows the cursors from page to page; none where the phone is not known.
fn gather(
    mut ask: impl FnMut(Option<&str>) -> Result<Response<Vec<u8>>, SourceError>,
) -> Result<Option<Telling>, SourceError> {
    let mut told = Collected::default();
    let mut followed = HashSet::new();
    let mut cursor: Option<String> = None;
    let mut bytes = 0_usize;
    for _ in 0..MAX_PAGES {
        let response = ask(cursor.as_deref())?;
        bytes = bytes.saturating_add(response.body().len());
        if bytes > MAX_TOTAL_BYTES {
            return Err(SourceError::Unavailable(format!(
                "Puentes tells more than {} MiB for one phone",
                MAX_TOTAL_BYTES >> 20
            )));
        }
        let Some(Page { events, next }) = answer::read(&response, cursor.is_none())? else { return Ok(None) };
        told.add(events);
        if told.count() > MAX_EVENTS {
            return Err(SourceError::Unavailable(format!("Puentes tells more than {MAX_EVENTS} events for one phone")));
        }
        let Some(next) = next else {
            return Ok(Some(told.whole()));
        };
        if !followed.insert(next.clone()) {
            return Err(SourceError::Unreadable(
                "Puentes's pages go round in a circle: a cursor came twice".to_owned(),
            ));
        }
        cursor = Some(next);
    }
    Err(SourceError::Unavailable(format!("Puentes tells more than {MAX_PAGES} pages for one phone")))
}

/// The events so far, each id once.
#[derive(Default)]
struct Collected {
    in_order: Vec<Told>,
    place: HashMap<String, usize>,
    skipped: Vec<Skipped>,
    skipped_ids: HashSet<EventId>,
}

impl Collected {
    /// The same event twice is one event: pages shift while somebody books. Two contents under one id are a riddle,
    /// and either answer to it would show a person something wrong: that event is passed over.
    fn add(&mut self, events: Vec<Result<Told, Skipped>>) {
        for event in events {
            match event {
                Err(skipped) => self.skip(skipped),
                Ok(event) => self.take(event),
            }
        }
    }

    fn count(&self) -> usize {
        self.in_order.len() + self.skipped.len()
    }

    fn take(&mut self, event: Told) {
        match self.place.get(&event.event_id).and_then(|place| self.in_order.get(*place)) {
            None => {
                self.place.insert(event.event_id.clone(), self.in_order.len());
                self.in_order.push(event);
            }
            Some(earlier) if *earlier == event => {}
            Some(_) => self.skip(Skipped { event: EventId::new(event.event_id).ok(), why: Unread::Twice }),
        }
    }

    /// Of the reasons to pass over one event the first counts.
    fn skip(&mut self, skipped: Skipped) {
        let is_new = skipped.event.as_ref().is_none_or(|id| self.skipped_ids.insert(id.clone()));
        if is_new {
            self.skipped.push(skipped);
        }
    }

    fn whole(mut self) -> Telling {
        let skipped = &self.skipped_ids;
        self.in_order.retain(|told| !EventId::new(told.event_id.as_str()).is_ok_and(|id| skipped.contains(&id)));
        Telling { events: self.in_order, skipped: self.skipped }
    }
}

#[cfg(test)]
mod tests;
