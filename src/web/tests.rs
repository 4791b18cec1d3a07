//! Every look of every page, in every language, held to the rules of the room.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::consent::{self, Existing};
use super::render::Templates;
use super::{Language, Page, Trouble, texts};
use crate::ids::HolderKey;
use crate::linking::consent::{Choice, Ending, Next, Standing};

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
    let holder = HolderKey::from_canonical(PHONE);
    let standing = Standing { holder, ticket: "the-ticket-of-this-page".to_owned().into(), next: Next::Confirm };
    let choice = |name: &str| Choice { id: theirs.to_owned(), name: name.to_owned(), zone: "UTC".to_owned() };
    let link = (theirs.to_owned(), "ana@example.com".to_owned());
    let mut samples = vec![
        ("confirm".to_owned(), consent::confirm_page(&standing, &Existing::No)),
        ("confirm-choice".to_owned(), consent::confirm_page(&standing, &Existing::Offered)),
        ("confirm-same".to_owned(), consent::confirm_page(&standing, &Existing::Linked(theirs.to_owned()))),
        ("choose".to_owned(), consent::choose_page(&standing, &[choice(theirs), choice("Familia")])),
        ("linked".to_owned(), consent::linked(&standing, Some(link))),
        ("linked-and-gone".to_owned(), consent::linked(&standing, None)),
    ];
    for ending in Ending::ALL.into_iter().filter(|ending| *ending != Ending::Linked) {
        samples.push((format!("ending-{}", ending.code()), consent::ending_page(&standing, ending)));
    }
    samples.extend(Trouble::ALL.iter().map(|trouble| (format!("trouble-{trouble:?}"), trouble.page("request-7"))));
    samples
}

/// All of them as HTML: language, name, page.
fn rendered(theirs: &str) -> Vec<(Language, String, String)> {
    let templates = Templates::read();
    let html = |language, (name, page): (String, Page)| {
        let html = templates.html(&page, language, "Puentes").unwrap_or_else(|error| panic!("{name}: {error}"));
        (language, name, html)
    };
    Language::ALL
        .into_iter()
        .flat_map(|language| samples(theirs).into_iter().map(move |s| (language, s)))
        .map(|(l, s)| html(l, s))
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

#[test]
fn no_page_runs_or_loads_anything_from_elsewhere() {
    for (_, name, html) in rendered("Trabajo") {
        for banned in ["://", "=\"//", "<script", "<style", " style=", "javascript:", " onclick", "@import"] {
            assert!(!html.contains(banned), "{name}: {banned}");
        }
        for attribute in [" href=\"", " src=\"", " action=\""] {
            for place in html.split(attribute).skip(1) {
                assert!(place.starts_with("/assets/") || place.starts_with("/oauth/google/"), "{name}: {place:.40}");
            }
        }
    }
}

#[test]
fn what_others_named_is_text_and_nothing_else() {
    let hostile: Vec<_> = rendered(HOSTILE).into_iter().filter(|(_, _, html)| html.contains("alert(1)")).collect();
    assert_eq!(hostile.len(), 3 * Language::ALL.len(), "chosen, kept and linked calendars are named");
    for (_, name, html) in hostile {
        assert!(!html.contains("<script") && !html.contains("\"'&"), "{name}");
        assert!(html.contains("&lt;script&gt;alert(1)"), "{name}");
    }
}

#[test]
fn a_page_shows_four_digits_of_the_phone_and_its_ticket_in_forms_alone() {
    for (_, name, html) in rendered("Trabajo") {
        assert!(!html.contains("99123") && !html.contains("+593"), "{name}");
        let hidden = "<input type=\"hidden\" name=\"ticket\" value=\"the-ticket-of-this-page\">";
        assert_eq!(html.matches("the-ticket").count(), html.matches(hidden).count(), "{name}");
    }
}

#[test]
fn each_page_has_the_form_for_what_can_be_done_next() {
    let form = |id: &str, path: &str| format!("<form id=\"{id}\" method=\"post\" action=\"/oauth/google/{path}\">");
    for (_, name, html) in rendered("Trabajo") {
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

/// Writes every look to `target/screenshots/`, to be opened and looked at.
#[test]
fn every_page_is_written_down_to_be_looked_at() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for name in ["style.css", "favicon.svg"] {
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
