//! From Google's page to the linked calendar.

use serde_json::json;
use simulators::google::USER;
use simulators::wire::Rule;
use testing::in_process::PHONE;

use super::Scene;

#[test]
fn the_person_confirms_the_phone_and_is_linked() {
    let scene = Scene::start("");
    let back = scene.consent();
    let page = scene.get(&back);
    assert_eq!((page.status, page.has_form("confirm")), (200, true), "{page:?}");
    assert!(page.html.contains("…4567") && !page.html.contains(&PHONE[1..9]), "{page:?}");
    assert!(page.html.contains("Crearemos un calendario «Puentes». No leeremos tus otros eventos."), "{page:?}");
    assert_eq!(scene.link()["linked"], json!(false), "nothing is linked before it is confirmed");
    let done = scene.confirm(&page);
    assert_eq!((done.status, done.code()), (200, "linked"), "{done:?}");
    for words in ["Vinculado", "Puentes", USER, "…4567", "puedes cerrar esta página"] {
        assert!(done.html.contains(words), "{words}: {done:?}");
    }
    assert_eq!((scene.link()["account"].as_str(), scene.link()["calendar"].as_str()), (Some(USER), Some("Puentes")));
}

#[test]
fn a_page_that_is_loaded_or_sent_again_goes_on_where_it_was() {
    let scene = Scene::start("");
    let back = scene.consent();
    let (first, second) = (scene.get(&back), scene.get(&back));
    assert!(first.has_form("confirm") && second.has_form("confirm"), "{second:?}");
    assert_eq!(scene.confirm(&first).status, 410, "the older of two pages is worth nothing");
    assert_eq!(scene.confirm(&second).code(), "linked");
    assert_eq!(scene.confirm(&second).code(), "linked", "a form that is sent again does nothing again");
    assert_eq!(scene.get(&back).code(), "linked");
    assert_eq!(scene.google().calendars(USER).len(), 2, "the person's own and ours, once");
}

#[test]
fn of_two_taps_one_links_and_the_other_sees_it_happen() {
    let scene = Scene::start("");
    let page = scene.get(&scene.consent());
    let slow = Rule { pattern: "^POST /token".to_owned(), held: true, ..Rule::default() };
    scene.google().set_faults(vec![slow]).unwrap();
    scene.google().clear_counts();
    std::thread::scope(|threads| {
        let first = threads.spawn(|| scene.confirm(&page));
        testing::eventually("the first tap to reach Google", std::time::Duration::from_secs(20), || {
            (scene.google().counts().of("POST") > 0).then_some(())
        });
        let second = scene.confirm(&page);
        assert_eq!((second.code(), second.has_form("look")), ("busy", true), "{second:?}");
        let looked = scene.post("/oauth/google/status", &[("ticket", second.ticket())]);
        assert_eq!(looked.code(), "busy", "{looked:?}");
        scene.google().set_faults(Vec::new()).unwrap();
        assert_eq!(first.join().unwrap().code(), "linked");
        let looked = scene.post("/oauth/google/status", &[("ticket", second.ticket())]);
        assert_eq!(looked.code(), "linked", "{looked:?}");
    });
}

#[test]
fn who_is_linked_goes_where_the_operator_wants() {
    let scene = Scene::start("server.linked_url = \"https://puentes.example.org/listo\"");
    let back = scene.consent();
    let page = scene.get(&back);
    assert!(page.header("content-security-policy").contains(" https://puentes.example.org;"), "{page:?}");
    let done = scene.confirm(&page);
    assert_eq!((done.status, done.header("location")), (303, "https://puentes.example.org/listo"), "{done:?}");
    assert_eq!(done.header("referrer-policy"), "no-referrer");
    assert_eq!(scene.get(&back).header("location"), "https://puentes.example.org/listo");
}

#[test]
fn where_people_may_choose_a_new_calendar_stands_first() {
    let scene = Scene::start("google.existing_calendars = true");
    let hostile = "</label><script>alert(1)</script>";
    let made = scene.google().person(USER, "POST", &["calendars"], Some(&json!({"summary": hostile}))).unwrap();
    let page = scene.get(&scene.consent());
    assert!(page.html.contains("uno nuevo «Puentes» o uno tuyo") && !page.html.contains("Crearemos"), "{page:?}");
    let choose = scene.confirm(&page);
    assert!(choose.has_form("choose") && !choose.html.contains("<script"), "{choose:?}");
    let new = choose.html.find("value=\"\" checked").unwrap();
    let theirs = choose.html.find("&lt;script&gt;alert(1)").unwrap();
    assert!(new < theirs, "{choose:?}");
    let again = scene.post("/oauth/google/confirm", &[("ticket", choose.ticket()), ("lang", "pt")]);
    assert!(again.has_form("choose") && again.html.contains("Em qual agenda?"), "{again:?}");
    let fields = [("ticket", choose.ticket()), ("calendar", made["id"].as_str().unwrap())];
    let done = scene.post("/oauth/google/choose", &fields);
    assert_eq!(done.code(), "linked", "{done:?}");
    assert!(done.html.contains("&lt;script&gt;") && !done.html.contains("<script"), "{done:?}");
    assert_eq!(scene.link()["calendar"], json!(hostile));
}

#[test]
fn no_choice_means_a_new_calendar() {
    let scene = Scene::start("google.existing_calendars = true");
    let choose = scene.confirm(&scene.get(&scene.consent()));
    let done = scene.post("/oauth/google/choose", &[("ticket", choose.ticket()), ("calendar", "")]);
    assert_eq!((done.code(), scene.link()["calendar"].as_str()), ("linked", Some("Puentes")), "{done:?}");
}
