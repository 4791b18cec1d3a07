//! Where a world's calendar is: in memory, or at a provider.

use std::collections::BTreeMap;

use pasarela::calendar::Event;
use pasarela::placement::{Mark, RemoteKey};
use pasarela::providers::{RemoteCalendar, RemoteError};
use testing::memory::{Fault, MemoryServer};

/// The far side of a world. It outlives the gateway's crashes.
pub(crate) trait Shore {
    /// Opens the calendar.
    fn shore<'a>(&'a self, mark: Mark) -> Box<dyn RemoteCalendar + 'a>;
    /// Puts an event of the holder's own into it.
    fn foreign(&self) -> RemoteKey;
    /// Edits one of ours as the holder would.
    fn edit(&self, key: &RemoteKey);
    /// Removes one of ours as the holder would.
    fn remove(&self, key: &RemoteKey);
    /// All that stands there: our content, or none for what is the holder's.
    fn standing(&self) -> BTreeMap<RemoteKey, Option<String>>;
    /// How `standing` tells this event.
    fn told(&self, event: &Event) -> String;
    /// Faults from now on, as the dice of this seed fall.
    fn rage(&self, seed: u64);
    /// Nothing gets through from now on.
    fn away(&self);
    /// No faults any more.
    fn calm(&self);
    /// Any call from now on is one too many.
    fn forbid(&self);
    /// Calls since [`Shore::forbid`].
    fn forbidden(&self) -> usize;
}

impl Shore for MemoryServer {
    fn shore<'a>(&'a self, mark: Mark) -> Box<dyn RemoteCalendar + 'a> {
        Box::new(self.open(mark))
    }

    fn foreign(&self) -> RemoteKey {
        let foreign = RemoteKey::from_text("the-dentist");
        self.put_by_hand(&foreign);
        foreign
    }

    fn edit(&self, key: &RemoteKey) {
        self.put_by_hand(key);
    }

    fn remove(&self, key: &RemoteKey) {
        self.delete_by_hand(key);
    }

    fn standing(&self) -> BTreeMap<RemoteKey, Option<String>> {
        let told = |event: Option<Event>| event.map(|event| self.told(&event));
        self.objects().into_iter().map(|(key, event)| (key, told(event))).collect()
    }

    fn told(&self, event: &Event) -> String {
        format!("{event:?}")
    }

    fn rage(&self, seed: u64) {
        self.set_faults(Some(super::histories::faults(seed)));
    }

    fn away(&self) {
        let down = || RemoteError::Unsure { retry_after: None, why: "connection refused".to_owned() };
        self.set_faults(Some(Box::new(move |_| Fault::Before(down()))));
    }

    fn calm(&self) {
        self.set_faults(None);
    }

    fn forbid(&self) {
        self.take_calls();
    }

    fn forbidden(&self) -> usize {
        self.take_calls().len()
    }
}
