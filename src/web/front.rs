//! `/`: what this is, for a person whose browser came here without a link.
//!
//! Programs that come here are answered as at any address where nothing is: what they may ask for stands in the document.

use poem::http::header;
use poem::{Endpoint, Request, Response};

use super::address::{Address, Get};
use super::frame::Frame;
use super::places::place;
use super::{Answer, Asked, Page, Site, Trouble};
use crate::http::Problem;

/// Where the API is explained.
const DOCS: &str = "/docs";

/// Where whoever has no link comes.
pub(super) const FRONT: Address = Address { path: "/", name: "front", get: Get::Show(show), post: None };

/// The page for who reads pages, and a problem for everybody else.
pub(super) struct Front(pub(super) Frame);

impl Endpoint for Front {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let accepted = request.headers().get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
        if reads_pages(accepted) { self.0.call(request).await } else { Err(Problem::unknown_route().into()) }
    }
}

/// Whether HTML is wished for by its name: who takes anything at all is a program.
fn reads_pages<'a>(accepted: impl Iterator<Item = &'a str>) -> bool {
    accepted.flat_map(|line| line.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let never = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)));
        kind.eq_ignore_ascii_case("text/html") && !never
    })
}

fn show(_site: &Site, _asked: &Asked) -> Result<Answer, Trouble> {
    Ok(Answer::Page(page()))
}

/// The page.
pub(super) fn page() -> Page {
    Page::new("front.html", minijinja::context! { path => place(FRONT.path), docs => place(DOCS) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_names_html_gets_the_page() {
        let table = [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, TEXT/HTML;q=0.5", true),
            ("application/json", false),
            ("*/*", false),
            ("text/*", false),
            ("text/html;q=0, */*", false),
            ("text/html;level=1;q=0.0", false),
            ("", false),
        ];
        for (accept, expected) in table {
            assert_eq!(reads_pages([accept].into_iter()), expected, "{accept}");
        }
        assert!(!reads_pages(std::iter::empty()));
    }
}
