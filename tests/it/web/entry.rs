//! Who comes in by their link, and who does not.

use pasarela::clock::Clock;
use testing::in_process::{PHONE, key};
use testing::stage::event;

use super::visitor::{Visitor, link_of};
use super::{Scene, Seen};

const OTHER: &str = "+593991234568";
const INSTAGRAM: &str = "Mozilla/5.0 (Linux; Android 14; wv) Chrome/129.0.0.0 Mobile Safari/537.36 Instagram 350.0";

/// Every address of who is in.
const ADDRESSES: [(&str, &str); 17] = [
    ("GET", "/connect"),
    ("GET", "/connect/handover"),
    ("GET", "/connect/apple"),
    ("GET", "/connect/caldav"),
    ("GET", "/connect/unlink"),
    ("GET", "/connect/history"),
    ("GET", "/connect/event?event=1"),
    ("POST", "/connect/google"),
    ("POST", "/connect/apple"),
    ("POST", "/connect/caldav"),
    ("POST", "/connect/choose"),
    ("POST", "/connect/dismiss"),
    ("POST", "/connect/resync"),
    ("POST", "/connect/unlink"),
    ("POST", "/connect/change"),
    ("POST", "/connect/logout"),
    ("POST", "/connect/stay"),
];

fn is_shut(seen: &Seen) {
    assert_eq!((seen.status, seen.code()), (410, "link_expired"), "{seen:?}");
    assert_eq!(seen.header("set-cookie"), "", "{seen:?}");
}

#[test]
fn the_link_becomes_a_session_and_the_key_leaves_the_address_bar() {
    let scene = Scene::start("");
    let seen = scene.get(&link_of(PHONE));
    assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
    let cookie = seen.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; Max-Age=7200; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!((seen.header("cache-control"), seen.header("referrer-policy")), ("no-store", "no-referrer"));
    let visitor = Visitor::came_in(&scene);
    let page = visitor.home();
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.html.contains("…4567") && !page.html.contains(&PHONE[1..9]), "{page:?}");
    assert!(!page.html.contains(&key(PHONE)) && !page.html.contains(visitor.cookie.split('=').nth(1).unwrap()));
}

#[test]
fn a_plus_that_nobody_encoded_is_still_a_plus() {
    let scene = Scene::start("");
    let seen = scene.get(&format!("/connect?phone_number={PHONE}&secure_key={}", key(PHONE)));
    assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
}

#[test]
fn a_link_over_a_phone_as_it_was_pasted_opens_that_person_s_page() {
    let scene = Scene::start("");
    for phone in ["\u{202a}+593 99 123 4567\u{202c}", "whatsapp:+593991234567"] {
        let mut visitor = Visitor::new(&scene, "Mozilla/5.0");
        let link = url::form_urlencoded::Serializer::new(String::from("/connect?"))
            .extend_pairs([("phone_number", phone), ("secure_key", &key(phone))])
            .finish();
        let seen = visitor.open(&link);
        assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{phone:?}: {seen:?}");
        assert!(visitor.home().html.contains("…4567"), "{phone:?}");
    }
}

#[test]
fn who_has_no_right_key_learns_nothing() {
    let scene = Scene::start("");
    assert!(scene.gateway.ask("POST", "/events", event("known", "Cita")).status < 300, "this phone is known");
    let wrong = "0".repeat(32);
    let known = scene.get(&format!("/connect?phone_number=%2B593991234567&secure_key={wrong}"));
    is_shut(&known);
    for query in [
        format!("phone_number=%2B593991234599&secure_key={wrong}"),
        format!("phone_number=%2B593991234567&secure_key={}", key(OTHER)),
        format!("phone_number=no-phone&secure_key={}", key("no-phone")),
        "phone_number=%2B593991234567".to_owned(),
        format!("secure_key={}", key(PHONE)),
        format!("hop={}", "x".repeat(43)),
    ] {
        let seen = scene.get(&format!("/connect?{query}"));
        is_shut(&seen);
        assert_eq!(seen.html, known.html, "{query}");
    }
}

fn wrong_link() -> String {
    format!("/connect?phone_number=%2B593991234567&secure_key={}", "0".repeat(32))
}

#[test]
fn wrong_links_are_told_to_wait_here_and_at_the_api_and_the_right_one_opens() {
    let scene = Scene::start("");
    for _ in 0..10 {
        is_shut(&scene.get(&wrong_link()));
    }
    let seen = scene.get(&wrong_link());
    assert_eq!((seen.status, seen.code()), (429, "rate_limited"), "{seen:?}");
    let wait: i64 = seen.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let wrong = [("X-Phone-Number", "0991234567"), ("X-Secure-Key", "wrong")];
    assert_eq!(scene.gateway.send("GET", "/link", &wrong, None).code(), "too_many_attempts");
    assert_eq!(scene.get(&link_of(PHONE)).status, 303, "the person comes in");
    assert_eq!(scene.gateway.ask("GET", "/link", None).status, 200, "and so does Puentes");
}

#[test]
fn a_page_of_another_site_opens_nothing_and_counts_for_nobody() {
    let scene = Scene::start("");
    let part = |dest| [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", dest)];
    for dest in ["image", "script", "empty", "iframe", "object"] {
        for path in [wrong_link(), link_of(PHONE)] {
            for _ in 0..10 {
                let seen = scene.ask("GET", &path, &part(dest));
                assert_eq!((seen.status, seen.code()), (403, "foreign_form"), "{dest}: {seen:?}");
                assert_eq!(seen.header("set-cookie"), "", "{dest}");
            }
        }
    }
    is_shut(&scene.get(&wrong_link()));
    let followed = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(scene.ask("GET", &link_of(PHONE), &followed).status, 303, "a link that somebody follows");
}

#[test]
fn who_may_frame_the_page_opens_it_in_a_frame() {
    let scene = Scene::start("server.frame_ancestors = [\"https://puentes.example.org\"]");
    let framed = |dest| [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", dest)];
    assert_eq!(scene.ask("GET", &link_of(PHONE), &framed("iframe")).status, 303);
    assert_eq!(scene.ask("GET", &link_of(PHONE), &framed("image")).status, 403);
    for _ in 0..20 {
        is_shut(&scene.ask("GET", &wrong_link(), &framed("iframe")));
    }
}

#[test]
fn without_a_session_no_page_answers() {
    let scene = Scene::start("");
    for (method, path) in ADDRESSES {
        for cookie in ["", "pasarela_session=made-up"] {
            is_shut(&scene.ask_form(method, path, &[("cookie", cookie)]));
        }
    }
}

#[test]
fn a_session_is_over_after_two_hours() {
    let clock = Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let time = clock.clone();
    let scene = Scene::at("", clock);
    let visitor = Visitor::came_in(&scene);
    time.advance(std::time::Duration::from_secs(2 * 3600 - 1));
    assert_eq!(visitor.home().status, 200);
    time.advance(std::time::Duration::from_secs(1));
    is_shut(&visitor.home());
}

#[test]
fn coming_in_again_ends_the_session_before() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let before = visitor.cookie.clone();
    visitor.open(&link_of(PHONE));
    assert_ne!(visitor.cookie, before);
    assert_eq!(visitor.home().status, 200);
    visitor.cookie = before;
    is_shut(&visitor.home());
}

#[test]
fn who_is_in_is_asked_before_the_link_of_another_person_takes_their_place() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let before = visitor.cookie.clone();
    let seen = visitor.open(&link_of(OTHER));
    let hop = seen.header("location").to_owned();
    assert!(seen.status == 303 && hop.starts_with("/connect?hop=") && !hop.contains(&key(OTHER)), "{seen:?}");
    let question = visitor.open(&hop);
    assert!(question.status == 200 && question.has_form("change"), "{question:?}");
    assert!(question.html.contains("…4567") && question.html.contains("…4568"), "{question:?}");
    let english = visitor.get(&format!("{hop}&lang=en"));
    assert!(
        english.header("content-language") == "en" && english.has_form("change"),
        "it can be read in another language"
    );
    assert_eq!(visitor.cookie, before, "nothing changed");
    assert!(visitor.home().html.contains("…4567"), "who stays, stays");
    let token = hop.strip_prefix("/connect?hop=").unwrap();
    for csrf in ["", "made-up"] {
        let seen = visitor.send_raw("/connect/change", &[("csrf", csrf), ("hop", token)]);
        assert_eq!((seen.status, seen.code()), (403, "stale_form"), "{seen:?}");
    }
    let seen = visitor.send("/connect/change", &[("hop", token)]);
    assert_eq!((seen.status, seen.header("location")), (303, "/connect"), "{seen:?}");
    assert!(visitor.home().html.contains("…4568") && !visitor.home().html.contains("…4567"));
    visitor.cookie = before;
    is_shut(&visitor.home());
}

#[test]
fn an_app_s_browser_asks_too_and_a_session_that_is_over_is_not_asked_about() {
    let clock = Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let time = clock.clone();
    let scene = Scene::at("", clock);
    let mut app = Visitor::new(&scene, INSTAGRAM);
    app.stay(&link_of(PHONE));
    let question = app.stay(&link_of(OTHER));
    assert!(question.status == 200 && question.has_form("change"), "{question:?}");
    assert!(app.home().html.contains("…4567"));
    let mut visitor = Visitor::came_in(&scene);
    time.advance(std::time::Duration::from_secs(2 * 3600));
    assert_eq!(visitor.open(&link_of(OTHER)).header("location"), "/connect");
    assert!(visitor.home().html.contains("…4568"));
}

#[test]
fn who_goes_out_is_out() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let before = visitor.cookie.clone();
    let seen = visitor.send("/connect/logout", &[]);
    assert_eq!(seen.status, 200, "{seen:?}");
    assert!(seen.header("set-cookie").starts_with("pasarela_session=; Path=/; Max-Age=0"), "{seen:?}");
    visitor.cookie = before;
    is_shut(&visitor.home());
}

#[test]
fn a_form_without_the_token_of_its_own_session_does_nothing() {
    let scene = Scene::start("");
    let (ana, eva) = (Visitor::came_in(&scene), Visitor::came_in_as(&scene, OTHER));
    let forms = ADDRESSES.iter().filter(|(method, path)| *method == "POST" && *path != "/connect/stay");
    for (_, path) in forms {
        for fields in [vec![], vec![("csrf", "")], vec![("csrf", "made-up")], vec![("csrf", eva.csrf().as_str())]] {
            let seen = ana.send_raw(path, &fields);
            assert_eq!((seen.status, seen.code()), (403, "stale_form"), "{path}: {seen:?}");
        }
    }
    assert_eq!(ana.home().status, 200, "it is still in");
}

#[test]
fn a_session_shows_its_own_phone_alone() {
    let scene = Scene::start("");
    assert!(scene.gateway.ask("POST", "/events", event("only-ana", "Cita de Ana")).status < 300);
    let (ana, eva) = (Visitor::came_in(&scene), Visitor::came_in_as(&scene, OTHER));
    assert!(ana.get("/connect/history").html.contains("Cita de Ana"));
    assert!(!eva.get("/connect/history").html.contains("Cita de Ana"));
    assert_eq!(ana.get("/connect/event?event=only-ana").status, 200);
    let seen = eva.get("/connect/event?event=only-ana");
    assert_eq!((seen.status, seen.code()), (404, "not_here"), "{seen:?}");
}

#[test]
fn an_app_s_own_browser_is_shown_the_way_into_a_real_one() {
    let scene = Scene::start("");
    let mut app = Visitor::new(&scene, INSTAGRAM);
    let seen = app.open(&link_of(PHONE));
    let hop = seen.header("location").to_owned();
    assert!(hop.starts_with("/connect?hop=") && !hop.contains(&key(PHONE)), "{seen:?}");
    let page = app.open(&hop);
    assert_eq!((page.status, page.code()), (200, "webview_blocked"), "{page:?}");
    assert!(page.html.contains("Instagram") && page.says("intent://127.0.0.1"), "{page:?}");
    let token = hop.strip_prefix("/connect?hop=").unwrap();
    assert!(page.html.contains(token) && app.cookie.is_empty(), "{page:?}");
    let switch = page.html.split("<form id=\"language\"").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(switch.contains("action=\"/connect\"") && switch.contains(token), "{switch}");
    let english = app.get(&format!("{hop}&lang=en"));
    assert_eq!((english.status, english.header("content-language")), (200, "en"), "it can be read in another language");
    // Looking at it used nothing up.
    let mut real = Visitor::new(&scene, "Mozilla/5.0 (Linux; Android 14) Chrome/129.0.0.0 Mobile");
    assert_eq!(real.open(&hop).header("location"), "/connect");
    assert_eq!(real.home().status, 200);
    assert_eq!(real.open(&hop).header("location"), "/connect", "who landed is home");
    is_shut(&scene.get(&hop));
}

#[test]
fn who_stays_in_the_app_is_led_out_again_for_google() {
    let scene = Scene::start("");
    let mut app = Visitor::new(&scene, INSTAGRAM);
    assert_eq!(app.stay(&link_of(PHONE)).header("location"), "/connect");
    assert_eq!(app.home().status, 200);
    assert_eq!(app.send("/connect/google", &[]).header("location"), "/connect/handover");
    let page = app.get("/connect/handover");
    assert_eq!((page.status, page.code()), (200, "webview_blocked"), "{page:?}");
}

#[test]
fn a_hop_waits_a_quarter_of_an_hour() {
    let clock = Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let time = clock.clone();
    let scene = Scene::at("", clock);
    let mut app = Visitor::new(&scene, INSTAGRAM);
    let hop = app.open(&link_of(PHONE)).header("location").to_owned();
    time.advance(std::time::Duration::from_secs(15 * 60));
    is_shut(&scene.get(&hop));
    is_shut(&app.get(&hop));
}

#[test]
fn the_link_may_say_the_language() {
    let scene = Scene::start("");
    let seen = scene.get(&format!("{}&lang=pt", link_of(PHONE)));
    let cookies: Vec<&str> = seen.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("pasarela_lang=pt;")), "{cookies:?}");
}
