//! What a placement claims of when it was written and seen.

use jiff::Timestamp;

use super::*;
use crate::form::Text;
use crate::ids::{ClientSystemId, EventId, Holder, LinkId, PublicEventId};
use crate::link::{AccountName, ProviderKind, Site, Slot};
use crate::placement::{Due, Handle, Known, Mark, RemoteKey, Revision, Seen, Sight, Version, Wanted};
use crate::secret::Sealed;
use crate::store::events::Content;
use crate::store::links::NewLink;
use crate::store::{ReadTx, Store, StoreError, WriteTx, events, holders, links};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn event() -> EventId {
    EventId::new("e").unwrap()
}

/// One linked event that was written at second 5.
struct Desk {
    _folder: tempfile::TempDir,
    store: Store,
    link: LinkId,
    mark: Mark,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("pasarela.db")).unwrap();
        let ana = Holder::of(ClientSystemId(1), "+593991234567");
        let mark = Mark::of(store.instance(), &ana);
        let of_ana = mark.clone();
        let link = store
            .write(move |tx| {
                let holder = holders::ensure(tx, &ana)?;
                let link = NewLink {
                    holder,
                    slot: Slot::Only,
                    provider: ProviderKind::Caldav,
                    site: Site::from_text("s"),
                    account: AccountName::from_text("a"),
                    username: "ana".into(),
                    credentials: Sealed { bytes: Vec::new(), recipient: "age1ours".into() },
                    calendar_url: "u".into(),
                    calendar_name: "n".into(),
                    calendar_is_ours: true,
                    calendar_zone: None,
                };
                let target = Target { link: links::insert(tx, &link, at(1))?.unwrap(), mark: &of_ana };
                let event_id = event();
                let content = Content {
                    event_id: event_id.clone(),
                    public_id: PublicEventId::new(at(1)),
                    text: Text::ical(""),
                    fingerprint: [7; 32],
                    traits: None,
                };
                let revision = events::insert(tx, holder, &content, at(1))?;
                let row = events::row_of(tx, holder, &event_id)?;
                super::want(tx, target, (row, &event_id), revision, at(1))?;
                Ok::<_, StoreError>(target.link)
            })
            .unwrap();
        let desk = Self { _folder: folder, store, link, mark };
        desk.does(|tx, id, _| known::written(tx, id, &at_revision(1), &[], at(5)));
        desk
    }

    fn does(
        &self,
        work: impl Fn(&WriteTx<'_>, crate::ids::PlacementId, Target<'_>) -> Result<(), StoreError> + Send + 'static,
    ) {
        let id = self.store.read(|tx| super::all_of(tx, self.link)).unwrap()[0].id;
        let (link, mark) = (self.link, self.mark.clone());
        self.store.write(move |tx| work(tx, id, Target { link, mark: &mark })).unwrap();
    }

    fn due(&self, second: i64) -> Vec<Due> {
        self.store.read(|tx| super::due(tx, self.link, at(second), 10)).unwrap()
    }

    fn key(&self, generation: u32) -> RemoteKey {
        RemoteKey::derive(&self.mark, self.link, &event(), generation)
    }

    /// A look shows an object of ours under this name of the event, which goes by another or is none any more.
    fn stray(&self, generation: u32) {
        let key = self.key(generation);
        self.does(move |tx, _, target| known::stray(tx, target.link, &key, &named().sight));
    }

    fn known(&self) -> Known {
        self.store.read(|tx| super::all_of(tx, self.link)).unwrap()[0].known.clone()
    }

    /// Written and confirmed, in seconds.
    fn claims(&self) -> (Option<i64>, Option<i64>) {
        let read = |tx: &ReadTx<'_>| {
            let holder = holders::find(tx, &Holder::of(ClientSystemId(1), "+593991234567"))?.unwrap();
            events::outlined(tx, holder, Some(self.link))
        };
        let placement = self.store.read(read).unwrap()[0].placement.clone().unwrap();
        let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        (second(placement.written_at), second(placement.confirmed_at))
    }
}

fn at_revision(revision: u64) -> Seen {
    Seen { sight: Version("v".into()).into(), revision: Revision(revision) }
}

fn seen(revision: u64) -> Known {
    Known::At(at_revision(revision))
}

#[test]
fn a_write_is_written_and_confirmed_and_a_look_confirms_only_what_is_wanted() {
    let desk = Desk::new();
    assert_eq!(desk.claims(), (Some(5), Some(5)));
    desk.does(|tx, id, _| known::sighted(tx, id, &seen(1), at(9)));
    assert_eq!(desk.claims(), (Some(5), Some(9)));
    desk.does(|tx, id, _| known::sighted(tx, id, &seen(0), at(12)));
    assert_eq!(desk.claims(), (Some(5), Some(9)), "somebody changed it");
    desk.does(|tx, _, target| known::doubt_all(tx, target.link, at(13)));
    desk.does(|tx, id, _| known::rested(tx, id));
    assert_eq!(desk.claims(), (Some(5), Some(9)), "nobody looked");
}

#[test]
fn what_is_gone_renamed_or_in_a_new_calendar_claims_nothing() {
    let gone: [fn(&Desk); 5] = [
        |desk| desk.does(|tx, id, _| known::sighted(tx, id, &Known::Gone, at(9))),
        |desk| desk.does(|tx, id, target| known::renamed(tx, target, (id, &event(), 1), 0, at(9))),
        |desk| desk.does(|tx, _, target| known::nothing_there(tx, target.link, at(9))),
        |desk| desk.does(|tx, _, target| known::all_anew(tx, target.link)),
        |desk| desk.does(|tx, id, _| known::removed(tx, id, at(9))),
    ];
    for (nth, goes) in gone.iter().enumerate() {
        let desk = Desk::new();
        goes(&desk);
        assert_eq!(desk.claims(), (None, None), "the case at {nth}");
    }
}

/// An object of a provider that gives names of its own.
fn named() -> Seen {
    Seen { sight: Sight { version: Version("v".into()), handle: Some(Handle("AAMk=".into())) }, revision: Revision(1) }
}

#[test]
fn what_a_provider_calls_an_object_is_kept_until_the_object_is_gone() {
    let desk = Desk::new();
    assert_eq!(desk.known(), Known::At(at_revision(1)), "it goes by our key");
    desk.does(|tx, id, _| known::written(tx, id, &named(), &[], at(6)));
    assert_eq!(desk.known(), Known::At(named()));
    desk.does(|tx, _, target| known::doubt_all(tx, target.link, at(7)));
    assert_eq!(desk.known(), Known::Unsure { last: Some(named()) }, "a doubt still knows whom to ask for");
    desk.does(|tx, id, _| known::sighted(tx, id, &Known::At(at_revision(1)), at(8)));
    assert_eq!(desk.known(), Known::At(at_revision(1)), "what was seen last counts");
    desk.does(|tx, id, _| known::sighted(tx, id, &Known::At(named()), at(9)));
    assert_eq!(desk.known(), Known::At(named()));
    desk.does(|tx, id, target| known::renamed(tx, target, (id, &event(), 1), 0, at(10)));
    let put_off = known::PutOff { planned: Wanted::Present(Revision(1)), again: at(12), reason: "lost" };
    desk.does(move |tx, id, _| known::put_off(tx, id, put_off, at(11)));
    assert_eq!(desk.known(), Known::Unsure { last: None }, "under a new key it is another object");
}

#[test]
fn what_is_wanted_anew_goes_before_anything_else_and_is_never_at_rest_before() {
    let desk = Desk::new();
    desk.does(|tx, _, target| known::doubt_all(tx, target.link, at(6)));
    desk.does(|tx, _, target| known::all_anew(tx, target.link));
    // What a look shows of it then is not taken for the end of it.
    desk.does(|tx, id, _| known::sighted(tx, id, &Known::At(at_revision(0)), at(7)));
    let due = desk.due(0).remove(0);
    assert_eq!((due.wanted, &due.text), (Wanted::Anew(Revision(1)), &None), "the text is not needed for it");
    desk.does(|tx, id, _| known::removed(tx, id, at(8)));
    assert_eq!((desk.due(8)[0].wanted, &desk.due(8)[0].known), (Wanted::Anew(Revision(1)), &Known::Gone));
    desk.stray(1);
    desk.does(|tx, id, target| known::renamed(tx, target, (id, &event(), 1), 0, at(9)));
    let due = desk.due(9);
    assert_eq!((due[0].event_id.as_ref(), &due[0].key), (None, &desk.key(1)), "the stray goes first");
    assert_eq!((due[1].wanted, due[1].generation), (Wanted::Present(Revision(1)), 2), "its name is not taken again");
    assert_eq!((&due[1].key, due[1].text.is_some()), (&desk.key(2), true));
}

#[test]
fn a_stray_is_a_placement_of_no_event_until_an_event_gets_its_name() {
    let desk = Desk::new();
    desk.stray(3);
    desk.stray(3);
    let due = desk.due(5).remove(0);
    assert_eq!((due.event_id, due.wanted, due.text), (None, Wanted::Absent, None));
    assert_eq!(due.known.last_sight(), Some(&named().sight), "a provider that gives names is told it");
    let tally = desk.store.read(|tx| super::tally(tx, desk.link)).unwrap();
    assert_eq!(tally, Tally { settled: 1, strays: 1, ..Tally::default() });
    desk.does(move |tx, _, _| known::removed(tx, due.id, at(6)));
    assert!(desk.due(9).is_empty());

    // The event goes, what it had left stands there still, and it comes again.
    desk.does(|tx, id, target| known::renamed(tx, target, (id, &event(), 1), 0, at(10)));
    desk.stray(0);
    desk.does(|tx, _, target| {
        let row = events::row_of(tx, crate::ids::HolderId(1), &event())?;
        super::want_absent(tx, target.link, row, at(11))?;
        super::want(tx, target, (row, &event()), Revision(1), at(12))
    });
    let due = desk.due(12);
    assert_eq!(due.len(), 1, "{due:?}");
    assert_eq!((due[0].event_id.as_ref(), &due[0].key), (Some(&event()), &desk.key(0)));
    assert!(matches!(&due[0].known, Known::At(seen) if seen.revision == Revision(0)), "to be overwritten in place");
}

#[test]
fn what_the_brake_holds_is_not_created_and_comes_after_it() {
    let desk = Desk::new();
    desk.does(|tx, id, _| known::sighted(tx, id, &Known::Gone, at(6)));
    desk.does(|tx, _, target| known::hold_creations(tx, target.link));
    assert!(desk.due(99).is_empty());
    let next = |tx: &ReadTx<'_>| super::next_try(tx, desk.link, &event(), at(0));
    assert_eq!(desk.store.read(next).unwrap(), None, "nobody knows when");
    desk.does(|tx, _, target| {
        let row = events::row_of(tx, crate::ids::HolderId(1), &event())?;
        super::want(tx, target, (row, &event()), Revision(2), at(7))
    });
    assert!(desk.due(99).is_empty(), "a change does not answer the question");
    desk.does(|tx, _, target| known::hold_nothing(tx, target.link));
    assert_eq!(desk.due(99).len(), 1);
    desk.does(|tx, _, target| known::hold_creations(tx, target.link));
    desk.does(|tx, _, target| super::want_nothing(tx, target.link, at(8)));
    assert_eq!(desk.due(99).len(), 1, "an unlink waits for no answer");
}

#[test]
fn what_is_due_is_found_by_its_index_in_the_order_in_which_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pasarela.db");
    drop(Store::open(&path).unwrap());
    let database = crate::store::engine::Connection::writing(&path).unwrap().into_sqlite();
    let said = super::due::STATEMENTS[0].text;
    let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {said}")).unwrap();
    let lines = plan.query_map([1, 1, 1], |row| row.get::<_, String>("detail")).unwrap();
    let lines: Vec<String> = lines.collect::<Result<_, _>>().unwrap();
    assert!(lines[0].contains("USING INDEX placements_due"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("TEMP B-TREE")), "nothing is sorted: {lines:?}");
}
