//! Partial responses: `fields=items(id,etag),nextPageToken`.

use serde_json::Value;

use crate::google::refusal::Refusal;

/// What to keep of an object; no names: all of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, Fields)>);

impl Fields {
    /// Reads `a,b/c,d(e,f)`.
    ///
    /// # Errors
    /// 400 `invalidParameter`.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let mut rest = text;
        let fields = Self::list(&mut rest).filter(|_| rest.is_empty());
        fields.ok_or_else(|| {
            Refusal::new(400, "invalidParameter", format!("Invalid field selection {text}")).at("parameter", "fields")
        })
    }

    fn list(rest: &mut &str) -> Option<Self> {
        let mut fields = vec![Self::one(rest)?];
        while let Some(after) = rest.strip_prefix(',') {
            *rest = after;
            fields.push(Self::one(rest)?);
        }
        Some(Self(fields))
    }

    fn one(rest: &mut &str) -> Option<(String, Self)> {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "*_-".contains(c))).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        *rest = after;
        if let Some(after) = rest.strip_prefix('/') {
            *rest = after;
            return Some((name.to_owned(), Self(vec![Self::one(rest)?])));
        }
        let Some(after) = rest.strip_prefix('(') else { return Some((name.to_owned(), Self::default())) };
        *rest = after;
        let inner = Self::list(rest)?;
        *rest = rest.strip_prefix(')')?;
        Some((name.to_owned(), inner))
    }

    /// Takes away what was not asked for. What an object does not have now is no fault: most fields may be absent.
    ///
    /// # Errors
    /// 400 when a field is asked of a text or a number.
    pub(super) fn apply(&self, value: &mut Value) -> Result<(), Refusal> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.apply(item)),
            Value::Object(map) if !self.0.is_empty() => {
                let mut kept = serde_json::Map::new();
                for (name, inner) in &self.0 {
                    let names: Vec<String> =
                        if name == "*" { map.keys().cloned().collect() } else { vec![name.clone()] };
                    for name in names {
                        if let Some(mut part) = map.get(&name).cloned() {
                            inner.apply(&mut part)?;
                            merge(kept.entry(name).or_insert(Value::Null), part);
                        }
                    }
                }
                *map = kept;
                Ok(())
            }
            _ if self.0.is_empty() => Ok(()),
            _ => Err(Refusal::new(400, "invalidParameter", "Invalid field selection").at("parameter", "fields")),
        }
    }
}

/// `a/b,a/c` asks for both.
fn merge(kept: &mut Value, part: Value) {
    match (kept, part) {
        (Value::Object(kept), Value::Object(part)) => {
            for (name, value) in part {
                merge(kept.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(kept), Value::Array(part)) if kept.len() == part.len() => {
            for (kept, part) in kept.iter_mut().zip(part) {
                merge(kept, part);
            }
        }
        (kept, part) => *kept = part,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(fields: &str) -> Value {
        let mut value =
            json!({ "a": 1, "b": { "c": 2, "d": 3 }, "items": [{ "id": "x", "etag": "y", "z": { "u": 1, "v": 2 } }] });
        Fields::read(fields).expect("fields").apply(&mut value).expect("applied");
        value
    }

    #[test]
    fn what_was_not_asked_for_is_left_out() {
        assert_eq!(asked("a,items(id,etag)"), json!({ "a": 1, "items": [{ "id": "x", "etag": "y" }] }));
        assert_eq!(asked("b/c,b/d"), json!({ "b": { "c": 2, "d": 3 } }));
        assert_eq!(asked("items/z/u,items/id"), json!({ "items": [{ "id": "x", "z": { "u": 1 } }] }));
        assert_eq!(asked("items(z(v))"), json!({ "items": [{ "z": { "v": 2 } }] }));
        assert_eq!(asked("*"), asked("a,b,items"));
        assert_eq!(asked("missing"), json!({}));
    }

    #[test]
    fn what_is_no_selection_is_refused() {
        for bad in ["a(", "a)", "a,,b", "a(b", "", "a b", "(a)"] {
            assert_eq!(Fields::read(bad).expect_err(bad).reason, "invalidParameter", "{bad}");
        }
    }
}
