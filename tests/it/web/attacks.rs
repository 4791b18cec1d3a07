//! What somebody tries who means harm, or whose fingers are quick.

use std::time::Duration;

use pasarela::clock::Clock;
use simulators::google::USER;
use simulators::wire::Rule;
use testing::in_process::{PHONE, key};
use testing::stage::event;
use url::Url;

use super::accounts::{Accounts, PASSWORD};
use super::visitor::{Visitor, link_of};
use super::{Scene, Seen};

const OTHER: &str = "+593991234568";
const REAL: &str = "Mozilla/5.0 (Linux; Android 14) Chrome/129.0.0.0 Mobile Safari/537.36";
const INSTAGRAM: &str = "Mozilla/5.0 (Linux; Android 14; wv) Chrome/129.0.0.0 Mobile Safari/537.36 Instagram 350.0";

fn standing() -> Clock {
    Clock::standing(jiff::Timestamp::from_second(1_800_000_000).unwrap())
}

fn off(visitor: &mut Visitor<'_>) -> Url {
    visitor.send("/connect/google", &[]).header("location").parse().unwrap()
}

fn held(pattern: &str) -> Vec<Rule> {
    vec![Rule { pattern: pattern.to_owned(), held: true, ..Rule::default() }]
}

fn is_linked(seen: &Seen) -> bool {
    seen.html.contains("/connect/unlink")
}

fn is_shut(seen: &Seen) {
    assert_eq!((seen.status, seen.code()), (410, "link_expired"), "{seen:?}");
    assert_eq!(seen.header("set-cookie"), "", "{seen:?}");
}

#[test]
fn a_consent_that_comes_back_again_and_again_is_one_try() {
    let scene = Scene::start("google.existing_calendars = true");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    scene.google().set_faults(held("^POST /token")).unwrap();
    for _ in 0..4 {
        assert_eq!(visitor.get(&back).header("location"), "/connect");
        let home = visitor.home();
        assert!(home.html.contains("hx-get=\"/connect\"") && home.code().is_empty(), "{home:?}");
    }
    scene.google().set_faults(Vec::new()).unwrap();
    visitor.home_with("the choice", |seen| {
        assert!(seen.code().is_empty(), "{seen:?}");
        seen.has_form("choose")
    });
    assert_eq!(visitor.get(&back).status, 303, "once more while it waits");
    visitor.home_with("the choice again", |seen| seen.has_form("choose"));
    visitor.send("/connect/choose", &[("calendar", "")]);
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.google().calendars(USER).len(), 2, "the person's own and ours, once");
}

#[test]
fn a_consent_that_is_refused_meanwhile_does_not_hide_a_try_that_runs() {
    let scene = Accounts::start();
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "cancel", |_| true);
    scene.caldav.set_faults(held("^MKCALENDAR")).unwrap();
    scene.caldav(&mut visitor, PASSWORD);
    assert_eq!(visitor.get(&back).header("location"), "/connect");
    assert!(visitor.home().html.contains("hx-get=\"/connect\""), "{:?}", visitor.home());
    scene.caldav.set_faults(Vec::new()).unwrap();
    visitor.home_with("the linked page", is_linked);
}

#[test]
fn a_link_over_the_api_while_a_page_tries_is_refused_and_there_is_one() {
    let scene = Accounts::start();
    let before = scene.caldav.calendars("ana@example.org").len();
    let mut visitor = Visitor::came_in(&scene);
    let slow = Rule { pattern: "^MKCALENDAR".to_owned(), delay: 1500, ..Rule::default() };
    scene.caldav.set_faults(vec![slow]).unwrap();
    scene.caldav(&mut visitor, PASSWORD);
    testing::eventually("the try to be under way", Duration::from_secs(20), || {
        (scene.caldav.counts().of("MKCALENDAR") > 0).then_some(())
    });
    let login = serde_json::json!({"url": scene.caldav.url, "username": "ana@example.org", "password": PASSWORD});
    let body = serde_json::json!({"provider": "caldav", "caldav": login});
    assert_eq!(scene.gateway.ask("POST", "/link", Some(body)).code(), "already_linked");
    visitor.home_with("the linked page", is_linked);
    assert_eq!(scene.caldav.calendars("ana@example.org").len(), before + 1);
}

#[test]
fn who_goes_out_takes_the_hop_the_choice_and_the_consent_along() {
    let scene = Accounts::start();
    scene.caldav.set_quirks(super::accounts::no_new_calendars()).unwrap();
    let other_browser = Visitor::came_in(&scene);
    let mut app = Visitor::new(&scene, INSTAGRAM);
    let hop = app.open(&link_of(PHONE)).header("location").to_owned();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    other_browser.home_with("the choice", |seen| seen.has_form("choose"));
    visitor.send("/connect/logout", &[]);
    assert!(other_browser.home().has_form("google"), "no password waits any more: {:?}", other_browser.home());
    is_shut(&scene.get(&hop));
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.send("/connect/logout", &[]);
    let seen = visitor.get(&back);
    assert_eq!((seen.status, seen.code()), (403, "other_browser"), "{seen:?}");
    assert_eq!(scene.link()["linked"], false);
}

#[test]
fn a_password_waits_a_quarter_of_an_hour_for_a_choice_and_not_longer() {
    let clock = standing();
    let scene = Accounts::at(clock.clone());
    scene.caldav.set_quirks(super::accounts::no_new_calendars()).unwrap();
    let mut visitor = Visitor::came_in(&scene);
    scene.caldav(&mut visitor, PASSWORD);
    visitor.home_with("the choice", |seen| seen.has_form("choose"));
    let kept = || format!("{:?}", scene.gateway.engine().app.linking);
    assert!(kept().contains("Choosing") && !kept().contains(PASSWORD), "{}", kept());
    clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(Visitor::came_in_as(&scene, OTHER).home().status, 200);
    assert!(!kept().contains("Choosing"), "somebody else's page is enough to forget it: {}", kept());
}

#[test]
fn a_form_of_one_phone_does_nothing_in_a_session_of_another() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let before = visitor.csrf();
    assert!(visitor.get("/connect/apple").html.contains("data-keep=\"…4567\""), "what was typed stays with its phone");
    visitor.change_to(OTHER);
    let seen = visitor.send_raw("/connect/unlink", &[("csrf", &before)]);
    assert_eq!((seen.status, seen.code()), (403, "stale_form"), "{seen:?}");
    assert!(visitor.home().html.contains("…4568") && !visitor.home().html.contains("…4567"), "whose page it is");
}

#[test]
fn a_consent_of_one_phone_is_not_finished_in_a_session_of_another() {
    let scene = Scene::start("");
    let mut visitor = Visitor::came_in(&scene);
    let back = scene.decide(&off(&mut visitor), "allow", |_| true);
    visitor.change_to(OTHER);
    let seen = visitor.get(&back);
    assert_eq!((seen.status, seen.code()), (403, "other_browser"), "{seen:?}");
    visitor.change_to(PHONE);
    assert_eq!(visitor.get(&back).status, 403, "a session that was left stays left");
}

#[test]
fn of_two_that_land_by_one_hop_one_comes_in() {
    let scene = Scene::start("");
    for _ in 0..5 {
        let hop = Visitor::new(&scene, INSTAGRAM).open(&link_of(PHONE)).header("location").to_owned();
        let landed = || scene.ask("GET", &hop, &[("user-agent", REAL)]).status;
        let mut both = std::thread::scope(|threads| {
            let (one, two) = (threads.spawn(landed), threads.spawn(landed));
            [one.join().unwrap(), two.join().unwrap()]
        });
        both.sort_unstable();
        assert_eq!(both, [303, 410]);
    }
}

#[test]
fn a_link_that_is_opened_without_end_fills_nothing() {
    let scene = Scene::start("");
    let (first, other) = (Visitor::came_in(&scene), Visitor::came_in_as(&scene, OTHER));
    let mut last = Visitor::came_in(&scene);
    for _ in 0..32 {
        last = Visitor::came_in(&scene);
    }
    is_shut(&first.home());
    assert_eq!((last.home().status, other.home().status), (200, 200), "the newest stay, and other people's all");
}

#[test]
fn over_https_the_cookie_is_bound_to_the_host_and_a_planted_one_is_not_read() {
    let scene = Scene::start(
        "server.trusted_proxies = [\"127.0.0.0/8\"]\nserver.public_url = \"https://calendar.example.org\"",
    );
    let https = ("x-forwarded-proto", "https");
    let seen = scene.ask("GET", &link_of(PHONE), &[https]);
    let cookie = seen.header("set-cookie");
    assert!(cookie.starts_with("__Host-pasarela_session="), "{seen:?}");
    assert!(cookie.ends_with("; Path=/; Max-Age=7200; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let kept = cookie.split(';').next().unwrap();
    assert_eq!(scene.ask("GET", "/connect", &[https, ("cookie", kept)]).status, 200);
    is_shut(&scene.ask("GET", "/connect", &[https, ("cookie", &kept.replace("__Host-", ""))]));
    let planted = format!("pasarela_session=x; {kept}");
    assert_eq!(scene.ask("GET", "/connect", &[https, ("cookie", &planted)]).status, 200);
}

#[test]
fn who_lies_about_their_address_is_counted_all_the_same() {
    let scene = Scene::start(
        "server.trusted_proxies = [\"127.0.0.0/8\"]\nserver.public_url = \"https://calendar.example.org\"",
    );
    let wrong = |n: u32| format!("/connect?phone_number=%2B5939912{n:05}&secure_key={}", "0".repeat(32));
    let from = |path: &str, address: &str| {
        scene.ask("GET", path, &[("x-forwarded-proto", "https"), ("x-forwarded-for", address)]).status
    };
    for n in 0..100 {
        assert_eq!(from(&wrong(n), &format!("203.0.113.{n}, 198.51.100.7")), 410, "{n}");
    }
    assert_eq!(from(&wrong(100), "203.0.113.101, 198.51.100.7"), 429);
    assert_eq!(from(&wrong(100), "198.51.100.7, 198.51.100.8"), 410, "another address");
    assert_eq!(
        from(&link_of(PHONE), "198.51.100.7"),
        303,
        "the person themselves is let in, whoever shares the address"
    );
}

const PATHS: [&str; 19] = [
    "/connect",
    "/connect/",
    "/connect/nothing",
    "/connect/stay",
    "/connect/handover",
    "/connect/google",
    "/connect/apple",
    "/connect/caldav",
    "/connect/choose",
    "/connect/dismiss",
    "/connect/resync",
    "/connect/unlink",
    "/connect/history",
    "/connect/event",
    "/oauth/google/callback",
    "/oauth/google/confirm",
    "/oauth/google/choose",
    "/oauth/google/again",
    "/oauth/google/status",
];

#[test]
fn whatever_is_asked_is_answered_as_a_page_that_nobody_keeps() {
    let scene = Scene::start("");
    let visitor = Visitor::came_in(&scene);
    let long = format!("?phone_number={}&secure_key=x", "9".repeat(8000));
    let odd = [
        "?event=%00&page=%00&preset=%00&lang=%00&hop=%00&state=%00",
        "?event=%ff%fe&page=%ff&preset=%ff&lang=%ff&hop=%ff&state=%ff&phone_number=%ff&secure_key=%ff",
        "?lang=pt%0d%0aset-cookie:a=b&event=a%0d%0ab&hop=a%0d%0ab&state=a%0d%0ab",
        "?event=&event=x&page=&page=2&lang=&lang=en&phone_number=&phone_number=%2B593991234567",
        "?%%%&&&==;;&a[]=1&event[]=x",
        &long,
    ];
    for path in PATHS {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            for query in odd {
                let seen = visitor.ask(method, &format!("{path}{query}"));
                assert!(seen.status < 500, "{method} {path}{query}: {seen:?}");
                assert_eq!(seen.header("cache-control"), "no-store", "{method} {path}{query}: {seen:?}");
                assert_eq!(seen.header("referrer-policy"), "no-referrer", "{method} {path}{query}");
                assert_eq!(seen.header("cross-origin-opener-policy"), "same-origin", "{method} {path}{query}");
                assert!(!seen.header("set-cookie").contains("a=b"), "{method} {path}{query}: {seen:?}");
            }
        }
    }
    assert_eq!(visitor.home().status, 200, "it is still in");
}

#[test]
fn a_form_in_another_shape_does_nothing() {
    let scene = Scene::start("");
    let visitor = Visitor::came_in(&scene);
    let multipart =
        format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x--\r\n", visitor.csrf());
    for (content_type, body) in [
        ("multipart/form-data; boundary=x", multipart),
        ("application/json", format!("{{\"csrf\":\"{}\"}}", visitor.csrf())),
        ("application/x-www-form-urlencoded", format!("csrf=&csrf={}", visitor.csrf())),
        ("application/x-www-form-urlencoded", "csrf=%00%ff".to_owned()),
    ] {
        let request = scene.browser.post(format!("{}/connect/dismiss", scene.gateway.url()));
        let request = request.header("content-type", content_type).header("cookie", &visitor.cookie);
        let seen = super::see(request.send(body).unwrap());
        assert_eq!((seen.status, seen.code()), (403, "stale_form"), "{content_type}: {seen:?}");
    }
}

/// An event as a client system would send it that is not on our side.
fn hostile(n: usize, start: &str, title: &str) -> serde_json::Value {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:u{n}\r\nDTSTAMP:20260101T000000Z\r\n\
         {start}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    serde_json::json!({"event_id": format!("<b>&\"'/?#%2e u{n}\u{202e}"), "event_data": text})
}

#[test]
fn events_that_were_made_to_hurt_are_shown_as_text() {
    let scene = Scene::start("");
    let long = "x".repeat(10_000);
    let starts = [
        "DTSTART:99991231T235959Z",
        "DTSTART:00010101T000000Z",
        "DTSTART;VALUE=DATE:99991231",
        "DTSTART;TZID=Pacific/Apia:20111230T120000",
    ];
    let titles = [
        "</b></a><script>alert(1)</script>",
        "\u{202e}gpj.exe \u{2067}abc",
        "",
        &long,
        "{{ csrf }}{% include \"x\" %}",
    ];
    let mut taken = 0;
    for (n, (start, title)) in
        starts.iter().flat_map(|start| titles.iter().map(move |title| (start, title))).enumerate()
    {
        let answer = scene.gateway.ask("POST", "/events", Some(hostile(n, start, title)));
        assert!(answer.status < 500, "{answer:?}");
        taken += usize::from(answer.status < 300);
    }
    assert!(taken >= 5, "{taken}");
    let visitor = Visitor::came_in(&scene);
    let history = visitor.get("/connect/history");
    assert_eq!(history.status, 200, "{history:?}");
    assert!(!history.html.contains("<script>alert") && history.html.contains("{% include"), "{history:?}");
    let stories: Vec<&str> = history.html.split("href=\"/connect/event?event=").skip(1).collect();
    assert_eq!(stories.len(), taken);
    for story in stories {
        let id = story.split('"').next().unwrap();
        let seen = visitor.get(&format!("/connect/event?event={id}"));
        assert!(seen.html.contains("<h1><bdi>"), "what turns the reading direction ends with the title: {seen:?}");
        assert!(
            seen.status == 200 && !seen.html.contains("<script>alert") && !seen.html.contains("<b>&\""),
            "{seen:?}"
        );
    }
    assert_eq!(visitor.home().status, 200);
}

#[test]
fn a_page_of_the_history_that_there_is_not_is_the_last_one() {
    let scene = Scene::start("");
    assert!(scene.gateway.ask("POST", "/events", event("one", "Cita de Ana")).status < 300);
    let visitor = Visitor::came_in(&scene);
    for page in ["0", "-1", "2", "18446744073709551615", "999999999999999999999", "1e3", "%00", ""] {
        let seen = visitor.get(&format!("/connect/history?page={page}"));
        assert!(seen.status == 200 && seen.html.contains("Cita de Ana"), "{page}: {seen:?}");
    }
}

#[test]
fn neither_key_nor_hop_nor_code_is_counted_or_sent_on() {
    let scene = Scene::start("server.metrics_listen = \"127.0.0.1:0\"");
    let seen = scene.get(&link_of(PHONE));
    let hop = Visitor::new(&scene, INSTAGRAM).open(&link_of(PHONE)).header("location").to_owned();
    scene.get(&hop);
    let metrics = scene.gateway.metrics();
    for secret in
        [&key(PHONE), hop.split('=').nth(1).unwrap(), seen.header("set-cookie").split(['=', ';']).nth(1).unwrap()]
    {
        assert!(!metrics.contains(secret), "{metrics}");
    }
    assert!(metrics.contains("operation=\"connect\""), "{metrics}");
}
