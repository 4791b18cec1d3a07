//! One calendar, opened: the promises of [`RemoteCalendar`], kept with Google's calls.

use std::sync::Arc;

use super::call::{ApiCall, excess};
use super::mapping::{self, Context};
use super::refusal::reaction;
use super::requests::Place;
use super::seen::{self, Item};
use super::session::Session;
use super::work::Work;
use crate::calendar::Zone;
use crate::placement::{Mark, RemoteKey, Sight};
use crate::providers::{Answer, Call, Listed, Outgoing, RemoteCalendar, RemoteError, Written};

/// One calendar.
pub(super) struct Calendar<'k> {
    session: Arc<Session<'k>>,
    place: Place,
    zone: Zone,
    mark: Mark,
}

/// Google clashes with itself when more write to one calendar (docs/providers.md#google-quotas).
const IN_FLIGHT: usize = 2;
/// Pages of one listing, of up to 2,500 events each; some are empty.
const MAX_PAGES: usize = 1_000;
/// Events, and occurrences of their own, of one listing, to the end of its page.
const MAX_LISTED: usize = 100_000;

/// Occurrences that differ which are in memory at once: each is a body of its own, and an event may have thousands.
const MOST_OCCURRENCES: usize = 500;

/// How many of these calls are carried out side by side: as many as have few occurrences that differ together, or one.
fn few(calls: &[Call<'_>]) -> usize {
    let differ = |call: &Call<'_>| match call {
        Call::Insert(outgoing) | Call::Update(outgoing, _) => outgoing.event.overrides.len(),
        Call::Delete(..) | Call::Fetch(..) => 0,
    };
    let mut all = 0;
    let few = calls.iter().take_while(|call| {
        all += differ(call);
        all <= MOST_OCCURRENCES
    });
    few.count().max(1)
}

impl<'k> Calendar<'k> {
    /// Opens the calendar with that id, whose time zone is `zone`. Sends nothing.
    pub(super) fn new(session: Arc<Session<'k>>, id: &str, zone: Zone, mark: Mark) -> Self {
        Self { session, place: Place::of(id), zone, mark }
    }

    fn work(&self, call: &Call<'_>) -> Work {
        let content = |outgoing: &Outgoing<'_>| {
            let context = Context {
                zone: &self.zone,
                mark: &self.mark,
                key: outgoing.key,
                event_id: outgoing.event_id,
                people: outgoing.people,
            };
            mapping::to_google(outgoing.event, &context)
        };
        match call {
            Call::Insert(outgoing) => Work::insert(&self.place, outgoing.key.as_str(), content(outgoing)),
            Call::Update(outgoing, seen) => {
                Work::update(&self.place, outgoing.key.as_str(), content(outgoing), &seen.version)
            }
            Call::Delete(key, _) => Work::delete(&self.place, key.as_str()),
            Call::Fetch(key, _) => Work::look(&self.place, key.as_str()),
        }
    }

    /// Goes on with all works, as many calls to a request as there may be, until each has ended.
    fn finish(&self, works: &mut [Work]) {
        loop {
            let mut calls: Vec<ApiCall> = Vec::new();
            let asked: Vec<usize> = works
                .iter()
                .map(|work| {
                    let before = calls.len();
                    calls.extend(work.calls());
                    calls.len() - before
                })
                .collect();
            if calls.is_empty() {
                return;
            }
            let mut answers = self.session.calls(&calls).into_iter();
            for (work, asked) in works.iter_mut().zip(asked).filter(|(_, asked)| *asked > 0) {
                work.hear(answers.by_ref().take(asked).collect());
            }
        }
    }

    /// Carries out some calls side by side.
    fn together(&self, calls: &[Call<'_>]) -> Vec<Result<Answer, RemoteError>> {
        let mut works: Vec<Work> = calls.iter().map(|call| self.work(call)).collect();
        self.finish(&mut works);
        let lost = if works.iter().any(|work| work.missed) { self.lost() } else { None };
        let answer = |work: Work| match (&lost, work.missed) {
            (Some(lost), true) => Err(lost.clone()),
            _ => work.into_answer(),
        };
        works.into_iter().map(answer).collect()
    }

    /// Why the calendar can't be found, if it can't.
    fn lost(&self) -> Option<RemoteError> {
        match self.session.call(&self.place.first(None)) {
            Ok(answer) if answer.status == 404 => {
                Some(RemoteError::CalendarGone { why: "Google does not find the calendar".to_owned() })
            }
            Ok(answer) if answer.is_success() => None,
            Ok(answer) => Some(reaction(&answer)),
            Err(error) => Some(error),
        }
    }

    fn one(&self, call: Call<'_>) -> Result<Answer, RemoteError> {
        let nothing = || Err(RemoteError::Unsure { retry_after: None, why: "Google answered nothing".to_owned() });
        self.carry_out(&[call]).pop().unwrap_or_else(nothing)
    }

    fn write(&self, call: Call<'_>) -> Result<Written, RemoteError> {
        match self.one(call)? {
            Answer::Written(written) => Ok(written),
            Answer::Deleted | Answer::Found(_) => Err(RemoteError::Conflict),
        }
    }
}

impl RemoteCalendar for Calendar<'_> {
    fn insert(&self, outgoing: Outgoing<'_>) -> Result<Written, RemoteError> {
        self.write(Call::Insert(outgoing))
    }

    fn update(&self, outgoing: Outgoing<'_>, seen: &Sight) -> Result<Written, RemoteError> {
        self.write(Call::Update(outgoing, seen))
    }

    fn delete(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<(), RemoteError> {
        self.one(Call::Delete(key, last)).map(drop)
    }

    fn fetch(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<Option<Sight>, RemoteError> {
        match self.one(Call::Fetch(key, last))? {
            Answer::Found(sight) => Ok(sight),
            Answer::Deleted | Answer::Written(_) => Err(RemoteError::Conflict),
        }
    }

    fn list_ours(&self) -> Result<Vec<Listed>, RemoteError> {
        let mut items: Vec<Item> = Vec::new();
        let mut page: Option<String> = None;
        let mut pages = 0;
        loop {
            pages += 1;
            if pages > MAX_PAGES || items.len() > MAX_LISTED {
                return Err(excess("the list of a calendar has no end"));
            }
            let answer = self.session.call(&self.place.marked(mapping::MARK, self.mark.as_str(), page.as_deref()))?;
            if answer.status == 404 {
                return Err(self.lost().unwrap_or(RemoteError::NotFound));
            }
            if !answer.is_success() || !answer.body.is_object() {
                return Err(match answer.is_success() {
                    true => RemoteError::Unsure { retry_after: None, why: "a listing can't be read".to_owned() },
                    false => reaction(&answer),
                });
            }
            items.extend(seen::items(&answer.body));
            page = answer.text("nextPageToken").map(str::to_owned);
            if page.is_none() {
                break;
            }
        }
        let listed = seen::versions(&items)
            .into_iter()
            .map(|(id, version)| Listed { key: RemoteKey::from_text(id), sight: version.into() });
        Ok(listed.filter(|listed| listed.key.carries(&self.mark)).collect())
    }

    fn max_in_flight(&self) -> usize {
        IN_FLIGHT
    }

    fn batch_size(&self) -> usize {
        self.session.most_in_a_batch()
    }

    fn carry_out(&self, calls: &[Call<'_>]) -> Vec<Result<Answer, RemoteError>> {
        let (mut answers, mut rest) = (Vec::with_capacity(calls.len()), calls);
        while !rest.is_empty() {
            let (some, later) = rest.split_at_checked(few(rest)).unwrap_or((rest, &[]));
            answers.extend(self.together(some));
            rest = later;
        }
        answers
    }

    fn remove_if_empty(&self) -> Result<bool, RemoteError> {
        let mut page: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let answer = self.session.call(&self.place.first(page.as_deref()))?;
            if answer.status == 404 {
                return Ok(true);
            }
            let is_empty = answer.is_success()
                && answer.body.get("kind").is_some()
                && answer.body.get("items").and_then(serde_json::Value::as_array).is_none_or(Vec::is_empty);
            if !is_empty {
                return Ok(false);
            }
            page = answer.text("nextPageToken").map(str::to_owned);
            if page.is_none() {
                // Nothing can be compared here (docs/providers.md#google-calendars): the look came immediately before.
                let answer = self.session.call(&self.place.delete_calendar())?;
                return if answer.is_success() { Ok(true) } else { Err(reaction(&answer)) };
            }
        }
        // Nobody has seen its end.
        Ok(false)
    }
}
