//! The engine against a calendar in memory: random histories with faults and crashes end with wanted = remote, a
//! second reconcile does nothing, nothing foreign is touched.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use fastrand::Rng;
use jiff::Timestamp;
use pasarela::clock::Clock;
use pasarela::gateway::Gateway;
use pasarela::ids::{HolderKey, LinkId};
use pasarela::placement::RemoteKey;
use pasarela::providers::RemoteError;
use pasarela::providers::memory::{Call, Crash, Fault, Faults, MemoryServer};
use pasarela::puentes::{PuentesError, Told};
use pasarela::store::links::{self, LinkRow, NewLink};
use pasarela::store::placements::{self, Target};
use pasarela::store::{StoreError, holders};
use pasarela::sync::reconcile::with_remote;
use pasarela::sync::resync::{self, Mode, RunState};
use pasarela::{ical, intake, linking};

use crate::support::bench_top::BenchTop;

/// The text of event `id` with content number `content`.
fn text(id: &str, content: u64) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:{id}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\n\
         SUMMARY:{id} {content}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// One holder, one calendar, and what the client system was promised.
struct World<'g> {
    gateway: &'g Gateway,
    holder: HolderKey,
    server: MemoryServer,
    foreign: RemoteKey,
    promised: BTreeMap<String, u64>,
    content: u64,
    rng: Rng,
}

impl<'g> World<'g> {
    fn new(gateway: &'g Gateway, seed: u64) -> Self {
        let server = MemoryServer::default();
        let foreign = RemoteKey::from_text("the-dentist");
        server.put_by_hand(&foreign);
        Self {
            gateway,
            holder: HolderKey::from_canonical(format!("+{seed}")),
            server,
            foreign,
            promised: BTreeMap::new(),
            content: 0,
            rng: Rng::with_seed(seed),
        }
    }

    fn link(&self) -> Option<LinkRow> {
        self.gateway
            .store
            .read(|tx| {
                let holder = holders::find(tx, &self.holder)?;
                Ok::<_, StoreError>(holder.map(|id| links::of_holder(tx, id)).transpose()?.flatten())
            })
            .unwrap()
    }

    /// Stores a link as linking does after its live check.
    fn make_link(&self) {
        if self.link().is_some() {
            return;
        }
        let (key, mark, now) = (self.holder.clone(), self.gateway.mark(&self.holder), self.gateway.clock.now());
        self.gateway
            .store
            .write(move |tx| {
                let holder = holders::ensure(tx, &key)?;
                let link = NewLink {
                    holder,
                    provider: "caldav",
                    site: "memory".into(),
                    account: key.as_str().to_owned(),
                    username: "ana".into(),
                    credentials: Vec::new(),
                    calendar_url: "memory:/".into(),
                    calendar_name: "Puentes".into(),
                    calendar_is_ours: false,
                };
                let id = links::insert(tx, &link, now)?.expect("no link yet");
                placements::want_all(tx, &Target { link: id, mark }, holder, now)
            })
            .unwrap();
    }

    /// One reconcile; a crash ends it early, as a killed process would.
    fn reconcile(&self) {
        let Some(link) = self.link() else { return };
        if matches!(link.state, linking::LinkState::NeedsReauthorization | linking::LinkState::CalendarLost) {
            return;
        }
        let remote = self.server.open(self.gateway.mark(&self.holder));
        let ended = catch_unwind(AssertUnwindSafe(|| with_remote(self.gateway, &link, &remote)));
        match ended {
            Ok(result) => result.unwrap(),
            Err(panic) if panic.is::<Crash>() => {}
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn fresh_content(&mut self) -> u64 {
        self.content += 1;
        self.content
    }

    fn some_id(&mut self) -> String {
        format!("event-{}", self.rng.u32(0..7))
    }

    fn accept(&mut self) {
        let (id, content) = (self.some_id(), self.fresh_content());
        let accepted = intake::accept(self.gateway, &self.holder, None, &text(&id, content));
        assert_eq!(accepted.is_ok(), !self.promised.contains_key(&id), "{accepted:?}");
        if accepted.is_ok() {
            self.promised.insert(id, content);
        }
    }

    fn change(&mut self) {
        let (id, content) = (self.some_id(), self.fresh_content());
        let accepted = intake::change(self.gateway, &self.holder, &id, &text(&id, content));
        assert_eq!(accepted.is_ok(), self.promised.contains_key(&id), "{accepted:?}");
        if accepted.is_ok() {
            self.promised.insert(id, content);
        }
    }

    fn remove(&mut self) {
        let id = self.some_id();
        let accepted = intake::remove(self.gateway, &self.holder, &id);
        assert_eq!(accepted.is_ok(), self.promised.remove(&id).is_some(), "{accepted:?}");
    }

    /// A resync in which the client system has dropped, changed and added some events without telling us, or fails.
    fn resync(&mut self) {
        let Some(link) = self.link() else { return };
        let mode = if self.rng.bool() { Mode::Repair } else { Mode::Rebuild };
        let Ok(id) = resync::request(self.gateway, &self.holder, mode, true) else { return };
        let view = resync::view(self.gateway, &self.holder, &id).unwrap().unwrap();
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
            let accepted = intake::accept(self.gateway, &self.holder, None, &text(&late, content));
            if accepted.is_ok() {
                truth.insert(late, content);
            }
        }
        self.answer(link.id, truth, asked_at);
    }

    fn answer(&mut self, link: LinkId, truth: BTreeMap<String, u64>, asked_at: Timestamp) {
        if self.rng.u8(0..4) == 0 {
            let late: Vec<_> = truth.iter().filter(|(id, _)| !self.promised.contains_key(*id)).collect();
            let late: Vec<_> = late.into_iter().map(|(id, content)| (id.clone(), *content)).collect();
            let down = Err(PuentesError::Unavailable("500".into()));
            resync::answered(self.gateway, link, down, asked_at).unwrap();
            self.promised.extend(late);
            return;
        }
        let told = truth.iter().map(|(id, content)| Told { event_id: id.clone(), event_data: text(id, *content) });
        resync::answered(self.gateway, link, Ok(told.collect()), asked_at).unwrap();
        self.promised = truth;
    }

    fn edit_by_hand(&mut self) {
        let keys: Vec<_> = self.server.objects().into_keys().filter(|key| *key != self.foreign).collect();
        if keys.is_empty() {
            return;
        }
        let key = &keys[self.rng.usize(0..keys.len())];
        if self.rng.bool() { self.server.put_by_hand(key) } else { self.server.delete_by_hand(key) }
    }

    fn unlink(&mut self) {
        drop(linking::begin_unlink(self.gateway, &self.holder));
    }

    /// Authorises a parked link again, as the person would.
    fn authorise_again(&mut self) {
        let Some(link) = self.link() else { return };
        let now = self.gateway.clock.now();
        self.gateway.store.write(move |tx| links::authorise_again(tx, link.id, &[], now)).unwrap();
    }

    fn act(&mut self) {
        self.gateway.clock.advance(Duration::from_millis(1));
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

    /// Without faults, until nothing is left to do.
    fn settle(&mut self) {
        self.server.set_faults(None);
        for _ in 0..8 {
            self.gateway.clock.advance(Duration::from_secs(7200));
            self.authorise_again();
            self.reconcile();
        }
    }

    /// What stands in the calendar under our mark, by what was promised.
    fn assert_calendar_is(&self, promised: &BTreeMap<String, u64>) {
        let mut objects = self.server.objects();
        assert_eq!(objects.remove(&self.foreign), Some(None), "the holder's own event is as it was");
        let mut standing: Vec<String> = Vec::new();
        for (key, event) in objects {
            let event = event.unwrap_or_else(|| panic!("{key} still has the content of somebody else"));
            standing.push(format!("{event:?}"));
        }
        let mut wanted: Vec<String> = Vec::new();
        for (id, content) in promised {
            let draft = ical::parse(&text(id, *content), &ical::Limits::default()).unwrap();
            wanted.push(format!("{:?}", draft.event));
        }
        standing.sort();
        wanted.sort();
        assert_eq!(standing, wanted);
    }
}

/// Faults that hit about every fifth call.
fn faults(seed: u64) -> Faults {
    let mut rng = Rng::with_seed(seed);
    let why = || "as the dice fell".to_owned();
    Box::new(move |call| match rng.u8(0..50) {
        0..3 => Fault::CrashBefore,
        3..6 => Fault::CrashAfter,
        6..8 => Fault::Before(RemoteError::Unsure { retry_after: None, why: why() }),
        8..12 if call != Call::List => Fault::After(RemoteError::Unsure { retry_after: None, why: why() }),
        12 => Fault::Before(RemoteError::Throttled { retry_after: Some(Duration::from_secs(1)), why: why() }),
        13 if call != Call::Delete => Fault::Before(RemoteError::AuthRevoked { why: why() }),
        _ => Fault::None,
    })
}

fn play(gateway: &Gateway, seed: u64) {
    let mut world = World::new(gateway, seed);
    world.make_link();
    world.server.set_faults(Some(faults(seed ^ 0xfa17)));
    let acts = world.rng.u32(10..60);
    for _ in 0..acts {
        world.act();
    }
    settles_into_what_was_promised(&mut world);
}

fn settles_into_what_was_promised(world: &mut World<'_>) {
    world.settle();
    if world.link().is_none() {
        // An unlink that was shut out by the provider leaves objects and says so; a new link clears them.
        world.make_link();
        world.settle();
    }
    let promised = world.promised.clone();
    world.assert_calendar_is(&promised);

    world.server.take_calls();
    world.server.set_faults(Some(Box::new(|call| panic!("a second reconcile calls {call:?}"))));
    world.gateway.clock.advance(Duration::from_secs(7200));
    world.reconcile();
    assert_eq!(world.server.take_calls(), [], "a second reconcile does nothing");

    world.server.set_faults(None);
    world.unlink();
    world.settle();
    assert!(world.link().is_none(), "the link has ended");
    world.assert_calendar_is(&BTreeMap::new());
}

/// `PASARELA_SEEDS=1234..1235` plays one history again.
fn seeds(usual: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let Ok(range) = std::env::var("PASARELA_SEEDS") else { return usual };
    let (from, to) = range.split_once("..").expect("PASARELA_SEEDS is FROM..TO");
    from.parse().unwrap()..to.parse().unwrap()
}

fn play_all(usual: std::ops::Range<u64>, lanes: usize) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), lanes);
    for seed in seeds(usual) {
        let played = catch_unwind(AssertUnwindSafe(|| play(&gateway, seed)));
        assert!(played.is_ok(), "seed {seed} failed: PASARELA_SEEDS={seed}..{} plays it again", seed + 1);
    }
}

#[test]
fn random_histories_with_faults_and_crashes_end_with_what_was_promised() {
    play_all(0..2000, 1);
}

/// With several lanes the threads take part in the dice, so a seed does not play the same history again.
#[test]
fn random_histories_over_several_lanes_end_with_what_was_promised() {
    play_all(2000..2300, 4);
}

fn linked_world(gateway: &Gateway) -> World<'_> {
    let world = World::new(gateway, 1);
    world.make_link();
    world
}

fn accept_many(world: &mut World<'_>, count: u64) {
    for n in 0..count {
        let id = format!("many-{n}");
        intake::accept(world.gateway, &world.holder, None, &text(&id, n)).unwrap();
        world.promised.insert(id, n);
    }
}

fn resync_with(world: &World<'_>, truth: &BTreeMap<String, u64>, confirm: bool) -> resync::ResyncView {
    let id = resync::request(world.gateway, &world.holder, Mode::Repair, confirm).unwrap();
    let asked_at = world.gateway.clock.now();
    let told = truth.iter().map(|(id, content)| Told { event_id: id.clone(), event_data: text(id, *content) });
    let link = world.link().unwrap().id;
    resync::answered(world.gateway, link, Ok(told.collect()), asked_at).unwrap();
    world.reconcile();
    resync::view(world.gateway, &world.holder, &id).unwrap().unwrap()
}

fn with_world(test: impl FnOnce(&mut World<'_>)) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 4);
    let mut world = linked_world(&gateway);
    test(&mut world);
}

#[test]
fn a_sudden_shrink_is_held_until_it_is_confirmed_and_a_small_one_goes_through() {
    with_world(|world| {
        accept_many(world, 30);
        world.reconcile();
        world.gateway.clock.advance(Duration::from_secs(1));
        let held = resync_with(world, &BTreeMap::new(), false);
        assert_eq!(held.state, RunState::Failed);
        assert_eq!(held.error.as_ref().map(|(code, _)| code.as_str()), Some("confirmation_needed"));
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);

        let confirmed = resync_with(world, &BTreeMap::new(), true);
        assert_eq!((confirmed.state, confirmed.counts.deleted), (RunState::Succeeded, 30));
        world.assert_calendar_is(&BTreeMap::new());

        world.promised.clear();
        accept_many(world, 20);
        world.reconcile();
        world.gateway.clock.advance(Duration::from_secs(1));
        let small = resync_with(world, &BTreeMap::new(), false);
        assert_eq!((small.state, small.counts.deleted), (RunState::Succeeded, 20));
    });
}

#[test]
fn a_resync_without_differences_is_one_listing_and_no_write() {
    with_world(|world| {
        accept_many(world, 50);
        world.reconcile();
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        let run = resync_with(world, &truth, false);
        assert_eq!((run.state, run.done, run.total), (RunState::Succeeded, 50, Some(50)));
        assert_eq!(world.server.take_calls(), [Call::List]);
    });
}

#[test]
fn a_resync_writes_only_what_drifted() {
    with_world(|world| {
        accept_many(world, 50);
        world.reconcile();
        let ours: Vec<_> = world.server.objects().into_keys().filter(|key| *key != world.foreign).collect();
        for key in &ours[..10] {
            world.server.put_by_hand(key);
        }
        for key in &ours[10..15] {
            world.server.delete_by_hand(key);
        }
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        let run = resync_with(world, &truth, false);
        assert_eq!((run.counts.changed, run.counts.created, run.counts.deleted), (10, 5, 0));
        let calls = world.server.take_calls();
        assert_eq!(calls.iter().filter(|call| **call == Call::Update).count(), 10);
        assert_eq!(calls.iter().filter(|call| **call == Call::Insert).count(), 5);
        assert_eq!(calls.len(), 16);
        world.assert_calendar_is(&truth);
    });
}

#[test]
fn a_rebuild_deletes_every_event_of_ours_before_it_creates_one() {
    with_world(|world| {
        accept_many(world, 5);
        world.reconcile();
        world.server.take_calls();
        world.gateway.clock.advance(Duration::from_secs(1));
        let id = resync::request(world.gateway, &world.holder, Mode::Rebuild, false).unwrap();
        let told = world.promised.iter().map(|(id, n)| Told { event_id: id.clone(), event_data: text(id, *n) });
        let link = world.link().unwrap().id;
        resync::answered(world.gateway, link, Ok(told.collect()), world.gateway.clock.now()).unwrap();
        world.reconcile();
        let calls = world.server.take_calls();
        let last_delete = calls.iter().rposition(|call| *call == Call::Delete);
        let first_insert = calls.iter().position(|call| *call == Call::Insert);
        assert!(last_delete < first_insert, "{calls:?}");
        let run = resync::view(world.gateway, &world.holder, &id).unwrap().unwrap();
        assert_eq!((run.counts.deleted, run.counts.created), (5, 5));
        let promised = world.promised.clone();
        world.assert_calendar_is(&promised);
    });
}

#[test]
fn an_empty_listing_does_not_delete() {
    with_world(|world| {
        accept_many(world, 30);
        world.reconcile();
        let before = world.server.objects();
        // The server forgets to list what it holds: everything looks gone, and is created again under the same names.
        world.server.set_faults(Some(Box::new(|call| match call {
            Call::List => Fault::After(RemoteError::Unsure { retry_after: None, why: "empty".into() }),
            _ => Fault::None,
        })));
        world.gateway.clock.advance(Duration::from_secs(1));
        let truth = world.promised.clone();
        resync_with(world, &truth, false);
        assert_eq!(world.server.objects(), before);
        assert!(!world.server.take_calls().contains(&Call::Delete));
    });
}

#[test]
fn an_object_that_is_not_ours_is_never_touched() {
    with_world(|world| {
        accept_many(world, 3);
        let other_mark = RemoteKey::from_text(format!("psr{}", "0".repeat(52)));
        world.server.put_by_hand(&other_mark);
        world.reconcile();
        world.unlink();
        world.reconcile();
        let left: Vec<_> = world.server.objects().into_keys().collect();
        assert_eq!(left, [other_mark, world.foreign.clone()]);
    });
}

#[test]
fn a_refused_event_is_tried_once_and_its_neighbours_go_on() {
    with_world(|world| {
        accept_many(world, 3);
        let mut first = true;
        world.server.set_faults(Some(Box::new(move |call| {
            if call == Call::Insert && std::mem::take(&mut first) {
                let refusal = pasarela::providers::Refusal {
                    code: "valid-calendar-data".into(),
                    why: "no".into(),
                    name_taken: false,
                };
                return Fault::Before(RemoteError::Refused(refusal));
            }
            Fault::None
        })));
        for _ in 0..3 {
            world.reconcile();
            world.gateway.clock.advance(Duration::from_secs(7200));
        }
        let inserts = world.server.take_calls();
        assert_eq!(inserts.len(), 1 + 3, "a listing and one try each: {inserts:?}");
        let states: Vec<_> =
            intake::held(world.gateway, &world.holder).unwrap().into_iter().map(|held| held.state).collect();
        assert_eq!(states, [intake::SyncState::Failed, intake::SyncState::Synced, intake::SyncState::Synced]);
    });
}
