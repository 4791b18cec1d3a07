//! What waits for somebody outside keeps no place from what doesn't, nobody has all the places of a kind, and whoever would
//! have to wait too long is told so at once and loses nothing.

use std::net::IpAddr;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pasarela::clients::puentes;
use pasarela::ids::Holder;
use pasarela::tasks::Line;
use serde_json::{Value, json};
use simulators::caldav::{Options, Server, start};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::{Answer, PHONE, TestGateway};
use testing::settings::host;
use testing::stage::event;
use tokio::runtime::Runtime;

const OTHER: &str = "+593991234568";
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a calendar that hangs hangs, in milliseconds: longer than any wait here.
const HANG: u64 = 90_000;

/// Work that fills a pool up, and stays where it is until this is dropped.
pub(crate) struct Crowd {
    _stay: Sender<()>,
    _runtime: Runtime,
}

impl Crowd {
    /// Stands in line again and again, until somebody is told that it is full.
    pub(crate) fn fill(line: &Line) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (stay, stays) = mpsc::channel::<()>();
        let stays = Arc::new(Mutex::new(stays));
        let (told, full) = mpsc::channel();
        for _ in 0..2_000 {
            let (stays, told) = (Arc::clone(&stays), told.clone());
            let work = Box::new(move || {
                let _ = stays.lock().unwrap().recv();
            });
            let asking = line.clone().run(work);
            runtime.spawn(async move {
                if asking.await.is_err() {
                    let _ = told.send(());
                }
            });
            if full.try_recv().is_ok() {
                return Self { _stay: stay, _runtime: runtime };
            }
        }
        full.recv_timeout(PATIENCE).unwrap();
        Self { _stay: stay, _runtime: runtime }
    }
}

fn holder(phone: &str) -> Holder {
    Holder::of(puentes::ID, phone)
}

fn is_told_to_come_later(answer: &Answer) {
    assert_eq!((answer.status, answer.code()), (503, "busy"), "{answer:?}");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds) && answer.json["retry_after"] == seconds, "{answer:?}");
}

#[test]
fn a_holder_who_says_too_much_at_once_is_told_and_others_are_served() {
    let gateway = TestGateway::start();
    let app = Arc::clone(&gateway.engine().app);
    let crowd = Crowd::fill(&app.pools.changes(&holder(PHONE)));
    is_told_to_come_later(&gateway.ask("POST", "/events", event("a", "A")));
    is_told_to_come_later(&gateway.ask("POST", "/resync", Some(json!({}))));
    assert_eq!(gateway.ask_as(OTHER, "POST", "/events", event("a", "A")).status, 202);
    let held = gateway.ask("GET", "/events", None);
    assert_eq!(
        (held.status, &held.json["events"]),
        (200, &json!([])),
        "reads have places of their own: nothing was kept"
    );
    drop(crowd);
    eventually("a place", PATIENCE, || (gateway.ask("POST", "/events", event("a", "A")).status == 202).then_some(()));
}

#[test]
fn a_holder_who_asks_too_much_at_once_is_told_and_what_they_say_is_taken() {
    let gateway = TestGateway::start();
    let app = Arc::clone(&gateway.engine().app);
    let _crowd = Crowd::fill(&app.pools.reads(&holder(PHONE)));
    for path in ["/events", "/events/a", "/link"] {
        is_told_to_come_later(&gateway.ask("GET", path, None));
    }
    assert_eq!(gateway.ask_as(OTHER, "GET", "/events", None).status, 200);
    assert_eq!(gateway.ask("POST", "/events", event("a", "A")).status, 202);
    assert_eq!(gateway.send("GET", "/readyz", &[], None).status, 200);
}

#[test]
fn an_address_that_loads_too_many_pages_at_once_is_told_on_a_page() {
    let gateway = TestGateway::start();
    let app = Arc::clone(&gateway.engine().app);
    let home: IpAddr = [127, 0, 0, 1].into();
    let _crowd = Crowd::fill(&app.pools.pages(home));
    for (language, words) in [("es", "Hay mucho movimiento"), ("en", "A lot is going on"), ("pt", "Há muito movimento")]
    {
        let page = gateway.send("GET", "/connect", &[("Accept-Language", language)], None);
        assert_eq!((page.status, page.header("retry-after")), (503, "10"), "{page:?}");
        assert!(page.text.contains(words), "{page:?}");
    }
    assert_eq!(gateway.ask("POST", "/events", event("a", "A")).status, 202);
}

/// Two calendar servers of different names, one of which hangs. They go first when it ends, so that nobody waits for one
/// that hangs.
struct Town {
    slow: Server,
    quick: Server,
    gateway: TestGateway,
    _runtime: Runtime,
}

impl Town {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let at = |address: &str| runtime.block_on(start(address.parse().unwrap(), Options::default())).unwrap();
        let (slow, quick) = (at("127.0.0.2:0"), at("127.0.0.3:0"));
        slow.set_faults(vec![Rule { pattern: ".".to_owned(), delay: HANG, ..Rule::default() }]).unwrap();
        let hosts = [host(&slow.url), host(&quick.url)];
        let gateway = TestGateway::with(&format!("caldav.allowed_hosts = {hosts:?}"));
        Self { slow, quick, gateway, _runtime: runtime }
    }
}

fn account(server: &Server) -> Value {
    let account = json!({"url": server.url, "username": "alice", "password": "secret"});
    json!({"provider": "caldav", "caldav": account})
}

#[test]
fn of_a_hundred_slow_links_a_few_are_at_the_server_a_few_wait_and_the_others_are_told() {
    let Town { slow, quick: _quick, gateway, _runtime } = Town::start();
    let (told, answers) = mpsc::channel();
    std::thread::scope(|threads| {
        for n in 0..100 {
            let (told, client, body) = (told.clone(), (*gateway).clone(), account(&slow));
            let link = move || {
                let answer = client.ask_as(&format!("+5939{:08}", 90_000_000 + n), "POST", "/link", Some(body));
                let _ = told.send(answer.status);
            };
            std::thread::Builder::new().stack_size(256 << 10).spawn_scoped(threads, link).unwrap();
        }
        // 8 are at the server and 32 wait for it.
        let statuses: Vec<u16> = answers.iter().take(60).collect();
        assert_eq!(statuses, [503; 60]);
        let asked = slow.counts().lines.len();
        assert!((1..=24).contains(&asked), "so few are asked for at once, whoever wants them: {asked}");
        drop(slow);
    });
}

#[test]
fn while_no_more_links_can_be_made_at_a_server_everything_else_goes_on() {
    let Town { slow, quick, gateway, _runtime } = Town::start();
    let app = Arc::clone(&gateway.engine().app);
    let _crowd = Crowd::fill(&app.pools.links("127.0.0.2", [127, 0, 0, 1].into()));
    is_told_to_come_later(&gateway.ask("POST", "/link", Some(account(&slow))));
    assert_eq!(gateway.ask("POST", "/events", event("a", "A")).status, 202);
    assert_eq!(gateway.ask("GET", "/events", None).status, 200);
    assert_eq!(gateway.send("GET", "/connect", &[], None).status, 410);
    let linked = gateway.ask("POST", "/link", Some(account(&quick)));
    assert_eq!(linked.status, 201, "another server: {linked:?}");
    assert!(slow.counts().lines.is_empty(), "nobody was asked for who had no place");
    drop(app);
}
