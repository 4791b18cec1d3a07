//! `pasarela openapi`

use super::args::Form;
use super::out::Out;
use super::{Stop, doors};

/// Prints the document, as YAML unless JSON is asked for.
pub(super) fn run(form: &Form, out: &mut Out) -> Result<(), Stop> {
    let document = if form.json { doors::openapi_json() } else { doors::openapi_yaml() };
    out.text(document.trim_end())?;
    out.text("\n")
}
