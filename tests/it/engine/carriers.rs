//! Several links of one holder: one carries what is exported, and when that passes on, the old calendar is cleaned first. What is
//! switched off has no work.

use std::time::Duration;

use pasarela::clock::Clock;
use pasarela::ids::{Holder, PublicClientId, Slug};
use pasarela::intake::Progress;
use pasarela::link::{self, AccountName, LinkRole, ProviderKind, Site};
use pasarela::linking::NotCarried;
use pasarela::placement::RemoteKey;
use pasarela::profile::{Chosen, Naming};
use pasarela::providers::RemoteError;
use pasarela::secret::Sealed;
use pasarela::store::clients::{self, NewClient};
use pasarela::store::links::{self, LinkRow, NewLink};
use pasarela::store::placements::{self, Target};
use pasarela::store::{StoreError, holders};
use pasarela::trail::Actor;
use testing::bench_top::BenchTop;
use testing::engine::Engine;
use testing::memory::{Call, Fault, MemoryServer};

use super::world::text;

use ProviderKind::{Caldav, Google};

/// A holder of a client system whose holders may have one link at each provider.
struct Office<'g> {
    gateway: &'g Engine,
    holder: Holder,
}

impl Office<'_> {
    fn found(&self, provider: ProviderKind) -> Option<LinkRow> {
        let found = self.gateway.store.read(|tx| {
            let holder = holders::find(tx, &self.holder)?.unwrap();
            links::in_slot(tx, holder, link::Slot::At(provider))
        });
        found.unwrap()
    }

    fn link(&self, provider: ProviderKind) -> LinkRow {
        self.found(provider).unwrap()
    }

    /// What each link does, and whether it waits.
    fn roles(&self) -> [(LinkRole, bool); 2] {
        [Caldav, Google].map(|provider| self.link(provider)).map(|link| (link.role, link.waits))
    }

    /// Stores a link as linking does after its live check.
    fn make_link(&self, provider: ProviderKind) {
        let (holder, mark, now) = (self.holder.clone(), self.gateway.mark(&self.holder), self.gateway.clock.now());
        let stored = self.gateway.store.write(move |tx| {
            let row = holders::ensure(tx, &holder)?;
            let link = NewLink {
                holder: row,
                slot: link::Slot::At(provider),
                provider,
                site: Site::from_text("memory"),
                account: AccountName::from_text(format!("{provider}:ana")),
                username: "ana".into(),
                credentials: Sealed { bytes: Vec::new(), recipient: "age1ours".into() },
                calendar_url: "memory:/".into(),
                calendar_name: provider.name().to_owned(),
                calendar_is_ours: false,
                calendar_zone: None,
            };
            let id = links::insert(tx, &link, now)?;
            if let Some(id) = id.filter(|id| links::carrier_id(tx, row).unwrap() == Some(*id)) {
                placements::want_all(tx, Target { link: id, mark: &mark }, row, now)?;
            }
            Ok::<_, StoreError>(id)
        });
        assert!(stored.unwrap().is_some());
    }

    fn accept(&self, id: &str) -> Progress {
        let accepted = self.gateway.app.intake.accept(&self.holder, None, &text(id, 1)).unwrap();
        self.gateway.app.intake.progress(&accepted).unwrap()
    }

    /// Whether the driver would hand that link to a worker.
    fn is_due(&self, provider: ProviderKind) -> bool {
        let (link, now) = (self.link(provider).id, self.gateway.clock.now());
        self.gateway.store.read(|tx| links::due(tx, now, &[])).unwrap().iter().any(|due| due.id == link)
    }

    /// Works on that link as the driver does: while it has work, which has to end.
    fn work(&self, provider: ProviderKind, server: &MemoryServer) {
        for _ in 0..20 {
            if self.found(provider).is_none() || !self.is_due(provider) {
                return;
            }
            let remote = server.open(self.gateway.mark(&self.holder));
            self.gateway.app.sync.with_remote(&self.link(provider), &remote).unwrap();
            self.gateway.clock.advance(Duration::from_secs(10));
        }
        panic!("the work on {provider} does not end");
    }
}

fn in_an_office(test: impl FnOnce(&Office<'_>)) {
    let bench_top = BenchTop::new();
    let gateway = bench_top.gateway(Clock::standing("2026-01-01T00:00:00Z".parse().unwrap()), 1);
    let now = gateway.clock.now();
    let office = NewClient {
        public_id: PublicClientId::new(now),
        slug: Slug::new("office").unwrap(),
        naming: Naming::Id,
        chosen: Chosen::of_new("Office"),
    };
    let office = gateway.store.write(move |tx| clients::add(tx, &office, now)).unwrap().unwrap();
    test(&Office { gateway: &gateway, holder: Holder::of(office.id, "17") });
}

fn titles(server: &MemoryServer) -> Vec<String> {
    let mut titles: Vec<String> =
        server.objects().into_values().flatten().map(|event| event.master.summary.clone()).collect();
    titles.sort();
    titles
}

fn down() -> RemoteError {
    RemoteError::Unsure { retry_after: None, why: "HTTP 503".to_owned() }
}

#[test]
fn the_first_link_carries_and_nothing_is_sent_for_the_others() {
    in_an_office(|office| {
        let (caldav, google) = (MemoryServer::default(), MemoryServer::default());
        office.accept("a");
        office.make_link(Caldav);
        office.make_link(Google);
        assert_eq!(office.roles(), [(LinkRole::Carries, false), (LinkRole::Rests, false)]);
        office.work(Caldav, &caldav);
        assert_eq!(office.accept("b"), Progress::Going);
        office.work(Caldav, &caldav);
        // Whoever wakes it, and asks for a look.
        let (id, now) = (office.link(Google).id, office.gateway.clock.now());
        office.gateway.store.write(move |tx| links::try_again(tx, id, now)).unwrap();
        office.gateway.store.write(move |tx| links::ask_for_survey(tx, id)).unwrap();
        assert!(office.is_due(Google));
        office.work(Google, &google);
        assert_eq!((titles(&caldav), titles(&google)), (vec!["a 1".to_owned(), "b 1".to_owned()], vec![]));
        assert_eq!(google.take_calls(), []);
    });
}

#[test]
fn the_old_calendar_is_cleaned_before_anything_is_written_in_the_new_one() {
    in_an_office(|office| {
        let (caldav, google) = (MemoryServer::default(), MemoryServer::default());
        caldav.put_by_hand(&RemoteKey::from_text("theirs"));
        office.accept("a");
        office.make_link(Caldav);
        office.make_link(Google);
        office.work(Caldav, &caldav);
        office.gateway.app.linking.carry(&office.holder, Google, &Actor::server()).unwrap();
        office.gateway.app.linking.carry(&office.holder, Google, &Actor::server()).unwrap();
        assert_eq!(office.roles(), [(LinkRole::Leaves, false), (LinkRole::Carries, true)]);
        // The old calendar is down, and what is accepted meanwhile waits.
        caldav.set_faults(Some(Box::new(|_| Fault::Before(down()))));
        let remote = caldav.open(office.gateway.mark(&office.holder));
        office.gateway.app.sync.with_remote(&office.link(Caldav), &remote).unwrap();
        assert_eq!(office.accept("b"), Progress::Stuck);
        assert!(!office.is_due(Google), "{:?}", office.link(Google));
        let back = office.gateway.app.linking.carry(&office.holder, Caldav, &Actor::server());
        assert!(matches!(back, Err(NotCarried::NotWell(_))), "{back:?}");
        caldav.set_faults(None);
        office.gateway.clock.advance(Duration::from_secs(3600));
        office.work(Caldav, &caldav);
        assert_eq!(caldav.objects().into_keys().collect::<Vec<_>>(), [RemoteKey::from_text("theirs")]);
        assert_eq!(office.roles(), [(LinkRole::Rests, false), (LinkRole::Carries, false)]);
        assert_eq!(google.take_calls(), []);
        office.work(Google, &google);
        assert_eq!(titles(&google), ["a 1", "b 1"]);
        // And back again, under the names that were there before.
        office.gateway.app.linking.carry(&office.holder, Caldav, &Actor::server()).unwrap();
        office.work(Google, &google);
        office.work(Caldav, &caldav);
        assert_eq!((titles(&caldav), titles(&google)), (vec!["a 1".to_owned(), "b 1".to_owned()], vec![]));
    });
}

#[test]
fn what_rests_carries_once_the_one_that_did_has_ended() {
    in_an_office(|office| {
        let (caldav, google) = (MemoryServer::default(), MemoryServer::default());
        office.accept("a");
        office.make_link(Caldav);
        office.make_link(Google);
        office.work(Caldav, &caldav);
        office.gateway.app.linking.begin_unlink(&office.holder, Some(Caldav), &Actor::server()).unwrap();
        assert_eq!(office.roles(), [(LinkRole::Leaves, false), (LinkRole::Carries, true)]);
        office.work(Google, &google);
        assert_eq!(google.take_calls(), []);
        office.work(Caldav, &caldav);
        assert!(office.found(Caldav).is_none() && titles(&caldav).is_empty());
        office.work(Google, &google);
        assert_eq!(titles(&google), ["a 1"]);
        // One that is linked while the last one ends waits for it as well.
        office.gateway.app.linking.begin_unlink(&office.holder, Some(Google), &Actor::server()).unwrap();
        office.make_link(Caldav);
        assert_eq!(office.roles(), [(LinkRole::Carries, true), (LinkRole::Leaves, false)]);
        office.work(Google, &google);
        office.work(Caldav, &caldav);
        assert_eq!((titles(&caldav), titles(&google)), (vec!["a 1".to_owned()], vec![]));
    });
}

#[test]
fn a_calendar_that_is_gone_is_left_at_once_and_not_made_again() {
    in_an_office(|office| {
        let (caldav, google) = (MemoryServer::default(), MemoryServer::default());
        office.accept("a");
        office.make_link(Caldav);
        office.make_link(Google);
        office.work(Caldav, &caldav);
        office.gateway.app.linking.carry(&office.holder, Google, &Actor::server()).unwrap();
        caldav.set_faults(Some(Box::new(|_| Fault::Before(RemoteError::CalendarGone { why: "404".to_owned() }))));
        office.work(Caldav, &caldav);
        assert_eq!(office.roles(), [(LinkRole::Rests, false), (LinkRole::Carries, false)]);
        office.work(Google, &google);
        assert_eq!(titles(&google), ["a 1"]);
    });
}

#[test]
fn two_links_in_one_calendar_leave_each_other_s_objects_alone() {
    in_an_office(|office| {
        let shared = MemoryServer::default();
        office.accept("a");
        office.make_link(Caldav);
        office.make_link(Google);
        office.work(Caldav, &shared);
        office.gateway.app.linking.carry(&office.holder, Google, &Actor::server()).unwrap();
        office.work(Caldav, &shared);
        office.work(Google, &shared);
        assert_eq!(titles(&shared), ["a 1"]);
        office.gateway.app.linking.begin_unlink(&office.holder, Some(Caldav), &Actor::server()).unwrap();
        office.work(Caldav, &shared);
        assert!(office.found(Caldav).is_none(), "what is another's keeps no link from ending");
        assert_eq!(titles(&shared), ["a 1"]);
        assert!(!shared.take_calls().is_empty());
    });
}

#[test]
fn a_link_that_can_not_be_cleaned_does_not_pass_on() {
    in_an_office(|office| {
        let caldav = MemoryServer::default();
        office.make_link(Caldav);
        let none = office.gateway.app.linking.carry(&office.holder, Google, &Actor::server());
        assert!(matches!(none, Err(NotCarried::NotLinked)), "{none:?}");
        office.make_link(Google);
        office.accept("a");
        office.work(Caldav, &caldav);
        office.gateway.app.linking.switch(&office.holder, Caldav, false, &Actor::server()).unwrap();
        let off = office.gateway.app.linking.carry(&office.holder, Google, &Actor::server());
        assert!(matches!(&off, Err(NotCarried::NotWell(why)) if why.contains("switched off")), "{off:?}");
        office.gateway.app.linking.switch(&office.holder, Caldav, true, &Actor::server()).unwrap();
        let revoked =
            RemoteError::AuthRevoked { why: "401".to_owned(), cause: pasarela::happened::Revoked::ByProvider };
        caldav.set_faults(Some(Box::new(move |_| Fault::Before(revoked.clone()))));
        office.accept("b");
        office.work(Caldav, &caldav);
        let parked = office.gateway.app.linking.carry(&office.holder, Google, &Actor::server());
        assert!(matches!(&parked, Err(NotCarried::NotWell(why)) if why.contains("waits for its person")), "{parked:?}");
        assert_eq!(office.roles(), [(LinkRole::Carries, false), (LinkRole::Rests, false)]);
    });
}

#[test]
fn a_link_that_is_off_has_no_work_and_goes_on_where_it_was() {
    in_an_office(|office| {
        let caldav = MemoryServer::default();
        office.make_link(Caldav);
        office.accept("a");
        office.work(Caldav, &caldav);
        caldav.take_calls();
        let switched = |on| {
            office.gateway.app.linking.switch(&office.holder, Caldav, on, &Actor::server()).unwrap().unwrap().changed
        };
        assert_eq!([switched(false), switched(false)], [true, false]);
        assert_eq!(office.accept("b"), Progress::Stuck);
        office.gateway.app.intake.remove(&office.holder, "a").unwrap();
        office.gateway.clock.advance(Duration::from_secs(86_400));
        assert!(!office.is_due(Caldav));
        office.work(Caldav, &caldav);
        assert_eq!((caldav.take_calls(), titles(&caldav)), (vec![], vec!["a 1".to_owned()]));
        assert_eq!([switched(true), switched(true)], [true, false]);
        office.work(Caldav, &caldav);
        assert_eq!(titles(&caldav), ["b 1"]);
        assert!(caldav.take_calls().contains(&Call::Delete));
        // Who asks for its end wants what we wrote to go.
        switched(false);
        office.gateway.app.linking.begin_unlink(&office.holder, Some(Caldav), &Actor::server()).unwrap();
        assert!(!switched(false), "what ends is not switched off");
        office.work(Caldav, &caldav);
        assert!(office.found(Caldav).is_none() && titles(&caldav).is_empty());
    });
}

#[test]
fn a_suspended_client_system_has_no_work_at_all() {
    in_an_office(|office| {
        let caldav = MemoryServer::default();
        office.make_link(Caldav);
        office.accept("a");
        let client = office.holder.client;
        let suspend = |off| office.gateway.store.write(move |tx| links::switch_of_client(tx, client, off)).unwrap();
        assert_eq!((suspend(true), suspend(true)), (1, 0));
        office.work(Caldav, &caldav);
        assert_eq!(caldav.take_calls(), []);
        assert!(office.gateway.permit(&office.holder, &office.link(Caldav)).is_err());
        suspend(false);
        office.work(Caldav, &caldav);
        assert_eq!(titles(&caldav), ["a 1"]);
    });
}
