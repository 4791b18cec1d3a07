use super::*;
use crate::ids::{ClientSystemId, EventId, PublicEventId};
use crate::store::events::{self, Content};
use crate::store::{Store, engine, holders};

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3_600).unwrap()
}

fn reach(first: i64, last: Option<i64>, edges: Edges) -> Reach {
    Reach { first: at(first), last: last.map(at), edges }
}

fn traits(reach: Reach, people: &[&str]) -> Traits {
    let people = people.iter().map(|key| HolderKey::from_canonical(*key)).collect();
    Traits { reach, confidential: false, record: None, people }
}

fn content(id: &str, traits: Option<Traits>) -> Content {
    Content {
        event_id: EventId::new(id).unwrap(),
        public_id: PublicEventId::new(at(0)),
        text: Text::ical(format!("text of {id}")),
        fingerprint: [7; 32],
        traits,
    }
}

fn holder(key: &str) -> Holder {
    Holder::of(ClientSystemId(1), key)
}

struct Desk {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
        Self { _folder: folder, store }
    }

    fn hold(&self, key: &str, content: Content) -> EventRowId {
        let key = holder(key);
        let work = move |tx: &WriteTx<'_>| {
            let holder = holders::ensure(tx, &key)?;
            match events::find(tx, holder, &content.event_id)? {
                Some(event) => events::replace(tx, &event, &content, at(1))?,
                None => events::insert(tx, holder, &content, at(0))?,
            };
            events::row_of(tx, holder, &content.event_id)
        };
        self.store.write(work).unwrap()
    }

    fn candidates(&self, key: &str, range: Range) -> Vec<EventRowId> {
        let key = holder(key);
        let found = self.store.read(|tx| match holders::find(tx, &key)? {
            Some(holder) => candidates(tx, holder, range),
            None => Ok::<_, StoreError>(Vec::new()),
        });
        let mut found: Vec<EventRowId> = found.unwrap().into_iter().map(|one| one.id).collect();
        found.sort_unstable();
        found
    }

    fn attended(&self, key: &str, range: Range) -> Vec<EventRowId> {
        let found = self.store.read(|tx| attended(tx, &holder(key), range)).unwrap();
        found.into_iter().map(|one| one.id).collect()
    }
}

fn hours(from: i64, to: i64) -> Range {
    Range::new(at(from), at(to)).unwrap()
}

#[test]
fn whatever_meets_a_range_is_a_candidate_and_little_else() {
    let desk = Desk::open();
    let day = 24;
    let mut all = Vec::new();
    for (n, length) in (0i64..).zip([0, 1, 24, 25, 90, 400, 2_000, 9_000, 40_000, 90_000]) {
        for begin in [-100_000, -50_000, -3_000, -500, -100, -30, -1, 0, 10, 30, 200, 5_000] {
            for edges in [Edges::Instants, Edges::Readings, Edges::Rough] {
                let reach = reach(begin, Some(begin + length), edges);
                let id = format!("{n} {begin} {edges:?}");
                all.push((desk.hold("ana", content(&id, Some(traits(reach, &[])))), begin, begin + length));
            }
        }
    }
    let endless = desk.hold("ana", content("endless", Some(traits(reach(-90_000, None, Edges::Rough), &[]))));
    desk.hold("luis", content("another's", Some(traits(reach(0, Some(9), Edges::Instants), &[]))));
    for (from, to) in [(0, 1), (-5, 20), (-2_000, 2_000), (300, 301), (-120_000, -90_000), (90_000, 90_001)] {
        let found = desk.candidates("ana", hours(from, to));
        for (id, first, last) in &all {
            let meets = *first < to && *last >= from;
            let near = *first < to + 3 * day && *last >= from - 3 * day;
            assert!(!meets || found.contains(id), "{id:?} from {first} to {last} is missed in {from} to {to}");
            assert!(near || !found.contains(id), "{id:?} from {first} to {last} has no place in {from} to {to}");
        }
        assert_eq!(found.contains(&endless), to > -90_000 - 3 * day);
        let mut once = found.clone();
        once.dedup();
        assert_eq!(once, found);
    }
}

#[test]
fn what_was_changed_lies_where_it_is_now_and_what_is_gone_nowhere() {
    let desk = Desk::open();
    let instants = |first, last| Some(traits(reach(first, Some(last), Edges::Instants), &[]));
    let row = desk.hold("ana", content("e", instants(0, 1)));
    assert_eq!(desk.candidates("ana", hours(0, 1)), [row]);
    desk.hold("ana", content("e", instants(900, 901)));
    assert_eq!((desk.candidates("ana", hours(0, 1)), desk.candidates("ana", hours(900, 901))), (vec![], vec![row]));
    desk.store
        .write(|tx| {
            let ana = holders::ensure(tx, &holder("ana"))?;
            let event = events::find(tx, ana, &EventId::new("e").unwrap())?.unwrap();
            events::delete(tx, &event, at(2))
        })
        .unwrap();
    assert_eq!(desk.candidates("ana", hours(900, 901)), []);
}

#[test]
fn who_is_named_is_found_as_long_as_the_newest_content_names_them() {
    let desk = Desk::open();
    let naming = |people: &[&str]| Some(traits(reach(0, Some(1), Edges::Instants), people));
    let row = desk.hold("ana", content("e", naming(&["luis", "eva", "ana", "eva"])));
    assert_eq!(desk.attended("luis", hours(0, 1)), [row]);
    assert_eq!(desk.attended("eva", hours(0, 1)), [row]);
    assert_eq!(desk.attended("ana", hours(0, 1)), [], "whose it is has it already");
    assert_eq!(desk.attended("luis", hours(900, 901)), []);
    desk.hold("ana", content("e", naming(&[])));
    assert_eq!(desk.attended("luis", hours(0, 1)), []);
    desk.hold("ana", content("e", naming(&["eva"])));
    assert_eq!((desk.attended("luis", hours(0, 1)), desk.attended("eva", hours(0, 1))), (vec![], vec![row]));
    let stranger = Holder::of(ClientSystemId(2), "eva");
    assert_eq!(desk.store.read(|tx| attended(tx, &stranger, hours(0, 1))).unwrap(), [], "another client system's eva");
}

#[test]
fn what_is_sized_behind_keeps_what_came_meanwhile() {
    let desk = Desk::open();
    let [one, two] = ["one", "two"].map(|id| desk.hold("ana", content(id, None)));
    assert_eq!(desk.candidates("ana", hours(0, 1)), [one, two], "nobody knows yet where they are");
    let found = desk.store.read(|tx| not_sized(tx, EventRowId(0), 9)).unwrap();
    desk.hold("ana", content("two", Some(traits(reach(500, Some(501), Edges::Instants), &[]))));
    let late = traits(reach(900, Some(901), Edges::Instants), &[]);
    desk.store.write(move |tx| found.iter().try_for_each(|event| put(tx, event, Some(&late)))).unwrap();
    assert_eq!(desk.candidates("ana", hours(900, 901)), [one]);
    assert_eq!(desk.candidates("ana", hours(500, 501)), [two]);
    assert_eq!(desk.store.read(|tx| not_sized(tx, EventRowId(0), 9)).unwrap().len(), 0);
}

#[test]
fn what_can_not_be_read_is_looked_at_once() {
    let desk = Desk::open();
    desk.hold("ana", content("one", None));
    let found = desk.store.read(|tx| not_sized(tx, EventRowId(0), 9)).unwrap();
    desk.store.write(move |tx| found.iter().try_for_each(|event| put(tx, event, None))).unwrap();
    assert_eq!(desk.store.read(|tx| not_sized(tx, EventRowId(0), 9)).unwrap().len(), 0);
    assert_eq!(desk.candidates("ana", hours(0, 1)), []);
}

#[test]
fn a_range_is_looked_up_and_never_searched_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    drop(Store::open(&path).unwrap());
    let database = engine::Connection::writing(&path).unwrap().into_sqlite();
    let plan = |text: &str| -> String {
        let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
        let count = statement.parameter_count();
        let rows =
            statement.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get::<_, String>(3)).unwrap();
        rows.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let own = plan(OF_SIZE.text);
    assert!(own.contains("events_time (holder_id=? AND size=? AND first_at>? AND first_at<?)"), "{own}");
    let attended = plan(ATTENDED.text);
    assert!(
        attended.contains("PRIMARY KEY (client_system_id=? AND holder_key=? AND size=? AND first_at>"),
        "{attended}"
    );
    let unsized_of = plan(UNSIZED_OF.text);
    assert!(unsized_of.contains("events_time (holder_id=? AND size=?)"), "{unsized_of}");
    assert!(plan(UNSIZED.text).contains("events_unsized"), "{}", plan(UNSIZED.text));
}
