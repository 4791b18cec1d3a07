use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::form::Text;
use crate::happened::Shrink;
use crate::ids::Holder;
use crate::link::{AccountName, LinkState, Site, Slot};
use crate::secret::Sealed;
use crate::store::events::{self, Content};
use crate::store::links::{self, NewLink};
use crate::store::{Store, engine, holders};

const WRITERS: usize = 8;
const EACH: usize = 60;
/// Rows in one answer: small, so that the reader is nearly always in the middle of something.
const AT_ONCE: usize = 7;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn content(id: &str, print: u8) -> Content {
    Content {
        event_id: EventId::new(id).unwrap(),
        public_id: PublicEventId::new(at(1)),
        text: Text::ical(format!("text of {id}")),
        fingerprint: [print; 32],
        traits: None,
    }
}

/// A database with a second client system.
fn two_systems() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let connection = engine::Connection::open(&path).unwrap().into_sqlite();
    connection.execute("INSERT INTO client_systems (id, slug, public_id) VALUES (2, 'other', 'cs_2')", []).unwrap();
    drop(connection);
    (folder, Store::open_rehearsing(&path).unwrap())
}

/// What writer `n` does: events that come, change and go, for a holder of its own and for one of all; between them
/// others that are taken back, some by a panic. Answers what was kept, in its order.
fn write(store: &Store, n: usize) -> Vec<(Change, String)> {
    let client = ClientSystemId(1 + (n % 2) as i64);
    let mut kept = Vec::new();
    for step in 0..EACH {
        let key = if step % 2 == 0 { format!("own-{n}") } else { "shared".to_owned() };
        let name = format!("w{n}-{}", step / 3);
        let (holder, content) = (Holder::of(client, key.clone()), content(&name, step as u8));
        let taken_back = store.write({
            let (holder, content) = (holder.clone(), self::content(&format!("not {name}"), 0));
            move |tx| {
                let holder = holders::ensure(tx, &holder)?;
                events::insert(tx, holder, &content, at(1))?;
                assert!(step % 6 != 0, "on purpose");
                Err::<(), _>(StoreError::broken("on purpose"))
            }
        });
        assert!(taken_back.is_err());
        let what = store.write(move |tx| {
            let holder = holders::ensure(tx, &holder)?;
            Ok::<_, StoreError>(match events::find(tx, holder, &content.event_id)? {
                None => events::insert(tx, holder, &content, at(2)).map(|_| Change::EventCreated)?,
                Some(event) if step % 5 == 4 => {
                    events::delete(tx, &event, at(2))?;
                    events::purge(tx, holder)?;
                    Change::EventDeleted
                }
                Some(event) => events::replace(tx, &event, &content, at(2)).map(|_| Change::EventChanged)?,
            })
        });
        kept.push((what.unwrap(), format!("{key}/{name}")));
    }
    kept
}

/// Reads the changes of a client system as they come, until nothing more does once `over` was true.
fn poll(store: &Store, client: ClientSystemId, over: &AtomicBool) -> Vec<ToldChange> {
    let mut read = Vec::new();
    let mut last = ChangeNumber::default();
    loop {
        let is_over = over.load(Ordering::SeqCst);
        let some = store.read(|tx| after(tx, client, last, AT_ONCE)).unwrap();
        if some.is_empty() && is_over {
            return read;
        }
        last = some.last().map_or(last, |told| told.number);
        read.extend(some);
        std::thread::yield_now();
    }
}

#[test]
fn a_reader_beside_eight_writers_misses_nothing_and_hears_nothing_twice() {
    let (_folder, store) = two_systems();
    let (over, working) = (AtomicBool::new(false), AtomicUsize::new(WRITERS));
    let (written, read) = std::thread::scope(|scope| {
        let readers = [1, 2].map(|client| {
            let (store, over) = (&store, &over);
            scope.spawn(move || poll(store, ClientSystemId(client), over))
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| {
                let (store, over, working) = (&store, &over, &working);
                scope.spawn(move || {
                    let kept = write(store, n);
                    if working.fetch_sub(1, Ordering::SeqCst) == 1 {
                        over.store(true, Ordering::SeqCst);
                    }
                    kept
                })
            })
            .collect();
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        (written, readers.map(|reader| reader.join().unwrap()))
    });
    for (client, read) in read.iter().enumerate() {
        let numbers: Vec<i64> = read.iter().map(|told| told.number.0).collect();
        let writes = WRITERS / 2 * EACH;
        assert_eq!(numbers, (1..=writes as i64).collect::<Vec<_>>(), "gapless, each once, none lost");
        let mut told: BTreeMap<String, Vec<(Change, String)>> = BTreeMap::new();
        for one in read {
            let Subject::Event { reference: Some(event), .. } = &one.subject else { panic!("{one:?}") };
            let (writer, _) = event.as_str().split_once('-').unwrap();
            told.entry(writer.to_owned()).or_default().push((one.what, format!("{}/{event}", one.holder.as_str())));
        }
        for (n, kept) in written.iter().enumerate().filter(|(n, _)| n % 2 == client) {
            assert_eq!(told.get(&format!("w{n}")), Some(kept), "what each wrote, in its order");
        }
    }
}

#[test]
fn numbers_go_on_after_a_restart_and_stand_beside_what_changed() {
    let (folder, store) = two_systems();
    let ana = Holder::of(ClientSystemId(1), "ana");
    let hold = |store: &Store, id: &'static str, second| {
        let ana = ana.clone();
        store
            .write(move |tx| {
                let holder = holders::ensure(tx, &ana)?;
                events::insert(tx, holder, &content(id, 1), at(second)).map(|_| holder)
            })
            .unwrap()
    };
    let holder = hold(&store, "a", 1);
    hold(&store, "b", 2);
    drop(store);
    let path = folder.path().join("pasarela.db");
    let store = Store::open(&path).unwrap();
    hold(&store, "c", 3);
    let told = |read: Vec<ToldChange>| -> Vec<(i64, String, Timestamp)> {
        let one = |told: ToldChange| match told {
            ToldChange { subject: Subject::Event { id, reference }, what: Change::EventCreated, .. } => {
                let held = store.read(|tx| events::find_public(tx, holder, &id)).unwrap().unwrap();
                assert_eq!((Some(held.event_id), told.holder.as_str()), (reference.clone(), "ana"));
                (told.number.0, reference.unwrap().as_str().to_owned(), told.at)
            }
            other => panic!("{other:?}"),
        };
        read.into_iter().map(one).collect()
    };
    let (client, none) = (ClientSystemId(1), ChangeNumber(0));
    let all = [(1, "a", 1), (2, "b", 2), (3, "c", 3)].map(|(number, id, second)| (number, id.to_owned(), at(second)));
    assert_eq!(told(store.read(|tx| after(tx, client, none, 10)).unwrap()), all);
    assert_eq!(told(store.read(|tx| of_holder(tx, holder, ChangeNumber(1), 10)).unwrap()), all[1..]);
    assert_eq!(store.read(|tx| after(tx, ClientSystemId(2), none, 10)).unwrap(), []);
    assert_eq!(store.read(|tx| newest(tx, ClientSystemId(2))).unwrap(), none);
    drop(store);
    let database = engine::Connection::writing(&path).unwrap().into_sqlite();
    let stands: Vec<(String, i64)> = database
        .prepare("SELECT event_id, change FROM events ORDER BY change")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(stands, [("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 3)]);
}

#[test]
fn an_event_that_its_client_system_gave_no_name_has_no_reference() {
    let (_folder, store) = two_systems();
    let id = PublicEventId::new(at(1));
    let content = Content { event_id: EventId::new(id.as_str()).unwrap(), public_id: id.clone(), ..content("x", 1) };
    store
        .write(move |tx| {
            let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "ana"))?;
            events::insert(tx, holder, &content, at(1))?;
            refused(tx, holder, &content.event_id, at(2))
        })
        .unwrap();
    let told = store.read(|tx| after(tx, ClientSystemId(1), ChangeNumber(0), 9)).unwrap();
    assert_eq!(told.iter().map(|told| told.what).collect::<Vec<_>>(), [Change::EventCreated, Change::EventRefused]);
    let subject = Subject::Event { id, reference: None };
    assert!(told.iter().all(|told| told.subject == subject), "{told:?}");
}

#[test]
fn old_changes_are_forgotten_from_the_front_and_the_newest_never() {
    let (_folder, store) = two_systems();
    let client = ClientSystemId(1);
    // The clock was set back between the second and the third.
    for (n, second) in [(1, 10), (2, 20), (3, 5), (4, 40)] {
        store
            .write(move |tx| {
                let holder = holders::ensure(tx, &Holder::of(client, "ana"))?;
                events::insert(tx, holder, &content(&format!("e{n}"), 1), at(second))
            })
            .unwrap();
    }
    let forget = |before, most| store.write(move |tx| forget(tx, client, at(before), most)).unwrap();
    let kept = || {
        let all = store.read(|tx| after(tx, client, ChangeNumber(0), 9)).unwrap();
        let oldest = store.read(|tx| oldest(tx, client)).unwrap().unwrap();
        assert_eq!(Some(oldest), all.first().map(|told| told.number));
        all.iter().map(|told| told.number.0).collect::<Vec<_>>()
    };
    assert_eq!((forget(10, 9), kept()), (0, vec![1, 2, 3, 4]), "the third looks older, but its time has not come");
    assert_eq!((forget(11, 9), kept()), (1, vec![2, 3, 4]));
    assert_eq!((forget(99, 1), kept()), (1, vec![3, 4]));
    assert_eq!((forget(99, 9), kept()), (1, vec![4]), "the newest stays: the next number is made of it");
    assert_eq!(forget(99, 9), 0);
    assert_eq!(store.read(|tx| newest(tx, client)).unwrap(), ChangeNumber(4));
}

/// What is told of a link while `work` is done with it, by word.
fn told_of_link(work: impl Fn(&WriteTx<'_>, LinkId) -> Result<(), StoreError> + Send + 'static) -> Vec<&'static str> {
    let (_folder, store) = two_systems();
    store
        .write(move |tx| {
            let holder = holders::ensure(tx, &Holder::of(ClientSystemId(1), "ana"))?;
            let link = links::insert(tx, &new_link(holder), at(1))?.unwrap();
            work(tx, link)
        })
        .unwrap();
    let told = store.read(|tx| after(tx, ClientSystemId(1), ChangeNumber(0), 99)).unwrap();
    assert!(told.iter().all(|one| one.subject == Subject::Link(ProviderKind::Caldav)), "{told:?}");
    told.iter().map(|one| one.what.as_str()).collect()
}

fn new_link(holder: HolderId) -> NewLink {
    NewLink {
        holder,
        slot: Slot::Only,
        provider: ProviderKind::Caldav,
        site: Site::from_text("dav.example.org:443"),
        account: AccountName::from_text("caldav:dav.example.org/ana"),
        username: "ana".into(),
        credentials: Sealed { bytes: vec![1], recipient: "age1ours".into() },
        calendar_url: "https://dav.example.org/ana/puentes/".into(),
        calendar_name: "Puentes".into(),
        calendar_is_ours: true,
        calendar_zone: None,
    }
}

#[test]
fn whatever_becomes_of_a_link_is_told_once() {
    let waits = told_of_link(|tx, link| {
        links::park(tx, link, LinkState::NeedsReauthorization, "401", at(2))?;
        links::park(tx, link, LinkState::NeedsReauthorization, "401", at(3))?;
        links::authorise_again(tx, link, &Sealed { bytes: vec![2], recipient: "age1ours".into() }, at(4))?;
        links::try_again(tx, link, at(5))
    });
    assert_eq!(waits, ["link.connected", "link.needs_reauthorization", "link.recovered"]);
    let lost = told_of_link(|tx, link| {
        links::park(tx, link, LinkState::CalendarLost, "404", at(2))?;
        let old = links::get(tx, link)?.unwrap();
        assert!(links::moves(tx, &old, &new_link(old.holder), at(3))?);
        links::calendar_made_again(tx, link, ("https://dav.example.org/ana/new/", true), at(4))
    });
    assert_eq!(lost, ["link.connected", "link.calendar_lost", "link.connected", "link.moved"]);
    let held = told_of_link(|tx, link| {
        let shrink = Some(Shrink { standing: 31, going: 30 });
        for held in [None, shrink, shrink, None, None] {
            links::surveyed(tx, link, held, at(2))?;
        }
        Ok(())
    });
    assert_eq!(held, ["link.connected", "link.held", "link.released"]);
    let switched = told_of_link(|tx, link| {
        for enabled in [true, false, false, true] {
            links::switch(tx, link, enabled, at(2))?;
        }
        links::leaves(tx, link, at(3))?;
        links::carries(tx, link, at(4))
    });
    assert_eq!(switched, ["link.connected", "link.paused", "link.resumed", "link.carries"]);
    let ended = told_of_link(|tx, link| {
        links::begin_unlink(tx, link, at(2))?;
        links::begin_unlink(tx, link, at(3))?;
        links::park(tx, link, LinkState::CalendarLost, "404", at(4))?;
        links::erase(tx, link, at(5))
    });
    assert_eq!(ended, ["link.connected", "link.ending", "link.disconnected"]);
}
