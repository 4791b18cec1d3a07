//! What the generator can't say of bodies that are forms: what may stand in their fields, how nested ones are written,
//! and an example as it travels.

use std::collections::BTreeMap;

use serde_json::json;
use serde_yaml::{Mapping, Value};
use url::form_urlencoded::Serializer;

use super::super::media::FORM;
use super::{entry, operations, reference, set};

/// Completes the description of each form in the document.
pub(super) fn describe(document: &mut Value) {
    let schemas = entry(entry(document, "components"), "schemas").clone();
    let mut shapes = BTreeMap::new();
    for (_, operation) in operations(document) {
        let Some(form) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")?.get_mut(FORM))
        else {
            continue;
        };
        let name = form.get("schema").and_then(|schema| schema.get("$ref")).map(last).unwrap_or_default().to_owned();
        shape(&name, &schemas, &mut shapes);
        set(form, "schema", reference("schemas", &format!("{name}{FORM_OF}")));
        let Some(example) = schemas.get(&name).and_then(|schema| schema.get("example")?.as_mapping()) else { continue };
        for (field, _) in example.iter().filter(|(_, value)| value.is_mapping()) {
            let style = Mapping::from_iter([("style".into(), "deepObject".into()), ("explode".into(), true.into())]);
            set(entry(form, "encoding"), field.as_str().unwrap_or_default(), Value::Mapping(style));
        }
        set(form, "example", written(example).into());
    }
    let schemas = entry(entry(document, "components"), "schemas");
    for (name, shape) in shapes {
        set(schemas, &name, shape);
    }
}

/// What is appended to the name of an object for how it is written in a form.
const FORM_OF: &str = "Form";

/// The object `name` as a form has it, with those inside of it: nothing there is null, and yes and no are also written as
/// `1` and `0`. Its example stands with the form.
fn shape(name: &str, schemas: &Value, shapes: &mut BTreeMap<String, Value>) {
    let Some(mut shape) = schemas.get(name).cloned() else { return };
    let own_name = format!("{name}{FORM_OF}");
    set(&mut shape, "title", own_name.clone().into());
    if let Some(members) = shape.as_mapping_mut() {
        members.shift_remove("example");
    }
    let fields = shape.get_mut("properties").and_then(Value::as_mapping_mut);
    for field in fields.into_iter().flat_map(Mapping::values_mut).filter_map(Value::as_mapping_mut) {
        field.shift_remove("nullable");
        if field.get("type").and_then(Value::as_str) == Some("boolean") {
            field.shift_remove("type");
            let ways = json!([{"type": "boolean"}, {"type": "integer", "enum": [0, 1]}]);
            field.insert("anyOf".into(), serde_yaml::to_value(ways).unwrap_or_default());
        }
        let parts = field.get_mut("allOf").and_then(Value::as_sequence_mut);
        let inner = parts.into_iter().flatten().filter_map(|part| part.get_mut("$ref"));
        for refers in inner {
            let to = last(refers).to_owned();
            if schemas.get(&to).is_some_and(|schema| schema.get("properties").is_some()) {
                *refers = format!("#/components/schemas/{to}{FORM_OF}").into();
                self::shape(&to, schemas, shapes);
            }
        }
    }
    shapes.insert(own_name, shape);
}

/// The name at the end of a reference.
fn last(refers: &Value) -> &str {
    refers.as_str().and_then(|to| to.rsplit('/').next()).unwrap_or_default()
}

/// Fields as PHP's `http_build_query` writes them, which leaves out what is null.
fn written(fields: &Mapping) -> String {
    let mut form = Serializer::new(String::new());
    let named = |(name, value): (&Value, &Value)| Some((name.as_str()?.to_owned(), value.clone()));
    for (name, value) in fields.iter().filter_map(named) {
        let texts: Vec<(String, Value)> = match value {
            Value::Mapping(inner) => {
                inner.iter().filter_map(named).map(|(part, value)| (format!("{name}[{part}]"), value)).collect()
            }
            value => vec![(name, value)],
        };
        form.extend_pairs(texts.iter().filter_map(|(name, value)| Some((name, value.as_str()?))));
    }
    form.finish()
}
