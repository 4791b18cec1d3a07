//! What was said of an event, as it was said: a text, and the form that it is written in.
//!
//! Rule: nothing here looks into a text; that is [`reading`](crate::reading)'s business alone.

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// iCalendar (RFC 5545), as it came.
    Ical,
    /// A JSON document, as `json::Document::text` writes it.
    Json,
}

impl Form {
    /// The word for it, as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ical => "ical",
            Self::Json => "json",
        }
    }

    /// The form of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ical, Self::Json].into_iter().find(|form| form.as_str() == word)
    }
}

/// What was said of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is written in.
    pub form: Form,
    /// The words.
    pub body: String,
}

impl Text {
    /// A text in iCalendar.
    pub fn ical(body: impl Into<String>) -> Self {
        Self { form: Form::Ical, body: body.into() }
    }

    /// The text of a JSON document.
    pub fn json(body: impl Into<String>) -> Self {
        Self { form: Form::Json, body: body.into() }
    }
}
