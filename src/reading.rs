//! The one reader of what is held of an event: its text in, its content out.
//!
//! The text is the truth and is what is kept, so it is read more than once: when it comes in, when it is written to a
//! calendar, when a page tells of it. All of them must read the same out of it, so the limits stand here alone.
//!
//! A text has a [`Form`], which is kept beside it: iCalendar as it came, or the document that JSON was read into (see
//! [`crate::json`]).

use sha2::{Digest as _, Sha256};

use crate::calendar::Event;
pub use crate::form::{Form, Text};
pub use crate::ical::Draft;
use crate::ical::{self, IcalError, Limits};
use crate::json::{self, Document};

/// Why a text can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no iCalendar text of one event.
    #[error(transparent)]
    Ical(#[from] IcalError),
    /// It is no document of an event.
    #[error(transparent)]
    Json(#[from] json::Invalid),
}

/// Reads one event, within the limits that hold for all.
///
/// # Errors
/// As [`ical::parse`] and [`Document::parse`].
pub fn read(form: Form, text: &str) -> Result<Draft, Unreadable> {
    match form {
        Form::Ical => Ok(self::ical(text)?),
        Form::Json => Ok(draft(&Document::parse(text)?)),
    }
}

/// The same of a text that comes as iCalendar.
///
/// # Errors
/// As [`ical::parse`].
pub fn ical(text: &str) -> Result<Draft, IcalError> {
    ical::parse(text, &Limits::default())
}

/// The same of a document that was read already. Its fingerprint is that of all that it says, also of what no calendar shows:
/// a record that is another one is a change that has to be kept.
pub fn draft(document: &Document) -> Draft {
    let event = document.event();
    let fingerprint = Sha256::digest(document.text()).into();
    Draft { uid: document.uid.clone(), line: 1, event, fingerprint, notes: Vec::new() }
}

/// The document of an event in whatever form: what an answer in JSON is made of.
///
/// # Errors
/// As [`read`].
pub fn document(form: Form, text: &str) -> Result<Document, Unreadable> {
    match form {
        Form::Json => Ok(Document::parse(text)?),
        Form::Ical => {
            let Draft { uid, event, .. } = self::ical(text)?;
            Ok(document_of(uid, &event))
        }
    }
}

fn document_of(uid: Option<String>, event: &Event) -> Document {
    let (document, _) = Document::of(event);
    Document { uid, ..document }
}
