//! What all pages share: methods, limits, language, headers, and errors as pages.

use std::sync::Arc;

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use super::address::{Post, Way};
use super::assets::Asset;
use super::{Address, Answer, Asked, Get, Language, Page, Site, Trouble};
use crate::http::{RequestId, Served, catch_panic, takes_gzip, throw_away};
use crate::ids::Holder;
use crate::store::StoreError;

/// What keeps a page apart: from search engines, from the window that opened it, and from pages of others that would
/// load it as an image or a script (Fetch standard, "CORP"; HTML standard, "COOP").
const APART: [(&str, &str); 3] = [
    ("x-robots-tag", "noindex"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// An address as the server knows it.
pub(super) struct Frame {
    pub(super) site: Arc<Site>,
    pub(super) address: &'static Address,
}

impl Endpoint for Frame {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
        let mut visit = Visit {
            id: id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default(),
            language: Language::of(request.headers()),
            chosen: None,
            head: *request.method() == Method::HEAD,
            gzip: takes_gzip(request.headers()),
        };
        let answer = self.answer(&mut request, &mut visit).await;
        Ok(self.respond(answer, &visit))
    }
}

/// What stays known of a request while it is answered.
struct Visit<'a> {
    id: &'a str,
    language: Language,
    /// The language that was chosen just now, to be remembered.
    chosen: Option<Language>,
    head: bool,
    gzip: bool,
}

impl Frame {
    async fn answer(&self, request: &mut Request, visit: &mut Visit<'_>) -> Result<Answer, Trouble> {
        match (request.method(), &self.address.get, &self.address.post) {
            (&Method::GET | &Method::HEAD, Get::Elsewhere(path), _) => Ok(Answer::SeeOther((*path).to_owned())),
            (&Method::GET | &Method::HEAD, Get::Show(handler), _) => {
                self.ask(Way::Open(*handler), Asked::by_query(request, &self.site), visit).await
            }
            (&Method::GET, Get::Enter(handler), _) => {
                let asked = Asked::by_query(request, &self.site);
                if !asked.is_opened(&self.site) {
                    return Err(Trouble::Foreign);
                }
                self.ask(Way::Open(*handler), asked, visit).await
            }
            (&Method::GET | &Method::HEAD, Get::SignedIn(guarded), _) => {
                self.ask(Way::SignedIn(*guarded), Asked::by_query(request, &self.site), visit).await
            }
            (&Method::POST, _, Some(post)) => {
                let way = match post {
                    Post::Open(handler) => Way::Open(*handler),
                    Post::Reaching(handler) => Way::Reaching(*handler),
                    Post::SignedIn(guarded) => Way::Form(*guarded),
                };
                self.ask(way, Asked::by_form(request, &self.site).await?, visit).await
            }
            (_, get, post) => {
                let body = request.take_body();
                throw_away(request.headers(), body).await;
                Err(Trouble::Method(match (get, post) {
                    (Get::Enter(_), _) => "GET",
                    (_, Some(_)) => "GET, HEAD, POST",
                    (_, None) => "GET, HEAD",
                }))
            }
        }
    }

    async fn ask(&self, way: Way, asked: Asked, visit: &mut Visit<'_>) -> Result<Answer, Trouble> {
        visit.chosen = asked.language();
        visit.language = visit.chosen.unwrap_or(visit.language);
        let (site, from) = (Arc::clone(&self.site), asked.household());
        let provider = way.reaches(&asked.path, &self.site.app.linking.offers());
        let work = move || way.answer(&site, &asked);
        let pools = &self.site.app.pools;
        let line = match provider {
            Some(provider) => pools.links(provider.as_str(), from),
            None => pools.pages(from),
        };
        match catch_panic(async { Ok(line.run(work).await) }).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(full)) => Err(Trouble::Crowded { seconds: full.again_in.as_secs() }),
            // The panic's own words are in the log already.
            Err(_) => Err(Trouble::Failed("a page panicked".to_owned())),
        }
    }

    fn respond(&self, answer: Result<Answer, Trouble>, visit: &Visit<'_>) -> Response {
        let mut served = Served { operation: self.address.name, holder: None };
        let mut cookies = Vec::new();
        cookies.extend(visit.chosen.map(|language| language.cookie(self.site.secure)));
        let mut response = match answer {
            Ok(Answer::Page(page)) => {
                served.holder = page.holder.as_ref().map(Holder::masked);
                self.show(&page, visit)
            }
            Ok(Answer::SeeOther(place)) => see_other(&place),
            Ok(Answer::In(place, token)) => {
                cookies.push(self.site.cookie.keep(&token));
                see_other(&place)
            }
            Ok(Answer::Out(page)) => {
                cookies.push(self.site.cookie.forget());
                self.show(&page, visit)
            }
            Ok(Answer::File(asset)) => file(asset, visit.gzip),
            Err(trouble) => self.apologise(&trouble, visit),
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.site.policy.clone());
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        for (name, value) in APART {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
            headers.append(header::SET_COOKIE, cookie);
        }
        if visit.head {
            response.set_body(());
        }
        response.set_data(served);
        response
    }

    fn apologise(&self, trouble: &Trouble, visit: &Visit<'_>) -> Response {
        if let Trouble::Failed(cause) | Trouble::NothingStored(cause) = trouble {
            tracing::error!(id = visit.id, cause, "a page failed");
        }
        let mut response = self.show(&trouble.page(visit.id), visit);
        match trouble {
            Trouble::Method(allowed) => {
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            Trouble::TooMany { seconds } => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Trouble::Crowded { seconds } => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Trouble::NothingStored(_) => {
                let seconds = StoreError::RETRY_AFTER.as_secs();
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }

    fn show(&self, page: &Page, visit: &Visit<'_>) -> Response {
        match self.site.templates.html(page, visit.language, &self.site.whose(page.holder.as_ref())) {
            Ok(html) => Response::builder()
                .status(page.status)
                .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .header(header::CONTENT_LANGUAGE, visit.language.code())
                .body(html),
            Err(cause) => {
                tracing::error!(id = visit.id, cause, template = page.template, "a page can't be shown");
                Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).body("500")
            }
        }
    }
}

/// A file that browsers may keep for good, compressed for those that can read it so.
fn file(asset: &'static Asset, gzip: bool) -> Response {
    let response = Response::builder()
        .header(header::CONTENT_TYPE, asset.content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding");
    if gzip {
        response.header(header::CONTENT_ENCODING, "gzip").body(asset.gzip.as_slice())
    } else {
        response.body(asset.bytes.as_slice())
    }
}

fn see_other(place: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, place).finish()
}
