use jiff::Timestamp;

use super::*;
use crate::ids::{ClientSystemId, Holder};
use crate::store::{Store, engine, events, holders};

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

#[test]
fn changes_are_numbered_per_client_system_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    let store = Store::open_rehearsing(&path).unwrap();
    std::thread::scope(|scope| {
        for n in 0..20 {
            let store = &store;
            scope.spawn(move || {
                let hold = move |tx: &WriteTx<'_>| {
                    let holder = holders::ensure(tx, &ana())?;
                    events::insert(tx, holder, &content(&format!("e{n}")), at(1)).map(|_| holder)
                };
                let holder = store.write(hold).unwrap();
                let taken_back = store.write(move |tx| {
                    events::insert(tx, holder, &content(&format!("not {n}")), at(1))?;
                    Err::<(), _>(StoreError::broken("on purpose"))
                });
                assert!(taken_back.is_err());
            });
        }
    });
    store
        .write(|tx| {
            let holder = holders::ensure(tx, &ana())?;
            let id = |n: usize| EventId::new(format!("e{n}")).unwrap();
            let event = events::find(tx, holder, &id(3))?.unwrap();
            events::replace(tx, &event, &content("e3"), at(2))?;
            let event = events::find(tx, holder, &id(4))?.unwrap();
            events::delete(tx, &event, at(2))?;
            let other = holders::ensure(tx, &Holder::of(ClientSystemId(1), "+1"))?;
            events::insert(tx, other, &content("e"), at(2)).map(drop)
        })
        .unwrap();
    drop(store);
    let database = engine::Connection::writing(&path).unwrap().into_sqlite();
    let numbers = |key: &str| -> Vec<(i64, String)> {
        let text = "SELECT e.change, e.event_id FROM events e JOIN holders h ON h.id = e.holder_id WHERE h.key = ?1
                    ORDER BY e.change";
        let mut statement = database.prepare(text).unwrap();
        let rows = statement.query_map([key], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let ana = numbers("+593991234567");
    let mut taken: Vec<i64> = ana.iter().map(|(number, _)| *number).collect();
    assert_eq!(ana[18..], [(21, "e3".to_owned()), (22, "e4".to_owned())]);
    taken.retain(|number| *number <= 20);
    assert_eq!(taken.len(), 18, "of 1 to 20 each was taken, and two of them gave way to later ones: {taken:?}");
    taken.dedup();
    assert_eq!(taken.len(), 18);
    assert_eq!(numbers("+1"), [(23, "e".to_owned())], "holders of one client system are numbered together");
}

#[test]
fn what_comes_again_after_it_was_deleted_is_a_new_event_with_a_new_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
    let holder = store.write(|tx| holders::ensure(tx, &ana())).unwrap();
    let (first, second, third) = (content("e"), content("e"), content("e"));
    let names = [&first, &second, &third].map(|content| content.public_id.clone());
    let find = move |tx: &ReadTx<'_>| Ok::<_, StoreError>(events::find(tx, holder, &content("e").event_id)?.unwrap());
    store.write(move |tx| events::insert(tx, holder, &first, at(1))).unwrap();
    store.write(move |tx| events::replace(tx, &find(tx)?, &second, at(2))).unwrap();
    assert_eq!(store.read(find).unwrap().public_id, names[0], "a change is no new event");
    store.write(move |tx| events::delete(tx, &find(tx)?, at(3))).unwrap();
    store.write(move |tx| events::replace(tx, &find(tx)?, &third, at(4))).unwrap();
    assert_eq!(store.read(find).unwrap().public_id, names[2]);
    let old = store.read(|tx| events::find_public(tx, holder, &names[0])).unwrap();
    assert_eq!(old, None, "whoever was told of the end of the first hears no more of it");
}
