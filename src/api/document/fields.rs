//! What the generator can't say of single fields: which of a body or an answer may be null, and what an `event_id` may be.

use std::collections::BTreeSet;

use serde_yaml::{Mapping, Value};

use super::{entry, operations, set, text};
use crate::ids::EventId;

/// Any text without control characters, which [`EventId::new`] refuses.
const NO_CONTROLS: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// Completes the fields of what is sent, and of what is answered to those whose operations `is_scoped` knows: they are told of
/// everything, and null where there is nothing.
pub(super) fn describe(document: &mut Value, is_scoped: &dyn Fn(&str) -> bool) {
    let (mut named, mut told, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (_, operation) in operations(document) {
        refer(operation.get("requestBody"), &mut named);
        let told = if is_scoped(text(operation, "operationId")) { &mut told } else { &mut others };
        refer(operation.get("responses"), told);
        let parameters = operation.get_mut("parameters").and_then(Value::as_sequence_mut);
        for parameter in parameters.into_iter().flatten().filter(|parameter| text(parameter, "name") == "event_id") {
            id(entry(parameter, "schema"));
        }
    }
    let schemas = entry(entry(document, "components"), "schemas");
    for names in [&mut named, &mut told, &mut others] {
        with_inner(schemas, names);
    }
    for name in &named {
        fields(entry(schemas, name));
    }
    for name in told.difference(&others).filter(|name| !named.contains(*name)) {
        fields(entry(schemas, name));
    }
}

/// Adds the schemas that those of these names refer to.
fn with_inner(schemas: &Value, names: &mut BTreeSet<String>) {
    let mut open: Vec<String> = names.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let mut inner = BTreeSet::new();
        refer(schemas.get(&name), &mut inner);
        open.extend(inner.difference(names).cloned());
        names.append(&mut inner);
    }
}

/// The schemas that something refers to.
fn refer(value: Option<&Value>, named: &mut BTreeSet<String>) {
    match value {
        Some(Value::Mapping(members)) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
            named.extend(name.map(ToOwned::to_owned));
            members.values().for_each(|member| refer(Some(member), named));
        }
        Some(Value::Sequence(items)) => items.iter().for_each(|item| refer(Some(item), named)),
        _ => {}
    }
}

/// Of a map, null takes one out.
fn each_may_be_null(field: &mut Value) {
    let Some(each) = field.get_mut("additionalProperties").filter(|each| each.get("$ref").is_some()) else { return };
    let whole = Mapping::from_iter([("nullable".into(), true.into()), ("allOf".into(), vec![each.clone()].into())]);
    *each = Value::Mapping(whole);
}

/// A field that may be left out may also be null: many programs send one for what they don't know.
fn fields(schema: &mut Value) {
    let required: Vec<Value> = schema.get("required").and_then(Value::as_sequence).cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_mapping_mut) else { return };
    for (name, field) in properties {
        if name.as_str() == Some("event_id") {
            id(field);
        }
        if !required.contains(name) {
            set(field, "nullable", true.into());
            each_may_be_null(field);
        }
    }
}

/// The longest id is counted in bytes, for which there is no word here; no longer text has fewer of them.
fn id(schema: &mut Value) {
    let limits: [(&str, Value); 3] =
        [("minLength", 1.into()), ("maxLength", EventId::MAX_BYTES.into()), ("pattern", NO_CONTROLS.into())];
    let mut whole = Mapping::new();
    // The type first, as people read it.
    let members = schema.as_mapping().cloned().unwrap_or_default();
    let (kind, rest): (Mapping, Mapping) = members.into_iter().partition(|(name, _)| name.as_str() == Some("type"));
    whole.extend(kind);
    whole.extend(limits.map(|(name, limit)| (name.into(), limit)));
    whole.extend(rest);
    *schema = Value::Mapping(whole);
}
