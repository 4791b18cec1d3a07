//! One holder, one calendar, one client system, and everything that happens between them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use fastrand::Rng;
use jiff::Timestamp;
use pasarela::clients::{self, SourceError, Telling, Told};
use pasarela::ical;
use pasarela::ids::{Holder, LinkId, ResyncId};
use pasarela::link::{AccountName, LinkState, ProviderKind, ResyncMode, Site, Slot};
use pasarela::placement::{Mark, RemoteKey};
use pasarela::reading::{self, Form};
use pasarela::secret::Sealed;
use pasarela::store::links::{self, LinkRow, NewLink};
use pasarela::store::placements::{self, Target};
use pasarela::store::{StoreError, holders};
use pasarela::sync::resync;
use pasarela::trail::Actor;
use testing::engine::Engine;
use testing::memory::{Crash, MemoryServer};

use super::shore::Shore;

/// Contents from here on may show nothing.
pub(crate) const HOLLOW: u64 = 1_000_000;

/// The text of event `id` with content number `content`. Every third is a series with an occurrence that differs; from
/// [`HOLLOW`] on, every fourth one of which every occurrence is excluded.
pub(crate) fn text(id: &str, content: u64) -> String {
    let (rule, other) = if content > HOLLOW && content.is_multiple_of(4) {
        ("RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:20260105T100000Z,20260112T100000Z\r\n", String::new())
    } else if content.is_multiple_of(3) {
        let other = format!(
            "BEGIN:VEVENT\r\nUID:{id}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20260112T100000Z\r\n\
             DTSTART:20260112T150000Z\r\nDTEND:20260112T160000Z\r\nSUMMARY:{id} {content} later\r\nEND:VEVENT\r\n"
        );
        ("RRULE:FREQ=WEEKLY;COUNT=3\r\n", other)
    } else {
        ("", String::new())
    };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:{id}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\n{rule}\
         SUMMARY:{id} {content}\r\nEND:VEVENT\r\n{other}END:VCALENDAR\r\n"
    )
}

/// One holder, one calendar, and what the client system was promised.
pub(crate) struct World<'g, S: Shore = MemoryServer> {
    pub(crate) gateway: &'g Engine,
    pub(crate) holder: Holder,
    pub(crate) server: S,
    pub(crate) foreign: RemoteKey,
    pub(crate) promised: BTreeMap<String, u64>,
    pub(crate) content: u64,
    pub(crate) rng: Rng,
    /// Whether outages come that last longer than a run waits, and memory grows old.
    pub(crate) storms: bool,
    /// Whether something stands under names that nobody knows any more, so that a question may stand.
    pub(crate) forgot: bool,
    /// Whose objects stand in the same calendar.
    pub(crate) neighbours: Vec<Mark>,
}

impl<'g> World<'g> {
    pub(crate) fn new(gateway: &'g Engine, seed: u64) -> Self {
        Self::on(gateway, seed, MemoryServer::default())
    }
}

impl<'g, S: Shore> World<'g, S> {
    /// A world whose calendar is on that shore.
    pub(crate) fn on(gateway: &'g Engine, seed: u64, server: S) -> Self {
        Self {
            gateway,
            holder: Holder::of(clients::puentes::ID, format!("+{seed}")),
            foreign: server.foreign(),
            server,
            promised: BTreeMap::new(),
            content: 0,
            rng: Rng::with_seed(seed),
            storms: false,
            forgot: false,
            neighbours: Vec::new(),
        }
    }

    pub(crate) fn link(&self) -> Option<LinkRow> {
        self.gateway
            .store
            .read(|tx| {
                let holder = holders::find(tx, &self.holder)?;
                Ok::<_, StoreError>(holder.map(|id| links::in_slot(tx, id, Slot::Only)).transpose()?.flatten())
            })
            .unwrap()
    }

    /// Stores a link as linking does after its live check.
    pub(crate) fn make_link(&self) {
        if self.link().is_some() {
            return;
        }
        let (holder, mark, now) = (self.holder.clone(), self.gateway.mark(&self.holder), self.gateway.clock.now());
        self.gateway
            .store
            .write(move |tx| {
                let row = holders::ensure(tx, &holder)?;
                let link = NewLink {
                    holder: row,
                    slot: Slot::Only,
                    provider: ProviderKind::Caldav,
                    site: Site::from_text("memory"),
                    account: AccountName::from_text(holder.key.as_str()),
                    username: "ana".into(),
                    credentials: Sealed { bytes: Vec::new(), recipient: "age1ours".into() },
                    calendar_url: "memory:/".into(),
                    calendar_name: "Puentes".into(),
                    calendar_is_ours: false,
                    calendar_zone: None,
                };
                let id = links::insert(tx, &link, now)?.expect("no link yet");
                placements::want_all(tx, Target { link: id, mark: &mark }, row, now)
            })
            .unwrap();
    }

    /// One reconcile; a crash ends it early, as a killed process would.
    pub(crate) fn reconcile(&self) {
        let Some(link) = self.link() else { return };
        if matches!(link.state, LinkState::NeedsReauthorization | LinkState::CalendarLost) {
            return;
        }
        let remote = self.server.shore(self.gateway.mark(&self.holder));
        let ended = catch_unwind(AssertUnwindSafe(|| self.gateway.app.sync.with_remote(&link, remote.as_ref())));
        match ended {
            Ok(result) => result.unwrap(),
            Err(panic) if panic.is::<Crash>() => {}
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    pub(crate) fn fresh_content(&mut self) -> u64 {
        self.content += 1;
        self.content
    }

    pub(crate) fn some_id(&mut self) -> String {
        format!("event-{}", self.rng.u32(0..7))
    }

    pub(crate) fn accept(&mut self) {
        let (id, content) = (self.some_id(), self.fresh_content());
        let accepted = self.gateway.app.intake.accept(&self.holder, None, &text(&id, content));
        assert_eq!(accepted.is_ok(), !self.promised.contains_key(&id), "{accepted:?}");
        if accepted.is_ok() {
            self.promised.insert(id, content);
        }
    }

    pub(crate) fn change(&mut self) {
        let (id, content) = (self.some_id(), self.fresh_content());
        let accepted = self.gateway.app.intake.change(&self.holder, &id, &text(&id, content));
        assert_eq!(accepted.is_ok(), self.promised.contains_key(&id), "{accepted:?}");
        if accepted.is_ok() {
            self.promised.insert(id, content);
        }
    }

    pub(crate) fn remove(&mut self) {
        let id = self.some_id();
        let accepted = self.gateway.app.intake.remove(&self.holder, &id);
        assert_eq!(accepted.is_ok(), self.promised.remove(&id).is_some(), "{accepted:?}");
    }

    /// A resync in which the client system has dropped, changed and added some events without telling us, or fails.
    pub(crate) fn resync(&mut self) {
        let Some(link) = self.link() else { return };
        let mode = if self.rng.bool() { ResyncMode::Repair } else { ResyncMode::Rebuild };
        let Ok(id) = self.gateway.app.sync.resync(&self.holder, mode, true) else { return };
        let view = self.gateway.app.sync.resync_run(&self.holder, &id).unwrap().unwrap();
        if view.total.is_some() {
            return; // one is going on and has been told already
        }
        let mut truth = self.promised.clone();
        let changed = self.some_id();
        if truth.contains_key(&changed) {
            let content = self.fresh_content();
            truth.insert(changed, content);
        }
        let dropped = self.some_id();
        truth.remove(&dropped);
        let asked_at = self.gateway.clock.now();
        self.gateway.clock.advance(Duration::from_millis(1));
        if self.rng.u8(0..4) == 0 {
            // Said after the question was asked: newer than the answer.
            let late = self.some_id();
            let content = self.fresh_content();
            let accepted = self.gateway.app.intake.accept(&self.holder, None, &text(&late, content));
            if accepted.is_ok() {
                truth.insert(late, content);
            }
        }
        self.answer(link.id, truth, asked_at);
    }

    pub(crate) fn answer(&mut self, link: LinkId, truth: BTreeMap<String, u64>, asked_at: Timestamp) {
        if self.rng.u8(0..4) == 0 {
            let late: Vec<_> = truth.iter().filter(|(id, _)| !self.promised.contains_key(*id)).collect();
            let late: Vec<_> = late.into_iter().map(|(id, content)| (id.clone(), *content)).collect();
            let down = Err(SourceError::Unavailable("500".into()));
            resync::answered(self.gateway, link, down, asked_at).unwrap();
            self.promised.extend(late);
            return;
        }
        let told = truth.iter().map(|(id, content)| Told { event_id: id.clone(), event_data: text(id, *content) });
        resync::answered(self.gateway, link, Ok(Telling { events: told.collect(), skipped: vec![] }), asked_at)
            .unwrap();
        self.promised = truth;
    }

    pub(crate) fn edit_by_hand(&mut self) {
        let keys: Vec<_> = self.server.standing().into_keys().filter(|key| *key != self.foreign).collect();
        if keys.is_empty() {
            return;
        }
        let key = &keys[self.rng.usize(0..keys.len())];
        if self.rng.bool() { self.server.edit(key) } else { self.server.remove(key) }
    }

    pub(crate) fn unlink(&mut self) {
        drop(self.gateway.app.linking.begin_unlink(&self.holder, None, &Actor::server()));
    }

    /// Authorises a parked link again, as the person would.
    pub(crate) fn authorise_again(&mut self) {
        let Some(link) = self.link() else { return };
        let now = self.gateway.clock.now();
        self.gateway
            .store
            .write(move |tx| {
                let given = Sealed { bytes: Vec::new(), recipient: "age1ours".into() };
                links::authorise_again(tx, link.id, &given, now)
            })
            .unwrap();
    }

    pub(crate) fn act(&mut self) {
        self.gateway.clock.advance(Duration::from_millis(1));
        if self.storms && self.rng.u8(0..6) == 0 {
            return self.storm();
        }
        match self.rng.u8(0..24) {
            0..6 => self.accept(),
            6..10 => self.change(),
            10..12 => self.remove(),
            12..13 => self.unlink(),
            13..15 => self.make_link(),
            15..17 => self.resync(),
            17..18 => self.edit_by_hand(),
            18..19 => self.authorise_again(),
            _ => {
                self.reconcile();
                // Long enough for every pause to be over, now and then.
                let pause = if self.rng.bool() { 7200 } else { 1 };
                self.gateway.clock.advance(Duration::from_secs(pause));
            }
        }
    }

    /// So many seconds pass, and the link is worked on whenever it has work, as the driver does it.
    pub(crate) fn drive(&self, seconds: u64) {
        for _ in 0..seconds {
            self.gateway.clock.advance(Duration::from_secs(1));
            let now = self.gateway.clock.now();
            let due = self.gateway.store.read(|tx| links::due(tx, now, &[])).unwrap();
            if self.link().is_some_and(|link| due.iter().any(|due| due.id == link.id)) {
                self.reconcile();
            }
        }
    }

    /// The objects of ours in the calendar.
    pub(crate) fn ours(&self) -> Vec<RemoteKey> {
        let mark = self.gateway.mark(&self.holder);
        self.server.standing().into_keys().filter(|key| key.carries(&mark)).collect()
    }

    /// Asks for a resync that is told `truth`.
    pub(crate) fn told(&self, mode: ResyncMode, confirm: bool, truth: &BTreeMap<String, u64>) -> ResyncId {
        let id = self.gateway.app.sync.resync(&self.holder, mode, confirm).unwrap();
        let told = truth.iter().map(|(id, content)| Told { event_id: id.clone(), event_data: text(id, *content) });
        let (link, asked_at) = (self.link().unwrap().id, self.gateway.clock.now());
        resync::answered(self.gateway, link, Ok(Telling { events: told.collect(), skipped: vec![] }), asked_at)
            .unwrap();
        id
    }

    /// How a run is shown.
    pub(crate) fn run(&self, id: &ResyncId) -> resync::ResyncView {
        self.gateway.app.sync.resync_run(&self.holder, id).unwrap().unwrap()
    }

    /// So many events, and the calendar holds them.
    pub(crate) fn holds(&mut self, count: u64) {
        for n in 0..count {
            let id = format!("many-{n}");
            self.gateway.app.intake.accept(&self.holder, None, &text(&id, n)).unwrap();
            self.promised.insert(id, n);
        }
        self.reconcile();
        self.gateway.clock.advance(Duration::from_secs(1));
    }

    /// Without faults, until nothing is left to do.
    pub(crate) fn settle(&mut self) {
        self.server.calm();
        for _ in 0..8 {
            self.gateway.clock.advance(Duration::from_secs(7200));
            self.authorise_again();
            self.reconcile();
        }
    }

    /// What stands in the calendar under our mark, by what was promised.
    pub(crate) fn assert_calendar_is(&self, promised: &BTreeMap<String, u64>) {
        let mut objects = self.server.standing();
        objects.retain(|key, _| !self.neighbours.iter().any(|mark| key.carries(mark)));
        assert_eq!(objects.remove(&self.foreign), Some(None), "the holder's own event is as it was");
        let mut standing: Vec<String> = Vec::new();
        for (key, content) in objects {
            standing.push(content.unwrap_or_else(|| panic!("{key} still has the content of somebody else")));
        }
        let mut wanted: Vec<String> = Vec::new();
        for (id, content) in promised {
            let draft = reading::read(Form::Ical, &text(id, *content)).unwrap();
            wanted.extend(ical::happens(&draft.event).then(|| self.server.told(&draft.event)));
        }
        standing.sort();
        wanted.sort();
        assert_eq!(standing, wanted);
    }
}
