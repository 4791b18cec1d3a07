//! What the operator got wrong, and what passes, is never for good something that people have to mend.

use std::time::Duration;

use pasarela::clients;
use pasarela::clock::Clock;
use pasarela::happened::Happened;
use pasarela::ids::Holder;
use serde_json::{Value, json};
use simulators::{caldav, google};
use testing::eventually;
use testing::gateway::{Gateway, Phone, appointment};
use testing::in_process::PHONE;
use testing::person;
use testing::settings::host;
use testing::stage::{Setup, Stage, event};

const PATIENCE: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_secs(3600);

fn shown(gateway: &Gateway, phone: &Phone) -> Value {
    gateway.client().send("GET", "/link", &phone.headers(), b"").unwrap().json()
}

fn post(gateway: &Gateway, phone: &Phone, uid: &str) {
    let body = phone.body(json!({"event_data": appointment(uid, uid, 1)}));
    let answer = gateway.client().send("POST", "/events", &phone.headers(), &body).unwrap();
    assert!([201, 202].contains(&answer.status), "{}", answer.text());
}

/// Starts again with one setting changed for the worse: the link says so, and waits for nobody; and again without.
fn slips(gateway: &mut Gateway, phone: &Phone, setting: &'static str, wrong: &str, says: &str) {
    gateway.kill();
    let right = gateway.environment.clone();
    gateway.environment.push((setting, wrong.to_owned()));
    gateway.run();
    post(gateway, phone, "during");
    let link = eventually("the trouble to show", PATIENCE, || {
        Some(shown(gateway, phone)).filter(|link| link["reason"].is_string())
    });
    assert_eq!(link["state"], "active", "{link}");
    assert!(link["reason"].as_str().unwrap().contains(says), "{link}");
    gateway.kill();
    gateway.environment = right;
    gateway.run();
    phone.wait_until_synced(gateway, PATIENCE);
    assert_eq!(shown(gateway, phone)["state"], "active");
}

#[test]
fn a_server_that_the_settings_forget_is_not_a_lost_calendar() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = caldav::start("127.0.0.1:0".parse().unwrap(), caldav::Options::default());
    let server = runtime.block_on(server).unwrap();
    let mut gateway = Gateway::start(&[host(&server.url)], "[sync]\ntick = \"100ms\"");
    let phone = Phone::nth(1);
    let account = json!({"url": server.url, "username": "alice", "password": "secret"});
    let body = phone.body(json!({"provider": "caldav", "caldav": account}));
    assert_eq!(gateway.client().send("POST", "/link", &phone.headers(), &body).unwrap().status, 201);
    slips(&mut gateway, &phone, "PASARELA_CALDAV__ALLOWED_HOSTS", "127.0.0.1:1", "not set up right");
}

#[test]
fn a_wrong_secret_of_our_client_is_nobody_s_lost_permission() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let google = google::start("127.0.0.1:0".parse().unwrap(), google::Options::default());
    let google = runtime.block_on(google).unwrap();
    let mut gateway = Gateway::start(&[], &format!("[sync]\ntick = \"100ms\"\n[google]\n{}", google.settings()));
    let phone = Phone::nth(1);
    person::consents(&gateway, &phone, &google.url);
    post(&gateway, &phone, "before");
    phone.wait_until_synced(&gateway, PATIENCE);
    google.expire_access_tokens();
    slips(&mut gateway, &phone, "PASARELA_GOOGLE__CLIENT_SECRET", "a wrong one", "not set up right");
}

/// A linked person whose server refuses the password, and the link parked for it.
fn refused() -> Stage {
    let clock = Clock::standing("2026-11-28T12:00:00Z".parse().unwrap());
    let stage = Setup::default().caldav(caldav::Options::default()).puentes().clock(clock).start();
    assert_eq!(stage.link().status, 201);
    eventually("the first resync", PATIENCE, || (stage.shown()["pending"] == 0).then_some(()));
    assert!(stage.caldav().set_password("alice", "of a directory that is down"));
    assert_eq!(stage.ask_async("POST", "/events", event("a", "Cita")).status, 202);
    eventually("the refusal", PATIENCE, || (stage.shown()["state"] == "needs_reauthorization").then_some(()));
    stage
}

fn holder() -> Holder {
    Holder::of(clients::puentes::ID, PHONE)
}

fn history(stage: &Stage) -> Vec<Happened> {
    let happened = stage.gateway.engine().app.agenda.happened(&holder(), 99).unwrap();
    happened.into_iter().map(|one| one.what).collect()
}

/// The reconciler takes the link in hand now.
fn work(stage: &Stage) {
    let app = &stage.gateway.engine().app;
    let link = app.linking.view(&holder()).unwrap().unwrap();
    app.sync.reconcile(link.id).unwrap();
}

#[test]
fn a_server_that_refused_everybody_for_an_hour_asks_nobody_to_sign_in_again() {
    let stage = refused();
    stage.caldav().clear_counts();
    assert!(stage.caldav().set_password("alice", "secret"));
    stage.gateway.clock.advance(HOUR - Duration::from_secs(60));
    work(&stage);
    assert_eq!(stage.caldav().counts().lines.len(), 0, "not before an hour is over");
    stage.gateway.clock.advance(HOUR);
    work(&stage);
    eventually("the link to go on", PATIENCE, || (stage.shown()["state"] == "active").then_some(()));
    eventually("what waited", PATIENCE, || (stage.shown()["pending"] == 0).then_some(()));
    assert_eq!(stage.titles(), ["Cita"]);
    assert_eq!(history(&stage).into_iter().filter(|what| *what == Happened::Recovered).count(), 1);
}

#[test]
fn a_server_that_goes_on_refusing_is_asked_more_and_more_rarely_and_then_never() {
    let stage = refused();
    let before = history(&stage);
    for _ in 0..40 {
        stage.gateway.clock.advance(36 * HOUR);
        work(&stage);
    }
    stage.caldav().clear_counts();
    for _ in 0..10 {
        stage.gateway.clock.advance(36 * HOUR);
        work(&stage);
    }
    assert_eq!(stage.caldav().counts().lines.len(), 0);
    assert_eq!(stage.shown()["state"], "needs_reauthorization");
    assert_eq!(history(&stage), before, "looks are nothing to tell");
}
