//! One call of the engine, as the calls of Google that it takes. Pure: what to ask next, and what answers lead to.
//!
//! An insert that meets the name of a deleted event revives it (Google keeps deleted events under their ids for ever,
//! docs/providers.md#google-events). A series is written master first, then the occurrences that differ; occurrences that
//! differ although they should not (somebody moved or deleted one by hand) are put back.

use super::call::{ApiAnswer, ApiCall};
use super::mapping::{self, Mapped};

use super::occurrence::{self, Put};
use super::refusal::reaction;
use super::requests::Place;

use super::seen::{self, Item};
use crate::placement::{Sight, Version};
use crate::providers::{Answer, RemoteError, Written};

/// Occurrences of one event that are written at once; a call holds a body, and there may be thousands.
const AT_ONCE: usize = 50;

/// One call of the engine under way.
pub(super) struct Work {
    place: Place,
    id: String,
    content: Option<Mapped>,
    stage: Stage,
    /// The master as it was seen last.
    master: Option<Item>,
    /// The event may have had occurrences of its own before this write.
    had_past: bool,
    /// Occurrences that Google has not under the names that we worked out, as far as they were tried.
    unknown: Vec<Put>,
    /// Those whose names were found since.
    found: Vec<Put>,
    notes: Vec<String>,
    /// A 404 was among the answers: of the event, or of the whole calendar.
    pub(super) missed: bool,
    /// Something was written.
    wrote: bool,
    end: Option<Result<Answer, RemoteError>>,
}

enum Stage {
    /// Create it.
    Insert,
    /// The name is taken: by what?
    LookAtTaken,
    /// Replace what was seen.
    Replace(Version),
    /// Remove it.
    Delete,
    /// How is it?
    Look,
    /// Which occurrences differ now?
    ListBefore,
    /// Write those that shall differ, put back those that shall not.
    Occurrences(Vec<Put>),
    /// Google has none under the names that we worked out: what are their names?
    Find(Vec<Put>),
    /// How does it all stand now?
    ListAfter,
}

impl Work {
    fn new(place: &Place, id: &str, content: Option<Mapped>, stage: Stage) -> Self {
        let place = place.clone();
        let id = id.to_owned();
        let notes = content.as_ref().map(|content| content.degradations.clone()).unwrap_or_default();
        Self {
            place,
            id,
            content,
            stage,
            master: None,
            had_past: false,
            unknown: Vec::new(),
            found: Vec::new(),
            notes,
            missed: false,
            wrote: false,
            end: None,
        }
    }

    pub(super) fn insert(place: &Place, id: &str, content: Mapped) -> Self {
        Self::new(place, id, Some(content), Stage::Insert)
    }

    pub(super) fn update(place: &Place, id: &str, content: Mapped, version: &Version) -> Self {
        Self { had_past: true, ..Self::new(place, id, Some(content), Stage::Replace(version.clone())) }
    }

    pub(super) fn delete(place: &Place, id: &str) -> Self {
        Self::new(place, id, None, Stage::Delete)
    }

    pub(super) fn look(place: &Place, id: &str) -> Self {
        Self::new(place, id, None, Stage::Look)
    }

    /// What to ask now; nothing once it has ended.
    pub(super) fn calls(&self) -> Vec<ApiCall> {
        if self.end.is_some() {
            return Vec::new();
        }
        match &self.stage {
            Stage::Insert => vec![self.place.insert(&self.id, self.body(0))],
            Stage::LookAtTaken | Stage::Look => vec![self.place.look(&self.id)],
            Stage::Replace(version) => {
                let least = seen::etag_and_sequence(version).1;
                vec![self.place.replace(&self.id, Some(version), self.body(least))]
            }
            Stage::Delete => vec![self.place.delete(&self.id)],
            Stage::ListBefore | Stage::ListAfter => vec![self.place.marked(mapping::KEY, &self.id, None)],
            Stage::Occurrences(puts) => puts.iter().take(AT_ONCE).map(|put| put.write(&self.place)).collect(),
            Stage::Find(puts) => puts.iter().take(AT_ONCE).map(|put| put.find(&self.place, &self.id)).collect(),
        }
    }

    /// The master's body, with a sequence that Google takes.
    fn body(&self, least: u32) -> serde_json::Map<String, serde_json::Value> {
        let Some(content) = &self.content else { return serde_json::Map::new() };
        let mut body = content.body.clone();
        body.insert("sequence".to_owned(), content.sequence.max(least).into());
        body
    }

    /// Takes the answers to [`Work::calls`], as many as there were calls.
    pub(super) fn hear(&mut self, mut answers: Vec<Result<ApiAnswer, RemoteError>>) {
        match std::mem::replace(&mut self.stage, Stage::Look) {
            Stage::Occurrences(puts) => self.hear_occurrences(puts, answers),
            Stage::Find(puts) => self.hear_found(puts, answers),
            stage => match answers.pop() {
                Some(Ok(answer)) => self.hear_one(stage, &answer),
                Some(Err(error)) => self.end = Some(Err(error)),
                None => self.end = Some(Err(unsure("Google answered nothing"))),
            },
        }
    }

    fn hear_one(&mut self, stage: Stage, answer: &ApiAnswer) {
        let item = Item::read(&answer.body);
        self.missed |= answer.status == 404 && !matches!(stage, Stage::Delete);
        match (stage, answer.status) {
            (Stage::Delete, 200..300 | 404 | 410) => self.end = Some(Ok(Answer::Deleted)),
            (Stage::Insert, 409) => self.stage = Stage::LookAtTaken,
            (Stage::LookAtTaken, 200..300) => self.revive(item),
            (Stage::Insert | Stage::Replace(_), 200..300) => self.written(item),
            (Stage::Look, 404 | 410) => self.end = Some(Ok(Answer::Found(None))),
            (Stage::Look, 200..300) => self.looked(item, answer.body.get("recurrence").is_some()),
            (Stage::ListBefore, 200..300) => self.put_right(&seen::items(&answer.body)),
            (Stage::ListAfter, 200..300) => self.settled(&seen::items(&answer.body)),
            _ => self.end = Some(Err(reaction(answer))),
        }
    }

    /// The name is taken: by a deleted event of ours, which comes back to life, or by one that is there.
    fn revive(&mut self, taken: Option<Item>) {
        match taken {
            Some(item) if !item.is_there() => {
                self.had_past = true;
                self.stage = Stage::Replace(item.version());
            }
            Some(_) => self.end = Some(Err(RemoteError::Conflict)),
            None => self.end = Some(Err(unsure("Google does not show the event that it has"))),
        }
    }

    fn written(&mut self, master: Option<Item>) {
        self.wrote = true;
        let Some(master) = master else {
            self.end = Some(Err(unsure("Google took the event but does not show it")));
            return;
        };
        let content = self.content.as_ref();
        let is_series = content.is_some_and(|content| content.body.contains_key("recurrence"));
        let version = master.version();
        self.master = Some(master);
        match content {
            _ if self.had_past && is_series => self.stage = Stage::ListBefore,
            Some(content) if !content.exceptions.is_empty() => {
                let puts = occurrence::wanted(content, &self.id, &[]);
                self.stage = Stage::Occurrences(puts);
            }
            _ => self.ended_with(version),
        }
    }

    fn looked(&mut self, item: Option<Item>, is_series: bool) {
        match item {
            Some(item) if item.is_there() && is_series => {
                self.master = Some(item);
                self.stage = Stage::ListAfter;
            }
            Some(item) if item.is_there() => self.end = Some(Ok(Answer::Found(Some(item.version().into())))),
            Some(_) => self.end = Some(Ok(Answer::Found(None))),
            None => self.end = Some(Err(unsure("Google's answer can't be read"))),
        }
    }

    /// After a master was replaced: its occurrences as they are wanted, and back those that are not.
    fn put_right(&mut self, listed: &[Item]) {
        let Some(content) = &self.content else { return };
        let own: Vec<&Item> = listed.iter().filter(|item| item.series.as_deref() == Some(&self.id)).collect();
        let mut puts = occurrence::wanted(content, &self.id, &own);
        let strays = own.iter().filter(|item| !puts.iter().any(|put| put.id == item.id));
        let back: Vec<Put> = strays.filter_map(|item| occurrence::put_back(content, item)).collect();
        puts.extend(back);
        if puts.is_empty() {
            self.settled(listed);
        } else {
            self.stage = Stage::Occurrences(puts);
        }
    }

    fn hear_occurrences(&mut self, mut puts: Vec<Put>, answers: Vec<Result<ApiAnswer, RemoteError>>) {
        let rest = puts.split_off(answers.len().min(puts.len()));
        for (put, answer) in puts.into_iter().zip(answers) {
            match answer {
                Ok(answer) if answer.is_success() => {}
                Ok(answer) if answer.status == 404 && put.can_be_found() => self.unknown.push(put),
                Ok(answer) => self.missing(&put, reaction(&answer)),
                Err(error) => self.end = Some(Err(error)),
            }
        }
        self.stage = match (rest.is_empty(), self.unknown.is_empty()) {
            (false, _) => Stage::Occurrences(rest),
            (true, false) => Stage::Find(std::mem::take(&mut self.unknown)),
            (true, true) => Stage::ListAfter,
        };
    }

    /// Nothing is guessed: an occurrence that Google does not have is told, not written elsewhere.
    fn hear_found(&mut self, mut puts: Vec<Put>, answers: Vec<Result<ApiAnswer, RemoteError>>) {
        let rest = puts.split_off(answers.len().min(puts.len()));
        for (put, answer) in puts.into_iter().zip(answers) {
            match answer {
                Ok(answer) if answer.is_success() => match put.renamed(&answer.body) {
                    Ok(put) => self.found.push(put),
                    Err(put) => self.notes.push(put.told("the series has no such occurrence")),
                },
                Ok(answer) => self.missing(&put, reaction(&answer)),
                Err(error) => self.end = Some(Err(error)),
            }
        }
        self.stage = match (rest.is_empty(), self.found.is_empty()) {
            (false, _) => Stage::Find(rest),
            (true, false) => Stage::Occurrences(std::mem::take(&mut self.found)),
            (true, true) => Stage::ListAfter,
        };
    }

    /// One occurrence was not written. What is refused for good is told; anything else is tried again with the whole.
    fn missing(&mut self, put: &Put, error: RemoteError) {
        match error {
            RemoteError::Refused(refusal) => self.notes.push(put.told(&refusal.why)),
            RemoteError::NotFound => self.notes.push(put.told("the series has no such occurrence")),
            error => self.end = Some(Err(error)),
        }
    }

    fn settled(&mut self, listed: &[Item]) {
        let seen = seen::versions(listed).remove(self.id.as_str());
        // A listing may lag behind: then the next survey sees more.
        let version = seen.or_else(|| self.master.as_ref().map(Item::version));
        match version {
            Some(version) if self.content.is_some() => self.ended_with(version),
            version => self.end = Some(Ok(Answer::Found(version.map(Sight::from)))),
        }
    }

    fn ended_with(&mut self, version: Version) {
        let mut degradations = std::mem::take(&mut self.notes);
        degradations.sort();
        degradations.dedup();
        self.end = Some(Ok(Answer::Written(Written { sight: version.into(), degradations })));
    }

    /// What came of it.
    pub(super) fn into_answer(self) -> Result<Answer, RemoteError> {
        match self.end {
            // "Nothing was sent" would be wrong.
            Some(Err(RemoteError::OutOfBudget { wait })) if self.wrote => Err(RemoteError::Unsure {
                retry_after: Some(wait),
                why: "the budget of requests ended between a series and its occurrences".to_owned(),
            }),
            Some(end) => end,
            None => Err(unsure("the call was broken off")),
        }
    }
}

fn unsure(why: &str) -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: why.to_owned() }
}
