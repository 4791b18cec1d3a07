//! A calendar in memory, with faults on demand, for the tests of the engine.
//!
//! It keeps the promises of [`RemoteCalendar`] to the letter and none that real servers don't keep: a fault may hit
//! before the call is carried out, or after, which is the case that loses and doubles events elsewhere.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};

use pasarela::calendar::Event;
use pasarela::placement::{Handle, Mark, RemoteKey, Sight, Version};
use pasarela::providers::{Listed, Outgoing, RemoteCalendar, RemoteError, Written};

use pasarela::guarded::Guarded;

/// What is about to happen to one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is carried out and answered.
    None,
    /// It is answered with this error and not carried out.
    Before(RemoteError),
    /// It is carried out, and its answer is this error.
    After(RemoteError),
    /// The gateway dies before the call.
    CrashBefore,
    /// The call is carried out, then the gateway dies.
    CrashAfter,
}

/// The kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Creates.
    Insert,
    /// Replaces.
    Update,
    /// Removes.
    Delete,
    /// Looks at one.
    Fetch,
    /// Looks at all.
    List,
}

/// Decides about each call.
pub type Faults = Box<dyn FnMut(Call) -> Fault + Send>;

/// The panic of a crash, so that a test can tell it from a real one.
#[derive(Debug)]
pub struct Crash;

#[derive(Default)]
struct State {
    objects: BTreeMap<RemoteKey, (u64, Option<Event>)>,
    counter: u64,
    calls: Vec<Call>,
    faults: Option<Faults>,
}

/// The server side: it outlives the gateway's crashes. Clones are the same server.
#[derive(Clone, Default)]
pub struct MemoryServer(Arc<Guarded<State>>);

impl MemoryServer {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }

    /// Opens its one calendar.
    pub fn open(&self, mark: Mark) -> MemoryCalendar {
        MemoryCalendar { server: self.clone(), mark }
    }

    /// Sets what happens to calls from now on.
    pub fn set_faults(&self, faults: Option<Faults>) {
        self.state().faults = faults;
    }

    /// The calls since the last time this was asked.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.state().calls)
    }

    /// Puts an object that the holder made, or edits one of ours as the holder would.
    pub fn put_by_hand(&self, key: &RemoteKey) {
        let mut state = self.state();
        state.counter += 1;
        let counter = state.counter;
        state.objects.insert(key.clone(), (counter, None));
    }

    /// Removes an object as the holder would.
    pub fn delete_by_hand(&self, key: &RemoteKey) {
        self.state().objects.remove(key);
    }

    /// Everything that stands in the calendar: its content, or none for what was put by hand.
    pub fn objects(&self) -> BTreeMap<RemoteKey, Option<Event>> {
        self.state().objects.iter().map(|(key, (_, event))| (key.clone(), event.clone())).collect()
    }
}

/// The calendar, opened.
pub struct MemoryCalendar {
    server: MemoryServer,
    mark: Mark,
}

impl MemoryCalendar {
    /// Carries a call out between its faults.
    fn call<T>(&self, call: Call, act: impl FnOnce(&mut State) -> Result<T, RemoteError>) -> Result<T, RemoteError> {
        let mut state = self.server.state();
        state.calls.push(call);
        let fault = state.faults.as_mut().map_or(Fault::None, |faults| faults(call));
        match fault {
            Fault::None => act(&mut state),
            Fault::Before(error) => Err(error),
            Fault::After(error) => {
                drop(act(&mut state));
                Err(error)
            }
            Fault::CrashBefore => {
                drop(state);
                std::panic::resume_unwind(Box::new(Crash))
            }
            Fault::CrashAfter => {
                drop(act(&mut state));
                drop(state);
                std::panic::resume_unwind(Box::new(Crash))
            }
        }
    }
}

fn version(counter: u64) -> Version {
    Version(format!("\"{counter}\""))
}

/// It gives names of its own beside the keys, as some providers do.
fn handle(key: &RemoteKey) -> Handle {
    Handle(format!("the object {key}"))
}

fn sight(key: &RemoteKey, counter: u64) -> Sight {
    Sight { version: version(counter), handle: Some(handle(key)) }
}

fn write(state: &mut State, outgoing: &Outgoing<'_>) -> Written {
    state.counter += 1;
    let counter = state.counter;
    state.objects.insert(outgoing.key.clone(), (counter, Some(outgoing.event.clone())));
    Written { sight: sight(outgoing.key, counter), degradations: Vec::new() }
}

impl MemoryCalendar {
    /// Whoever speaks of an object that they saw knows how it is called here.
    fn is_told_its_name(&self, key: &RemoteKey, last: Option<&Sight>) {
        let named = last.is_none_or(|sight| sight.handle.as_ref() == Some(&handle(key)));
        assert!(named, "{key} of {:?} was seen as {last:?}", self.mark);
    }
}

impl RemoteCalendar for MemoryCalendar {
    fn insert(&self, outgoing: Outgoing<'_>) -> Result<Written, RemoteError> {
        self.call(Call::Insert, |state| {
            if state.objects.contains_key(outgoing.key) {
                return Err(RemoteError::Conflict);
            }
            Ok(write(state, &outgoing))
        })
    }

    fn update(&self, outgoing: Outgoing<'_>, seen: &Sight) -> Result<Written, RemoteError> {
        self.is_told_its_name(outgoing.key, Some(seen));
        self.call(Call::Update, |state| match state.objects.get(outgoing.key) {
            None => Err(RemoteError::NotFound),
            Some((counter, _)) if version(*counter) != seen.version => Err(RemoteError::Conflict),
            Some(_) => Ok(write(state, &outgoing)),
        })
    }

    fn delete(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<(), RemoteError> {
        self.is_told_its_name(key, last);
        self.call(Call::Delete, |state| {
            state.objects.remove(key);
            Ok(())
        })
    }

    fn fetch(&self, key: &RemoteKey, last: Option<&Sight>) -> Result<Option<Sight>, RemoteError> {
        self.is_told_its_name(key, last);
        self.call(Call::Fetch, |state| Ok(state.objects.get(key).map(|(counter, _)| sight(key, *counter))))
    }

    fn list_ours(&self) -> Result<Vec<Listed>, RemoteError> {
        self.call(Call::List, |state| {
            let ours = state.objects.iter().filter(|(key, _)| key.carries(&self.mark));
            Ok(ours.map(|(key, (counter, _))| Listed { key: key.clone(), sight: sight(key, *counter) }).collect())
        })
    }

    fn remove_if_empty(&self) -> Result<bool, RemoteError> {
        Ok(false)
    }
}
