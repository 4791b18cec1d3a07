use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use jiff::Timestamp;
use tempfile::TempDir;

use super::events::Content;
use super::links::NewLink;
use super::placements::Target;
use super::*;
use crate::form::Text;
use crate::ids::{ClientSystemId, EventId, Holder, HolderId, LinkId, PublicEventId};
use crate::link::{AccountName, LinkState, ProviderKind, Site, Slot};
use crate::placement::{Due, Known, Mark, Revision, Seen, Version, Wanted};
use crate::secret::Sealed;

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("pasarela.db")
    }

    fn open(&self) -> Store {
        Store::open(&self.path()).unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn ana() -> Holder {
    Holder::of(ClientSystemId(1), "+593991234567")
}

fn content(id: &str) -> Content {
    Content {
        event_id: EventId::new(id).unwrap(),
        public_id: PublicEventId::new(at(1)),
        text: Text::ical(format!("text of {id}")),
        fingerprint: [7; 32],
        traits: None,
    }
}

fn new_link(holder: HolderId) -> NewLink {
    NewLink {
        holder,
        slot: Slot::Only,
        provider: ProviderKind::Caldav,
        site: Site::from_text("dav.example.org:443"),
        account: AccountName::from_text("caldav:dav.example.org/ana"),
        username: "ana".into(),
        credentials: Sealed { bytes: vec![1, 2, 3], recipient: "age1ours".into() },
        calendar_url: "https://dav.example.org/ana/puentes/".into(),
        calendar_name: "Puentes".into(),
        calendar_is_ours: true,
        calendar_zone: None,
    }
}

fn link(store: &Store) -> LinkId {
    store
        .write(|tx| {
            let holder = holders::ensure(tx, &ana())?;
            Ok::<_, StoreError>(links::insert(tx, &new_link(holder), at(1))?.unwrap())
        })
        .unwrap()
}

/// Holds and wants an event in the link; answers nothing.
fn want(store: &Store, link: LinkId, id: &'static str, now: Timestamp) {
    let mark = Mark::of(store.instance(), &ana());
    store
        .write(move |tx| {
            let holder = holders::ensure(tx, &ana())?;
            let revision = match events::find(tx, holder, &EventId::new(id).unwrap())? {
                None => events::insert(tx, holder, &content(id), now)?,
                Some(event) => events::replace(tx, &event, &content(id), now)?,
            };
            let row = events::row_of(tx, holder, &EventId::new(id).unwrap())?;
            placements::want(tx, Target { link, mark: &mark }, (row, &EventId::new(id).unwrap()), revision, now)
        })
        .unwrap();
}

fn due(store: &Store, link: LinkId, now: Timestamp) -> Vec<Due> {
    store.read(|tx| placements::due(tx, link, now, 100)).unwrap()
}

#[test]
fn what_was_answered_ok_is_there_after_reopening() {
    let desk = Desk::new();
    let store = desk.open();
    let link = link(&store);
    want(&store, link, "a", at(2));
    let instance = store.instance().to_owned();
    drop(store);
    let store = desk.open();
    assert_eq!(store.instance(), instance);
    let due = due(&store, link, at(3));
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].text, Some(Text::ical("text of a")));
    assert_eq!((due[0].wanted, &due[0].known), (Wanted::Present(Revision(1)), &Known::Nothing));
}

#[test]
fn a_holder_of_one_client_system_is_not_found_by_another() {
    let desk = Desk::new();
    let store = desk.open();
    let theirs = Holder { client: ClientSystemId(2), ..ana() };
    let row = store.write(|tx| holders::ensure(tx, &ana())).unwrap();
    assert_eq!(store.read(|tx| holders::find(tx, &theirs)).unwrap(), None);
    assert!(store.write(move |tx| holders::ensure(tx, &theirs)).is_err(), "there is no such system");
    assert_eq!(store.read(|tx| holders::get(tx, row)).unwrap(), Some(ana()));
}

#[test]
fn a_job_that_fails_or_panics_takes_back_only_its_own_changes() {
    let desk = Desk::new();
    let store = desk.open();
    let hold = |name: &'static str, end: fn() -> Result<(), StoreError>| {
        store.write(move |tx| {
            let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+1"))?;
            events::insert(tx, holder, &content(name), at(1))?;
            end()
        })
    };
    std::thread::scope(|scope| {
        let jobs = [
            scope.spawn(|| hold("kept", || Ok(()))),
            scope.spawn(|| hold("failed", || Err(StoreError::broken("on purpose")))),
            scope.spawn(|| hold("panicked", || panic!("on purpose"))),
            scope.spawn(|| hold("kept too", || Ok(()))),
        ];
        let ends: Vec<bool> = jobs.into_iter().map(|job| job.join().unwrap().is_ok()).collect();
        assert_eq!(ends, [true, false, false, true]);
    });
    let held = store
        .read(|tx| {
            let holder = holders::find(tx, &Holder::of(ClientSystemId(1), "+1"))?.unwrap();
            events::outlined(tx, holder, None)
        })
        .unwrap();
    let mut names: Vec<_> = held.iter().map(|held| held.event_id.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["kept", "kept too"]);
}

#[test]
fn a_rehearsed_job_runs_twice_and_counts_once() {
    let desk = Desk::new();
    let store = Store::open_rehearsing(&desk.path()).unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let held = store.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        let holder = holders::ensure(tx, &ana())?;
        events::insert(tx, holder, &content("e"), at(1))?;
        Ok::<_, StoreError>(events::outlined(tx, holder, None)?.len())
    });
    assert_eq!((held.unwrap(), runs.load(Ordering::SeqCst)), (1, 2));
    let once = || store.read(|tx| events::outlined(tx, holders::find(tx, &ana())?.unwrap(), None)).unwrap().len();
    assert_eq!(once(), 1);

    // What answers otherwise, or panics, when it is run again leaves nothing.
    for panics in [false, true] {
        let first = AtomicBool::new(true);
        let ended = store.write(move |tx| {
            let holder = holders::ensure(tx, &ana())?;
            events::insert(tx, holder, &content("f"), at(1))?;
            if first.swap(false, Ordering::SeqCst) {
                return Ok(());
            }
            assert!(!panics, "on purpose");
            Err(StoreError::broken("on purpose"))
        });
        assert!(ended.unwrap_err().to_string().contains("ended otherwise"));
        assert_eq!(once(), 1);
    }
}

#[test]
fn many_writers_at_once_all_end_on_disk() {
    let desk = Desk::new();
    let store = desk.open();
    std::thread::scope(|scope| {
        for n in 0..40 {
            let store = &store;
            scope.spawn(move || {
                store
                    .write(move |tx| {
                        let holder = holders::ensure(tx, &ana())?;
                        events::insert(tx, holder, &content(&format!("e{n}")), at(1)).map(drop)
                    })
                    .unwrap();
            });
        }
    });
    drop(store);
    let store = desk.open();
    let held = store.read(|tx| events::outlined(tx, holders::find(tx, &ana())?.unwrap(), None)).unwrap();
    assert_eq!(held.len(), 40);
}

#[test]
fn a_holder_has_one_link_whatever_races() {
    let desk = Desk::new();
    let store = desk.open();
    let made: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    store.write(|tx| {
                        let holder = holders::ensure(tx, &ana())?;
                        links::insert(tx, &new_link(holder), at(1))
                    })
                })
            })
            .collect();
        racers.into_iter().map(|racer| usize::from(racer.join().unwrap().unwrap().is_some())).sum()
    });
    assert_eq!(made, 1);
}

#[test]
fn a_link_id_is_never_used_twice() {
    let desk = Desk::new();
    let store = desk.open();
    let first = link(&store);
    store.write(move |tx| links::erase(tx, first, at(9))).unwrap();
    assert_ne!(link(&store), first);
}

#[test]
fn a_database_serves_one_process() {
    let desk = Desk::new();
    let store = desk.open();
    let second = Store::open(&desk.path());
    assert!(matches!(second, Err(OpenError::InUse(_))));
    drop(store);
    desk.open();
}

#[test]
fn a_file_that_is_no_database_is_refused_with_its_name() {
    let desk = Desk::new();
    std::fs::write(desk.path(), "this is not a database, it is a shopping list, and a long one at that").unwrap();
    let Err(error) = Store::open(&desk.path()) else { panic!("it was opened") };
    assert!(error.to_string().contains("pasarela.db"), "{error}");
}

#[test]
fn an_outcome_of_an_older_wish_leaves_the_placement_due() {
    let desk = Desk::new();
    let store = desk.open();
    let link = link(&store);
    want(&store, link, "a", at(2));
    let first = due(&store, link, at(3)).remove(0);
    want(&store, link, "a", at(4));
    store
        .write(move |tx| {
            placements::known::written(
                tx,
                first.id,
                &Seen { sight: Version("\"1\"".into()).into(), revision: Revision(1) },
                &[],
                at(5),
            )
        })
        .unwrap();
    let again = due(&store, link, at(6)).remove(0);
    assert_eq!(again.wanted, Wanted::Present(Revision(2)));
    assert!(matches!(again.known, Known::At(seen) if seen.revision == Revision(1)));
}

#[test]
fn an_event_that_never_came_near_the_calendar_is_forgotten_at_once() {
    let desk = Desk::new();
    let store = desk.open();
    let link = link(&store);
    want(&store, link, "a", at(2));
    store
        .write(move |tx| {
            let holder = holders::ensure(tx, &ana())?;
            let event = events::find(tx, holder, &EventId::new("a").unwrap())?.unwrap();
            events::delete(tx, &event, at(3))?;
            placements::want_absent(tx, link, event.id, at(3))?;
            events::purge(tx, holder)
        })
        .unwrap();
    assert!(due(&store, link, at(9)).is_empty());
    let gone = store.read(|tx| {
        let holder = holders::find(tx, &ana())?.unwrap();
        events::find(tx, holder, &EventId::new("a").unwrap())
    });
    assert_eq!(gone.unwrap(), None);
}

#[test]
fn a_link_sleeps_when_nothing_is_due_and_keeps_its_pause_when_woken() {
    let desk = Desk::new();
    let store = desk.open();
    let link = link(&store);
    let awake = |now: i64| !store.read(|tx| links::due(tx, at(now), &[])).unwrap().is_empty();
    assert!(awake(1), "a new link is surveyed");
    store
        .write(move |tx| {
            links::surveyed(tx, link, None, at(9))?;
            links::rest(tx, link, at(2))
        })
        .unwrap();
    assert!(!awake(1_000_000));
    want(&store, link, "a", at(3));
    assert!(awake(3));
    store.write(move |tx| links::pause(tx, link, at(60), "slow down")).unwrap();
    want(&store, link, "b", at(4));
    assert!(!awake(59), "new work does not end a pause");
    assert!(awake(60));
    store.write(move |tx| links::park(tx, link, LinkState::NeedsReauthorization, "401", at(9))).unwrap();
    want(&store, link, "c", at(61));
    assert!(!awake(1_000_000), "a parked link sleeps until its person comes");
    assert!(store.read(|tx| links::due(tx, at(99), &[Site::from_text("dav.example.org:443")])).unwrap().is_empty());
}

#[test]
fn a_creation_that_is_not_wanted_any_more_can_not_be_claimed() {
    let desk = Desk::new();
    let store = desk.open();
    let link = link(&store);
    want(&store, link, "deleted", at(2));
    want(&store, link, "changed", at(2));
    want(&store, link, "kept", at(2));
    let planned = due(&store, link, at(3));
    want(&store, link, "changed", at(4));
    let claimed: Vec<(String, bool)> = store
        .write(move |tx| {
            let holder = holders::ensure(tx, &ana())?;
            let event = events::find(tx, holder, &EventId::new("deleted").unwrap())?.unwrap();
            events::delete(tx, &event, at(4))?;
            placements::want_absent(tx, link, event.id, at(4))?;
            events::purge(tx, holder)?;
            planned
                .iter()
                .map(|due| Ok((due.event_id.as_ref().unwrap().to_string(), placements::known::claim(tx, due)?)))
                .collect::<Result<_, StoreError>>()
        })
        .unwrap();
    let expected = [("deleted", false), ("changed", false), ("kept", true)];
    assert_eq!(claimed, expected.map(|(id, ok)| (id.to_owned(), ok)));
}

#[test]
fn a_word_that_this_version_does_not_know_is_told_and_harms_no_other_row() {
    let desk = Desk::new();
    let store = desk.open();
    let ours = link(&store);
    let newer = store
        .write(|tx| {
            let bea = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+593991234568"))?;
            links::insert(tx, &new_link(bea), at(1))
        })
        .unwrap()
        .unwrap();
    let file = engine::Connection::writing(&desk.path()).unwrap().into_sqlite();
    file.execute("UPDATE links SET provider = 'exchange' WHERE id = ?1", [newer.0]).unwrap();
    let error = store.read(|tx| links::get(tx, newer)).unwrap_err().to_string();
    assert!(error.contains("provider") && error.contains("damaged or newer"), "{error}");
    assert!(store.read(|tx| links::get(tx, ours)).unwrap().is_some());
    assert_eq!(store.read(|tx| links::due(tx, at(1), &[])).unwrap().len(), 2, "the driver is not stopped by it");
}
