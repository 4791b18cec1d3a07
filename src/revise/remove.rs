//! An occurrence, it and all later ones, or all of an event goes.

use super::component::Edit;
use super::document::shaped;
use super::shape::Shape;
use super::which::{Meant, Which};
use super::{ReviseError, Revised};
use crate::ical::{self, Limits, Sheet};
use crate::json::Document;
use crate::reading::{self, Form};

/// Takes what is meant away from an event.
///
/// # Errors
/// When the series has no such occurrence, or it is not said which one is meant.
pub fn remove(form: Form, text: &str, which: Which) -> Result<Revised, ReviseError> {
    let old = reading::read(form, text)?.event;
    let shape = Shape::of(&old);
    let shape = match which.of(&shape)? {
        Meant::All(_) => return Ok(Revised::Gone),
        Meant::This(at) => shape.without(&at),
        Meant::Following(at) => shape.ended_before(&at),
    };
    if !ical::happens(&shape.event) {
        return Ok(Revised::Gone);
    }
    let text = match form {
        Form::Ical => {
            let sheet = Sheet::of(text, &Limits::default())?;
            Edit { sheet: &sheet, old: &old, shape: &shape, said: None, uid: None }.text()
        }
        Form::Json => shaped(&Document::parse(text)?, &shape).text(),
    };
    reading::read(form, &text)?;
    Ok(Revised::Changed { text, split: None })
}
