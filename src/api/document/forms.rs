//! What the generator can't say of bodies that are forms: how nested fields are written, and an example as it travels.

use serde_yaml::{Mapping, Value};
use url::form_urlencoded::Serializer;

use super::super::media::FORM;
use super::{entry, operations, set, text};

/// Completes the description of each form in the document.
pub(super) fn describe(document: &mut Value) {
    let schemas = document.get("components").and_then(|components| components.get("schemas")).cloned();
    for (_, operation) in operations(document) {
        let Some(form) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")?.get_mut(FORM))
        else {
            continue;
        };
        let name = form
            .get("schema")
            .map_or("", |schema| text(schema, "$ref"))
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        let example =
            schemas.as_ref().and_then(|schemas| schemas.get(&name)?.get("example")).and_then(Value::as_mapping);
        let Some(example) = example else { continue };
        for (field, _) in example.iter().filter(|(_, value)| value.is_mapping()) {
            let style = Mapping::from_iter([("style".into(), "deepObject".into()), ("explode".into(), true.into())]);
            set(entry(form, "encoding"), field.as_str().unwrap_or_default(), Value::Mapping(style));
        }
        set(form, "example", written(example).into());
    }
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
