//! CalDAV servers, real ones and the demo's: what is theirs alone, and the suite.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::ids::{EventId, Holder, LinkId};
use pasarela::outbound::{Outbound, Patience, Rules};
use pasarela::permit::Permit;
use pasarela::placement::{Mark, RemoteKey, Version};
use pasarela::providers::RemoteError;
use pasarela::providers::caldav::{self, Account, CalendarInfo, DiscoverError, Login};
use pasarela::secret::SecretString;
use testing::faults::{FaultProxy, Rule};
use testing::servers::{CaldavServer, SimulatedCaldav};
use testing::wire::Client;

use super::broken_off;
use super::dav::Dav;
use super::neighbours;
use super::room::{Raw, Room, TRIES, event, settled, sure};
use super::suite::{self, Ground};

#[test]
fn radicale_conforms() {
    conformance(&CaldavServer::radicale());
}

#[test]
fn xandikos_conforms() {
    conformance(&CaldavServer::xandikos());
}

#[test]
fn cyrus_conforms() {
    conformance(&CaldavServer::cyrus());
}

#[test]
fn sogo_conforms() {
    conformance(&CaldavServer::sogo());
}

#[test]
fn sabre_conforms() {
    conformance(&CaldavServer::sabre());
}

#[test]
fn the_server_of_the_demo_conforms() {
    conformance(&SimulatedCaldav::start().server);
}

#[test]
fn a_calendar_of_two_phones_goes_with_the_last_one_on_every_server() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        neighbours::a_calendar_of_two_phones_goes_with_the_last_one(server);
        let proxy = FaultProxy::start(server.host(), &[Rule::every_third_answer_to_a_write_is_lost()]);
        neighbours::a_calendar_of_two_phones_goes_with_the_last_one(&server.behind(&proxy.url()));
    }
}

#[test]
fn two_phones_in_one_account_are_two_on_every_server() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        neighbours::a_resync_and_a_rebuild_of_one_leave_the_other_one_alone(server);
        neighbours::a_calendar_that_was_deleted_is_made_again_once(server);
        let proxy = FaultProxy::start(server.host(), &[Rule::every_third_answer_to_a_write_is_lost()]);
        neighbours::a_resync_and_a_rebuild_of_one_leave_the_other_one_alone(&server.behind(&proxy.url()));
        neighbours::a_calendar_that_was_deleted_is_made_again_once(&server.behind(&proxy.url()));
    }
}

#[test]
fn two_installations_in_one_account_are_two_on_every_server() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        neighbours::an_installation_touches_nothing_of_another_one(server);
    }
}

#[test]
fn linking_stands_what_is_put_off_and_what_is_lost() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        for every in [2, 3, 5, 7] {
            let proxy = FaultProxy::start(server.host(), &[Rule::throttle(every, 0)]);
            neighbours::is_linked_at_once(&server.behind(&proxy.url()));
        }
        neighbours::is_linked_whatever_answer_is_lost(server);
    }
}

#[test]
fn what_is_broken_off_goes_on_on_every_server() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        broken_off::what_is_broken_off_goes_on_and_doubles_nothing(server);
    }
}

#[test]
fn nothing_is_left_of_a_deleted_calendar_on_any_server() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        broken_off::nothing_is_left_of_a_calendar_that_its_person_deleted(server);
    }
}

#[test]
fn what_somebody_writes_right_before_a_calendar_is_removed_stays_where_servers_can_compare() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        let proxy = FaultProxy::start(server.host(), &[]);
        let behind = server.behind(&proxy.url());
        let (desk, theirs) = (Desk::at(&behind), Desk::at(server));
        let info = desk.created("Late");
        let room = desk.open(&info, &desk.mark);
        let mut phone = theirs.dav(&info);
        let (path, client, name) = (info.url.path().to_owned(), theirs.raw(), server.name);
        let (late, (written, was_written)) = (uuid::Uuid::new_v4().simple().to_string(), channel());
        let event = late.clone();
        proxy.before("DELETE", move |_| {
            Dav { client, path, server: name }.put_foreign(&event, "Just now");
            written.send(()).unwrap();
        });
        // These two have nothing that could be compared (docs/providers.md#caldav-calendars).
        let compares = !["SOGo", "sabre/dav"].contains(&name);
        assert_eq!(settled(&room.clock, || room.remote.remove_if_empty()), Ok(!compares), "{name}");
        was_written.recv().expect("a deletion was tried, or nothing was shown here");
        if !compares {
            continue;
        }
        assert!(phone.foreign(&late).is_some(), "{name}: what was written is gone");
        phone.remove_foreign(&late);
        room.removed();
        assert!(!phone.is_there(), "{name}");
    }
}

#[test]
fn servers_conform_when_every_third_answer_to_a_write_is_lost() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        let proxy = FaultProxy::start(server.host(), &[Rule::every_third_answer_to_a_write_is_lost()]);
        conformance(&server.behind(&proxy.url()));
    }
}

#[test]
fn servers_conform_when_they_ask_to_slow_down() {
    let demo = SimulatedCaldav::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        let proxy = FaultProxy::start(server.host(), &[Rule::throttle(7, 1)]);
        conformance(&server.behind(&proxy.url()));
    }
}

/// The whole suite against one server. Each part works in calendars of its own and removes them.
pub(crate) fn conformance(server: &CaldavServer) {
    // Eight lanes are what a server is meant to bear; suites side by side would measure its backlog (Radicale: 5).
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let desk = Desk::at(server);
    desk.only_the_right_password_opens();
    desk.the_account_is_found_from_any_depth();
    desk.a_new_calendar_is_listed_under_its_name();
    desk.a_uid_that_is_taken_is_told_apart_from_a_conflict();
    suite::run(&desk);
}

struct Desk<'a> {
    server: &'a CaldavServer,
    outbound: Arc<Outbound>,
    login: Login,
    account: Account,
    mark: Mark,
}

impl<'a> Desk<'a> {
    fn at(server: &'a CaldavServer) -> Self {
        let outbound = Arc::new(way_to(server));
        let login = login(&server.url, server.username, server.password);
        let account = found(&outbound, &login).unwrap_or_else(|error| panic!("{}: {error}", server.name));
        // Other runs may have left something: a mark of our own keeps us out of each other's way.
        let instance = uuid::Uuid::new_v4().to_string();
        let mark = Mark::of(&instance, &Holder::of(clients::puentes::ID, "+593991234567"));
        Self { server, outbound, login, account, mark }
    }

    fn raw(&self) -> Client {
        self.server.client()
    }

    fn open(&self, info: &CalendarInfo, mark: &Mark) -> Room<'_> {
        let remote = caldav::open(self.outbound.clone(), self.login.clone(), info.url.clone(), mark.clone());
        Room { remote, raw: Box::new(self.dav(info)), server: self.server.name, clock: Clock::system() }
    }

    fn dav(&self, info: &CalendarInfo) -> Dav {
        Dav { client: self.raw(), path: info.url.path().to_owned(), server: self.server.name }
    }

    fn created(&self, name: &str) -> CalendarInfo {
        let mut last = None;
        for _ in 0..TRIES {
            match caldav::create_calendar(&self.outbound, &self.login, &self.account, name) {
                Ok(info) => return info,
                Err(error) => last = Some(error),
            }
        }
        panic!("{}: {last:?}", self.server.name)
    }

    fn key(&self, event: &str) -> RemoteKey {
        RemoteKey::derive(&self.mark, LinkId(1), &EventId::new(event).unwrap(), 0)
    }

    fn only_the_right_password_opens(&self) {
        let asks = self.raw_without_credentials() == 401;
        for (username, password) in [(self.server.username, "wrong"), ("nobody", self.server.password)] {
            let outcome = found(&self.outbound, &login(&self.server.url, username, password));
            if asks {
                assert!(matches!(outcome, Err(DiscoverError::LoginFailed(_))), "{}: {outcome:?}", self.server.name);
            } else {
                assert!(outcome.is_ok(), "{}: {outcome:?}", self.server.name);
            }
        }
    }

    /// Xandikos on plain HTTP takes everybody in; the others must not.
    fn raw_without_credentials(&self) -> u16 {
        let mut client = Client::new(self.server.host());
        sure(|| client.send("PROPFIND", &self.server.home_path(), &[("Depth", "0")], b"")).status
    }

    fn the_account_is_found_from_any_depth(&self) {
        let info = self.created("Depths");
        let home = self.account.homes.first().unwrap();
        let slashless = home.as_str().trim_end_matches('/').to_owned();
        let root = self.server.url.clone();
        let addresses = [root, home.to_string(), slashless, info.url.to_string(), self.account.principal.to_string()];
        for address in addresses {
            let account = found(&self.outbound, &login(&address, self.server.username, self.server.password));
            let account = account.unwrap_or_else(|error| panic!("{} from {address}: {error}", self.server.name));
            assert_eq!(account.homes, self.account.homes, "{} from {address}", self.server.name);
            assert!(account.calendars.iter().any(|calendar| calendar.url == info.url), "from {address}");
        }
        self.open(&info, &self.mark).removed();
    }

    fn a_new_calendar_is_listed_under_its_name(&self) {
        for name in ["Puentes", "Citas «ñandú» & <日本> 😀"] {
            let (first, second) = (self.created(name), self.created(name));
            assert_eq!((first.name.as_str(), first.writable), (name, true), "{}", self.server.name);
            assert_ne!(first.url, second.url, "{}", self.server.name);
            let account = found(&self.outbound, &self.login).unwrap();
            let listed = account.calendars.iter().filter(|calendar| [&first, &second].contains(calendar));
            assert_eq!(listed.count(), 2, "{}: {:?}", self.server.name, account.calendars);
            self.open(&first, &self.mark).removed();
            self.open(&second, &self.mark).removed();
        }
    }

    fn a_uid_that_is_taken_is_told_apart_from_a_conflict(&self) {
        let info = self.created("Names");
        let (room, mut dav, key) = (self.open(&info, &self.mark), self.dav(&info), self.key("taken"));
        let uid = format!("{key}@pasarela");
        assert!(dav.try_put("elsewhere", &uid, "Taken").status < 300, "{}", self.server.name);
        let takes_doubles = dav.try_put("elsewhere-too", &uid, "Double").status < 300;
        match room.insert(&key, &event("Ours")) {
            Ok(()) => assert!(takes_doubles, "{}: a double got through", self.server.name),
            // Its answer was lost, and it is there.
            Err(RemoteError::Conflict) => {
                assert!(takes_doubles && room.version(&key).is_some(), "{}: what is in the way?", self.server.name);
            }
            Err(RemoteError::Refused(refusal)) => {
                assert!(refusal.name_taken && !takes_doubles, "{}: {refusal:?}", self.server.name);
                assert_eq!(room.version(&key), None, "{}", self.server.name);
            }
            other => panic!("{}: {other:?}", self.server.name),
        }
        dav.remove();
    }
}

impl Ground for Desk<'_> {
    fn name(&self) -> &'static str {
        self.server.name
    }

    fn room<'a>(&'a self, name: &str, mark: &Mark) -> Room<'a> {
        self.open(&self.created(name), mark)
    }
}

pub(super) fn way_to(server: &CaldavServer) -> Outbound {
    Outbound::new(Rules { allowed_hosts: vec![server.host().to_owned()], ..Rules::default() })
        .under(&Permit::of_operator())
}

/// The same for a look from outside, where the way puts requests off: nobody waits for that.
fn patient_way_to(server: &CaldavServer) -> Outbound {
    let clock = Clock::standing(jiff::Timestamp::UNIX_EPOCH);
    way_to(server).patient(&Patience::of(&clock, Duration::from_secs(3600)))
}

/// What stands in a calendar under this mark, by its name.
pub(super) fn standing(server: &CaldavServer, info: &CalendarInfo, mark: Mark) -> BTreeMap<RemoteKey, Version> {
    let login = login(&server.url, server.username, server.password);
    let remote = caldav::open(Arc::new(way_to(server)), login, info.url.clone(), mark);
    let listed = settled(&Clock::system(), || remote.list_ours());
    let listed = listed.unwrap_or_else(|error| panic!("{}: {error}", server.name));
    listed.into_iter().map(|listed| (listed.key, listed.sight.version)).collect()
}

/// Removes a calendar as its person does it.
pub(super) fn removed_by_hand(server: &CaldavServer, info: &CalendarInfo) {
    Dav { client: server.client(), path: info.url.path().to_owned(), server: server.name }.remove();
}

/// The calendars that a person has at a server.
pub(super) fn found_calendars(server: &CaldavServer) -> Vec<CalendarInfo> {
    let login = login(&server.url, server.username, server.password);
    found(&patient_way_to(server), &login).unwrap_or_else(|error| panic!("{}: {error}", server.name)).calendars
}

pub(super) fn login(address: &str, username: &str, password: &str) -> Login {
    Login {
        address: address.to_owned(),
        username: username.to_owned(),
        password: SecretString::from(password),
        scheme: None,
    }
}

/// Discovery only reads: where the way is faulty, it may be asked again.
fn found(outbound: &Outbound, login: &Login) -> Result<Account, DiscoverError> {
    let mut last = DiscoverError::BadAddress("never asked".to_owned());
    for _ in 0..TRIES {
        match caldav::discover(outbound, login) {
            Err(error @ DiscoverError::Unreachable { .. }) => last = error,
            outcome => return outcome,
        }
    }
    Err(last)
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let outbound =
        Outbound::new(Rules { allowed_hosts: vec![host.clone()], ..Rules::default() }).under(&Permit::of_operator());
    let outcome = caldav::discover(&outbound, &login(&format!("http://{host}/"), "alice", "secret"));
    assert!(matches!(outcome, Err(DiscoverError::Unreachable { .. })), "{outcome:?}");
    let private = caldav::discover(&outbound, &login("https://10.0.0.1/", "alice", "secret"));
    assert!(matches!(private, Err(DiscoverError::AddressNotAllowed(_))), "{private:?}");
}
