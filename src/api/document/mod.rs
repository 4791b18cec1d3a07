//! The contract as an OpenAPI document: what the handlers say about themselves, with what they can't say laid over it.
//!
//! The result depends on nothing but the code, so that it can be committed and compared.

mod fields;
mod forms;
mod keyed;
mod refusals;

use std::collections::HashMap;
use std::marker::PhantomData;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::types::Type;
use poem_openapi::{OpenApi, OpenApiService};
use serde_yaml::{Mapping, Value};

use self::refusals::Gatedness;
use super::Refusals;
use super::gate::{OperationTable, find};
use crate::http::ProblemDocument;

const SUPPLEMENT: &str = include_str!("supplement.yaml");
const PAGED: [&str; 1] = ["list_events"];
const WAITING: [&str; 5] = ["create_event", "change_event", "delete_event", "delete_link", "create_resync"];

/// Schemas of what is read and written by hand: events in JSON.
const SCHEMAS: &str = include_str!("schemas.yaml");
/// Headers whose names the generator shouts.
const SHOUTED: &[(&str, &str)] = &[
    ("LOCATION", "Location"),
    ("ETAG", "ETag"),
    ("X-NEXT-PAGE-TOKEN", "X-Next-Page-Token"),
    ("X-SYNC-TOKEN", "X-Sync-Token"),
];

/// The document of an API: the operations in `open` need no key, those in `scoped` a key with a scope, and each may refuse what
/// the lists say.
pub(super) fn of<T: OpenApi>(open: Refusals, guarded: &[Refusals], scoped: &[OperationTable]) -> Value {
    let mut document: Value = serde_yaml::from_str(&service::<T>().spec_yaml()).unwrap_or_default();
    lay_over(&mut document);
    fields::describe(&mut document, &|id| find(scoped, id).is_some());
    forms::describe(&mut document);
    // An empty list is not "this server", which leaving it out means: readers stumble over it (RapiDoc shows nothing).
    if let Value::Mapping(members) = &mut document {
        members.shift_remove("servers");
    }
    let listed = |lists: &[Refusals], id: &str| {
        lists.iter().flat_map(|list| list.iter()).find(|(listed, _)| *listed == id).map(|(_, codes)| *codes)
    };
    for (method, operation) in operations(&mut document) {
        let id = text(operation, "operationId").to_owned();
        if let Some(known) = find(scoped, &id) {
            keyed::describe(operation, &method, known);
            continue;
        }
        let (gatedness, codes) = match listed(&[open], &id) {
            Some(codes) => (Gatedness::Open, codes),
            None => (Gatedness::of(&method), listed(guarded, &id).unwrap_or_default()),
        };
        let named: [(&[&str], &[&str]); 2] = [(&WAITING, &["Prefer"]), (&PAGED, &["Limit", "PageToken"])];
        let own = named.into_iter().filter(|(ids, _)| ids.contains(&id.as_str())).flat_map(|(_, names)| names);
        describe(operation, gatedness, own.copied());
        refusals::add(operation, gatedness, codes);
    }
    document
}

/// The generator with title, version and introduction.
pub(super) fn service<T: OpenApi>() -> OpenApiService<Described<T>, ()> {
    OpenApiService::new(Described(PhantomData), "Pasarela", env!("CARGO_PKG_VERSION"))
        .description(include_str!("intro.md"))
}

/// An API that can be described without being there.
pub(super) struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

fn lay_over(document: &mut Value) {
    let mut supplement: Value = serde_yaml::from_str(SUPPLEMENT).unwrap_or_default();
    let mut registry = Registry::new();
    ProblemDocument::register(&mut registry);
    let components = entry(document, "components");
    for (name, schema) in &registry.schemas {
        set(entry(components, "schemas"), name, serde_yaml::to_value(schema).unwrap_or_default());
    }
    let by_hand: Value = serde_yaml::from_str(SCHEMAS).unwrap_or_default();
    for (name, schema) in by_hand.as_mapping().into_iter().flatten() {
        set(entry(components, "schemas"), name.as_str().unwrap_or_default(), schema.clone());
    }
    if let Some(more) = entry(&mut supplement, "components").as_mapping() {
        for (name, value) in more {
            set(components, name.as_str().unwrap_or_default(), value.clone());
        }
    }
    // What may only be written is left out by the generator, also of an example of what to write.
    let example = entry(entry(entry(components, "schemas"), "NewLink"), "example");
    set(entry(example, "caldav"), "password", "correct horse battery staple".into());
}

/// What is the same for all operations of a kind: how to prove oneself, and the headers in and out.
fn describe(operation: &mut Value, gatedness: Gatedness, own: impl Iterator<Item = &'static str>) {
    set(operation, "security", gatedness.security());
    let parameters = entry(operation, "parameters");
    let mut all = parameters.as_sequence().cloned().unwrap_or_default();
    all.extend(own.chain(["RequestId"]).map(|name| reference("parameters", name)));
    *parameters = Value::Sequence(all);
    if let Some(responses) = entry(operation, "responses").as_mapping_mut() {
        for response in responses.values_mut() {
            let headers = entry(response, "headers");
            if let Some(map) = headers.as_mapping_mut()
                && map.remove("PREFERENCE-APPLIED").is_some()
            {
                map.insert("Preference-Applied".into(), reference("headers", "PreferenceApplied"));
            }
            for (shouted, name) in SHOUTED {
                if let Some(header) = headers.as_mapping_mut().and_then(|map| map.remove(*shouted)) {
                    set(headers, name, header);
                }
            }
            set(headers, "X-Request-Id", reference("headers", "RequestId"));
        }
    }
}

/// All operations with their methods.
fn operations(document: &mut Value) -> Vec<(String, &mut Value)> {
    let paths = entry(document, "paths").as_mapping_mut();
    paths
        .into_iter()
        .flat_map(Mapping::values_mut)
        .filter_map(Value::as_mapping_mut)
        .flat_map(Mapping::iter_mut)
        .filter_map(|(method, operation)| Some((method.as_str()?.to_owned(), operation)))
        .collect()
}

fn reference(kind: &str, name: &str) -> Value {
    Value::Mapping(Mapping::from_iter([("$ref".into(), format!("#/components/{kind}/{name}").into())]))
}

/// The value under `key`, made an empty mapping when it isn't there.
fn entry<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    if !value.is_mapping() {
        *value = Value::Mapping(Mapping::new());
    }
    match value {
        Value::Mapping(map) => map.entry(key.into()).or_insert_with(|| Value::Mapping(Mapping::new())),
        other => other,
    }
}

fn set(value: &mut Value, key: &str, to: Value) {
    *entry(value, key) = to;
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
