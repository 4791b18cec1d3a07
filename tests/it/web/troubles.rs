//! Consents that don't end in a link: each has its page, its code, and a way on.

use simulators::google::Quirks;
use simulators::wire::{Lost, Rule};

use super::{Scene, Seen};

/// The page leads back to Google, and from there to a link.
fn leads_back(scene: &Scene, page: &Seen) {
    assert!(page.has_form("again"), "{page:?}");
    let again = scene.post("/oauth/google/again", &[("ticket", page.ticket())]);
    assert_eq!((again.status, again.header("cache-control")), (303, "no-store"), "{again:?}");
    let at = again.header("location").parse().unwrap();
    let confirm = scene.get(&scene.decide(&at, "allow", |_| true));
    assert_eq!(scene.confirm(&confirm).code(), "linked");
}

#[test]
fn saying_no_is_no_error() {
    let scene = Scene::start("");
    let back = scene.decide(&scene.begin(), "cancel", |_| true);
    let page = scene.get(&back);
    assert_eq!((page.status, page.code()), (200, "cancelled"), "{page:?}");
    assert!(page.html.contains("No pasa nada") && page.html.contains("¿Probamos otra vez?"), "{page:?}");
    let page = scene.get(&back);
    assert_eq!(page.code(), "cancelled", "it says so again when it is loaded again");
    leads_back(&scene, &page);
}

#[test]
fn a_box_that_was_not_ticked_is_explained() {
    let scene = Scene::start("");
    let page = scene.get(&scene.decide(&scene.begin(), "allow", |scope| !scope.contains("calendar")));
    let page = scene.confirm(&page);
    assert_eq!(page.code(), "missing_scope", "{page:?}");
    leads_back(&scene, &page);
}

#[test]
fn what_the_operator_has_to_mend_is_not_the_person_s_fault() {
    let scene = Scene::start("");
    let at = scene.begin();
    scene.google().set_quirks(Quirks { consent_error: Some("redirect_uri_mismatch".to_owned()), ..Quirks::default() });
    let page = scene.get(&scene.decide(&at, "allow", |_| true));
    assert_eq!(page.code(), "operator", "{page:?}");
    assert!(page.html.contains("No es culpa tuya"), "{page:?}");
    assert!(!page.html.contains("redirect_uri_mismatch"), "{page:?}");
    scene.google().set_quirks(Quirks::default());
    leads_back(&scene, &page);
}

#[test]
fn when_google_does_not_answer_nothing_is_linked_and_trying_again_helps() {
    let scene = Scene::start("");
    let page = scene.get(&scene.consent());
    let down = Rule { pattern: "^POST /token".to_owned(), status: Some(503), ..Rule::default() };
    scene.google().set_faults(vec![down]).unwrap();
    let page = scene.confirm(&page);
    assert_eq!(page.code(), "provider_down", "{page:?}");
    scene.google().set_faults(Vec::new()).unwrap();
    // The consent is still good: nobody has to give it twice.
    let again = scene.post("/oauth/google/again", &[("ticket", page.ticket())]);
    assert_eq!(again.code(), "linked", "{again:?}");
}

#[test]
fn a_code_that_was_used_up_by_a_lost_exchange_leads_back_to_google() {
    let scene = Scene::start("");
    let page = scene.get(&scene.consent());
    let lost = Rule { pattern: "^POST /token".to_owned(), lost: Some(Lost::Answer), ..Rule::default() };
    scene.google().set_faults(vec![lost]).unwrap();
    let page = scene.confirm(&page);
    assert_eq!(page.code(), "provider_down", "{page:?}");
    scene.google().set_faults(Vec::new()).unwrap();
    leads_back(&scene, &page);
}

#[test]
fn a_phone_that_is_linked_by_now_can_not_be_linked_again() {
    let scene = Scene::start("");
    let (one, two) = (scene.consent(), scene.consent());
    let cancelled = scene.get(&scene.decide(&scene.begin(), "cancel", |_| true));
    let (one, two) = (scene.get(&one), scene.get(&two));
    assert_eq!(scene.confirm(&one).code(), "linked");
    for page in [scene.confirm(&two), scene.post("/oauth/google/again", &[("ticket", cancelled.ticket())])] {
        assert_eq!((page.code(), page.has_form("again")), ("already_linked", false), "{page:?}");
        assert!(!page.html.contains(simulators::google::USER), "whose account it is stays unsaid");
    }
}
