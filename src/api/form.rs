//! A form (`application/x-www-form-urlencoded`, WHATWG URL §5) read into the same types as JSON.
//!
//! A form knows only text, so a text stands for what its field is to be: `1` and `true` are both true where yes or no is
//! asked for. Nested fields are written as PHP writes them, `caldav[url]=…`, or `caldav.url=…`.

use percent_encoding::percent_decode;
use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

/// What stands in a form, in its order; what stands twice is there twice.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One value.
    Text(String),
    /// Values with names.
    Fields(Vec<(String, Form)>),
}

/// A field that is no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotUtf8 {
    /// Its name; none where that is no text itself.
    pub(super) field: Option<String>,
}

impl Form {
    /// Reads a body.
    ///
    /// # Errors
    /// When a name or a value is not UTF-8. Guessing another charset would change people's texts.
    pub(super) fn read(body: &[u8]) -> Result<Self, NotUtf8> {
        let mut fields = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let name = decoded(pair.get(..at).unwrap_or_default()).ok_or(NotUtf8 { field: None })?;
            let path = path(&name);
            let value = decoded(pair.get(at + 1..).unwrap_or_default());
            let value = value.ok_or_else(|| NotUtf8 { field: Some(path.join(".")) })?;
            put(&mut fields, &path, value);
        }
        Ok(Self::Fields(fields))
    }
}

fn decoded(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

/// `caldav[url]` and `caldav.url` lead to a field of a field; a name of another shape is only itself.
fn path(name: &str) -> Vec<&str> {
    let bracketed = || {
        let (outer, inner) = name.strip_suffix(']')?.split_once('[')?;
        Some([outer].into_iter().chain(inner.split("][")).collect::<Vec<_>>())
    };
    let path = bracketed().unwrap_or_else(|| name.split('.').collect());
    let is_path = path.iter().all(|part| !part.is_empty() && !part.contains(['[', ']', '.']));
    if is_path { path } else { vec![name] }
}

fn put(fields: &mut Vec<(String, Form)>, path: &[&str], value: String) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        fields.push(((*first).to_owned(), Form::Text(value)));
        return;
    }
    let open = fields.iter_mut().find_map(|(name, field)| match field {
        Form::Fields(inner) if name == first => Some(inner),
        _ => None,
    });
    match open {
        Some(inner) => put(inner, rest, value),
        None => {
            let mut inner = Vec::new();
            put(&mut inner, rest, value);
            fields.push(((*first).to_owned(), Form::Fields(inner)));
        }
    }
}

impl IntoDeserializer<'_> for Form {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Form {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            Self::Fields(fields) => visitor.visit_map(MapDeserializer::new(fields.into_iter())),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let yes = match &self {
            Self::Text(text) if text == "1" || text.eq_ignore_ascii_case("true") => true,
            Self::Text(text) if text == "0" || text.eq_ignore_ascii_case("false") => false,
            _ => return Err(Error::invalid_value(Unexpected::Other("another value"), &"true or false")),
        };
        visitor.visit_bool(yes)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => {
                IntoDeserializer::<Error>::into_deserializer(text).deserialize_enum(name, variants, visitor)
            }
            Self::Fields(_) => Err(Error::invalid_type(Unexpected::Map, &"a text")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
    #[serde(default)]
    struct Sent {
        title: Option<String>,
        confirm: Option<bool>,
        mode: Option<Mode>,
        caldav: Option<Caldav>,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        Repair,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Caldav {
        url: String,
        username: Option<String>,
    }

    fn sent(body: &str) -> Result<Sent, String> {
        let form = Form::read(body.as_bytes()).map_err(|error| format!("{error:?}"))?;
        Sent::deserialize(form).map_err(|error| error.to_string())
    }

    #[test]
    fn a_text_stands_for_what_its_field_is_to_be() {
        let title = |text: &str| Ok(Sent { title: Some(text.to_owned()), ..Sent::default() });
        assert_eq!(sent("title=Cita+con+%C3%91and%C3%BA%0D%0A%2B1&unknown=x&&"), title("Cita con Ñandú\r\n+1"));
        assert_eq!(sent("title=ñ=%zz&title2"), title("ñ=%zz"));
        assert_eq!(sent("title=true"), title("true"));
        assert_eq!(sent("title="), title(""));
        assert_eq!(sent(""), Ok(Sent::default()));
        for (text, yes) in [("1", true), ("true", true), ("True", true), ("0", false), ("false", false)] {
            assert_eq!(sent(&format!("confirm={text}")), Ok(Sent { confirm: Some(yes), ..Sent::default() }));
        }
        assert_eq!(sent("mode=repair"), Ok(Sent { mode: Some(Mode::Repair), ..Sent::default() }));
    }

    #[test]
    fn nested_fields_are_written_with_brackets_or_a_dot() {
        let caldav = || Some(Caldav { url: "https://x/".to_owned(), username: Some("a".to_owned()) });
        for body in [
            "caldav%5Burl%5D=https%3A%2F%2Fx%2F&caldav%5Busername%5D=a",
            "caldav[url]=https://x/&title=t&caldav[username]=a",
            "caldav.username=a&caldav[url]=https://x/",
        ] {
            assert_eq!(sent(body).map(|sent| sent.caldav), Ok(caldav()), "{body}");
        }
        for other in ["caldav[]=x", "caldav[url=x", "[url]=x", "caldav..url=x", "caldav[a[b]]=x"] {
            assert_eq!(sent(other), Ok(Sent::default()), "{other}");
        }
    }

    #[test]
    fn what_stands_twice_or_is_of_another_kind_is_refused() {
        let table = [
            ("title=a&title=a", "duplicate field `title`"),
            ("caldav[url]=a&caldav.url=b", "duplicate field `url`"),
            ("caldav=a&caldav[url]=b", "invalid type: string"),
            ("caldav[url]=b&caldav=a", "duplicate field `caldav`"),
            ("caldav=x", "invalid type: string"),
            ("title[a]=x", "invalid type: map, expected a string"),
            ("confirm=yes", "expected true or false"),
            ("confirm=", "expected true or false"),
            ("confirm[a]=1", "expected true or false"),
            ("mode=gently", "unknown variant"),
            ("mode[a]=repair", "expected a text"),
            ("caldav[username]=a", "missing field `url`"),
        ];
        for (body, says) in table {
            let error = sent(body).unwrap_err();
            assert!(error.contains(says), "{body}: {error}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_not_guessed_at() {
        let field = |name: &str| Err(NotUtf8 { field: Some(name.to_owned()) });
        assert_eq!(Form::read(b"title=Pe%F1a"), field("title"));
        assert_eq!(Form::read(b"caldav[url]=\xf1"), field("caldav.url"));
        assert_eq!(Form::read(b"%F1=x"), Err(NotUtf8 { field: None }));
    }
}
