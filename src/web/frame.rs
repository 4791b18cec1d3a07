//! What all pages share: methods, limits, language, headers, and errors as pages.

use std::sync::Arc;

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};

use super::answer::Handler;
use super::{Address, Answer, Asked, Get, Language, Page, Site, Trouble};
use crate::api::{RequestId, Served, catch_panic};
use crate::tasks;

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
}

impl Frame {
    async fn answer(&self, request: &mut Request, visit: &mut Visit<'_>) -> Result<Answer, Trouble> {
        match (request.method(), &self.address.get, self.address.post) {
            (&Method::GET | &Method::HEAD, Get::Elsewhere(path), _) => Ok(Answer::SeeOther((*path).to_owned())),
            (&Method::GET, Get::Show(handler) | Get::Enter(handler), _) | (&Method::HEAD, Get::Show(handler), _) => {
                let asked = Asked::by_query(request);
                self.ask(*handler, asked, visit).await
            }
            (&Method::POST, _, Some(handler)) => {
                let asked = Asked::by_form(request, &self.site).await?;
                self.ask(handler, asked, visit).await
            }
            (_, Get::Enter(_), _) => Err(Trouble::Method("GET")),
            (_, _, Some(_)) => Err(Trouble::Method("GET, HEAD, POST")),
            (_, _, None) => Err(Trouble::Method("GET, HEAD")),
        }
    }

    async fn ask(&self, handler: Handler, asked: Asked, visit: &mut Visit<'_>) -> Result<Answer, Trouble> {
        visit.chosen = asked.language();
        visit.language = visit.chosen.unwrap_or(visit.language);
        let site = Arc::clone(&self.site);
        let answering = async { Ok(tasks::blocking(move || handler(&site, &asked)).await) };
        // The panic's own words are in the log already.
        catch_panic(answering).await.unwrap_or_else(|_| Err(Trouble::Failed("a page panicked".to_owned())))
    }

    fn respond(&self, answer: Result<Answer, Trouble>, visit: &Visit<'_>) -> Response {
        let mut served = Served { operation: self.address.name, holder: None };
        let mut response = match answer {
            Ok(Answer::Page(page)) => {
                served.holder = page.holder.as_ref().map(crate::ids::HolderKey::masked);
                self.show(&page, visit)
            }
            Ok(Answer::SeeOther(place)) => see_other(&place),
            Ok(Answer::File(asset)) => Response::builder()
                .header(header::CONTENT_TYPE, asset.content_type)
                .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
                .body(asset.bytes.as_slice()),
            Err(trouble) => self.apologise(&trouble, visit),
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.site.policy.clone());
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        let cookie = visit.chosen.map(|language| language.cookie(self.site.secure));
        if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            headers.append(header::SET_COOKIE, cookie);
        }
        if visit.head {
            response.set_body(());
        }
        response.set_data(served);
        response
    }

    fn apologise(&self, trouble: &Trouble, visit: &Visit<'_>) -> Response {
        if let Trouble::Failed(cause) = trouble {
            tracing::error!(id = visit.id, cause, "a page failed");
        }
        let mut response = self.show(&trouble.page(visit.id), visit);
        if let Trouble::Method(allowed) = trouble {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }

    fn show(&self, page: &Page, visit: &Visit<'_>) -> Response {
        let calendar = &self.site.gateway.config.calendar.name;
        match self.site.templates.html(page, visit.language, calendar) {
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

fn see_other(place: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, place).finish()
}
