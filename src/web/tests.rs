//! Every look of every page, in every language, held to the rules of the room.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::connect::looks::samples as connect;
use super::consent::{self, Existing};
use super::render::{Templates, Whose};
use super::{Language, Page, Trouble, assets, texts};
use crate::clients;
use crate::ids::Holder;
use crate::link::{CalendarChoice, Obstacle, ProviderKind};
use crate::linking::consent::{Next, Standing};

/// What a consent can end with.
const ENDINGS: [Obstacle; 11] = [
    Obstacle::Cancelled,
    Obstacle::MissingScope,
    Obstacle::AdminBlocked,
    Obstacle::AlreadyLinked,
    Obstacle::OtherAccount,
    Obstacle::LinkExpired,
    Obstacle::ProviderDown,
    Obstacle::Operator,
    Obstacle::NoWritableCalendar,
    Obstacle::Interrupted,
    Obstacle::Busy,
];
const PHONE: &str = "+593991234567";
const HOSTILE: &str = "<script>alert(1)</script>\"'&";

thread_local! {
    static SAID: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Hears which texts are used.
pub(super) fn said(key: &str) {
    SAID.with_borrow_mut(|keys| {
        keys.insert(key.to_owned());
    });
}

/// Each look of each page by name; `theirs` stands wherever a person or a provider names something.
fn samples(theirs: &str) -> Vec<(String, Page)> {
    let holder = Holder::of(clients::puentes::ID, PHONE);
    let (provider, ticket) = (ProviderKind::Google, "the-ticket-of-this-page".to_owned().into());
    let standing = Standing { holder, provider, ticket, next: Next::Confirm };
    let choice = |name: &str| CalendarChoice { id: theirs.to_owned(), name: name.to_owned() };
    let link = (theirs.to_owned(), "ana@example.com".to_owned());
    let mut samples = vec![
        ("confirm".to_owned(), consent::confirm_page(&standing, &Existing::No)),
        ("confirm-choice".to_owned(), consent::confirm_page(&standing, &Existing::Offered)),
        ("confirm-same".to_owned(), consent::confirm_page(&standing, &Existing::Linked(theirs.to_owned()))),
        ("choose".to_owned(), consent::choose_page(&standing, &[choice(theirs), choice("Familia")])),
        ("linked".to_owned(), consent::linked(&standing, Some(link))),
        ("linked-and-gone".to_owned(), consent::linked(&standing, None)),
    ];
    for obstacle in ENDINGS {
        samples.push((format!("ending-{}", obstacle.code()), consent::ending_page(&standing, obstacle)));
    }
    samples.extend(Trouble::ALL.iter().map(|trouble| (format!("trouble-{trouble:?}"), trouble.page("request-7"))));
    samples.push(("front".to_owned(), super::front::page()));
    samples.extend(connect::all(PHONE, theirs));
    samples
}

/// All of them as HTML: language, name, page.
fn rendered(theirs: &str) -> Vec<(Language, String, String)> {
    let templates = Templates::read();
    let html = |language, by_id, (name, page): (String, Page)| {
        let whose = Whose { calendar: "Puentes".to_owned(), by_id };
        let html = templates.html(&page, language, &whose).unwrap_or_else(|error| panic!("{name}: {error}"));
        (language, name, html)
    };
    let all = Language::ALL.into_iter().flat_map(|language| [true, false].map(|by_id| (language, by_id)));
    all.flat_map(|(language, by_id)| samples(theirs).into_iter().map(move |sample| (language, by_id, sample)))
        .map(|(language, by_id, sample)| html(language, by_id, sample))
        .collect()
}

#[test]
fn every_page_shows_in_every_language_and_every_text_is_used() {
    for (language, name, html) in rendered("Trabajo") {
        assert!(html.contains(&format!("<html lang=\"{}\">", language.code())), "{name}");
        for landmark in ["<header", "<main", "<footer", "<h1>", "<title>", "name=\"viewport\""] {
            assert!(html.contains(landmark), "{name} lacks {landmark}");
        }
    }
    let used = SAID.with_borrow(Clone::clone);
    let there: BTreeSet<String> = texts::of(Language::Es).keys().cloned().collect();
    assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "texts that no page uses");
}

/// The only place outside of ours that a page names: where people make Apple's password.
const APPLE: &str = " href=\"https://account.apple.com/\" target=\"_blank\" rel=\"noopener\"";

#[test]
fn no_page_runs_or_loads_anything_from_elsewhere() {
    for (_, name, html) in rendered("Trabajo") {
        assert_eq!(html.contains(APPLE), name.starts_with("connect-apple"), "{name}");
        let html = html.replace(APPLE, "");
        for banned in
            ["://", "=\"//", "<style", " style=", "javascript:", " onclick", " hx-on", "js:", "@import", "<script>"]
        {
            assert!(!html.contains(banned), "{name}: {banned}");
        }
        for script in html.split("<script").skip(1) {
            assert!(
                script.starts_with(" src=\"/assets/") && script.contains("\" defer></script>"),
                "{name}: {script:.60}"
            );
        }
        let ours =
            ["/\"", "/assets/", "/docs\"", "/oauth/google/", "/oauth/expired\"", "/connect\"", "/connect/", "/c/"];
        for attribute in [" href=\"", " src=\"", " action=\"", " hx-get=\""] {
            for place in html.split(attribute).skip(1) {
                let elsewhere = name.contains("onward") || name == "connect-handover";
                let is_ours = ours.iter().any(|ours| place.starts_with(ours)) || place.starts_with("/connect?");
                assert!(is_ours || elsewhere, "{name}: {place:.40}");
            }
        }
    }
}

#[test]
fn what_others_named_is_text_and_nothing_else() {
    let hostile: Vec<_> = rendered(HOSTILE).into_iter().filter(|(_, _, html)| html.contains("alert(1)")).collect();
    let named = |name: &str| hostile.iter().any(|(_, there, _)| there == name);
    for name in [
        "choose",
        "linked",
        "connect-choose-true",
        "connect-linked-google",
        "connect-history",
        "connect-event-Failed",
        "connect-apple-wrong",
        "connect-caldav-wrong",
        "connect-unlink",
    ] {
        assert!(named(name), "{name}");
    }
    for (_, name, html) in hostile {
        assert!(!html.contains("<script>") && !html.contains("\"'&"), "{name}");
        assert!(html.contains("&lt;script&gt;alert(1)"), "{name}");
    }
}

#[test]
fn a_page_shows_four_digits_of_the_phone_and_its_ticket_in_forms_alone() {
    for (_, name, html) in rendered("Trabajo") {
        assert!(!html.contains("99123") && !html.contains("+593"), "{name}");
        let page = "<input type=\"hidden\" name=\"ticket\" value=\"the-ticket-of-this-page\">";
        let session = "<input type=\"hidden\" name=\"csrf\" value=\"the-ticket-of-this-session\">";
        let hidden = html.matches(page).count() + html.matches(session).count();
        assert_eq!(html.matches("the-ticket").count(), hidden, "{name}");
        if name.starts_with("connect-") && name != "connect-signed-out" && !name.starts_with("connect-handover") {
            assert!(html.contains("…4567"), "{name}");
            // The form of the way in proves by its address that it may.
            let proven = html.matches(session).count() + usize::from(name == "connect-way-in");
            assert_eq!(html.matches(" method=\"post\"").count(), proven, "{name}");
        }
    }
}

#[test]
fn each_page_has_the_form_for_what_can_be_done_next() {
    let form = |id: &str, path: &str| format!("<form id=\"{id}\" method=\"post\" action=\"/oauth/google/{path}\">");
    for (_, name, html) in rendered("Trabajo").into_iter().filter(|(_, name, _)| !name.starts_with("connect-")) {
        let expected = match name.as_str() {
            "confirm" | "confirm-choice" | "confirm-same" => Some(("confirm", "confirm")),
            "choose" => Some(("choose", "choose")),
            "ending-busy" => Some(("look", "status")),
            "linked" | "linked-and-gone" | "ending-already_linked" => None,
            ending if ending.starts_with("ending-") => Some(("again", "again")),
            _ => None,
        };
        let there: Vec<_> = [("confirm", "confirm"), ("choose", "choose"), ("look", "status"), ("again", "again")]
            .into_iter()
            .filter(|(id, path)| html.contains(&form(id, path)))
            .collect();
        assert_eq!(there, expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn support_hears_a_code_for_each_way_it_can_end() {
    for (_, name, html) in rendered("Trabajo") {
        if let Some(code) = name.strip_prefix("ending-") {
            assert!(html.contains(&format!("<code>{code}</code>")), "{name}");
        }
    }
    let failed = rendered("Trabajo").into_iter().find(|(_, name, _)| name.starts_with("trouble-Failed")).unwrap();
    assert!(failed.2.contains("<code>internal</code> <code>request-7</code>"));
}

#[test]
fn the_new_calendar_stands_first_and_is_chosen() {
    let choose = rendered("Trabajo").into_iter().find(|(_, name, _)| name == "choose").unwrap().2;
    let radios: Vec<&str> = choose.split("<input type=\"radio\"").skip(1).collect();
    assert_eq!(radios.len(), 3);
    assert!(radios[0].starts_with(" name=\"calendar\" value=\"\" checked>") && radios[0].contains("«Puentes»"));
    assert!(radios[1..].iter().all(|radio| !radio.contains("checked")));
}

/// The ids of the forms that are sent, but for leaving; then the ways that lead on as a button.
fn ways(html: &str) -> Vec<String> {
    let part = |text: &str, end: &str| text.split(end).next().unwrap_or_default().to_owned();
    let forms =
        html.split("<form id=\"").skip(1).map(|form| part(form, "\"")).filter(|id| id != "logout" && id != "language");
    let links = html.split("<a class=\"primary\" href=\"").skip(1).map(|link| part(link, "\""));
    forms.chain(links).collect()
}

#[test]
fn each_page_of_a_visitor_leads_on() {
    let table: &[(&str, &[&str])] = &[
        ("start", &["google"]),
        ("start-webview", &[]),
        ("opening", &["google", "dismiss"]),
        ("checking-apple", &[]),
        ("choose-true", &["choose", "dismiss"]),
        ("stopped-google-cancelled", &["google", "dismiss"]),
        ("stopped-apple-login_failed", &["dismiss", "/connect/apple"]),
        ("stopped-caldav-provider_down", &["dismiss", "/connect/caldav"]),
        ("stopped-google-already_linked", &["dismiss"]),
        ("apple", &["apple"]),
        ("caldav", &["caldav"]),
        ("linked-google", &["resync"]),
        ("linked-empty", &[]),
        ("linked-onward", &["resync", "https:&#x2f;&#x2f;puentes.example.org&#x2f;listo"]),
        ("resync-going", &[]),
        ("resync-failed-confirmation_needed", &["confirm-resync"]),
        ("resync-failed-puentes_unavailable", &["resync"]),
        ("attention-google-needs_reauthorization", &["google"]),
        ("attention-apple-needs_reauthorization", &["/connect/apple"]),
        ("attention-caldav-calendar_lost", &["again"]),
        ("attention-apple-calendar_lost", &["again"]),
        ("cleaning-up", &[]),
        ("unlink", &["unlink"]),
        ("history-empty", &["/connect"]),
        ("event-NotLinked", &["/connect"]),
        ("handover-unknown", &["stay"]),
        ("change", &["change"]),
        ("signed-out", &[]),
    ];
    let looks = rendered("Trabajo");
    for (name, expected) in table {
        for (language, _, html) in looks.iter().filter(|(_, there, _)| there == &format!("connect-{name}")) {
            assert_eq!(ways(html), *expected, "{name} {language:?}");
        }
        assert!(looks.iter().any(|(_, there, _)| there == &format!("connect-{name}")), "no look {name}");
    }
}

#[test]
fn a_page_asks_again_only_while_there_is_something_to_wait_for() {
    for (_, name, html) in rendered("Trabajo") {
        let waits = [
            "connect-checking-",
            "connect-cleaning-up",
            "connect-resync-asking",
            "connect-resync-going",
            "connect-resync-of-nothing",
            "connect-linked-fresh",
            "connect-linked-troubled",
            "connect-several",
            "connect-waits",
        ];
        let waits = waits.iter().any(|start| name.starts_with(start));
        for sign in [" hx-get=\"/connect\" hx-trigger=\"every 2s\"", "http-equiv=\"refresh\"", "/assets/htmx"] {
            assert_eq!(html.contains(sign), waits, "{name}: {sign}");
        }
        assert!(html.matches("role=\"status\"").count() <= 1, "{name}");
    }
}

#[test]
fn three_phrases_are_said_to_the_letter() {
    let looks = rendered("Trabajo");
    let look = |name: &str| {
        looks
            .iter()
            .find(|(language, there, _)| *language == Language::Es && there == name)
            .map(|(_, _, html)| html.as_str())
            .unwrap()
    };
    assert!(look("connect-linked-google").contains(">Resincronizar</button>"));
    assert!(look("connect-resync-going").contains("Resincronización en proceso</p>"));
    assert!(look("connect-resync-going").contains(">142 de 310</p>"));
    assert!(look("connect-resync-succeeded").contains("Resincronización exitosa</p>"));
    assert!(look("connect-resync-failed-events_left").contains("Error durante la resincronización</p>"));
    assert!(look("connect-start-none").contains("Crearemos un calendario «Puentes». No leeremos tus otros eventos."));
    assert!(!look("connect-start-existing").contains("Crearemos un calendario «Puentes». No"));
}

#[test]
fn support_hears_a_code_for_each_obstacle_and_each_error() {
    for (_, name, html) in rendered("Trabajo") {
        let code = name.strip_prefix("connect-stopped-").and_then(|rest| rest.split_once('-')).map(|(_, code)| code);
        let code = code.or_else(|| name.strip_prefix("connect-resync-failed-"));
        if let Some(code) = code {
            assert!(html.contains(&format!("<code>{code}</code>")), "{name}");
        }
    }
}

/// Bytes on the wire of a first visit: HTML is sent as it is, all else compressed.
#[test]
fn a_first_visit_is_light() {
    let wire = |name: &str| assets::of(name).gzip.len();
    let files = ["style.css", "page.js", "htmx.min.js", "favicon.svg"].map(wire).iter().sum::<usize>();
    for (language, name, html) in rendered("Trabajo").iter().filter(|(_, name, _)| !name.contains("history")) {
        assert!(html.len() < 9_000, "{name} {language:?}: {}", html.len());
        assert!(files + html.len() < 30_000, "{name} {language:?}: {files} + {}", html.len());
    }
}

/// Writes every look to `target/screenshots/`, to be opened and looked at.
#[test]
fn every_page_is_written_down_to_be_looked_at() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for name in ["style.css", "favicon.svg", "page.js", "htmx.min.js"] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
        let to = super::assets::path(name).unwrap().trim_start_matches('/');
        std::fs::copy(from, folder.join(to)).unwrap();
    }
    for (language, name, html) in rendered("Trabajo") {
        let html = html.replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.{}.html", language.code())), html).unwrap();
    }
    assert!(folder.join("confirm.es.html").exists());
}
