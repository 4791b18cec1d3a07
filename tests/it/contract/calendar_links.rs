//! The links of holders of client systems: shown, switched, passed on, synchronised and ended with a key.

use std::time::Duration;

use pasarela::clock::Clock;
use pasarela::ids::Holder;
use pasarela::link::ProviderKind;
use pasarela::linking::LinkRequest;
use pasarela::secret::SecretString;
use serde_json::{Value, json};
use simulators::caldav::{self, Options, Server};
use simulators::wire::Rule;
use testing::eventually;
use testing::in_process::{Answer, TestGateway};
use testing::settings::Settings;

use super::expect;

const PATIENCE: Duration = Duration::from_secs(60);
const APP_PASSWORD: &str = "abcd-efgh-ijkl-mnop";
const MANY: usize = 40;
/// The most requests that are under way at once for one account.
const IN_FLIGHT: u64 = 8;
const LINK: &str = "/api/v1/calendar/link";

/// A client system with a holder who may link at a CalDAV server and at what goes for Apple.
struct Office {
    gateway: TestGateway,
    caldav: Server,
    key: String,
    holder: Holder,
    _runtime: tokio::runtime::Runtime,
}

impl Office {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let users = [("alice", "secret"), ("fabio", APP_PASSWORD)];
        let users = users.map(|(name, password)| (name.to_owned(), password.to_owned())).to_vec();
        let options = Options { users, ..Options::default() };
        let caldav = runtime.block_on(caldav::start("127.0.0.1:0".parse().unwrap(), options)).unwrap();
        let settings = Settings::default().caldav(&caldav).set("apple", "url", format!("{}/", caldav.url));
        let settings = settings.lines("sync.tick = \"100ms\"\nsync.answer_within = \"60s\"");
        let gateway = TestGateway::of(settings, Clock::system());
        let tenant = gateway.client("norte");
        let key = gateway.api_key_of(tenant, |_| ());
        let holder = Holder::of(tenant.client(), "17");
        Self { gateway, caldav, key, holder, _runtime: runtime }
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.gateway.ask_keyed(&self.key, "17", method, path, body)
    }

    fn ask_async(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let headers = [("Authorization", bearer.as_str()), ("X-Customer-Id", "17"), ("Prefer", "respond-async")];
        self.gateway.send(method, path, &headers, body)
    }

    /// Links as the person does on their page.
    fn link(&self, provider: ProviderKind) {
        let (username, password, address) = match provider {
            ProviderKind::Apple => ("fabio", APP_PASSWORD, String::new()),
            _ => ("alice", "secret", self.caldav.url.clone()),
        };
        let password = SecretString::from(password);
        let request = LinkRequest { provider, address, username: username.to_owned(), password, calendar: None };
        self.gateway.engine().app.linking.link(&self.holder, &request).unwrap();
    }

    fn accept(&self, id: &str) {
        let text = super::event(id, id).unwrap()["event_data"].as_str().unwrap().to_owned();
        self.gateway.engine().app.intake.accept(&self.holder, Some(id), &text).unwrap();
    }

    fn links(&self) -> Vec<Value> {
        let shown = self.ask("GET", LINK, None);
        expect(&self.gateway, "get_calendar_link", &shown, 200, "");
        shown.json["links"].as_array().unwrap().clone()
    }

    /// How many events stand in all of a user's calendars.
    fn events(&self, user: &str) -> usize {
        let calendars = self.caldav.calendars(user).into_iter();
        calendars.map(|calendar| self.caldav.objects(user, &calendar.name).len()).sum()
    }

    fn settled(&self, user: &str, events: usize) {
        eventually("the calendar to be as wanted", PATIENCE, || (self.events(user) == events).then_some(()));
        eventually("nothing to be pending", PATIENCE, || {
            self.links().iter().all(|link| link["pending"] == 0 && link["needs"] != "turn").then_some(())
        });
    }
}

#[test]
fn a_holder_without_links_is_told_so_and_where_to_begin() {
    let office = Office::new();
    let shown = office.ask("GET", LINK, None);
    expect(&office.gateway, "get_calendar_link", &shown, 200, "");
    assert_eq!(shown.json, json!({"linked": false, "links": [], "last_disconnect": null}));
    let nothing = office.ask("PATCH", LINK, Some(json!({"enabled": false})));
    expect(&office.gateway, "change_calendar_link", &nothing, 404, "link_not_found");
    for (path, body, name) in [("sync", json!({}), "sync_calendar"), ("disconnect", json!({}), "disconnect_calendar")] {
        let path = format!("/api/v1/calendar/sync/CALDAV/{path}");
        expect(&office.gateway, name, &office.ask("POST", &path, Some(body)), 404, "link_not_found");
    }
    let unknown = office.ask("GET", "/api/v1/calendar/sync/OUTLOOK/auth-url", None);
    expect(&office.gateway, "get_auth_url", &unknown, 422, "provider_not_available");
    assert_eq!(unknown.json["providers"], json!(["apple", "caldav"]), "{unknown:?}");
    let begun = office.ask("GET", "/api/v1/calendar/sync/apple/auth-url", None);
    expect(&office.gateway, "get_auth_url", &begun, 200, "");
    assert_eq!(begun.json["kind"], "page");
    assert!(begun.json["url"].as_str().unwrap().contains("/c/"), "{begun:?}");
    let none = office.ask("POST", "/api/v1/calendar/sync/apple/callback", Some(json!({"state": "x"})));
    expect(&office.gateway, "finish_calendar_consent", &none, 404, "consent_not_found");
    let typo = office.ask("PATCH", LINK, Some(json!({"enable": false})));
    assert_eq!((typo.status, &typo.json["field"]), (422, &json!("enable")), "{typo:?}");
}

#[test]
fn a_link_is_paused_and_goes_on_where_it_was() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.accept("a");
    office.settled("alice", 1);
    let active = &office.links()[0];
    assert_eq!(
        (&active["state"], &active["enabled"], &active["carries"]),
        (&json!("active"), &json!(true), &json!(true))
    );
    let off = office.ask("PATCH", LINK, Some(json!({"enabled": false})));
    expect(&office.gateway, "change_calendar_link", &off, 200, "");
    assert_eq!((&off.json["state"], &off.json["enabled"]), (&json!("paused"), &json!(false)), "{off:?}");
    let requests = office.caldav.counts().total;
    office.accept("b");
    let path = "/api/v1/calendar/sync/caldav/sync";
    expect(&office.gateway, "sync_calendar", &office.ask("POST", path, Some(json!({}))), 409, "link_not_ready");
    assert_eq!(office.links()[0]["pending"], 1);
    assert_eq!(office.caldav.counts().total, requests, "not one request");
    let on = office.ask("PATCH", LINK, Some(json!({"enabled": true, "provider": "ical"})));
    expect(&office.gateway, "change_calendar_link", &on, 200, "");
    assert_eq!(on.json["state"], "active");
    office.settled("alice", 2);
}

#[test]
fn a_request_under_way_is_told_and_none_begins_after_it() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.settled("alice", 0);
    let held = Rule { pattern: "^PUT".to_owned(), held: true, ..Rule::default() };
    office.caldav.set_faults(vec![held]).unwrap();
    let requests = office.caldav.counts().total;
    // More than are ever under way at once.
    (0..MANY).for_each(|n| office.accept(&format!("e{n}")));
    eventually("a write to be under way", PATIENCE, || (office.events("alice") > 0).then_some(()));
    let off = office.ask_async("PATCH", LINK, Some(json!({"enabled": false})));
    expect(&office.gateway, "change_calendar_link", &off, 202, "");
    assert_eq!(off.json["state"], "paused", "{off:?}");
    let begun = office.caldav.counts().total;
    assert!(begun > requests);
    office.caldav.set_faults(Vec::new()).unwrap();
    let waited = office.ask("PATCH", LINK, Some(json!({"enabled": false})));
    expect(&office.gateway, "change_calendar_link", &waited, 200, "");
    // One that had begun may not have arrived yet when they were counted; all others would be far more.
    let late = office.caldav.counts().total - begun;
    assert!(late <= IN_FLIGHT, "{late} requests began after it: {:?}", office.caldav.counts().lines);
    office.ask("PATCH", LINK, Some(json!({"enabled": true})));
    office.settled("alice", MANY);
}

#[test]
fn a_suspended_client_system_sends_nothing() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.settled("alice", 0);
    let (tenants, by) = (&office.gateway.engine().app.tenants, pasarela::trail::Actor::operator(None));
    let tenant = pasarela::ids::Tenant::proven(office.holder.client);
    tenants.suspend(tenant, &by).unwrap();
    let requests = office.caldav.counts().total;
    office.accept("a");
    let refused = office.ask("GET", LINK, None);
    assert_eq!((refused.status, refused.code()), (403, "client_suspended"), "{refused:?}");
    // Nor does a try to link, which somebody may have begun on their page.
    let linking = &office.gateway.engine().app.linking;
    let password = SecretString::from(APP_PASSWORD);
    let provider = ProviderKind::Apple;
    let request = LinkRequest { provider, address: String::new(), username: "fabio".into(), password, calendar: None };
    assert!(linking.link(&office.holder, &request).unwrap_err().to_string().contains("switched off"));
    assert_eq!(office.caldav.counts().total, requests, "not one request");
    tenants.resume(tenant, &by).unwrap();
    office.settled("alice", 1);
}

#[test]
fn what_is_exported_passes_from_one_calendar_to_another() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.link(ProviderKind::Apple);
    office.accept("a");
    office.settled("alice", 1);
    let both = office.links();
    let told: Vec<_> = both.iter().map(|link| (&link["provider"], &link["carries"])).collect();
    assert_eq!(told, [(&json!("caldav"), &json!(true)), (&json!("apple"), &json!(false))]);
    let which = office.ask("PATCH", LINK, Some(json!({"enabled": false})));
    expect(&office.gateway, "change_calendar_link", &which, 422, "invalid_field");
    let none = office.ask("PATCH", LINK, Some(json!({"provider": "caldav", "carries": false})));
    expect(&office.gateway, "change_calendar_link", &none, 422, "invalid_field");
    let rests = office.ask("POST", "/api/v1/calendar/sync/apple/sync", Some(json!({})));
    expect(&office.gateway, "sync_calendar", &rests, 409, "link_not_ready");
    office.ask("PATCH", LINK, Some(json!({"provider": "caldav", "enabled": false})));
    let off = office.ask("PATCH", LINK, Some(json!({"provider": "apple", "carries": true})));
    expect(&office.gateway, "change_calendar_link", &off, 409, "link_not_ready");
    office.ask("PATCH", LINK, Some(json!({"provider": "caldav", "enabled": true})));
    let passed = office.ask("PATCH", LINK, Some(json!({"provider": "APPLE", "carries": true})));
    expect(&office.gateway, "change_calendar_link", &passed, 200, "");
    assert_eq!(passed.json["carries"], true);
    office.settled("fabio", 1);
    assert_eq!(office.events("alice"), 0);
    assert_eq!(office.links()[0]["provider"], "apple");
}

#[test]
fn a_calendar_is_synchronised_and_disconnected_with_or_without_what_was_written() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.accept("a");
    office.settled("alice", 1);
    let calendar = office.caldav.calendars("alice").into_iter().find(|one| one.name != "personal").unwrap();
    assert_eq!(office.caldav.objects("alice", &calendar.name).len(), 1);
    let synced = office.ask("POST", "/api/v1/calendar/sync/caldav/sync", Some(json!({})));
    expect(&office.gateway, "sync_calendar", &synced, 200, "");
    let nothing = json!({"state": "succeeded", "imported": 0, "exported": 0, "updated": 0, "deleted": 0, "errors": []});
    assert_eq!(synced.json, nothing);
    let kept = office.ask("POST", "/api/v1/calendar/sync/caldav/disconnect", Some(json!({"events": "keep"})));
    expect(&office.gateway, "disconnect_calendar", &kept, 200, "");
    assert_eq!((&kept.json["deleted"], &kept.json["left"]), (&json!(0), &json!(1)), "{kept:?}");
    assert_eq!((office.events("alice"), office.links().len()), (1, 0));
    // A new link finds what the one before left, and takes it along.
    office.link(ProviderKind::Caldav);
    office.settled("alice", 1);
    let gone = office.ask("POST", "/api/v1/calendar/sync/caldav/disconnect", Some(json!({})));
    expect(&office.gateway, "disconnect_calendar", &gone, 200, "");
    assert_eq!((&gone.json["left"], office.events("alice")), (&json!(0), 0), "{gone:?}");
    let wrong = office.ask("POST", "/api/v1/calendar/sync/caldav/disconnect", Some(json!({"events": "burn"})));
    expect(&office.gateway, "disconnect_calendar", &wrong, 422, "invalid_field");
}

#[test]
fn who_changed_a_link_stands_in_the_audit_trail() {
    let office = Office::new();
    office.link(ProviderKind::Caldav);
    office.ask("PATCH", LINK, Some(json!({"enabled": false})));
    office.ask("PATCH", LINK, Some(json!({"enabled": true})));
    let made = office.ask("POST", "/api/v1/calendar/page-link", None);
    expect(&office.gateway, "create_page_link", &made, 200, "");
    office.ask("POST", "/api/v1/calendar/sync/caldav/disconnect", Some(json!({"events": "keep"})));
    let noted = office.gateway.engine().store.read(|tx| pasarela::store::audit::after(tx, 0, 100)).unwrap();
    let noted: Vec<_> = noted.iter().filter(|entry| entry.actor_kind == "key" && entry.holder.is_some()).collect();
    let actions: Vec<_> = noted.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["link.paused", "link.resumed", "page_link.made", "link.disconnected"]);
    assert!(noted.iter().all(|entry| entry.actor_id.is_some()), "{noted:?}");
    let token = made.json["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(noted.iter().all(|entry| !entry.detail.to_string().contains(&token)));
}
