//! The door for people: pages that work on a phone, without scripts, in the person's language.
//!
//! Rule: a page is one [`Address`] and a handler, a plain blocking function from what was asked to an [`Answer`]. The
//! [`frame`] around it does what all pages share: methods, limits, the guard against forms of other sites, language,
//! headers, errors as pages. So a handler can forget none of that, and a page can be tested without a server. What a
//! page shows is rendered from `templates/`, escaped; what it says stands in `texts/`, the same keys in every language.
//! Nothing that came in the query or in a form is ever shown or logged.
//!
//! A new page: a file here with its handlers and a folder of templates named like it, texts in all languages, a line in
//! [`ADDRESSES`], and a sample of each of its looks in `tests.rs`, which holds them all to the rules above.

mod answer;
mod asked;
mod assets;
mod connect;
mod consent;
mod frame;
mod language;
mod moment;
mod render;
mod site;
#[cfg(test)]
mod tests;
mod texts;

use std::sync::Arc;

use poem::Route;

use crate::gateway::Gateway;

use self::answer::{Address, Answer, Get, Page, Trouble};
use self::asked::Asked;
use self::frame::Frame;
use self::language::Language;
use self::site::Site;

/// Every address where people are answered.
const ADDRESSES: &[Address] = &[
    Address {
        path: "/oauth/google/callback",
        name: "consent_returned",
        get: Get::Enter(consent::returned),
        post: None,
    },
    Address {
        path: "/oauth/google/confirm",
        name: "consent_confirm",
        get: Get::Elsewhere(consent::STATUS),
        post: Some(consent::confirm),
    },
    Address {
        path: "/oauth/google/choose",
        name: "consent_choose",
        get: Get::Elsewhere(consent::STATUS),
        post: Some(consent::choose),
    },
    Address {
        path: "/oauth/google/again",
        name: "consent_again",
        get: Get::Elsewhere(consent::STATUS),
        post: Some(consent::again),
    },
    Address {
        path: consent::STATUS,
        name: "consent_status",
        get: Get::Show(consent::nothing),
        post: Some(consent::status),
    },
    Address { path: "/oauth/*rest", name: "page_not_here", get: Get::Show(not_here), post: None },
    Address { path: "/assets/:file", name: "asset", get: Get::Show(assets::file), post: None },
];

/// The pages, to be put behind the outer door.
pub fn routes(gateway: Arc<Gateway>) -> Route {
    let site = Arc::new(Site::new(gateway));
    ADDRESSES
        .iter()
        .fold(Route::new(), |route, address| route.at(address.path, Frame { site: Arc::clone(&site), address }))
}

fn not_here(_site: &Site, _asked: &Asked) -> Result<Answer, Trouble> {
    Err(Trouble::NotHere)
}
