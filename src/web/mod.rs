//! The door for people: pages that work on a phone, with and without scripts, in the person's language.
//!
//! Rule: a page is one [`Address`] and a handler, a plain blocking function from what was asked to an [`Answer`]. The
//! [`frame`] around it does what all pages share: methods, limits, the guard against forms of other sites, the session
//! and its CSRF token, language, headers, errors as pages. So a handler can forget none of that, and a page can be
//! tested without a server. What a page shows is rendered from `templates/`, escaped; what it says stands in `texts/`,
//! the same keys in every language. Of what came in a query or a form only the address and the user name that a person
//! typed are ever shown again, to that person, and nothing is logged.
//!
//! A new page: a file here with its handlers and a folder of templates named like it, texts in all languages, a line in
//! [`ADDRESSES`], and a sample of each of its looks in `tests.rs`, which holds them all to the rules above.

mod address;
mod answer;
mod asked;
mod assets;
mod connect;
mod consent;
mod cookie;
mod frame;
mod front;
mod language;
mod moment;
mod places;
mod render;
mod site;
#[cfg(test)]
mod tests;
mod texts;

use std::sync::Arc;

use poem::Route;

use crate::app::App;
use crate::http::Keys;

use self::address::{Address, Get, PersonHandler, Post};
use self::answer::{Answer, Page, Trouble};
use self::asked::Asked;
use self::frame::Frame;
use self::front::{FRONT, Front};
use self::language::Language;
use self::places::{EXPIRED, HANDOVER, HOME, WAY_IN};
use self::site::Site;

/// Every address where people are answered, but for the [`front`] page.
const ADDRESSES: &[Address] = &[
    Address { path: HOME, name: "connect", get: Get::Enter(connect::enter), post: None },
    Address {
        path: WAY_IN,
        name: "page_link",
        get: Get::Show(connect::way_in),
        post: Some(Post::Open(connect::come_in)),
    },
    Address {
        path: "/connect/stay",
        name: "connect_stay",
        get: Get::Elsewhere(HOME),
        post: Some(Post::Open(connect::stay)),
    },
    Address { path: HANDOVER, name: "connect_handover", get: Get::SignedIn(connect::handover), post: None },
    Address {
        path: "/connect/:provider",
        name: "connect_consent",
        get: Get::Show(connect::consent_elsewhere),
        post: Some(Post::SignedIn(connect::consent)),
    },
    Address {
        path: "/connect/apple",
        name: "connect_apple",
        get: Get::SignedIn(connect::apple_form),
        post: Some(Post::SignedIn(connect::apple)),
    },
    Address {
        path: "/connect/caldav",
        name: "connect_caldav",
        get: Get::SignedIn(connect::caldav_form),
        post: Some(Post::SignedIn(connect::caldav)),
    },
    form("/connect/again", "connect_again", connect::again),
    form("/connect/change", "connect_change", connect::change),
    form("/connect/choose", "connect_choose", connect::choose),
    form("/connect/dismiss", "connect_dismiss", connect::dismiss),
    form("/connect/resync", "connect_resync", connect::resync),
    Address {
        path: "/connect/unlink",
        name: "connect_unlink",
        get: Get::SignedIn(connect::unlink_page),
        post: Some(Post::SignedIn(connect::unlink)),
    },
    Address { path: "/connect/history", name: "connect_history", get: Get::SignedIn(connect::history), post: None },
    Address { path: "/connect/event", name: "connect_event", get: Get::SignedIn(connect::event), post: None },
    form("/connect/logout", "connect_logout", connect::logout),
    Address {
        path: "/oauth/:provider/callback",
        name: "consent_returned",
        get: Get::Enter(consent::returned),
        post: None,
    },
    Address {
        path: "/oauth/:provider/confirm",
        name: "consent_confirm",
        get: Get::Show(consent::elsewhere),
        post: Some(Post::Reaching(consent::confirm)),
    },
    Address {
        path: "/oauth/:provider/choose",
        name: "consent_choose",
        get: Get::Show(consent::elsewhere),
        post: Some(Post::Reaching(consent::choose)),
    },
    Address {
        path: "/oauth/:provider/again",
        name: "consent_again",
        get: Get::Show(consent::elsewhere),
        post: Some(Post::Reaching(consent::again)),
    },
    Address {
        path: "/oauth/:provider/status",
        name: "consent_status",
        get: Get::Show(consent::nothing),
        post: Some(Post::Open(consent::status)),
    },
    Address {
        path: EXPIRED,
        name: "consent_expired",
        get: Get::Show(consent::nothing),
        post: Some(Post::Open(consent::nothing)),
    },
    Address { path: "/connect/*rest", name: "page_not_here", get: Get::Show(not_here), post: None },
    Address { path: "/oauth/*rest", name: "page_not_here", get: Get::Show(not_here), post: None },
    Address { path: "/assets/:file", name: "asset", get: Get::Show(asset), post: None },
];

/// An address for forms of who came in by their link; who comes by hand is sent home.
const fn form(path: &'static str, name: &'static str, guarded: PersonHandler) -> Address {
    Address { path, name, get: Get::Elsewhere(HOME), post: Some(Post::SignedIn(guarded)) }
}

/// Adds the pages to `route`. `keys` says who may come in; `errands` takes what goes on after an answer.
pub(crate) fn routes(route: Route, app: Arc<App>, keys: Arc<Keys>) -> Route {
    let site = Arc::new(Site::new(app, keys));
    let route = route.at(FRONT.path, Front(Frame { site: Arc::clone(&site), address: &FRONT }));
    ADDRESSES.iter().fold(route, |route, address| route.at(address.path, Frame { site: Arc::clone(&site), address }))
}

/// `GET /assets/<name>.<hash>.<end>`
fn asset(_site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    assets::at(&asked.path).map(Answer::File).ok_or(Trouble::NotHere)
}

fn not_here(_site: &Site, _asked: &Asked) -> Result<Answer, Trouble> {
    Err(Trouble::NotHere)
}
