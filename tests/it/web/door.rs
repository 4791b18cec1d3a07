//! What all pages have in common, however they are asked.

use super::{Scene, Seen};

const CALLBACK: &str = "/oauth/google/callback";
const FORMS: [&str; 4] =
    ["/oauth/google/confirm", "/oauth/google/choose", "/oauth/google/again", "/oauth/google/status"];

fn is_page(seen: &Seen, status: u16, code: &str) {
    assert_eq!((seen.status, seen.code()), (status, code), "{seen:?}");
    assert_eq!(seen.header("content-type"), "text/html; charset=utf-8", "{seen:?}");
    assert_eq!(seen.header("cache-control"), "no-store");
    assert_eq!(seen.header("referrer-policy"), "no-referrer");
    assert_eq!(seen.header("x-content-type-options"), "nosniff");
    assert!(!seen.header("x-request-id").is_empty());
    let policy = seen.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(policy.ends_with("base-uri 'none'; frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_link_that_leads_nowhere_says_so_to_people() {
    let scene = Scene::start("");
    for query in ["", "?state=made-up-state&code=made-up-code", "?code=made-up-code", "?error=made-up-error", "?state="]
    {
        let page = scene.get(&format!("{CALLBACK}{query}"));
        is_page(&page, 410, "link_expired");
        assert!(!page.html.contains("made-up"), "{page:?}");
    }
    for path in FORMS {
        is_page(&scene.post(path, &[("ticket", "made-up"), ("calendar", "x")]), 410, "link_expired");
        is_page(&scene.post(path, &[]), 410, "link_expired");
    }
    is_page(&scene.get("/oauth/google/nothing"), 404, "not_here");
    is_page(&scene.get("/oauth/apple/callback"), 404, "not_here");
    is_page(&scene.get("/assets/style.css"), 404, "not_here");
}

#[test]
fn a_page_of_forms_that_is_opened_by_hand_leads_to_one_that_helps() {
    let scene = Scene::start("");
    for path in &FORMS[..3] {
        for method in ["GET", "HEAD"] {
            let seen = scene.ask(method, path, &[]);
            assert_eq!((seen.status, seen.header("location")), (303, FORMS[3]), "{method} {path}");
        }
    }
    is_page(&scene.get(FORMS[3]), 410, "link_expired");
}

#[test]
fn other_methods_are_refused_with_those_that_there_are() {
    let scene = Scene::start("");
    for (method, path, allowed) in [
        ("PUT", FORMS[0], "GET, HEAD, POST"),
        ("POST", "/assets/style.css", "GET, HEAD"),
        ("HEAD", CALLBACK, "GET"),
        ("POST", CALLBACK, "GET"),
    ] {
        let seen = scene.ask(method, path, &[]);
        assert_eq!((seen.status, seen.header("allow")), (405, allowed), "{method} {path}: {seen:?}");
    }
    let head = scene.ask("HEAD", FORMS[3], &[]);
    assert_eq!((head.status, head.html.as_str()), (410, ""));
}

#[test]
fn the_api_still_answers_in_its_own_way() {
    let scene = Scene::start("");
    for path in ["/", "/nothing", "/oauth", "/assets"] {
        assert_eq!(scene.gateway.send("GET", path, &[], None).code(), "unknown_route", "{path}");
    }
}

#[test]
fn a_browser_that_comes_without_a_link_is_told_what_this_is() {
    const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let scene = Scene::start("");
    for (wish, title) in [
        ("es", "Tus citas, en tu calendario"),
        ("en", "Your appointments, in your calendar"),
        ("pt", "Seus compromissos, na sua agenda"),
    ] {
        let page = scene.ask("GET", "/", &[("accept", HTML), ("accept-language", wish)]);
        is_page(&page, 200, "");
        assert_eq!((page.header("content-language"), page.header("x-robots-tag")), (wish, "noindex"));
        assert!(page.html.contains(&format!("<h1>{title}</h1>")) && page.html.contains("href=\"/docs\""), "{page:?}");
        assert!(!page.html.contains("<script"), "{page:?}");
    }
    let chosen = scene.ask("GET", "/?lang=pt", &[("accept", HTML), ("accept-language", "en")]);
    assert!(chosen.header("set-cookie").starts_with("pasarela_lang=pt;"), "{chosen:?}");
    assert_eq!(chosen.header("content-language"), "pt");
    let head = scene.ask("HEAD", "/", &[("accept", HTML)]);
    assert_eq!((head.status, head.html.as_str()), (200, ""));
    let form = scene.ask("DELETE", "/", &[("accept", HTML)]);
    assert_eq!((form.status, form.header("allow")), (405, "GET, HEAD"));
    for accept in ["application/json", "application/problem+json", "*/*"] {
        let problem = scene.ask("GET", "/", &[("accept", accept)]);
        assert_eq!((problem.status, problem.header("content-type")), (404, "application/problem+json"), "{accept}");
        assert!(problem.html.contains("\"unknown_route\""), "{problem:?}");
    }
}

#[test]
fn forms_of_other_sites_and_huge_ones_are_refused() {
    let scene = Scene::start("");
    let page = scene.get(&scene.consent());
    let fields = [("ticket", page.ticket())];
    for header in
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example")]
    {
        is_page(&scene.post_with(FORMS[0], &fields, &[header]), 403, "foreign_form");
    }
    is_page(&scene.post(FORMS[0], &[("ticket", &"x".repeat(9000))]), 400, "unreadable_form");
    let ours = [("Sec-Fetch-Site", "same-origin"), ("Origin", "null")];
    is_page(&scene.post_with(FORMS[0], &fields, &ours), 200, "linked");
}

#[test]
fn a_page_speaks_the_person_s_language() {
    let scene = Scene::start("");
    let back = scene.consent();
    for (accept, lang, words) in [
        ("", "es", "¿Es este tu teléfono?"),
        ("pt-BR, en;q=0.5", "pt", "Este é o seu telefone?"),
        ("de, en;q=0.3", "en", "Is this your phone?"),
    ] {
        let page = scene.ask("GET", &back, &[("Accept-Language", accept)]);
        assert!(page.html.contains(&format!("<html lang=\"{lang}\">")) && page.html.contains(words), "{page:?}");
        assert_eq!(page.header("content-language"), lang);
    }
    let page = scene.get(&back);
    let page = scene.post(FORMS[3], &[("ticket", page.ticket()), ("lang", "en")]);
    assert!(page.has_form("confirm") && page.html.contains("Is this your phone?"), "{page:?}");
    let cookie = page.header("set-cookie").split(';').next().unwrap();
    let page = scene.ask("GET", &back, &[("Cookie", cookie), ("Accept-Language", "pt")]);
    assert!(page.html.contains("Is this your phone?") && page.header("set-cookie").is_empty(), "{page:?}");
    let lost = scene.post(FORMS[3], &[("lang", "pt")]);
    is_page(&lost, 410, "link_expired");
    assert!(lost.html.contains("Este link não funciona mais"), "{lost:?}");
}

#[test]
fn the_stylesheet_is_kept_for_good_under_its_own_name() {
    let scene = Scene::start("");
    let page = scene.get(CALLBACK);
    let places: Vec<&str> = page.html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(places.len(), 2, "{page:?}");
    for (place, content_type) in places.iter().zip(["image/svg+xml", "text/css; charset=utf-8"]) {
        let asset = scene.get(place);
        assert_eq!((asset.status, asset.header("content-type")), (200, content_type), "{place}");
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(!asset.html.contains("url(") && !asset.html.contains("@import"), "{place}");
        assert_eq!(scene.ask("HEAD", place, &[]).html, "");
    }
}

#[test]
fn forms_may_lead_to_google_and_nowhere_else() {
    let scene = Scene::start("");
    let policy = scene.get(CALLBACK).header("content-security-policy").to_owned();
    assert!(policy.contains(&format!("form-action 'self' {};", scene.google().url)), "{policy}");
}

#[test]
fn only_who_the_operator_names_may_show_a_page_in_a_frame() {
    let scene = Scene::start("server.frame_ancestors = [\"https://puentes.example.org\"]");
    let policy = scene.get(CALLBACK).header("content-security-policy").to_owned();
    assert!(policy.ends_with("frame-ancestors https://puentes.example.org"), "{policy}");
}

#[test]
fn pages_stand_behind_the_same_door_as_the_api() {
    let scene = Scene::start(
        "server.trusted_proxies = [\"127.0.0.0/8\"]\nserver.public_url = \"https://calendar.example.org\"\n\
         server.metrics_listen = \"127.0.0.1:0\"",
    );
    assert_eq!(scene.get(CALLBACK).status, 403, "plain HTTP");
    let https = [("X-Forwarded-Proto", "https"), ("X-Request-Id", "mine-1")];
    let page = scene.ask("GET", CALLBACK, &https);
    is_page(&page, 410, "link_expired");
    assert_eq!(page.header("x-request-id"), "mine-1");
    let page = scene.post_with(FORMS[3], &[("lang", "en")], &https);
    assert!(page.header("set-cookie").ends_with("; Secure"), "{page:?}");
    let metrics = scene.gateway.metrics();
    let line = "pasarela_http_requests_total{operation=\"consent_returned\",status=\"410\"} 1";
    assert!(metrics.contains(line), "{metrics}");
}
