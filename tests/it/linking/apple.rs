//! Apple, as far as it can be played: the calendar server stands in for it. Nothing but an app-specific password is sent.

use pasarela::clients;
use pasarela::ids::Holder;
use pasarela::link::{Obstacle, ProviderKind};
use pasarela::linking::{LinkError, LinkRequest};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use simulators::caldav::Options;
use testing::eventually;
use testing::in_process::{Answer, PHONE, TestGateway};
use testing::settings::host;
use testing::stage::{Stage, nth};

use super::PATIENCE;

const PASSWORD: &str = "abcd-efgh-ijkl-mnop";

/// A gateway beside the stage's own for which the stage's calendar server is Apple.
fn apple() -> (Stage, TestGateway) {
    let users = [("alice".to_owned(), PASSWORD.to_owned())].into();
    let stage = Stage::with(Options { users, own_events: true, ..Options::default() }, "");
    let (url, puentes) = (stage.caldav().url.clone(), stage.puentes().events_url());
    let gateway = TestGateway::with(&format!(
        "apple.url = \"{url}/\"\ncaldav.allowed_hosts = [{:?}]\npuentes.events_url = {puentes:?}\nsync.tick = \"100ms\"",
        host(&url)
    ));
    (stage, gateway)
}

fn link(gateway: &TestGateway, username: &str, password: &str) -> Answer {
    let account = json!({"username": username, "password": password});
    gateway.ask("POST", "/link", Some(json!({"provider": "apple", "caldav": account})))
}

fn obstacle(error: &LinkError) -> Option<Obstacle> {
    match error {
        LinkError::NotMade(not) => Some(not.obstacle),
        LinkError::Store(_) => None,
    }
}

#[test]
fn an_app_password_links_however_it_was_pasted() {
    for typed in [PASSWORD, "ABCD EFGH IJKL MNOP", "abcd–efgh–ijkl–mnop\u{a0}"] {
        let (stage, gateway) = apple();
        stage.tells((0..2).map(nth));
        let linked = link(&gateway, "alice", typed);
        assert_eq!((linked.status, &linked.json["provider"]), (201, &json!("apple")), "{typed}: {linked:?}");
        eventually("the events", PATIENCE, || (stage.titles().len() == 2).then_some(()));
        assert_eq!(gateway.ask("DELETE", "/link", None).json["deleted"], json!(2), "{typed}");
    }
}

#[test]
fn what_is_no_app_password_is_never_sent() {
    let (stage, gateway) = apple();
    let refused = link(&gateway, "alice", "My usual 1 password");
    assert_eq!((refused.status, refused.code()), (422, "login_failed"), "{refused:?}");
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("xxxx-xxxx-xxxx-xxxx") && !refused.text.contains("usual"), "{refused:?}");
    let request = |provider, address: &str, password: String| LinkRequest {
        provider,
        address: address.to_owned(),
        username: "alice".to_owned(),
        password: password.into(),
        calendar: None,
    };
    let holder = Holder::of(clients::puentes::ID, PHONE);
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&"\\PC{0,30}|[a-z]{17,30}|[a-z]{0,15}|([a-z]{4}-){3}[a-z0-9]{3}[0-9]", |typed| {
        let error = gateway.engine().app.linking.link(&holder, &request(ProviderKind::Apple, "", typed)).unwrap_err();
        assert_eq!(obstacle(&error), Some(Obstacle::AppleRegularPassword), "{error:?}");
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(stage.caldav().counts().total, 0, "{:?}", stage.caldav().counts().lines);
    // Nor by the door for all calendar servers.
    for address in ["alice@icloud.com", "https://caldav.icloud.com/", "icloud.com"] {
        let request = request(ProviderKind::Caldav, address, "My usual 1 password".to_owned());
        let error = gateway.engine().app.linking.link(&holder, &request).unwrap_err();
        assert_eq!(obstacle(&error), Some(Obstacle::AppleRegularPassword), "{address}: {error:?}");
    }
}

#[test]
fn a_withdrawn_app_password_is_a_refused_login_and_an_apple_that_is_not_there_is_down() {
    let (stage, gateway) = apple();
    let wrong = link(&gateway, "alice", "zzzz-zzzz-zzzz-zzzz");
    assert_eq!((wrong.status, wrong.code()), (422, "login_failed"), "{wrong:?}");
    assert!(stage.caldav().counts().total > 0);
    let (holder, password) = (Holder::of(clients::puentes::ID, PHONE), PASSWORD.to_owned().into());
    let request = LinkRequest {
        provider: ProviderKind::Apple,
        address: String::new(),
        username: "alice".to_owned(),
        password,
        calendar: None,
    };
    drop(stage);
    let error = gateway.engine().app.linking.link(&holder, &request).unwrap_err();
    assert_eq!(obstacle(&error), Some(Obstacle::ProviderDown), "{error:?}");
}
