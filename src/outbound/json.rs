//! How much a JSON text becomes when it is read. Pure.
//!
//! An object of one member is nine bytes, and some seven hundred in memory: whoever reads what others sent into values looks
//! first how many those will be.

/// The values of a text, the text itself among them, whether it is JSON or not: never fewer than it has.
pub(crate) fn values(json: &[u8]) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b'[' | b'{' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn truly(value: &Value) -> usize {
        match value {
            Value::Array(inside) => 1 + inside.iter().map(truly).sum::<usize>(),
            Value::Object(inside) => 1 + inside.values().map(truly).sum::<usize>(),
            _ => 1,
        }
    }

    #[test]
    fn values_are_never_more_than_counted_and_no_empty_one_counts_twice() {
        for text in [
            "0",
            "[]",
            "{}",
            "[1,2,3]",
            "[[],[],{}]",
            "{\"a\": {\"b\": [1, \"x,y,[{\", null]}}",
            "[\"\\\"\", \"\\\\\", \",\"]",
            "{\"a,[\": \"\\u0022,\"}",
        ] {
            let (counted, truly) = (values(text.as_bytes()), truly(&serde_json::from_str(text).unwrap()));
            let empty = text.matches("[]").count() + text.matches("{}").count();
            assert!((truly..=truly + empty).contains(&counted), "{text}: {counted} for {truly}");
        }
    }

    #[test]
    fn what_is_no_json_is_counted_too() {
        for text in ["", "\"", "\"\\", "<html>", "[,,,,", "\"a\\"] {
            assert!((1..=6).contains(&values(text.as_bytes())), "{text}");
        }
    }
}
