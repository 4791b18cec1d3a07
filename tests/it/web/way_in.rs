//! The link into a page that another client system than Puentes asked for, and that page: it names who invites, and shows each of
//! several calendars.

use std::time::Duration;

use pasarela::clock::Clock;
use pasarela::ids::{Holder, Tenant};
use pasarela::trail::Actor;
use serde_json::{Value, json};

use super::accounts::{Accounts, PASSWORD};
use super::visitor::Visitor;
use super::{Scene, Seen};

const PHONE_BROWSER: &str = "Mozilla/5.0 (Linux; Android 14) Chrome/129.0.0.0 Mobile Safari/537.36";
const INSTAGRAM: &str = "Mozilla/5.0 (Linux; Android 14; wv) Chrome/129.0.0.0 Mobile Safari/537.36 Instagram 350.0";

/// A client system that is called so, and a key of it.
fn clinic(scene: &Scene) -> (Tenant, String) {
    let tenant = scene.gateway.client("norte");
    let changes = json!({"display_name": "Clínica Norte"}).as_object().unwrap().clone();
    scene.gateway.engine().app.tenants.choose(tenant, &changes, &Actor::operator(None)).unwrap();
    (tenant, scene.gateway.api_key_of(tenant, |_| ()))
}

/// The path of a new link into the page of `holder`.
fn link(scene: &Scene, key: &str, holder: &str) -> String {
    let made = scene.gateway.ask_keyed(key, holder, "POST", "/api/v1/calendar/page-link", None);
    let url = made.json["url"].as_str().unwrap_or_else(|| panic!("{made:?}")).to_owned();
    url::Url::parse(&url).unwrap().path().to_owned()
}

fn is_shut(seen: &Seen) {
    assert_eq!((seen.status, seen.code()), (410, "link_expired"), "{seen:?}");
    assert_eq!(seen.header("set-cookie"), "", "{seen:?}");
}

#[test]
fn opening_the_link_changes_nothing_and_a_tap_leads_in_as_often_as_one_likes() {
    let scene = Scene::start("");
    let (_, key) = clinic(&scene);
    let path = link(&scene, &key, "customer-2041");
    for _ in 0..3 {
        let shown = scene.get(&path);
        assert_eq!((shown.status, shown.header("set-cookie")), (200, ""), "{shown:?}");
        assert!(shown.html.contains("Clínica Norte") && shown.html.contains("…2041"), "{shown:?}");
        assert!(!shown.html.contains("Puentes") && !shown.html.contains("customer-2041"), "{shown:?}");
        assert_eq!((shown.header("referrer-policy"), shown.header("x-robots-tag")), ("no-referrer", "noindex"));
    }
    for _ in 0..2 {
        let mut visitor = Visitor::new(&scene, PHONE_BROWSER);
        visitor.come_in(&path);
        let home = visitor.home();
        assert!(home.html.contains("Clínica Norte") && !home.html.contains("Puentes"), "{home:?}");
    }
    let last = if path.ends_with('A') { "B" } else { "A" };
    is_shut(&scene.get(&format!("{}{last}", &path[..path.len() - 1])));
    is_shut(&scene.post_with(&format!("{}{last}", &path[..path.len() - 1]), &[], &[]));
}

#[test]
fn the_link_is_good_for_a_day_and_a_hop_or_a_session_is_no_link() {
    let clock = Clock::standing("2026-11-24T10:00:00Z".parse().unwrap());
    let scene = Scene::at("", clock.clone());
    let (tenant, key) = clinic(&scene);
    let path = link(&scene, &key, "17");
    clock.advance(Duration::from_secs(86_399));
    assert_eq!(scene.get(&path).status, 200);
    clock.advance(Duration::from_secs(1));
    is_shut(&scene.get(&path));
    is_shut(&scene.post_with(&path, &[], &[]));
    let hop = scene.gateway.engine().app.linking.hop(&Holder::of(tenant.client(), "17")).unwrap();
    is_shut(&scene.get(&format!("/c/{}", pasarela::secret::ExposeSecret::expose_secret(&hop))));
    let path = link(&scene, &key, "17");
    is_shut(&scene.get(&format!("/connect?hop={}", path.strip_prefix("/c/").unwrap())));
}

#[test]
fn a_form_of_another_site_leads_nobody_in_and_who_is_somebody_else_is_asked() {
    let scene = Scene::start("");
    let (_, key) = clinic(&scene);
    let path = link(&scene, &key, "17");
    let foreign = scene.post_with(&path, &[], &[("sec-fetch-site", "cross-site")]);
    assert_eq!((foreign.status, foreign.header("set-cookie")), (403, ""), "{foreign:?}");
    let visitor = Visitor::came_in(&scene);
    let seen = visitor.send_raw(&path, &[]);
    let hop = seen.header("location").to_owned();
    assert!(hop.starts_with("/connect?hop="), "{seen:?}");
    let question = visitor.get(&hop);
    assert!(question.html.contains("id=\"change\"") && question.html.contains("…4567"), "{question:?}");
    // An app's own browser is helped out of it first.
    let app = Visitor::new(&scene, INSTAGRAM);
    let seen = app.send_raw(&path, &[]);
    assert!(seen.header("location").starts_with("/connect?hop="), "{seen:?}");
}

#[test]
fn several_calendars_stand_on_one_page_and_each_can_be_unlinked() {
    let accounts = Accounts::start();
    let scene: &Scene = &accounts;
    let (_, key) = clinic(scene);
    let mut visitor = Visitor::new(scene, PHONE_BROWSER);
    visitor.come_in(&link(scene, &key, "17"));
    accounts.caldav(&mut visitor, PASSWORD);
    let one = visitor.home_with("the first calendar", |seen| seen.html.contains("id=\"more\""));
    assert!(one.html.contains("<dd>Clínica Norte</dd>"), "the calendar is called as who made it: {one:?}");
    assert!(
        one.html.contains("action=\"/connect/google\"") && !one.html.contains("href=\"/connect/caldav\""),
        "{one:?}"
    );
    // The link of the second one comes over the API; the page shows both.
    let ask = |method, path: &str, body: Option<Value>| scene.gateway.ask_keyed(&key, "17", method, path, body);
    let off = ask("PATCH", "/api/v1/calendar/link", Some(json!({"enabled": false})));
    assert_eq!(off.json["state"], "paused", "{off:?}");
    let paused = visitor.home();
    assert!(paused.html.contains("Tu calendario está en pausa"), "{paused:?}");
    let unlink = visitor.get("/connect/unlink?provider=caldav");
    assert!(unlink.html.contains("name=\"provider\" value=\"caldav\""), "{unlink:?}");
    visitor.send("/connect/unlink", &[("provider", "google")]);
    assert_eq!(ask("GET", "/api/v1/calendar/link", None).json["links"].as_array().unwrap().len(), 1);
    visitor.send("/connect/unlink", &[("provider", "caldav")]);
    visitor.home_with("the calendar to be clean", |seen| seen.html.contains("class=\"receipt\""));
}
