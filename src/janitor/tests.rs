use super::*;
use crate::accounts::Turns;
use crate::agenda::Agenda;
use crate::clock::Clock;
use crate::config::Config;
use crate::happened::Happened;
use crate::ids::{ClientSystemId, Holder, LinkId, Slug};
use crate::profile::{Changes, Naming};

use crate::store::{Store, activity, holders, resyncs};
use crate::tenants::NewTenant;
use crate::vault::{self, Vault};

const BEGINNING: i64 = 1_800_000_000;

struct House {
    gateway: Arc<Gateway>,
    tenants: Arc<Tenants>,
    janitor: Janitor,
    clock: Clock,
    _folder: tempfile::TempDir,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::standing(Timestamp::from_second(BEGINNING).unwrap());
    let identity = folder.path().join("identity.txt");
    vault::create_identity(&identity, clock.now()).unwrap();
    let config = Config::from_toml("[puentes]\nsecret = \"an invented secret\"").unwrap();
    let store = Store::open_rehearsing(&folder.path().join("pasarela.db")).unwrap();
    let gateway = Arc::new(Gateway::on(store, Vault::open(&identity).unwrap(), config, clock.clone()));
    let tenants = Arc::new(Tenants::open(Arc::clone(&gateway)).unwrap());
    let linking = Linking::new(Arc::clone(&gateway), Agenda::new(Arc::clone(&gateway)), Turns::default());
    let janitor = Janitor::new(Arc::clone(&gateway), Arc::clone(&tenants), Arc::new(linking));
    House { gateway, tenants, janitor, clock, _folder: folder }
}

fn days(days: i64) -> Duration {
    Duration::from_hours(u64::try_from(days).unwrap() * 24)
}

/// How many entries of a holder's history there are.
fn history(house: &House, holder: &Holder) -> usize {
    let found = house.gateway.store.read(|tx| match holders::find(tx, holder)? {
        Some(row) => activity::newest(tx, row, 10_000).map(|all| all.len()),
        None => Ok(0),
    });
    found.unwrap()
}

fn happens(house: &House, holder: &Holder, times: usize) {
    let (holder, now) = (holder.clone(), house.clock.now());
    let written = house.gateway.store.write(move |tx| {
        let row = holders::ensure(tx, &holder)?;
        (0..times).try_for_each(|_| activity::log(tx, row, now, &Happened::Recovered))
    });
    written.unwrap();
}

#[test]
fn what_had_its_time_goes_however_much_it_is_and_nothing_else() {
    let house = house();
    let holder = Holder::of(ClientSystemId(1), "+593991234567");
    happens(&house, &holder, 2 * AT_ONCE + 3);
    house.clock.advance(days(399));
    happens(&house, &holder, 2);
    assert_eq!(house.janitor.sweep().unwrap(), 0, "nothing had its time");
    house.clock.advance(days(2));
    assert_eq!(house.janitor.sweep().unwrap(), 2 * AT_ONCE + 3);
    assert_eq!(history(&house, &holder), 2);
    house.clock.advance(days(400));
    assert_eq!(house.janitor.sweep().unwrap(), 2, "also where nothing is left");
    assert_eq!(house.janitor.sweep().unwrap(), 0);
}

#[test]
fn a_run_that_goes_on_is_kept_however_old_it_is() {
    let house = house();
    let holder = Holder::of(ClientSystemId(1), "+593991234567");
    let now = house.clock.now();
    let row = house.gateway.store.write(move |tx| {
        let row = holders::ensure(tx, &holder)?;
        resyncs::start(tx, (row, LinkId(1)), crate::link::ResyncMode::Repair, false, now)?;
        Ok::<_, StoreError>(row)
    });
    row.unwrap();
    house.clock.advance(days(1_000));
    house.janitor.sweep().unwrap();
    assert!(house.gateway.store.read(|tx| resyncs::going(tx, LinkId(1))).unwrap().is_some());
}

#[test]
fn the_trail_is_kept_for_its_time_and_then_goes() {
    let house = house();
    let wanted = NewTenant { slug: Slug::new("erp").unwrap(), name: None, naming: Naming::Id, changes: Changes::new() };
    house.tenants.add(&wanted, &Actor::operator(None)).unwrap();
    house.clock.advance(days(399));
    house.janitor.sweep().unwrap();
    assert_eq!(house.tenants.trail(None, 10).unwrap().len(), 1);
    house.clock.advance(days(2));
    house.janitor.sweep().unwrap();
    assert_eq!(house.tenants.trail(None, 10).unwrap(), []);
}

#[test]
fn who_goes_leaves_nothing_but_its_number_and_the_others_lose_nothing() {
    let house = house();
    let add = |slug: &str| {
        let wanted =
            NewTenant { slug: Slug::new(slug).unwrap(), name: None, naming: Naming::Id, changes: Changes::new() };
        house.tenants.add(&wanted, &Actor::operator(None)).unwrap()
    };
    let (erp, other) = (add("erp"), add("other"));
    let of = |client| Holder::of(client, "17");
    for client in [erp.id, other.id] {
        happens(&house, &of(client), 3);
    }
    house.tenants.remove(erp.for_operator(), &Actor::operator(None)).unwrap();
    assert!(!house.tenants.named("erp").unwrap().state.may_call());
    house.janitor.go_on_removing().unwrap();
    assert!(house.tenants.named("erp").is_err());
    assert_eq!((history(&house, &of(erp.id)), history(&house, &of(other.id))), (0, 3));
    let again = add("erp");
    assert_ne!((again.id, &again.public_id), (erp.id, &erp.public_id), "the name is free, the number is not");
    let actions: Vec<String> = house.tenants.trail(None, 10).unwrap().into_iter().map(|noted| noted.action).collect();
    assert_eq!(actions[2..4], ["client.removing", "client.removed"]);
    let puentes = house.tenants.named("puentes").unwrap();
    assert!(house.tenants.remove(puentes.for_operator(), &Actor::operator(None)).is_err());
}
