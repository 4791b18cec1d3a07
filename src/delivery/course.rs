//! The course of one attempt, call by call. Pure: what to ask next, and what an answer leads to.
//!
//! Rule: a write without a sure answer is never repeated blindly. The object is looked up by its name, and the next
//! write is conditional on what was seen, so that a lost answer ends neither in a copy nor in an overwritten state
//! that nobody saw. Removing is safe to repeat: what stands under our key is ours. A write that is refused for what it
//! says is tried once more without what only decorates the event: an ornament never costs the appointment.

use std::time::Duration;

use super::plan::Step;
use crate::calendar::Plain;
use crate::placement::{RemoteKey, Revision, Sight};
use crate::providers::{Answer, Call, Concern, Outgoing, RemoteError, Written};

/// Writes of one object before it is left to a later round.
const WRITES: u32 = 3;
/// Removals of one object before it is left to a later round.
const REMOVALS: u32 = 2;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the calendar with this content.
    Written {
        /// Which content.
        revision: Revision,
        /// The provider's answer.
        written: Written,
        /// It was not there before.
        created: bool,
    },
    /// It is not in the calendar (any more).
    Removed,
    /// The event has nothing to show, so nothing of it is in the calendar.
    Nothing {
        /// Which content.
        revision: Revision,
        /// What is said of it, in words for who sent it.
        degradations: Vec<String>,
    },
    /// Neither.
    Failed(RemoteError),
    /// Not now: the budget ended before anything was sent that is not settled.
    Waits {
        /// For how long.
        wait: Duration,
        /// What a look showed before that; none when nothing was asked.
        seen: Option<Option<Sight>>,
    },
}

impl Outcome {
    /// Whether the attempt has come to a good end.
    pub fn is_progress(&self) -> bool {
        matches!(self, Self::Written { .. } | Self::Removed | Self::Nothing { .. })
    }
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim<'a> {
    /// The event is in the calendar with this content.
    Present(Outgoing<'a>, Revision),
    /// Nothing stands under this key.
    Absent(&'a RemoteKey),
}

/// Where an attempt stands.
#[derive(Debug)]
pub(super) struct Course<'a> {
    aim: Aim<'a>,
    next: Next,
    /// Whether the object was there when the first write began.
    created: Option<bool>,
    failures: u32,
    /// The last sure sight of the object: a hint for providers that give names of their own.
    last: Option<Sight>,
    /// What the last look showed, if nothing was written since.
    seen: Option<Option<Sight>>,
    /// A write was sent, and nobody has looked since.
    in_doubt: bool,
    /// What is written since the whole was refused, and how it was.
    plain: Option<(Plain, RemoteError)>,
    ended: Option<Outcome>,
}

/// The next call.
#[derive(Clone, Debug)]
enum Next {
    /// Look at the object.
    Look,
    /// Create it, or replace the state that was seen.
    Write(Option<Sight>),
    /// Remove it.
    Remove,
}

impl<'a> Course<'a> {
    /// The beginning of an attempt on an object that was last seen as `last`.
    pub(super) fn new(aim: Aim<'a>, step: &Step, last: Option<&Sight>) -> Self {
        let next = match (aim, step) {
            (Aim::Absent(_), _) => Next::Remove,
            (Aim::Present(..), Step::Update(sight)) => Next::Write(Some(sight.clone())),
            (Aim::Present(..), Step::Look) => Next::Look,
            (Aim::Present(..), Step::Insert | Step::Rest | Step::Delete | Step::Rename | Step::Forget) => {
                Next::Write(None)
            }
        };
        let last = last.cloned();
        Self { aim, next, created: None, failures: 0, last, seen: None, in_doubt: false, plain: None, ended: None }
    }

    /// The call to make now; none when the attempt has ended.
    pub(super) fn call(&self) -> Option<Call<'_>> {
        if self.ended.is_some() {
            return None;
        }
        let plain = |whole: Outgoing<'a>| match &self.plain {
            Some((plain, _)) => Outgoing { event: &plain.event, ..whole },
            None => whole,
        };
        Some(match (self.aim, &self.next) {
            (Aim::Absent(key), _) => Call::Delete(key, self.last.as_ref()),
            (Aim::Present(outgoing, _), Next::Write(Some(sight))) => Call::Update(plain(outgoing), sight),
            (Aim::Present(outgoing, _), Next::Write(None)) => Call::Insert(plain(outgoing)),
            (Aim::Present(outgoing, _), Next::Look | Next::Remove) => Call::Fetch(outgoing.key, self.last.as_ref()),
        })
    }

    /// Takes the answer to [`Course::call`].
    pub(super) fn hear(&mut self, answer: Result<Answer, RemoteError>) {
        if let Next::Write(standing) = &self.next {
            self.created.get_or_insert(standing.is_none());
        }
        match answer {
            Ok(Answer::Written(written)) => self.ended = Some(self.written(written)),
            Ok(Answer::Deleted) => self.ended = Some(Outcome::Removed),
            Ok(Answer::Found(standing)) => {
                self.in_doubt = false;
                self.last.clone_from(&standing);
                self.seen = Some(standing.clone());
                self.next = Next::Write(standing);
            }
            Err(RemoteError::OutOfBudget { wait }) if !self.in_doubt => {
                self.ended = Some(Outcome::Waits { wait, seen: self.seen.take() });
            }
            Err(error) => match self.without_ornaments(&error) {
                Some(plain) => self.plain = Some((plain, error)),
                None => self.failed(error),
            },
        }
    }

    /// What to write once more after a refusal. Nothing was changed by one, so the same call is right again.
    fn without_ornaments(&self, error: &RemoteError) -> Option<Plain> {
        match (error, &self.next, self.aim, &self.plain) {
            (RemoteError::Refused(refusal), Next::Write(_), Aim::Present(outgoing, _), None) if !refusal.name_taken => {
                outgoing.event.plain()
            }
            _ => None,
        }
    }

    fn written(&self, mut written: Written) -> Outcome {
        if let Some((plain, _)) = &self.plain {
            written.degradations.push(left_out(plain));
        }
        match self.aim {
            Aim::Present(_, revision) => Outcome::Written { revision, written, created: self.created.unwrap_or(true) },
            Aim::Absent(_) => Outcome::Removed,
        }
    }

    fn failed(&mut self, error: RemoteError) {
        let doubtful = error.concerns() == Concern::Object && !matches!(error, RemoteError::Refused(_));
        let most = match (&self.next, self.aim) {
            (_, Aim::Absent(_)) if error == RemoteError::NotFound => {
                self.ended = Some(Outcome::Removed);
                return;
            }
            (Next::Look, _) => 0,
            (Next::Write(_), _) => WRITES,
            (Next::Remove, _) => REMOVALS,
        };
        self.failures += 1;
        if matches!(self.next, Next::Write(_) | Next::Remove) {
            (self.in_doubt, self.seen) = (true, None);
        }
        if !doubtful || self.failures >= most {
            // Refused both ways: the reason is that of the whole.
            let first = self.plain.take().filter(|_| matches!(error, RemoteError::Refused(_)));
            self.ended = Some(Outcome::Failed(first.map_or_else(|| given_up(error), |(_, refusal)| refusal)));
        } else if matches!(self.aim, Aim::Present(..)) {
            self.next = Next::Look;
        }
    }

    /// What became of it; in doubt if it never ended.
    pub(super) fn outcome(self) -> Outcome {
        self.ended.unwrap_or_else(|| Outcome::Failed(given_up(RemoteError::Conflict)))
    }
}

fn left_out(plain: &Plain) -> String {
    format!("left out, as the calendar refuses the event with it: {}", plain.left_out.join(", "))
}

fn given_up(error: RemoteError) -> RemoteError {
    match error {
        RemoteError::Conflict | RemoteError::NotFound => {
            RemoteError::Unsure { retry_after: None, why: "the object changes under our hands".to_owned() }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EventId;
    use crate::placement::{Handle, Version};
    use crate::providers::Refusal;
    use crate::reading::{self, Form};

    const WAIT: Duration = Duration::from_secs(3);

    fn unsure() -> RemoteError {
        RemoteError::Unsure { retry_after: None, why: "lost".to_owned() }
    }

    fn out_of_budget() -> RemoteError {
        RemoteError::OutOfBudget { wait: WAIT }
    }

    /// The provider of these tests gives names of its own.
    fn sight(text: &str) -> Sight {
        Sight { version: Version(text.to_owned()), handle: Some(Handle(format!("h{text}"))) }
    }

    fn hint(last: Option<&Sight>) -> String {
        last.and_then(|sight| sight.handle.as_ref()).map_or_else(String::new, |handle| format!(" {}", handle.0))
    }

    fn written(text: &str) -> Result<Answer, RemoteError> {
        Ok(Answer::Written(Written { sight: sight(text), degradations: Vec::new() }))
    }

    const BARE: &str =
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:e\nDTSTART:20261105T100000Z\nEND:VEVENT\nEND:VCALENDAR\n";

    /// Plays answers to a course; the calls that were made, and the end.
    fn play(step: &Step, answers: Vec<Result<Answer, RemoteError>>) -> (String, Outcome) {
        play_with(BARE, step, answers)
    }

    /// The same for this text; a call that sends it without ornaments says so.
    fn play_with(text: &str, step: &Step, answers: Vec<Result<Answer, RemoteError>>) -> (String, Outcome) {
        let (key, event_id) = (RemoteKey::from_text("k"), EventId::new("e").unwrap());
        let event = reading::read(Form::Ical, text).unwrap().event;
        let outgoing =
            Outgoing { key: &key, event_id: &event_id, event: &event, people: crate::calendar::People::AsText };
        let aim = if *step == Step::Delete { Aim::Absent(&key) } else { Aim::Present(outgoing, Revision(1)) };
        let last = if let Step::Update(sight) = step { Some(sight) } else { None };
        let mut course = Course::new(aim, step, last);
        let mut calls = Vec::new();
        let plain = |sent: Outgoing<'_>| if *sent.event == event { "" } else { " plain" };
        for answer in answers {
            calls.push(match course.call().expect("the course goes on") {
                Call::Insert(sent) => format!("insert{}", plain(sent)),
                Call::Update(sent, sight) => format!("update {}{}", sight.version.0, plain(sent)),
                Call::Delete(_, last) => format!("delete{}", hint(last)),
                Call::Fetch(_, last) => format!("fetch{}", hint(last)),
            });
            course.hear(answer);
        }
        assert!(course.call().is_none(), "the course has ended: {calls:?}");
        (calls.join(", "), course.outcome())
    }

    #[test]
    fn a_lost_answer_leads_to_a_look_and_a_conditional_write() {
        let found = || Ok(Answer::Found(Some(sight("2"))));
        let (calls, end) = play(&Step::Insert, vec![Err(unsure()), found(), written("3")]);
        assert_eq!(calls, "insert, fetch, update 2");
        assert!(matches!(end, Outcome::Written { created: true, .. }), "{end:?}");
        let (calls, end) = play(&Step::Update(sight("1")), vec![Err(RemoteError::Conflict), found(), written("3")]);
        assert_eq!(calls, "update 1, fetch h1, update 2", "the look is told what was seen");
        assert!(matches!(end, Outcome::Written { created: false, .. }), "{end:?}");
        let (calls, _) = play(&Step::Look, vec![Ok(Answer::Found(None)), written("1")]);
        assert_eq!(calls, "fetch, insert");
    }

    #[test]
    fn a_removal_is_told_what_was_seen_and_a_later_look_what_the_look_before_showed() {
        let key = RemoteKey::from_text("k");
        let course = Course::new(Aim::Absent(&key), &Step::Delete, Some(&sight("1")));
        assert!(matches!(course.call(), Some(Call::Delete(_, Some(last))) if *last == sight("1")));
        let found = || Ok(Answer::Found(Some(sight("2"))));
        let (calls, _) =
            play(&Step::Update(sight("1")), vec![Err(unsure()), found(), Err(unsure()), found(), written("3")]);
        assert_eq!(calls, "update 1, fetch h1, update 2, fetch h2, update 2");
    }

    #[test]
    fn doubts_and_refusals_end() {
        let (calls, end) = play(
            &Step::Insert,
            [0; 2].into_iter().flat_map(|_| [Err(unsure()), Ok(Answer::Found(None))]).chain([Err(unsure())]).collect(),
        );
        assert_eq!((calls.as_str(), end), ("insert, fetch, insert, fetch, insert", Outcome::Failed(unsure())));
        let (_, end) = play(&Step::Delete, vec![Err(RemoteError::NotFound)]);
        assert_eq!(end, Outcome::Removed);
        let (calls, _) = play(&Step::Delete, vec![Err(unsure()), Err(unsure())]);
        assert_eq!(calls, "delete, delete");
        let (_, end) = play(&Step::Look, vec![Err(unsure())]);
        assert_eq!(end, Outcome::Failed(unsure()));
    }

    #[test]
    fn a_budget_that_ends_leaves_no_doubt_where_nothing_was_sent() {
        let (_, end) = play(&Step::Insert, vec![Err(out_of_budget())]);
        assert_eq!(end, Outcome::Waits { wait: WAIT, seen: None });
        let (_, end) = play(&Step::Look, vec![Ok(Answer::Found(None)), Err(out_of_budget())]);
        assert_eq!(end, Outcome::Waits { wait: WAIT, seen: Some(None) });
        let (_, end) = play(&Step::Insert, vec![Err(unsure()), Err(out_of_budget())]);
        assert_eq!(end, Outcome::Failed(out_of_budget()), "the insert was perhaps carried out");
    }

    fn refused(code: &str, name_taken: bool) -> RemoteError {
        RemoteError::Refused(Refusal { code: code.to_owned(), why: format!("because {code}"), name_taken })
    }

    fn decorated() -> String {
        BARE.replace("END:VEVENT", "X-PUENTES-REF:7\nCOMMENT:Hola\nEND:VEVENT")
    }

    #[test]
    fn an_event_that_is_refused_goes_without_its_ornaments() {
        let answers = || vec![Err(refused("http-400", false)), written("1")];
        let (calls, end) = play_with(&decorated(), &Step::Insert, answers());
        assert_eq!(calls, "insert, insert plain");
        let Outcome::Written { written, created: true, .. } = end else { panic!("{end:?}") };
        assert_eq!(
            written.degradations,
            ["left out, as the calendar refuses the event with it: COMMENT, X-PUENTES-REF"]
        );
        let (calls, end) = play_with(&decorated(), &Step::Update(sight("1")), answers());
        assert_eq!(calls, "update 1, update 1 plain");
        assert!(matches!(end, Outcome::Written { created: false, .. }), "{end:?}");
    }

    #[test]
    fn a_refusal_with_and_without_ornaments_is_told_by_its_first_reason() {
        let first = refused("valid-calendar-data", false);
        let (calls, end) =
            play_with(&decorated(), &Step::Insert, vec![Err(first.clone()), Err(refused("http-403", false))]);
        assert_eq!((calls.as_str(), end), ("insert, insert plain", Outcome::Failed(first)));
    }

    #[test]
    fn a_doubt_without_ornaments_is_settled_without_them() {
        let found = Ok(Answer::Found(Some(sight("2"))));
        let answers = vec![Err(refused("http-415", false)), Err(unsure()), found, written("3")];
        let (calls, _) = play_with(&decorated(), &Step::Insert, answers);
        assert_eq!(calls, "insert, insert plain, fetch, update 2 plain");
    }

    #[test]
    fn what_has_no_ornaments_or_only_the_wrong_name_is_refused_at_once() {
        for (text, error) in
            [(BARE.to_owned(), refused("http-400", false)), (decorated(), refused("no-uid-conflict", true))]
        {
            let (calls, end) = play_with(&text, &Step::Insert, vec![Err(error.clone())]);
            assert_eq!((calls.as_str(), end), ("insert", Outcome::Failed(error)));
        }
    }
}
