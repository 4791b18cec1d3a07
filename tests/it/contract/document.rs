use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;
use testing::in_process::TestGateway;

use super::{operations, served};

/// With this variable set the test writes the file instead of comparing it.
const WRITE: &str = "PASARELA_WRITE_CONTRACT";

#[test]
fn the_committed_contract_is_the_one_that_the_code_speaks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/pasarela.yaml");
    let generated = pasarela::api::openapi_yaml();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(generated.lines()).find(|(was, is)| was != is);
    assert!(
        committed == generated,
        "openapi/pasarela.yaml is not what the code says; first difference: {differs:?}. If the change is meant: \
         {WRITE}=1 cargo test --test it contract::document, then read the diff as a client would"
    );
}

#[test]
fn json_and_yaml_say_the_same() {
    let gateway = TestGateway::start();
    let yaml: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    assert_eq!(served(&gateway), yaml);
    let answer = gateway.send("GET", "/openapi.yaml", &[], None);
    assert_eq!((answer.status, answer.text), (200, pasarela::api::openapi_yaml()));
}

#[test]
fn every_operation_has_a_name_of_its_own_words_and_an_example() {
    let document: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    let mut names = HashSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{name} stands twice");
        for words in ["summary", "description"] {
            assert!(operation[words].as_str().is_some_and(|text| text.len() > 10), "{method} {path} lacks a {words}");
        }
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(
                parameter["$ref"].is_string() || parameter["description"].is_string(),
                "{method} {path}: {parameter}"
            );
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let described = response["description"].as_str().is_some_and(|text| text.len() > 10 || status == "200");
            assert!(described, "{method} {path} {status} lacks a description");
        }
    }
    assert_eq!(super::of_puentes(&document).len(), 12);
}

#[test]
fn every_field_is_described() {
    let document: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, is) in schema["properties"].as_object().into_iter().flatten() {
            // A reference has no description of its own before OpenAPI 3.1; what it leads to has one.
            let described = is["description"].is_string() || is["$ref"].is_string() || is["allOf"].is_array();
            assert!(described, "{name}.{field} lacks a description");
        }
    }
}

#[test]
fn every_error_in_the_document_is_a_problem() {
    let document: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    let mut errors = 0;
    for (method, path, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.starts_with(['4', '5']) {
                let types: Vec<_> = response["content"].as_object().unwrap().keys().collect();
                assert_eq!(types, ["application/problem+json"], "{method} {path} {status}");
                errors += 1;
            }
        }
    }
    assert!(errors > 60, "{errors}");
}

/// RapiDoc takes an empty list at its word, finds no server and shows its spinner for ever.
#[test]
fn the_document_has_no_empty_list_of_servers() {
    let document: Value = serde_yaml::from_str(&pasarela::api::openapi_yaml()).unwrap();
    assert!(document.get("servers").is_none_or(|servers| servers.get(0).is_some()));
}

#[test]
fn the_docs_page_loads_nothing_from_elsewhere() {
    let gateway = TestGateway::start();
    let page = gateway.send("GET", "/docs", &[], None);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert!(!page.text.contains("http:") && !page.text.contains("https:"), "{}", page.text);
    let viewer = gateway.send("GET", "/docs/viewer.js", &[], None);
    assert_eq!((viewer.status, viewer.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(viewer.text.len() > 300_000);
}

#[test]
fn the_type_of_a_problem_leads_to_its_explanation() {
    let gateway = TestGateway::start();
    let problem = gateway.send("GET", "/events", &[], None);
    let page = gateway.send("GET", problem.json["type"].as_str().unwrap(), &[], None);
    assert_eq!(page.status, 200);
    assert!(page.text.starts_with("invalid_key (401)"), "{}", page.text);
    assert_eq!(gateway.send("GET", "/problems/no_such_code", &[], None).code(), "unknown_route");
}
