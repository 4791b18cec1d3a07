//! While too many links are in the making, people are told so on their page, and nothing of what they did is lost.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use testing::eventually;

use super::Scene;
use super::accounts::{Accounts, PASSWORD};
use super::visitor::Visitor;
use crate::pools::Crowd;

const PATIENCE: Duration = Duration::from_secs(60);

fn home() -> IpAddr {
    [127, 0, 0, 1].into()
}

#[test]
fn a_try_that_gets_no_place_is_told_and_can_be_tried_again() {
    let scene = Accounts::start();
    let app = Arc::clone(&scene.gateway.engine().app);
    let mut visitor = Visitor::came_in(&scene);
    let crowd = Crowd::fill(&app.pools.links("127.0.0.1", home()));
    scene.caldav(&mut visitor, PASSWORD);
    let form = visitor.home_with("the form", |seen| seen.code() == "crowded");
    assert!(form.has_form("caldav") && form.says(&scene.caldav.url), "{form:?}");
    assert!(scene.caldav.counts().lines.is_empty(), "nobody was asked");
    drop(crowd);
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the linked page", |seen| seen.html.contains("/connect/unlink"));
}

#[test]
fn a_consent_that_gets_no_place_is_told_and_can_be_confirmed_again() {
    let scene = Scene::start("");
    let app = Arc::clone(&scene.gateway.engine().app);
    let page = scene.get(&scene.consent());
    let crowd = Crowd::fill(&app.pools.links("google", home()));
    let told = scene.confirm(&page);
    assert_eq!((told.status, told.code(), told.header("retry-after")), (503, "crowded", "20"), "{told:?}");
    let looked = scene.post("/oauth/google/status", &[("ticket", page.ticket())]);
    assert!(
        looked.status == 200 && looked.has_form("confirm"),
        "pages that ask nobody have places of their own: {looked:?}"
    );
    drop(crowd);
    eventually("the link", PATIENCE, || (scene.confirm(&page).code() == "linked").then_some(()));
}
