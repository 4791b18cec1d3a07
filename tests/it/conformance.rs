//! What every CalDAV server must let us do, tried through the same doors that the engine uses.
//!
//! The suite holds for a faulty way to a server too: where an answer is lost, it does as the engine does (look, then
//! act), and the end must be the same.

mod room;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use pasarela::ids::{EventId, HolderKey, LinkId};
use pasarela::outbound::{Outbound, Rules};
use pasarela::placement::{Mark, RemoteKey};
use pasarela::providers::RemoteError;
use pasarela::providers::caldav::{self, Account, CalendarInfo, DiscoverError, Login};
use pasarela::secret::SecretString;

use super::support::faults::{FaultProxy, Rule};
use super::support::servers::{CaldavServer, DemoServer};
use super::support::wire::Client;
use room::{Room, TRIES, event, meaning, settled, sure};

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
fn the_server_of_the_demo_conforms() {
    conformance(&DemoServer::start().server);
}

#[test]
fn servers_conform_when_every_third_answer_to_a_write_is_lost() {
    let demo = DemoServer::start();
    for server in CaldavServer::all().iter().chain([&demo.server]) {
        let proxy = FaultProxy::start(server.host(), &[Rule::every_third_answer_to_a_write_is_lost()]);
        conformance(&server.behind(&proxy.url()));
    }
}

#[test]
fn servers_conform_when_they_ask_to_slow_down() {
    let demo = DemoServer::start();
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
    desk.an_object_lives_from_insert_to_delete();
    desk.nothing_happens_to_what_is_in_another_state();
    desk.only_ours_is_listed_and_the_rest_stays_as_it_was();
    desk.a_uid_that_is_taken_is_told_apart_from_a_conflict();
    desk.a_calendar_that_was_removed_is_lost();
    desk.any_event_id_and_any_text_goes();
    desk.many_objects_are_listed_completely();
    desk.a_calendar_is_removed_only_when_it_is_empty();
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
        let rules = Rules { allowed_hosts: vec![server.host().to_owned()], ..Rules::default() };
        let outbound = Arc::new(Outbound::new(rules));
        let login = login(&server.url, server.username, server.password);
        let account = found(&outbound, &login).unwrap_or_else(|error| panic!("{}: {error}", server.name));
        // Other runs may have left something: a mark of our own keeps us out of each other's way.
        let instance = uuid::Uuid::new_v4().to_string();
        let mark = Mark::of(&instance, &HolderKey::from_canonical("+593991234567"));
        Self { server, outbound, login, account, mark }
    }

    fn raw(&self) -> Client {
        Client::new(self.server.host()).with_basic(self.server.username, self.server.password)
    }

    fn room(&self, name: &str) -> Room {
        let info = self.created(name);
        let remote = caldav::open(self.outbound.clone(), self.login.clone(), info.url.clone(), self.mark.clone());
        Room { info, remote, raw: self.raw(), server: self.server.name }
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
        let room = self.room("Depths");
        let home = self.account.homes.first().unwrap();
        let slashless = home.as_str().trim_end_matches('/').to_owned();
        let root = self.server.url.clone();
        let addresses =
            [root, home.to_string(), slashless, room.info.url.to_string(), self.account.principal.to_string()];
        for address in addresses {
            let account = found(&self.outbound, &login(&address, self.server.username, self.server.password));
            let account = account.unwrap_or_else(|error| panic!("{} from {address}: {error}", self.server.name));
            assert_eq!(account.homes, self.account.homes, "{} from {address}", self.server.name);
            assert!(account.calendars.iter().any(|calendar| calendar.url == room.info.url), "from {address}");
        }
        room.removed();
    }

    fn a_new_calendar_is_listed_under_its_name(&self) {
        for name in ["Puentes", "Citas «ñandú» & <日本> 😀"] {
            let (first, second) = (self.room(name), self.room(name));
            assert_eq!((first.info.name.as_str(), first.info.writable), (name, true), "{}", self.server.name);
            assert_ne!(first.info.url, second.info.url, "{}", self.server.name);
            let account = found(&self.outbound, &self.login).unwrap();
            let listed = account.calendars.iter().filter(|calendar| [&first.info, &second.info].contains(calendar));
            assert_eq!(listed.count(), 2, "{}: {:?}", self.server.name, account.calendars);
            first.removed();
            second.removed();
        }
    }

    fn an_object_lives_from_insert_to_delete(&self) {
        let room = self.room("Life");
        let key = self.key("life");
        assert_eq!(room.version(&key), None);
        let first = room.inserted(&key, &event("First"));
        assert_eq!(room.version(&key).as_ref(), Some(&first), "{}", self.server.name);
        assert!(room.text(&key).contains("First"), "{}", room.text(&key));
        let second = room.updated(&key, &event("Second"), &first);
        assert_ne!(second, first, "{}", self.server.name);
        assert_eq!(room.version(&key), Some(second), "{}", self.server.name);
        assert!(room.text(&key).contains("Second"), "{}", room.text(&key));
        assert_eq!(room.ours(), BTreeSet::from([key.clone()]));
        room.deleted(&key);
        assert_eq!(room.version(&key), None, "{}", self.server.name);
        room.deleted(&key);
        let back = room.inserted(&key, &event("Back again"));
        assert_eq!(room.version(&key), Some(back), "{}", self.server.name);
        room.deleted(&key);
        room.removed();
    }

    fn nothing_happens_to_what_is_in_another_state(&self) {
        let room = self.room("States");
        let (key, missing) = (self.key("states"), self.key("missing"));
        let first = room.inserted(&key, &event("First"));
        assert_eq!(room.insert(&key, &event("Other")), Err(RemoteError::Conflict), "{}", self.server.name);
        let second = room.updated(&key, &event("Second"), &first);
        assert_eq!(room.update(&key, &event("Stale"), &first), Err(RemoteError::Conflict), "{}", self.server.name);
        assert_eq!(room.update(&missing, &event("New"), &second), Err(RemoteError::NotFound), "{}", self.server.name);
        assert_eq!(room.version(&missing), None, "{}", self.server.name);
        assert_eq!(room.version(&key), Some(second), "{}", self.server.name);
        assert!(room.text(&key).contains("Second"), "{}: {}", self.server.name, room.text(&key));
        room.deleted(&key);
        room.removed();
    }

    fn only_ours_is_listed_and_the_rest_stays_as_it_was(&self) {
        let mut room = self.room("Shared");
        let foreign = format!("{}holiday.ics", room.info.url.path());
        room.put_raw(&foreign, "holiday-1@example.org", "Holiday");
        // Of this product, but of another holder.
        let other = Mark::of("elsewhere", &HolderKey::from_canonical("+593990000000"));
        let other = RemoteKey::derive(&other, LinkId(1), &EventId::new("x").unwrap(), 0);
        room.put_raw(&format!("{}{other}.ics", room.info.url.path()), &format!("{other}@pasarela"), "Theirs");
        let before = sure(|| room.raw.send("GET", &foreign, &[], b"")).text();
        let keys: BTreeSet<RemoteKey> = ["a", "b", "c"].map(|id| self.key(id)).into();
        for key in &keys {
            room.inserted(key, &event("Ours"));
        }
        assert_eq!(room.ours(), keys, "{}", self.server.name);
        for key in &keys {
            room.deleted(key);
        }
        assert_eq!(room.ours(), BTreeSet::new(), "{}", self.server.name);
        let after = sure(|| room.raw.send("GET", &foreign, &[], b"")).text();
        assert_eq!(meaning(&after), meaning(&before), "{}", self.server.name);
        room.remove_raw();
    }

    fn a_uid_that_is_taken_is_told_apart_from_a_conflict(&self) {
        let mut room = self.room("Names");
        let key = self.key("taken");
        let path = |name: &str| format!("{}{name}.ics", room.info.url.path());
        let (first, second) = (path("elsewhere"), path("elsewhere-too"));
        room.put_raw(&first, &format!("{key}@pasarela"), "Taken");
        let takes_doubles = room.try_put_raw(&second, &format!("{key}@pasarela"), "Double").status < 300;
        let outcome = room.insert(&key, &event("Ours"));
        match outcome {
            Ok(()) => assert!(takes_doubles, "{}: a double got through", self.server.name),
            Err(RemoteError::Refused(refusal)) => {
                assert!(refusal.name_taken && !takes_doubles, "{}: {refusal:?}", self.server.name);
                assert_eq!(room.version(&key), None, "{}", self.server.name);
            }
            other => panic!("{}: {other:?}", self.server.name),
        }
        room.remove_raw();
    }

    fn a_calendar_that_was_removed_is_lost(&self) {
        let mut room = self.room("Gone");
        let key = self.key("gone");
        let version = room.inserted(&key, &event("Ours"));
        room.remove_raw();
        let lost = |outcome: &Result<(), RemoteError>| matches!(outcome, Err(RemoteError::CalendarLost { .. }));
        let inserted = room.insert(&self.key("new"), &event("New"));
        assert!(lost(&inserted), "{}: {inserted:?}", self.server.name);
        let updated = room.update(&key, &event("Changed"), &version);
        assert!(lost(&updated), "{}: {updated:?}", self.server.name);
        let listed = settled(|| room.remote.list_ours()).map(|_| ());
        assert!(lost(&listed), "{}: {listed:?}", self.server.name);
        assert_eq!(settled(|| room.remote.delete(&key)), Ok(()), "{}", self.server.name);
        assert_eq!(settled(|| room.remote.remove_if_empty()), Ok(true), "{}", self.server.name);
    }

    fn any_event_id_and_any_text_goes(&self) {
        let room = self.room("Odd");
        let long = "x".repeat(EventId::MAX_BYTES);
        let ids = ["a b", "á/é?#%25", "../..", "日本", "😀", "\"quoted\"", "40000008200E00074C5B7101A82E008", &long];
        let texts =
            ["", "Reunión; «ñandú», \\ 日本 😀", "a line that is far too long to stay on one line ".repeat(9).leak()];
        let mut keys = BTreeSet::new();
        for (id, text) in ids.iter().zip(texts.iter().cycle()) {
            let key = self.key(id);
            let version = room.inserted(&key, &event(text));
            assert_eq!(room.version(&key), Some(version), "{}: {id}", self.server.name);
            keys.insert(key);
        }
        assert_eq!(room.ours(), keys, "{}", self.server.name);
        keys.iter().for_each(|key| room.deleted(key));
        room.removed();
    }

    fn many_objects_are_listed_completely(&self) {
        let room = self.room("Many");
        let keys: Vec<RemoteKey> = (0..300).map(|n| self.key(&format!("many-{n}"))).collect();
        let event = event("One of many");
        let lanes = keys.len().div_ceil(8);
        thread::scope(|scope| {
            for lane in keys.chunks(lanes) {
                scope.spawn(|| lane.iter().for_each(|key| drop(room.inserted(key, &event))));
            }
        });
        assert_eq!(room.ours(), keys.iter().cloned().collect(), "{}", self.server.name);
        thread::scope(|scope| {
            for lane in keys.chunks(lanes) {
                scope.spawn(|| lane.iter().for_each(|key| room.deleted(key)));
            }
        });
        assert_eq!(room.ours(), BTreeSet::new(), "{}", self.server.name);
        room.removed();
    }

    fn a_calendar_is_removed_only_when_it_is_empty(&self) {
        let mut room = self.room("Empty");
        let foreign = format!("{}foreign.ics", room.info.url.path());
        room.put_raw(&foreign, "foreign-1@example.org", "Foreign");
        assert_eq!(settled(|| room.remote.remove_if_empty()), Ok(false), "{}", self.server.name);
        assert_eq!(sure(|| room.raw.send("GET", &foreign, &[], b"")).status, 200, "{}", self.server.name);
        sure(|| room.raw.send("DELETE", &foreign, &[], b""));
        assert_eq!(settled(|| room.remote.remove_if_empty()), Ok(true), "{}", self.server.name);
        let account = found(&self.outbound, &self.login).unwrap();
        assert!(account.calendars.iter().all(|calendar| calendar.url != room.info.url), "{}", self.server.name);
    }
}

fn login(address: &str, username: &str, password: &str) -> Login {
    Login { address: address.to_owned(), username: username.to_owned(), password: SecretString::from(password) }
}

/// Discovery only reads: where the way is faulty, it may be asked again.
fn found(outbound: &Outbound, login: &Login) -> Result<Account, DiscoverError> {
    let mut last = DiscoverError::Unreachable("never asked".to_owned());
    for _ in 0..TRIES {
        match caldav::discover(outbound, login) {
            Err(error @ DiscoverError::Unreachable(_)) => last = error,
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
    let outbound = Outbound::new(Rules { allowed_hosts: vec![host.clone()], ..Rules::default() });
    let outcome = caldav::discover(&outbound, &login(&format!("http://{host}/"), "alice", "secret"));
    assert!(matches!(outcome, Err(DiscoverError::Unreachable(_))), "{outcome:?}");
    let private = caldav::discover(&outbound, &login("https://10.0.0.1/", "alice", "secret"));
    assert!(matches!(private, Err(DiscoverError::AddressNotAllowed(_))), "{private:?}");
}
