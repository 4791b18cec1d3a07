//! A merge patch on one occurrence, on it and all later ones, or on all of an event.

use super::change::{self, Changed, Patch};
use super::component::{Edit, Says};
use super::document::{plain, shaped};
use super::shape::{Shape, Source};
use super::which::{Meant, Which, split_name};
use super::{ReviseError, Revised, Split};
use crate::calendar::{Event, When};
use crate::ical::{Limits, Sheet};
use crate::instances::Name;
use crate::json::{Document, Unsaid};
use crate::reading::{self, Form};

/// Changes what is meant of an event.
///
/// # Errors
/// When the series has no such occurrence, or it is not said which one is meant; when the patch can't be read, makes it no
/// event, or says what the form of the event has no word for.
pub fn patch(form: Form, text: &str, patch: &Patch<'_>, which: Which) -> Result<Revised, ReviseError> {
    let held = Held::read(form, text)?;
    let shape = Shape::of(&held.event);
    match which.of(&shape)? {
        Meant::All(at) => held.all(patch, at.as_ref()),
        Meant::This(at) => match change::one((&held.document, &shape), patch, &at)? {
            Some(changed) => held.changed(text, &changed),
            None => Ok(Revised::Same),
        },
        Meant::Following(at) => held.following(patch, shape, &at),
    }
}

/// An event as it is held.
struct Held<'t> {
    form: Form,
    text: &'t str,
    uid: Option<String>,
    event: Event,
    document: Document,
}

impl<'t> Held<'t> {
    fn read(form: Form, text: &'t str) -> Result<Self, ReviseError> {
        let draft = reading::read(form, text)?;
        let document = match form {
            Form::Ical => Document::of(&draft.event).0,
            Form::Json => Document::parse(text)?,
        };
        Ok(Self { form, text, uid: draft.uid, event: draft.event, document })
    }

    fn all(&self, patch: &Patch<'_>, at: Option<&When>) -> Result<Revised, ReviseError> {
        let changed = change::all((&self.document, &Shape::of(&self.event)), patch, at)?;
        self.changed(self.text, &changed)
    }

    fn following(&self, patch: &Patch<'_>, shape: Shape, at: &When) -> Result<Revised, ReviseError> {
        let name = Name::of(at);
        let uid = self.uid.as_deref().map(|uid| split_name(uid, name));
        let first = self.shaped(&shape.clone().ended_before(at), None)?;
        let second = self.shaped(&shape.begun_at(at)?, uid.as_deref())?;
        match Held::read(self.form, &second)?.all(patch, Some(at))? {
            Revised::Changed { text, .. } => {
                let split = Split { text, at: name };
                Ok(Revised::Changed { text: first, split: Some(split) })
            }
            // With nothing said otherwise there is nothing to part.
            other => Ok(other),
        }
    }

    /// The text of a shape in which everything else is as it is.
    fn shaped(&self, shape: &Shape, uid: Option<&str>) -> Result<String, ReviseError> {
        match self.form {
            Form::Ical => {
                let sheet = Sheet::of(self.text, &Limits::default())?;
                Ok(Edit { sheet: &sheet, old: &self.event, shape, said: None, uid }.text())
            }
            // JSON says no UID.
            Form::Json => Ok(shaped(&self.document, shape).text()),
        }
    }

    /// The text of an event that was changed.
    fn changed(&self, before: &str, changed: &Changed) -> Result<Revised, ReviseError> {
        let text = match self.form {
            Form::Ical => self.edited(changed)?,
            Form::Json => plain(&changed.document).text(),
        };
        if text == before {
            return Ok(Revised::Same);
        }
        reading::read(self.form, &text)?;
        Ok(Revised::Changed { text, split: None })
    }

    fn edited(&self, changed: &Changed) -> Result<String, ReviseError> {
        let known = self.document.unshown();
        let mut unsaid: Vec<Unsaid> = changed.document.unshown();
        unsaid.retain(|one| !known.contains(one));
        if !unsaid.is_empty() {
            return Err(ReviseError::NotInIcalendar(unsaid));
        }
        let (was, is) = (self.document.event(), changed.document.event());
        let source = |made_of: Source| match made_of {
            Source::Series => was.master.clone(),
            Source::Override(place) => {
                was.overrides.get(place).map_or_else(|| was.master.clone(), |one| one.details.clone())
            }
        };
        let overrides = changed.shape.overrides.iter().zip(&is.overrides);
        let said = Says {
            series: (source(changed.shape.series), is.master.clone()),
            overrides: overrides.map(|(made_of, one)| (source(*made_of), one.details.clone())).collect(),
        };
        let sheet = Sheet::of(self.text, &Limits::default())?;
        Ok(Edit { sheet: &sheet, old: &self.event, shape: &changed.shape, said: Some(&said), uid: None }.text())
    }
}
