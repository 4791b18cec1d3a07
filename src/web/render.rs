//! From a page to HTML in a language.

use minijinja::value::{Value, merge_maps};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use rust_embed::RustEmbed;

use super::{Language, Page, assets, texts};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// All templates.
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// Reads those that are embedded. One that can't be read is told to the log, and its pages fail; a test renders all.
    pub(super) fn read() -> Self {
        let mut templates = Environment::new();
        // A value that nobody gave is a mistake of ours, not an empty place on a page.
        templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.add_function("t", translated);
        templates.add_function("asset", |name: &str| {
            assets::path(name)
                .map(|path| Value::from_safe_string(path.to_owned()))
                .ok_or_else(|| mistake(format!("there is no asset {name}")))
        });
        for name in Files::iter() {
            let source = Files::get(&name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
            if let Err(error) = templates.add_template_owned(name.to_string(), source.unwrap_or_default()) {
                tracing::error!("a template can't be read: {error}");
            }
        }
        Self(templates)
    }

    /// The page as HTML. `calendar` is the name of the calendars that we make.
    ///
    /// # Errors
    /// A template or a text that lacks something.
    pub(super) fn html(&self, page: &Page, language: Language, calendar: &str) -> Result<String, String> {
        let languages = Language::ALL.map(|language| context! { code => language.code(), name => language.name() });
        let shared = context! { lang => language.code(), languages, calendar };
        let template = self.0.get_template(page.template).map_err(|error| error.to_string())?;
        template.render(merge_maps([page.values.clone(), shared])).map_err(|error| error.to_string())
    }
}

fn mistake(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// `t("key")`: the text of that key in the page's language. A `{name}` in it is the template's variable of that name; it
/// is escaped with the text around it.
fn translated(state: &State<'_, '_>, key: &str) -> Result<String, Error> {
    let variable = |name: &str| state.lookup(name).as_ref().and_then(Value::as_str).map(str::to_owned);
    let language = variable("lang").as_deref().and_then(Language::from_code).unwrap_or(Language::Es);
    let text = texts::of(language).get(key).ok_or_else(|| mistake(format!("there is no text {key}")))?;
    #[cfg(test)]
    super::tests::said(key);
    texts::fill(text, variable).ok_or_else(|| mistake(format!("the text {key} names what its page does not know")))
}
