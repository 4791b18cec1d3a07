//! The document's pages: `/openapi.json`, `/openapi.yaml`, `/docs`, and one for each kind of problem.
//!
//! Everything comes out of the binary; the page's policy lets a browser load nothing from anywhere else.

use std::sync::LazyLock;

use bytes::Bytes;
use poem::http::header;
use poem::web::Path;
use poem::{Response, handler};

use crate::http::{Code, Problem};

/// What the page may load: itself, and the calls that a reader tries out. Its viewer styles elements in place.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pasarela: the API</title>
<style>
body { margin: 0; height: 100vh; height: 100dvh; display: flex; flex-direction: column; font-family: system-ui, sans-serif; }
header { padding: .75rem 1rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; background: #0b6b5d; color: #fff; }
h1 { margin: 0; font-size: 1.125rem; }
nav { display: flex; gap: 1rem; }
a { color: inherit; }
rapi-doc { flex: 1; min-height: 0; width: 100%; }
</style>
<script src="/docs/viewer.js"></script>
</head>
<body>
<header>
<h1>Pasarela: the API</h1>
<nav aria-label="The document as a file"><a href="/openapi.yaml">YAML</a> <a href="/openapi.json">JSON</a></nav>
</header>
<rapi-doc spec-url="/openapi.json" load-fonts="false" regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace"
 theme="light" render-style="read" show-header="false" allow-try="true" allow-authentication="true" schema-description-expanded="true"
 allow-spec-file-download="false" font-size="large"></rapi-doc>
</body>
</html>
"#;

/// RapiDoc (MIT), as poem-openapi embeds it in the page that it would serve itself.
static VIEWER: LazyLock<Bytes> = LazyLock::new(|| {
    let page = super::document::service::<()>().rapidoc_html();
    let script = page
        .split_once("<script charset=\"UTF-8\">")
        .and_then(|(_, rest)| rest.split_once("</script>\n</head>"))
        .map_or("", |(script, _)| script);
    Bytes::copy_from_slice(script.as_bytes())
});

static JSON: LazyLock<Bytes> =
    LazyLock::new(|| serde_json::to_vec(&super::openapi_document()).unwrap_or_default().into());
static YAML: LazyLock<Bytes> = LazyLock::new(|| super::openapi_yaml().into());

fn page(content_type: &'static str, body: impl Into<poem::Body>) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::REFERRER_POLICY, "no-referrer")
        .body(body.into())
}

#[handler]
pub(super) fn index() -> Response {
    page("text/html; charset=utf-8", PAGE)
}

#[handler]
pub(super) fn viewer() -> Response {
    page("text/javascript; charset=utf-8", VIEWER.clone())
}

#[handler]
pub(super) fn json() -> Response {
    page("application/json", JSON.clone())
}

#[handler]
pub(super) fn yaml() -> Response {
    page("application/yaml", YAML.clone())
}

/// What a code means: where the `type` of a problem leads.
#[handler]
pub(super) fn problem(Path(word): Path<String>) -> poem::Result<Response> {
    let meanings: Vec<String> = Code::ALL
        .iter()
        .filter(|code| code.word() == word)
        .map(|code| format!("{} ({})\n{}\n\n{}\n", code.word(), code.number(), code.title(), code.help()))
        .collect();
    if meanings.is_empty() {
        return Err(Problem::unknown_route().into());
    }
    Ok(page("text/plain; charset=utf-8", meanings.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_viewer_is_in_the_binary_whole() {
        let script = std::str::from_utf8(&VIEWER).unwrap();
        assert!(script.len() > 300_000, "{}", script.len());
        assert!(script.contains("rapi-doc") && !script.contains("</script>"));
    }

    #[test]
    fn the_heading_stands_beside_the_viewer_and_not_inside() {
        let (heading, element) = PAGE.split_once("<rapi-doc").unwrap();
        assert!(heading.contains("<header>") && heading.contains("<h1>"));
        assert!(heading.contains("/openapi.yaml") && heading.contains("/openapi.json"));
        let (attributes, inside) = element.split_once('>').unwrap();
        assert!(inside.starts_with("</rapi-doc>"), "{inside}");
        // Its own buttons for the files are wider than a phone.
        assert!(attributes.contains("allow-spec-file-download=\"false\""));
    }

    #[test]
    fn the_page_names_no_other_site() {
        assert!(!PAGE.contains("//"), "an address of another site");
        for source in POLICY.split(';').flat_map(|rule| rule.split_whitespace().skip(1)) {
            assert!(matches!(source, "'self'" | "'none'" | "'unsafe-inline'" | "data:"), "{source}");
        }
    }
}
