//! `limit` and `page_token`: which part of a long list is asked for. Without either it is the whole.

use poem::{FromRequest, Request, RequestBody};
use url::form_urlencoded;

use crate::agenda::Page;
use crate::http::{Code, Problem};

/// Entries of a page where nobody says how many.
const USUAL_PAGE: usize = 100;

/// Entries of a page at most.
const MOST_PAGE: usize = 500;

/// What a request says of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct WishedPage(pub(super) Page);

impl<'a> FromRequest<'a> for WishedPage {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::read(request.uri().query().unwrap_or_default())?)
    }
}

impl WishedPage {
    /// How many entries, where a list is always told in pages; and where the page begins.
    pub(super) fn bounded(self) -> (usize, Option<String>) {
        (self.0.limit.unwrap_or(USUAL_PAGE), self.0.token)
    }

    fn read(query: &str) -> Result<Self, Problem> {
        let token = said(query, "page_token")?;
        let limit = match said(query, "limit")? {
            Some(text) => Some(limit(&text)?),
            None => token.as_ref().map(|_| USUAL_PAGE),
        };
        Ok(Self(Page { limit, token }))
    }
}

/// `cursor`: behind which change somebody goes on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Position(pub(super) Option<String>);

impl<'a> FromRequest<'a> for Position {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(said(request.uri().query().unwrap_or_default(), "cursor")?))
    }
}

/// The value of that name; none where it is not there.
fn said(query: &str, name: &str) -> Result<Option<String>, Problem> {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
    let first = values.next().map(|(_, value)| value.into_owned());
    match values.next() {
        None => Ok(first),
        Some(_) => Err(refused(name, format!("The parameter {name} stands there twice."))),
    }
}

fn limit(text: &str) -> Result<usize, Problem> {
    let number = text.parse().ok().filter(|number| (1..=MOST_PAGE).contains(number));
    number.ok_or_else(|| refused("limit", format!("limit is a whole number from 1 to {MOST_PAGE}.")))
}

fn refused(name: &str, detail: String) -> Problem {
    Problem::new(Code::InvalidParameter, detail).with("field", name)
}
