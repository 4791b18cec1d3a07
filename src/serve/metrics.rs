//! `/metrics` on its own listener, in the OpenMetrics text format: for the operator's network, never for the public one.

use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

/// The page.
pub(super) struct Page(pub(super) Registry);

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let mut text = String::new();
        if request.uri().path() != "/metrics" || encode(&mut text, &self.0).is_err() {
            return Ok(StatusCode::NOT_FOUND.into());
        }
        let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Ok(Response::builder().header(header::CONTENT_TYPE, content_type).body(text))
    }
}
