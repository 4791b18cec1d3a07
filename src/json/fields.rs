//! Going through a body: every step knows where it is, so that every error can point at its place.

use serde_json::{Map, Value};

use super::invalid::{Invalid, Mistake};
use super::names::{self, Sort, Table};
use crate::ical;
use crate::quoted::Quoted;

/// The members of an object whose names were looked up.
pub(super) struct Fields<'v> {
    pointer: String,
    members: Vec<(&'static str, Field<'v>)>,
}

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Field<'v> {
    pub(super) pointer: String,
    pub(super) value: &'v Value,
}

impl<'v> Fields<'v> {
    /// The members of an object, all of which have to be in the table.
    ///
    /// # Errors
    /// When a name is in no table, or two spellings of one say two things.
    pub(super) fn of(field: &Field<'v>, table: Table) -> Result<Self, Invalid> {
        let object = field.object()?;
        let mut fields = Self { pointer: field.pointer.clone(), members: Vec::with_capacity(object.len()) };
        for (spelled, value) in object {
            let pointer = inside(&field.pointer, spelled);
            let Some(name) = names::find(table, spelled) else {
                return Err(Invalid::at(pointer, Mistake::UnknownField, names::unknown(table, spelled)));
            };
            if name.sort == Sort::Shown {
                continue;
            }
            match fields.get(name.name) {
                Some(other) if other.value != value => {
                    let reason = format!("it says something else than {}, which is the same field", other.pointer);
                    return Err(Invalid::at(pointer, Mistake::RepeatedField, reason));
                }
                Some(_) => {}
                None => fields.members.push((name.name, Field { pointer, value })),
            }
        }
        Ok(fields)
    }

    /// The field of that name, where it was sent; it may be null.
    pub(super) fn get(&self, name: &'static str) -> Option<&Field<'v>> {
        self.members.iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }

    /// The field of that name, where it says something.
    pub(super) fn given(&self, name: &'static str) -> Option<&Field<'v>> {
        self.get(name).filter(|field| !field.value.is_null())
    }

    /// All but these.
    pub(super) fn without(mut self, names: &[&'static str]) -> Self {
        self.members.retain(|(name, _)| !names.contains(name));
        self
    }

    /// Whether any of these was sent.
    pub(super) fn any(&self, names: &[&'static str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }

    /// An error about a field that should be there.
    pub(super) fn missing(&self, name: &str, reason: &str) -> Invalid {
        self.lacking(name, Mistake::MissingField, reason)
    }

    /// An error of another kind about one.
    pub(super) fn lacking(&self, name: &str, code: Mistake, reason: &str) -> Invalid {
        Invalid::at(inside(&self.pointer, name), code, reason)
    }
}

/// The pointer to a member (RFC 6901 §3).
pub(super) fn inside(pointer: &str, name: &str) -> String {
    let mut inside = String::with_capacity(pointer.len() + name.len() + 1);
    inside.push_str(pointer);
    inside.push('/');
    for c in name.chars() {
        match c {
            '~' => inside.push_str("~0"),
            '/' => inside.push_str("~1"),
            c => inside.push(c),
        }
    }
    inside
}

impl<'v> Field<'v> {
    /// A whole body.
    pub(super) fn whole(value: &'v Value) -> Self {
        Self { pointer: String::new(), value }
    }

    /// An error about this value.
    pub(super) fn wrong(&self, reason: impl Into<String>) -> Invalid {
        self.error(Mistake::InvalidValue, reason)
    }

    /// An error of another kind about this value.
    pub(super) fn error(&self, code: Mistake, reason: impl Into<String>) -> Invalid {
        Invalid::at(self.pointer.clone(), code, reason)
    }

    /// An object.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn object(&self) -> Result<&'v Map<String, Value>, Invalid> {
        self.value.as_object().ok_or_else(|| self.wrong(format!("this is {}; an object is needed", kind(self.value))))
    }

    /// The items of a list of at most `most`.
    ///
    /// # Errors
    /// When it is something else, or longer.
    pub(super) fn items(&self, most: usize) -> Result<Vec<Self>, Invalid> {
        let Some(items) = self.value.as_array() else {
            return Err(self.wrong(format!("this is {}; a list is needed", kind(self.value))));
        };
        if items.len() > most {
            return Err(self.error(Mistake::TooMany, format!("at most {most} are taken")));
        }
        let pointer = |at: usize| format!("{}/{at}", self.pointer);
        Ok(items.iter().enumerate().map(|(at, value)| Self { pointer: pointer(at), value }).collect())
    }

    /// A text as it stands.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn text(&self) -> Result<&'v str, Invalid> {
        self.value.as_str().ok_or_else(|| self.wrong(format!("this is {}; a text is needed", kind(self.value))))
    }

    /// An id of the client's: a text, or a whole number that is kept as one.
    ///
    /// # Errors
    /// When it is something else, empty, long or holds a control character.
    pub(super) fn id(&self) -> Result<String, Invalid> {
        let id = match self.value {
            Value::Number(number) if !number.is_f64() => number.to_string(),
            _ => self.text()?.to_owned(),
        };
        if id.is_empty() || id.len() > MAX_ID || id.chars().any(char::is_control) {
            return Err(self.wrong(format!("an id has 1 to {MAX_ID} bytes and no control character")));
        }
        Ok(id)
    }

    /// Yes or no.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn flag(&self) -> Result<bool, Invalid> {
        self.value.as_bool().ok_or_else(|| self.wrong(format!("this is {}; true or false is needed", kind(self.value))))
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn number(&self, bounds: std::ops::RangeInclusive<u32>) -> Result<u32, Invalid> {
        let number = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        number
            .filter(|number| bounds.contains(number))
            .ok_or_else(|| self.wrong(format!("a whole number from {} to {} is needed", bounds.start(), bounds.end())))
    }

    /// One of the words that a field knows.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Result<T, Invalid> {
        let text = names::snake(self.text()?.trim());
        words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(format!("{} is none of: {}", Quoted(self.value.as_str().unwrap_or_default()), known.join(", ")))
        })
    }
}

/// A text without what no calendar can show; none when nothing is left.
///
/// # Errors
/// When it is something else.
pub(super) fn words(field: &Field<'_>) -> Result<Option<String>, Invalid> {
    Ok(Some(ical::clean(field.text()?)).filter(|text| !text.is_empty()))
}

/// Bytes of an id of the client's.
const MAX_ID: usize = 255;

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
