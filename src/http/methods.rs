//! All methods of one path. What isn't there answers 405 with the list of what is (RFC 9110 §15.5.6); OPTIONS answers the list alone.

use std::collections::HashMap;

use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, IntoEndpoint, Request, Response};

use super::problem::{Code, Problem};

/// The endpoints of one path.
pub(crate) struct Methods {
    endpoints: Vec<(Method, BoxEndpoint<'static>)>,
    allowed: String,
}

impl Methods {
    /// All that a path offers.
    pub(crate) fn new(endpoints: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut endpoints: Vec<_> = endpoints.into_iter().collect();
        endpoints.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
        let mut allowed: Vec<&str> = endpoints.iter().map(|(method, _)| method.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        if !allowed.contains(&"OPTIONS") {
            allowed.push("OPTIONS");
        }
        let allowed = allowed.join(", ");
        Self { endpoints, allowed }
    }

    /// A page that can only be read.
    pub(crate) fn page<E>(endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: Endpoint<Output = Response> + 'static,
    {
        let boxed: BoxEndpoint<'static> = Box::new(poem::endpoint::ToDynEndpoint(endpoint.into_endpoint()));
        Self::new(HashMap::from([(Method::GET, boxed)]))
    }

    fn find(&self, method: &Method) -> Option<&BoxEndpoint<'static>> {
        self.endpoints.iter().find(|(offered, _)| offered == method).map(|(_, endpoint)| endpoint)
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        if let Some(endpoint) = self.find(request.method()) {
            return endpoint.call(request).await;
        }
        if *request.method() == Method::HEAD
            && let Some(endpoint) = self.find(&Method::GET)
        {
            request.set_method(Method::GET);
            let mut response = endpoint.call(request).await?;
            response.set_body(());
            return Ok(response);
        }
        if *request.method() == Method::OPTIONS {
            return Ok(Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ALLOW, &self.allowed)
                .finish());
        }
        let detail = format!("This address takes {}.", self.allowed);
        Err(Problem::new(Code::MethodNotAllowed, detail).header(header::ALLOW, &self.allowed).into())
    }
}

#[cfg(test)]
mod tests {
    use poem::endpoint::make_sync;

    use super::*;

    async fn asked(method: Method) -> poem::Result<Response> {
        let page = Methods::page(make_sync(|_| Response::builder().body("text")));
        page.call(Request::builder().method(method).finish()).await
    }

    #[tokio::test]
    async fn what_a_path_takes_is_told_with_options_and_with_a_refusal() {
        let options = asked(Method::OPTIONS).await.unwrap();
        assert_eq!((options.status().as_u16(), options.header(header::ALLOW)), (204, Some("GET, HEAD, OPTIONS")));
        let refused = asked(Method::from_bytes(b"BREW").unwrap()).await.unwrap_err().into_response();
        assert_eq!((refused.status().as_u16(), refused.header(header::ALLOW)), (405, Some("GET, HEAD, OPTIONS")));
    }

    #[tokio::test]
    async fn head_is_get_without_a_body() {
        let head = asked(Method::HEAD).await.unwrap();
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.into_body().into_string().await.unwrap(), "");
    }
}
