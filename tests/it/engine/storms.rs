//! What comes over a world now and then: outages that last longer than a run waits, and a memory that is old.

use std::time::Duration;

use pasarela::ids::{EventId, LinkId};
use pasarela::link::ResyncMode;
use pasarela::placement::RemoteKey;
use pasarela::providers::Outgoing;
use pasarela::reading::{self, Form};

use super::shore::Shore;
use super::world::{World, text};

impl<S: Shore> World<'_, S> {
    /// One of them.
    pub(super) fn storm(&mut self) {
        match self.rng.u8(0..4) {
            0 | 1 => self.outage(),
            2 => self.forget_the_names(),
            _ => self.unconfirmed_resync(),
        }
    }

    /// Nobody reaches the server for up to a dozen pauses; people go on.
    fn outage(&mut self) {
        self.server.away();
        for _ in 0..self.rng.u32(1..12) {
            self.gateway.clock.advance(Duration::from_secs(self.rng.u64(1..64)));
            match self.rng.u8(0..8) {
                0 => self.accept(),
                1 => self.change(),
                2 => self.remove(),
                _ => {}
            }
            self.reconcile();
        }
        let seed = self.rng.u64(..);
        self.server.rage(seed);
    }

    /// All that is ours stands under names that nobody knows, as after a backup from before a rebuild was restored.
    fn forget_the_names(&mut self) {
        self.server.calm();
        let mark = self.gateway.mark(&self.holder);
        for key in self.ours() {
            let content = self.fresh_content();
            let name = EventId::new(format!("forgotten-{content}")).unwrap();
            let event = reading::read(Form::Ical, &text(name.as_str(), content)).unwrap().event;
            let other = RemoteKey::derive(&mark, LinkId(1000), &name, 0);
            let remote = self.server.shore(mark.clone());
            remote
                .insert(Outgoing {
                    key: &other,
                    event_id: &name,
                    event: &event,
                    people: pasarela::calendar::People::AsText,
                })
                .unwrap();
            self.server.remove(&key);
            self.forgot = true;
        }
        let seed = self.rng.u64(..);
        self.server.rage(seed);
    }

    /// One that may end with a question.
    fn unconfirmed_resync(&mut self) {
        let Some(link) = self.link() else { return };
        let mode = if self.rng.bool() { ResyncMode::Repair } else { ResyncMode::Rebuild };
        let Ok(id) = self.gateway.app.sync.resync(&self.holder, mode, false) else { return };
        if self.run(&id).total.is_none() {
            let asked_at = self.gateway.clock.now();
            self.answer(link.id, self.promised.clone(), asked_at);
        }
    }

    /// Whoever looks at the whole calendar again mends what went wrong before. So first nobody looks, unless the link waits
    /// for its person: nothing stands twice all the same.
    pub(super) fn comes_to_rest(&mut self) {
        self.server.calm();
        for _ in 0..8 {
            self.gateway.clock.advance(Duration::from_secs(7200));
            if self.link().is_some_and(|link| link.state.waits_for_person()) {
                self.authorise_again();
            }
            self.reconcile();
        }
        if self.link().is_some() && !self.forgot {
            let ours = self.ours();
            assert!(ours.len() <= self.promised.len(), "{ours:?} for {:?}", self.promised);
        }
    }

    /// Whatever question stands is answered.
    pub(super) fn confirm(&mut self) {
        let promised = self.promised.clone();
        self.told(ResyncMode::Repair, true, &promised);
        self.settle();
        self.forgot = false;
    }
}
