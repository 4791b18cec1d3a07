//! What a client sends: a whole event, or what shall be otherwise about one.

use serde_json::{Map, Value};

use super::defaults::Defaults;
use super::document::Document;
use super::fields::{Field, Fields};
use super::invalid::Invalid;
use super::{names, repeats, strict};
use crate::ids::EventId;

/// A body that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The event.
    pub document: Document,
    /// The client's own name for it, where the body gives one.
    pub client_reference: Option<String>,
}

impl Body {
    /// Reads the body of a creation, or of a replacement: what is not said is as it is without a word.
    ///
    /// # Errors
    /// When it is no event; see [`super::Mistake`].
    pub fn read(text: &str, defaults: &Defaults) -> Result<Self, Invalid> {
        Self::of_value(&strict::value(text)?, None, defaults)
    }

    /// Reads the body of a change to a document: what is not said stays (RFC 7396).
    ///
    /// # Errors
    /// When it can't be read, or makes it no event.
    pub fn change(text: &str, before: &Document, defaults: &Defaults) -> Result<Self, Invalid> {
        Self::of_value(&strict::value(text)?, Some(before), defaults)
    }

    fn of_value(value: &Value, before: Option<&Document>, defaults: &Defaults) -> Result<Self, Invalid> {
        let fields = Fields::of(&Field::whole(value), names::EVENT)?;
        let client_reference = fields.given("client_reference").map(reference).transpose()?;
        Ok(Self { document: whole(&fields, before, defaults)?, client_reference })
    }
}

impl Document {
    /// Reads the text that is kept of an event, or any other body in which nothing depends on settings.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let value = strict::value(text)?;
        whole(&Fields::of(&Field::whole(&value), names::EVENT)?, None, &Defaults::default())
    }

    /// The text that is kept: the same document makes the same bytes.
    pub fn text(&self) -> String {
        Value::Object(self.write()).to_string()
    }

    /// The fields of a body that says it all; what goes without saying is left out.
    fn write(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        self.time.write(&mut fields);
        self.said.write(&mut fields);
        if let Some(repeats) = &self.repeats {
            fields.insert("recurrence".to_owned(), Value::Object(repeats.write(self)));
        }
        fields
    }
}

/// Reads a body, over the document before where there is one (RFC 7396: what is not named stays, null is what holds
/// without a word).
fn whole(fields: &Fields<'_>, before: Option<&Document>, defaults: &Defaults) -> Result<Document, Invalid> {
    let mut document = Document::happening(fields, before, defaults)?;
    document.repeats = repeats::read(fields, &document, before, defaults)?;
    Ok(document)
}

/// The client's own name, by the rules of all such names.
fn reference(field: &Field<'_>) -> Result<String, Invalid> {
    let id = field.id()?;
    EventId::new(id.as_str()).map(String::from).map_err(|error| field.wrong(error.to_string()))
}
